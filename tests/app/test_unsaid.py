"""Whatever pages draw in words is said, so that it can be translated."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.app.texts import APP

_ARGUMENTS = "alt body caption delta_description help label placeholder text title"
TEXTS = frozenset(_ARGUMENTS.split())
"""Names of arguments that people read."""
_CALLS = """
title header subheader markdown caption text write info warning error success toast badge
button download_button link_button form_submit_button checkbox toggle radio selectbox multiselect
pills segmented_control slider select_slider text_input number_input text_area date_input
time_input file_uploader chat_input metric expander popover tabs spinner status feedback dialog
Column TextColumn NumberColumn DateColumn DatetimeColumn CheckboxColumn SelectboxColumn
ProgressColumn LinkColumn ListColumn
"""
DRAWN = frozenset(_CALLS.split())
"""What of Streamlit puts its first argument before people's eyes."""
FOLDERS = ("access", "administration", "calls", "desks", "figures", "frame", "views")
SAME = frozenset({"Tollbook", "CSV", "Excel", "PDF", "HTML"})
"""What every language writes like this."""
_DIRECTIVE = re.compile(r":material/\w+:|:[a-z]+(-[a-z]+)?\[|&nbsp;|<br>")


def _written(node: ast.expr) -> Iterator[str]:
    """The pieces of English that an expression shows without having them said."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        plain = _DIRECTIVE.sub("", node.value)
        yield from (word for word in re.findall(r"[^\W\d_]{2,}", plain) if word not in SAME)
    elif isinstance(node, ast.JoinedStr | ast.List | ast.Tuple):
        for part in node.values if isinstance(node, ast.JoinedStr) else node.elts:
            yield from _written(part)
    elif isinstance(node, ast.FormattedValue):
        yield from _written(node.value)
    elif isinstance(node, ast.BinOp):
        yield from (*_written(node.left), *_written(node.right))
    elif isinstance(node, ast.IfExp):
        yield from (*_written(node.body), *_written(node.orelse))
    elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "literal":
        yield from _written(node.args[0])


def unsaid(source: str) -> list[str]:
    """What a module draws in English whatever the reader's language, by line."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not ast.unparse(node.func).startswith("st."):
            continue
        name = ast.unparse(node.func).rpartition(".")[2]
        shown = [one.value for one in node.keywords if one.arg in TEXTS]
        shown += node.args[: 2 if name == "metric" else 1] if name in DRAWN else []
        found += [f"{node.lineno}: {word}" for one in shown for word in _written(one)]
    return found


@pytest.mark.parametrize(
    "path",
    [*APP.glob("*.py"), *(path for name in FOLDERS for path in APP.glob(f"{name}/*.py"))],
    ids=lambda path: path.stem,
)
def test_pages_draw_no_text_that_is_not_said(path: Path) -> None:
    assert [] == unsaid(path.read_text())


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('st.title("Overview")', ["1: Overview"]),
        ('st.button(style.say("Save"), help="Now")', ["1: Now"]),
        ('st.sidebar.caption(f"**{n}** calls")', ["1: calls"]),
        ('st.markdown("ab" if x else literal("cd"))', ["1: ab", "1: cd"]),
        ('st.tabs(["One", style.say("Two")])', ["1: One"]),
        ('st.markdown(f":orange[:material/sync: {told}] · CSV")', []),
        ('st.button(style.say("Save"), key="save", icon=":material/save:")', []),
    ],
)
def test_what_is_not_said_is_found(line: str, words: list[str]) -> None:
    assert words == unsaid(line)
