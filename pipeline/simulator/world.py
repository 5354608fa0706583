"""The numbers outside the company, by site and call type."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from pipeline.simulator.deck import Deck
from pipeline.simulator.lines import Exchange, Line
from pipeline.simulator.numbering import DEAR, DOMESTIC, called_abroad, number_like, patterns_of
from pipeline.simulator.sites import SITES, Site

_COUNTS = {"local": 2200, "national": 2600, "mobile": 2600, "freephone": 60, "premium": 15}
_ABROAD_COUNT = 2200
_DEAR_COUNT = 25
_OWN_BLOCKS = tuple(site.block for site in SITES)


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """Outside lines. The order within a kind is that of how much they phone with the company."""

    by_site: dict[str, dict[str, tuple[Line, ...]]]
    """Site → call type → lines."""
    dear: dict[str, tuple[Line, ...]]
    """Site → lines in countries that cost most."""

    def kind(self, site: Site, call_type: str) -> tuple[Line, ...]:
        """Lines of a call type seen from a site.

        Where mobiles cannot be told apart, as in the United States, they are national numbers.
        """
        kinds = self.by_site[site.name]
        return kinds.get(call_type) or kinds["national" if "national" in kinds else "local"]


def make_world(rng: Random, exchange: Exchange) -> World:
    by_site = {}
    dear = {}
    for site in SITES:
        kinds = {
            kind: _distinct(
                rng, exchange, Deck((pattern, 1) for pattern in patterns), _COUNTS[kind]
            )
            for kind, patterns in DOMESTIC[site.country].items()
        }
        kinds["international"] = _distinct(
            rng,
            exchange,
            Deck(
                (pattern, weight / len(patterns_of(country)))
                for country, weight in called_abroad(site.country).items()
                for pattern in patterns_of(country)
            ),
            _ABROAD_COUNT,
        )
        by_site[site.name] = kinds
        dear[site.name] = _distinct(
            rng,
            exchange,
            Deck(
                (pattern, 1) for country in DEAR[site.country] for pattern in patterns_of(country)
            ),
            _DEAR_COUNT,
        )
    return World(by_site, dear)


def _distinct(rng: Random, exchange: Exchange, patterns: Deck[str], count: int) -> tuple[Line, ...]:
    found: dict[str, Line] = {}
    while len(found) < count:
        number = number_like(patterns.draw(rng), rng)
        if not number.startswith(_OWN_BLOCKS):
            found[number] = exchange.line(number)
    return tuple(found.values())
