"""Compiled tariffs as bytes and back, so that an unchanged price list is compiled once."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, get_args, get_origin, get_type_hints

import numpy as np
import polars as pl

from pipeline.rating.compile import Tariffs
from pipeline.rating.settings import TariffSettings

FORMAT = "tollbook tariffs 6"
"""To be raised whenever compiled tables change their meaning."""


_ALIGNMENT = 64
"""Numbers that lie across it are copied whenever a table is read."""


def content_key(table: bytes, settings: Mapping[str, TariffSettings]) -> str:
    """The name under which tariffs compiled of a price list and settings can be kept."""
    told = json.dumps({name: each.model_dump_json() for name, each in sorted(settings.items())})
    return hashlib.sha256(f"{FORMAT}\n{told}\n".encode() + table).hexdigest()[:32]


def to_bytes(tariffs: Tariffs) -> bytes:
    """Everything about compiled tariffs, readable by `from_bytes` without running anything."""
    blocks: list[bytes] = []
    shape = _packed(tariffs, blocks)
    head = json.dumps({"format": FORMAT, "sizes": [len(block) for block in blocks], "root": shape})
    encoded = head.encode()
    parts = [len(encoded).to_bytes(8, "little") + encoded, *blocks]
    return b"".join(part + bytes(-len(part) % _ALIGNMENT) for part in parts)


def from_bytes(data: bytes) -> Tariffs | None:
    """What `to_bytes` was given, or None where the bytes are of another version or damaged."""
    try:
        size = int.from_bytes(data[:8], "little")
        head = json.loads(data[8 : 8 + size])
        if head["format"] != FORMAT:
            return None
        view, blocks = memoryview(data), []
        at = _aligned(8 + size)
        for length in head["sizes"]:
            blocks.append(view[at : at + length])
            at = _aligned(at + length)
        if at != len(data):
            return None
        tariffs: Tariffs = _unpacked(Tariffs, head["root"], blocks)
    except (ValueError, KeyError, TypeError, IndexError, pl.exceptions.PolarsError):
        return None
    return tariffs


def _aligned(size: int) -> int:
    return size + -size % _ALIGNMENT


def _packed(value: Any, blocks: list[bytes]) -> Any:
    if isinstance(value, np.ndarray):
        blocks.append(np.ascontiguousarray(value).tobytes())
        return [len(blocks) - 1, value.dtype.str, list(value.shape)]
    if isinstance(value, pl.DataFrame):
        return _kept(value, blocks)
    if isinstance(value, TariffSettings):
        return value.model_dump(mode="json")
    if is_dataclass(value):
        return {each.name: _packed(getattr(value, each.name), blocks) for each in fields(value)}
    if isinstance(value, tuple):
        return [_packed(each, blocks) for each in value]
    return value


def _unpacked(kind: Any, shape: Any, blocks: list[memoryview]) -> Any:
    origin = get_origin(kind)
    if origin is np.ndarray:
        block, dtype, size = shape
        return np.frombuffer(blocks[block], dtype=dtype).reshape(size)
    if origin is tuple:
        return tuple(_unpacked(get_args(kind)[0], each, blocks) for each in shape)
    if kind is pl.DataFrame:
        return pl.read_ipc(io.BytesIO(blocks[shape]))
    if kind is TariffSettings:
        return TariffSettings.model_validate(shape)
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        made: Any = kind
        return made(**{name: _unpacked(hints[name], part, blocks) for name, part in shape.items()})
    return shape


def _kept(frame: pl.DataFrame, blocks: list[bytes]) -> int:
    """The place of a new block with the frame."""
    buffer = io.BytesIO()
    # In one piece: a table in several is slower to look up in.
    frame.rechunk().write_ipc(
        buffer, compression="uncompressed", record_batch_size=max(frame.height, 1)
    )
    blocks.append(buffer.getvalue())
    return len(blocks) - 1
