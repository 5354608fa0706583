"""A home as an administrator finds it: tables, prices, and calls that the miner has rated."""

from __future__ import annotations

from pathlib import Path

from app.cli import mining
from pipeline.callfile.spool import Spool
from warehouse.home import Home

MINED_AT = "2024-10-31T11:00:00Z"
SETTINGS = """\
company = "Aurora Instruments"

[[sources]]
name = "rome"
kind = "lync"
connection = "file:x"
site = "Rome"
"""
TARIFFS = """\
tariff,prefix,destination,call_type,price_per_minute,connect_fee,currency
aurelia,39,Italy,national,0.60,0.05,EUR
aurelia,393,Italy mobile,mobile,0.90,0.05,EUR
hudson,39,Italy,international,1.20,0,EUR
"""
SITES = """\
site,country,area_code,time_zone
Rome,IT,06,Europe/Rome
New York,US,212,America/New_York
"""
USERS = """\
user,name,department,cost_centre,numbers,site,valid_from,valid_to
anna@x.org,Anna Rossi,Sales,CC-1,+390612340001,Rome,,
bob@x.org,Bob Hill,Support,CC-2,+12125550001,New York,,2024-06-01
bob@x.org,Bob Hill,Finance,CC-3,+390612340002,Rome,2024-06-01,
"""
GATEWAYS = """\
gateway,site,tariff,channels
gw-1,Rome,aurelia,30
gw-2,New York,hudson,
"""
HEADER = "leg_id,call_id,started_at,talk_s,from_user,from_number,to_number,gateway_out,direction\n"
CALLS = """\
anna,anna,2024-10-28T10:00:00Z,60,anna@x.org,,+390698765432,gw-1,outbound
mobile,mobile,2024-10-28T11:00:00Z,120,anna@x.org,,+393331234567,gw-1,outbound
eve,eve,2024-10-29T10:00:00Z,60,eve@x.org,,+390698765432,gw-1,outbound
lift,lift,2024-10-29T11:00:00Z,180,,+390612340009,+390698765432,gw-1,outbound
gate,gate,2024-10-29T12:00:00Z,60,bob@x.org,,+390698765432,gw-9,outbound
dear,dear,2024-10-30T12:00:00Z,60,anna@x.org,,+442079460123,gw-1,outbound
in,in,2024-10-30T13:00:00Z,60,anna@x.org,,+390612340001,gw-1,inbound
"""


def book_home(path: Path) -> Home:
    """Writes all of it into a folder, and lets it be mined."""
    path.mkdir(exist_ok=True)
    home = Home(path)
    for file, text in (
        (home.settings, SETTINGS),
        (home.tariffs, TARIFFS),
        (home.sites, SITES),
        (home.users, USERS),
        (home.gateways, GATEWAYS),
    ):
        file.write_text(text, encoding="utf-8")
    spool = Spool(home.spool)
    spool.make()
    (spool.incoming / "rome_1.v1.csv").write_text(HEADER + CALLS, encoding="utf-8")
    mining.mine(home.path, once=True, now=MINED_AT)
    return home
