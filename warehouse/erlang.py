"""How many channels telephone traffic needs: Erlang's loss formula.

Pure functions. Traffic is in erlangs: seconds in use within an hour, divided by 3600.
"""

from __future__ import annotations


def blocking(erlangs: float, channels: int) -> float:
    """The share of calls that find all channels busy (Erlang B), from 0 to 1.

    For calls that arrive by chance and that are lost when they find no channel.
    """
    if erlangs < 0 or channels < 0:
        raise ValueError(f"{erlangs} erlangs on {channels} channels cannot be")
    blocked = 1.0
    for channel in range(1, channels + 1):
        blocked = erlangs * blocked / (channel + erlangs * blocked)
    return blocked


def channels_needed(erlangs: float, at_most: float = 0.01) -> int:
    """The least number of channels on which no more than this share of calls is blocked."""
    if erlangs < 0:
        raise ValueError(f"{erlangs} erlangs cannot be")
    if not 0 < at_most <= 1:
        raise ValueError(f"{at_most} is no share of calls between 0 and 1")
    channels, blocked = 0, 1.0
    while blocked > at_most:
        channels += 1
        blocked = erlangs * blocked / (channels + erlangs * blocked)
    return channels
