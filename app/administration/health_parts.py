"""The parts of the page on the operation."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any, Final

import polars as pl
import streamlit as st

from app import data
from app.administration import health, problems, rejects, verified
from app.administration.commands import Commands
from app.administration.health import Condition, Process
from app.format import NOTHING, Style, age, counted, instant, literal, number, size, words
from app.frame.rights import changed, may_edit
from app.state.failures import failures
from app.state.outbox import Stage
from warehouse.errors import TollbookError
from warehouse.home import Home
from warehouse.manifest import SourceFreshness

_COLOURS: Final[dict[Condition, str]] = {
    Condition.RUNNING: "green",
    Condition.DOWN: "red",
    Condition.SILENT: "orange",
    Condition.STOPPED: "red",
}
_WORDS: Final = {
    Condition.RUNNING: "Running",
    Condition.DOWN: "Cannot reach its source",
    Condition.SILENT: "Silent",
    Condition.STOPPED: "Stopped",
}
_NAMES: Final = {
    "mine": "Miner",
    "mirror": "Mirror",
    "schedule": "Scheduler",
    "run": "Supervisor",
    "app": "Pages",
    "simulate": "Simulator",
}
_FACTS: Final = {
    "files_done": "Files done",
    "files_waiting": "Files waiting",
    "days_waiting": "Days waiting",
    "read_from": "Read from",
    "read_to": "Read to",
    "next_try": "Next try",
    "retry_s": "Seconds between tries",
    "behind_since": "Behind since",
    "behind_hours": "Hours behind",
    "problems": "Problems",
    "error": "Error",
}
"""What processes say of themselves, where its name is no word that is shown elsewhere."""
_RETRIED: Final = "retried"
_COMPARED: Final = "compared"
_OUTCOMES: Final = {
    "loaded": "stored",
    "partly": "stored but for some rows, which are kept with their reasons",
    "rejected": "still rejected",
    "waiting": "put back, and not worked off yet",
}
MOST_REJECTED: Final = 500
_MOST_FAILURES: Final = 100
_FAILED_FOR: Final = timedelta(days=30)


def processes(style: Style, zone: tzinfo) -> list[Process]:
    """Draws how every process is; gives them."""
    now = data.now()
    found = health.processes(data.home(), now)
    st.subheader(style.say("Processes"), anchor=False)
    if not found:
        st.info(
            style.say("Nothing has run here yet. `tollbook run` starts everything."),
            icon=":material/play_circle:",
        )
        return found
    with st.grid(3, min_column_width=260):
        for one in found:
            with st.container(border=True, height="stretch", gap="xsmall"):
                _process(one, now, style, zone)
    return found


def sources(found: list[Process], style: Style, zone: tzinfo) -> None:
    """Draws how fresh the calls of each source are."""
    st.subheader(style.say("Freshness"), anchor=False)
    manifest, fault = health.published(data.home())
    if manifest is None:
        st.caption(literal(fault) if fault else style.say("No calls are published yet."))
        return
    now = data.now()
    told = [_source(one, found, now, style, zone) for one in manifest.sources]
    st.table(told, border="horizontal", hide_index=True)


def _source(
    one: SourceFreshness, found: list[Process], now: datetime, style: Style, zone: tzinfo
) -> dict[str, str]:
    recorder = health.recorder_of(one.source, found)
    return {
        style.say("Source"): literal(one.source),
        style.say("Newest call"): _at(one.newest_started_at, now, style, zone),
        style.say("Last loaded"): _at(one.loaded_at, now, style, zone),
        style.say("Recorder"): style.say(_WORDS[recorder.condition]) if recorder else NOTHING,
    }


def spool(style: Style) -> None:
    """Draws what waits and what was rejected, and lets it be tried again."""
    st.subheader(style.say("Call files"), anchor=False)
    home = data.home()
    files = rejects.files(home)
    with st.grid(2, min_column_width=150):
        st.metric(
            style.say("Waiting for the miner"), number(health.waiting(home), style), border=True
        )
        st.metric(style.say("With something rejected"), number(len(files), style), border=True)
    _tell_retried(style)
    if not files:
        return
    found = rejects.rows(home, MOST_REJECTED)
    st.dataframe(
        found.select(
            pl.col("file").alias(style.say("File")),
            pl.col("line").alias(style.say("Line")),
            pl.col("column").alias(style.say("Column")),
            pl.col("reason").alias(style.say("Reason")),
            pl.col("row").alias(style.say("Row")),
        ),
        hide_index=True,
        placeholder="",
        alt=style.say("Rejected rows with their reasons"),
    )
    if found.height >= MOST_REJECTED:
        st.caption(style.say("More are in the folder spool/rejected."))
    if not may_edit():
        return
    names = [path.name for path in files]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.multiselect(
            style.say("Try again, after what was wrong has been mended"),
            names,
            placeholder=style.say("All files"),
            key="retry_files",
        )
        if st.button(style.say("Try again"), icon=":material/replay:", key="retry"):
            _retry(chosen, style)


def comparisons(style: Style, zone: tzinfo) -> None:
    """Draws what the last comparisons found, and begins another one."""
    st.subheader(style.say("Reconciliation"), anchor=False)
    home = data.home()
    if fault := st.session_state.pop(_COMPARED, None):
        problems.tell(fault, style)
    found = verified.notes(home)
    if not found:
        st.caption(style.say("Nothing has been compared yet."))
    now = data.now()
    for one in found:
        icon, colour = ("check_circle", "green") if one.sound else ("error", "red")
        if one.sound and not one.complete:
            icon, colour = "help", "orange"
        name = {
            verified.WAREHOUSE: style.say("The warehouse and its own records"),
            verified.MIRROR: style.say("The mirror and the warehouse"),
        }.get(one.what) or style.say("{source} and the warehouse", source=one.what)
        mark = f":{colour}[:material/{icon}:]"
        with st.container(border=True, gap="xsmall"):
            st.markdown(f"{mark} **{literal(name)}** · {literal(_at(one.at, now, style, zone))}")
            for line in one.told:
                st.caption(literal(line.strip()))
    if not may_edit():
        return
    manifest, _ = health.published(home)
    with st.container(horizontal=True):
        if st.button(
            style.say("Compare the warehouse with its records"),
            icon=":material/rule:",
            key="verify_warehouse",
        ):
            _compare([], style)
        for one_source in manifest.sources if manifest else ():
            name = one_source.source
            if st.button(
                literal(style.say("Compare with {source}", source=name)),
                icon=":material/rule:",
                key=f"verify_{name}",
            ):
                _compare([f"--source={name}"], style)


def storage(style: Style, zone: tzinfo) -> None:
    """Draws what is published and how much room there is."""
    st.subheader(style.say("Storage"), anchor=False)
    found = _room(str(data.home().path))
    told = {
        style.say("Free on the disk"): size(found.free, style),
        style.say("Warehouse"): size(found.master, style),
        style.say("Snapshots"): size(found.snapshots, style),
        style.say("Call files"): size(found.call_files, style),
        style.say("Logs"): size(found.logs, style),
    }
    with st.grid(len(told), min_column_width=130):
        for name, value in told.items():
            st.metric(name, value, border=True)
    manifest, fault = health.published(data.home())
    if fault:
        st.error(literal(fault), icon=":material/database_off:")
    if manifest is not None:
        st.caption(
            literal(
                style.say(
                    "Snapshot {version}, published {at}: {legs} of {calls}.",
                    version=manifest.version,
                    at=_at(manifest.published_at, data.now(), style, zone),
                    legs=counted(manifest.totals.legs, "leg", style),
                    calls=counted(manifest.totals.calls, "call", style),
                )
            )
        )


def mails(style: Style, zone: tzinfo) -> None:
    """Draws what did not go out."""
    st.subheader(style.say("Mails and messages that failed"), anchor=False)
    try:
        with data.state() as state:
            found = failures(state, data.now() - _FAILED_FOR, _MOST_FAILURES)
    except TollbookError as error:
        problems.tell(error, style)
        return
    if not found:
        st.caption(style.say("None in the last 30 days."))
        return
    stages = {Stage.FAILED: style.say("Failed"), Stage.PERHAPS: style.say("Perhaps sent")}
    st.dataframe(
        pl.DataFrame(
            {
                style.say("When"): [instant(one.at.astimezone(zone), style) for one in found],
                style.say("What"): [one.what for one in found],
                style.say("To"): [one.recipient for one in found],
                style.say("Outcome"): [stages[one.stage] for one in found],
                style.say("Reason"): [one.reason for one in found],
            }
        ),
        hide_index=True,
        alt=style.say("Mails and messages that failed"),
    )


def _process(one: Process, now: datetime, style: Style, zone: tzinfo) -> None:
    source = one.name.removeprefix("record-")
    name = (
        style.say("Recorder of {source}", source=source)
        if source != one.name
        else style.say(_NAMES.get(one.name, one.name.capitalize()))
    )
    st.markdown(f"**{literal(name)}**")
    st.badge(style.say(_WORDS[one.condition]), color=_COLOURS[one.condition])  # type: ignore[arg-type]
    seen = style.say("Last sign {at}", at=_at(one.seen_at, now, style, zone))
    begun = style.say("Begun {at}", at=_at(one.begun_at, now, style, zone))
    st.caption(literal(f"{seen}\n\n{begun}"))
    if one.reason:
        st.markdown(f":red[{literal(one.reason)}]")
    if one.down_since:
        at = _at(one.down_since, now, style, zone)
        st.caption(literal(style.say("Down since {at}", at=at)))
    if one.facts:
        st.caption(literal(" · ".join(_facts(one.facts, style))))


def _facts(facts: dict[str, Any], style: Style) -> Iterator[str]:
    for name, value in facts.items():
        label = style.say(_FACTS[name]) if name in _FACTS else words(name, style)
        if isinstance(value, bool) or not isinstance(value, int):
            yield f"{label}: {_written(value, style)}"
        elif value:
            yield f"{label}: {number(value, style)}"


def _written(value: Any, style: Style) -> str:
    """A fact; an instant is one by the clock of its source."""
    try:
        return instant(datetime.fromisoformat(str(value)), style)
    except ValueError:
        return str(value)


def _at(value: datetime, now: datetime, style: Style, zone: tzinfo) -> str:
    told = age(value, now, style)
    at = instant(value.astimezone(zone), style)
    return f"{at}, {told}" if told else at


def _retry(names: list[str], style: Style) -> None:
    commands = Commands(data.home().path)
    try:
        with st.spinner(style.say("Trying again…")):
            found = commands.run("retry", *([] if names else ["--all"]), operands=names)
    except TollbookError as error:
        st.session_state[_RETRIED] = error
    else:
        st.session_state[_RETRIED] = found["files"]
        changed("rejected files tried again", files=names or "all")
    st.rerun()


def _tell_retried(style: Style) -> None:
    found = st.session_state.pop(_RETRIED, None)
    if isinstance(found, TollbookError):
        problems.tell(found, style)
        return
    for one in found or ():
        told = f"{one['file']}: {style.say(_OUTCOMES[one['outcome']])}"
        if one["reason"]:
            told += f". {one['reason']}"
        tell = st.success if one["outcome"] == "loaded" else st.warning
        tell(literal(told))


def _compare(words_of: list[str], style: Style) -> None:
    try:
        with st.spinner(style.say("Comparing…")):
            Commands(data.home().path).run("verify", *words_of)
    except TollbookError as error:
        st.session_state[_COMPARED] = error
    st.rerun()


@st.cache_data(ttl=60, show_spinner=False)
def _room(home: str) -> health.Room:
    """Counted once a minute: there may be very many files."""
    return health.room(Home(Path(home)))
