"""Keeps the rows of a source that are no legs until somebody mends them."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

from pipeline.callfile.spool import Spool
from pipeline.sources.source import Rejected
from warehouse.files import replacing, write_text


def keep_rejected(spool: Spool, source: str, rejected: Sequence[Rejected]) -> None:
    """Puts rows aside as the source had them, with a text beside them that says what is wrong.

    Rows of one heading come into one file, below it. Its name follows from its content: to repeat
    it changes nothing.
    """
    for heading in dict.fromkeys(row.heading for row in rejected):
        rows = [row for row in rejected if row.heading == heading]
        data = heading + b"".join(row.text.removesuffix(b"\n") + b"\n" for row in rows)
        name = f"{source}_rows_{blake2b(data, digest_size=8).hexdigest()}.csv"
        if (spool.rejected / name).exists():
            continue
        reasons = "".join(f"{problem}\n" for row in rows for problem in row.problems)
        write_text(spool.rejected / f"{name}.reasons.txt", reasons)
        with replacing(spool.rejected / name) as temporary:
            temporary.write_bytes(data)
