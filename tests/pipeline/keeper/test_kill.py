"""`retain` killed without warning, at some moment of its work."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta
from typing import Any

import pytest

from warehouse.anonymous import ANONYMOUS
from warehouse.master import Master
from warehouse.retention import Mark

DAYS = 12
FIRST = date(2026, 2, 1)
LIMIT = date(2026, 5, 1)

RETAIN = """
import sys
from datetime import date, datetime, timezone
from pathlib import Path
import warehouse.restate
from pipeline.callfile.spool import Spool
from pipeline.keeper import retain as module
from warehouse.home import Home
from warehouse.master import Master
from warehouse.retention import Mark

warehouse.restate.BATCH_LEGS = 1
home = Home(Path(sys.argv[1]))
for name in ("prune", "compact", "publish"):
    def told(*arguments, _name=name, _real=getattr(module, name)):
        print(_name, flush=True)
        return _real(*arguments)
    setattr(module, name, told)
at = datetime(2026, 6, 30, 12, tzinfo=timezone.utc)
with Master.open(home.warehouse) as master:
    mark = Mark(sys.argv[2], date(2026, 5, 1))
    module.retain(
        master, Spool(home.spool), [mark], at, "me", lambda done, of: print(done, flush=True)
    )
print("end", flush=True)
"""


@pytest.mark.parametrize(
    ("what", "moment"),
    [
        ("anonymise", "1"),
        ("delete", "7"),
        ("anonymise", "prune"),
        ("delete", "compact"),
        ("delete", "publish"),
    ],
)
def test_killed_anywhere_it_loses_nothing_and_ends_when_called_again(
    bench: Any, what: Any, moment: str
) -> None:
    days = [str(FIRST + timedelta(days=step)) for step in range(DAYS)]
    bench.drop(
        "rome_20260201T120000Z_000009.v1.csv",
        *((f"K{day}", day, "anna", "+390612345678") for day in days),
    )
    bench.mine()
    young = "day >= date '2026-05-01'"
    kept = "leg_id <> 'L'" if what == "anonymise" else young
    money = f"select sum(cost), count(*) from legs where {kept}"
    expected = bench.published(money)
    bench.master.close()
    with subprocess.Popen(
        [sys.executable, "-c", RETAIN, str(bench.home.path), what],
        stdout=subprocess.PIPE,
        text=True,
    ) as killed:
        assert killed.stdout is not None
        for line in killed.stdout:
            if line.strip() == moment:
                killed.kill()
                break
        else:
            pytest.fail(f"{moment} never came")
    bench.master = Master.open(bench.home.warehouse)
    late = "rome_20260201T120000Z_000010.v1.csv"
    bench.drop(late, ("L", days[0], "anna", "+390612345678"))
    bench.mine()
    named = f"select leg_id from legs where leg_id = 'L' and charged_user <> '{ANONYMOUS}'"
    assert [] == bench.published(named)
    bench.retain(Mark(what, LIMIT))
    assert expected == bench.published(money)
    assert [] == bench.published(
        f"select leg_id from legs where day < date '2026-05-01' and charged_user <> '{ANONYMOUS}'"
    )
    bench.check()
