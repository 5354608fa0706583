"""What the files of the directory say, as the warehouse stores it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from pipeline.directory.dimensions import dimensions
from pipeline.directory.read import read_directory
from warehouse.home import Home


def test_rows_of_the_files_become_dated_dimensions(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.users.write_text(
        "user,name,department,aliases,numbers,site,valid_from,valid_to\n"
        "Anna@Aurora.example,Anna,Sales,A.B@aurora.example,+390612000; 12,Rome,,2026-03-01\n"
        "anna@aurora.example,Anna,Support,,,Rome,2026-03-01,\n"
    )
    home.sites.write_text("site,country,time_zone,area_code\nRome,IT,Europe/Rome,06\n")
    home.gateways.write_text("gateway,site,tariff,channels\nGW-*,Rome,aurelia,30\n")
    found = dimensions(read_directory(home, ["aurelia"]))
    assert [
        (["a.b@aurora.example"], ["+390612000", "12"], None, date(2026, 3, 1)),
        ([], [], date(2026, 3, 1), None),
    ] == found.people.select("aliases", "numbers", "valid_from", "valid_to").rows()
    assert [("Rome", "06")] == found.sites.select("site", "area_code").rows()
    assert [("gw-*", 30, None)] == found.gateways.select("gateway", "channels", "valid_to").rows()
