"""Every country that a number can belong to is on the map, and the map comes from this server."""

from __future__ import annotations

import json
from pathlib import Path

import phonenumbers

from app.charts.world import SMALL
from app.countries import country_name
from app.format import ENGLISH, Style

SHAPES = Path(__file__).parents[2] / "app" / "static" / "world_110m.json"


def test_every_country_with_numbers_has_a_shape_or_a_place() -> None:
    drawn = json.loads(SHAPES.read_text(encoding="utf-8"))["objects"]["countries"]["geometries"]
    shapes = {one["id"] for one in drawn}
    assert set() == phonenumbers.SUPPORTED_REGIONS - shapes - set(SMALL)
    assert set() == shapes & set(SMALL)


def test_countries_are_named_in_the_language_of_the_reader() -> None:
    assert "Germany" == country_name("DE", ENGLISH)
    assert "Germania" == country_name("DE", Style(language="it"))
    assert "No country known" == country_name("", ENGLISH)
    assert "XX" == country_name("XX", ENGLISH)
