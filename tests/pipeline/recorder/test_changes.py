"""Which legs are written again."""

from __future__ import annotations

import polars as pl

from pipeline.recorder.changes import changed, with_digest
from pipeline.sources.source import BATCH_COLUMNS

LEG = pl.DataFrame(
    [dict.fromkeys(BATCH_COLUMNS) | {"leg_id": "a", "emergency": False}], BATCH_COLUMNS
)
DIGEST_BEFORE_DIALOGS = "d4eebea316e59a36"


def test_a_column_that_call_files_did_not_always_have_changes_nothing_while_empty() -> None:
    assert DIGEST_BEFORE_DIALOGS == with_digest(LEG)["digest"].item().hex()


def test_a_leg_whose_dialog_is_told_now_is_written_again() -> None:
    written = with_digest(LEG).with_columns(pl.lit(2).alias("revision"))
    told = LEG.with_columns(pl.lit("d").alias("dialog_id"))

    assert changed(LEG, written).is_empty()
    assert [3] == changed(told, written)["revision"].to_list()
