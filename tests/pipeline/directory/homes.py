"""Homes with the three files of the directory, and what is wrong with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.directory.directory import Directory
from pipeline.directory.read import read_directory
from warehouse.errors import InvalidInput, Problem
from warehouse.home import Home

SITES = """\
site,country,area_code,time_zone
Rome,IT,06,Europe/Rome
New York,US,212,America/New_York
"""
USERS = "user,name,department\nanna@x.org,Anna,Sales\n"
GATEWAYS = "gateway,site,tariff\ngw-1,Rome,carrier\n"


def directory_of(
    folder: Path, *, users: str = USERS, sites: str = SITES, gateways: str = GATEWAYS
) -> Directory:
    """Reads a directory; gateways may point to the tariffs `carrier` and `other`."""
    home = Home(folder)
    home.users.write_text(users, encoding="utf-8")
    home.sites.write_text(sites, encoding="utf-8")
    home.gateways.write_text(gateways, encoding="utf-8")
    return read_directory(home, {"carrier", "other"})


def problems_of(folder: Path, **files: str) -> list[Problem]:
    """What is wrong with files that cannot be used."""
    with pytest.raises(InvalidInput) as caught:
        directory_of(folder, **files)
    return list(caught.value.problems)
