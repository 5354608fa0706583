"""Where the keys of a TOML file stand: the parser in the standard library does not say."""

from __future__ import annotations

import re
import tomllib
from typing import Any

Key = tuple[str | int, ...]
Place = tuple[int, int]
"""Line and character position of a value, or of its table's header; both begin at 1."""

_HEADER = re.compile(r"^\s*\[(\[?)")
_ASSIGNMENT = re.compile(r"""^\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*\S+?)*)\s*=\s*""")


def positions(text: str) -> dict[Key, Place]:
    """The place of every key of `text`, which must be valid TOML, by its path.

    The entries of an array of tables are counted from 0, as the parser counts them.
    """
    found: dict[Key, Place] = {}
    counts: dict[Key, int] = {}
    table: Key = ()
    lines = text.replace("\r\n", "\n").split("\n")
    at = 0
    while at < len(lines):
        line, number = lines[at], at + 1
        if (header := _HEADER.match(line)) and (path := _path(_parsed(line))):
            table = _counted(path[:-1], counts) + path[-1:]
            if header.group(1):
                counts[table] = counts.get(table, -1) + 1
                found.setdefault(table, (number, 1))
                table = (*table, counts[table])
            found[table] = (number, 1)
        elif assignment := _ASSIGNMENT.match(line):
            path = _path(_parsed(f"{assignment.group(1)} = 0"))
            found[*table, *path] = (number, assignment.end() + 1)
            at = _last_line(lines, at)
        at += 1
    return found


def _counted(path: Key, counts: dict[Key, int]) -> Key:
    """A table's path with the present entry of every array of tables on it."""
    found: Key = ()
    for part in path:
        found = (*found, part)
        if found in counts:
            found = (*found, counts[found])
    return found


def nearest(places: dict[Key, Place], key: Key) -> Place | None:
    """The place of `key`, or of the closest table around it."""
    while key and key not in places:
        key = key[:-1]
    return places.get(key)


def _last_line(lines: list[str], first: int) -> int:
    """Where the assignment that begins on a line ends: texts and arrays may run over several."""
    for last in range(first, len(lines)):
        if _parsed("\n".join(lines[first : last + 1])) is not None:
            return last
    return first


def _parsed(text: str) -> dict[str, Any] | None:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None


def _path(tree: Any) -> Key:
    """`{"a": {"b c": …}}`, as the parser reads `a."b c"`, → its keys from the outside in."""
    parts: list[str | int] = []
    while tree and isinstance(tree, dict | list):
        key = next(iter(tree))
        if isinstance(tree, list):
            tree = key
            continue
        parts.append(key)
        tree = tree[key]
    return tuple(parts)
