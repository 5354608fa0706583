"""Pages let commands do what changes a home, and tell what these say."""

from __future__ import annotations

import os

import pytest

from app.administration.commands import Commands
from warehouse.errors import InvalidInput, Unavailable
from warehouse.home import Home


def test_a_command_answers_with_what_it_found(booked_home: Home) -> None:
    found = Commands(booked_home.path).run("unmatched")
    assert {"eve@x.org", "+390612340009", "gw-9", "442079"} == {
        line["name"].lstrip("+") if line["what"] == "destination" else line["name"]
        for line in found
    }


def test_all_that_a_command_refuses_is_told_with_its_place(booked_home: Home) -> None:
    with pytest.raises(InvalidInput) as caught:
        Commands(booked_home.path).run("assign", "user", "--to=ghost@x.org", operands=["eve@x.org"])
    (problem,) = caught.value.problems
    assert ("user", "ghost@x.org") == (problem.column, problem.value)


def test_an_operand_is_never_taken_for_an_option(booked_home: Home) -> None:
    with pytest.raises(InvalidInput) as caught:
        Commands(booked_home.path).run("assign", "user", operands=["--to=anna@x.org"])
    assert "--to=anna@x.org" == caught.value.problems[0].value


def test_what_goes_wrong_is_told_in_the_words_of_the_command(empty_home: Home) -> None:
    with pytest.raises(Unavailable, match="Start `tollbook mine`"):
        Commands(empty_home.path).run("unmatched")


def test_a_command_that_does_not_end_in_time_is_ended(booked_home: Home) -> None:
    with pytest.raises(Unavailable, match="did not end within"):
        Commands(booked_home.path, limit_s=0.05).run("unmatched")


def test_a_command_of_a_supervised_app_lives_without_the_supervisor(
    booked_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOLLBOOK_SUPERVISED", "1")
    assert Commands(booked_home.path).run("unmatched")
    assert "1" == os.environ["TOLLBOOK_SUPERVISED"]
