from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import phonenumbers
import pytest

from pipeline.directory.read import read_directory
from pipeline.simulator.company import Company, make_company
from pipeline.simulator.directory import write_directory
from pipeline.simulator.sites import SITES
from tests.pipeline.simulator.conftest import REFERENCE
from warehouse.home import Home

TARIFFS = ("aurelia", "tiber", "hudson", "merlion", "private")


def test_about_400_people_work_at_three_sites(company: Company) -> None:
    people = Counter(person.site.name for person in company.people if person.is_here(REFERENCE))

    assert {"Rome", "New York", "Singapore"} == set(people)
    assert 380 <= people.total() <= 420


def test_addresses_and_ids_are_unique(company: Company) -> None:
    accounts = company.accounts()

    assert len(accounts) == len({account.address for account in accounts})
    assert len(accounts) == len({account.user_id for account in accounts})
    assert len(company.lines) == len({line.number for line in company.lines})


def test_every_outside_number_is_valid_in_its_numbering_plan(company: Company) -> None:
    invalid = [
        line.number
        for site in SITES
        for call_type in ("local", "national", "mobile", "international", "freephone", "premium")
        for line in company.world.kind(site, call_type)[:250]
        if not phonenumbers.is_valid_number(phonenumbers.parse(line.number))
    ]

    assert [] == invalid


def test_no_outside_number_lies_in_the_blocks_of_the_company(company: Company) -> None:
    blocks = tuple(site.block for site in SITES)
    outside = {
        line.number
        for kinds in company.world.by_site.values()
        for lines in kinds.values()
        for line in lines
    }

    assert not [number for number in outside if number.startswith(blocks)]


def test_the_directory_files_are_valid(company: Company, tmp_path: Path) -> None:
    write_directory(company, tmp_path)

    directory = read_directory(Home(tmp_path), TARIFFS)

    roles = set(directory.users["role"])
    assert {"person", "head", "common_area", "response_group", "attendant", "voicemail"} == roles
    assert {account.address for account in company.accounts()} == set(directory.users["user"])


def test_some_people_left_and_some_moved_within_the_quarter(company: Company) -> None:
    quarter = date(2026, 4, 1)
    left = [person.valid_to for person in company.people if person.valid_to is not None]
    moved = [person.moved_on for person in company.people if person.moved_on is not None]

    assert len(left) >= 3
    assert len(moved) >= 3
    assert quarter <= min(*left, *moved)
    assert max(*left, *moved) < REFERENCE


def test_successors_take_over_number_and_desk(company: Company) -> None:
    leavers = {
        person.line.number: person for person in company.people if person.valid_to is not None
    }
    successors = [
        person
        for person in company.people
        if person.line.number in leavers and person.valid_to is None
    ]

    assert len(leavers) <= len(successors)


@pytest.mark.parametrize("seed", [2, 3])
def test_another_seed_makes_other_people(company: Company, seed: int) -> None:
    other = make_company(seed, REFERENCE)

    assert [each.name for each in company.people] != [each.name for each in other.people]
