"""Where the keys of a TOML file stand: the parser in the standard library does not say."""

from __future__ import annotations

import re
import tomllib

Key = tuple[str | int, ...]
Place = tuple[int, int]
"""Line and character position of a value, or of its table's header; both begin at 1."""

_HEADER = re.compile(r"^\s*(\[\[?)(.+?)\]\]?\s*(#.*)?$")
_ASSIGNMENT = re.compile(r"""^\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*\S+?)*)\s*=\s*""")


def positions(text: str) -> dict[Key, Place]:
    """The place of every key of `text`, which must be valid TOML, by its path.

    The entries of an array of tables are counted from 0, as the parser counts them.
    """
    found: dict[Key, Place] = {}
    counts: dict[Key, int] = {}
    table: Key = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            table = _path(header.group(2))
            if header.group(1) == "[[":
                counts[table] = counts.get(table, -1) + 1
                found.setdefault(table, (number, 1))
                table = (*table, counts[table])
            found[table] = (number, 1)
        elif assignment := _ASSIGNMENT.match(line):
            found[*table, *_path(assignment.group(1))] = (number, assignment.end() + 1)
    return found


def nearest(places: dict[Key, Place], key: Key) -> Place | None:
    """The place of `key`, or of the closest table around it."""
    while key and key not in places:
        key = key[:-1]
    return places.get(key)


def _path(dotted: str) -> Key:
    """`a."b c".d` → its parts, read by the parser itself."""
    tree = tomllib.loads(f"{dotted} = 0")
    parts: list[str | int] = []
    while isinstance(tree, dict):
        key = next(iter(tree))
        parts.append(key)
        tree = tree[key]
    return tuple(parts)
