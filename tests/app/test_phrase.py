from __future__ import annotations

import copy
import pickle
from datetime import date

import pytest

from app.format import ENGLISH
from app.language import style_of
from app.phrase import Name, Phrase, said

ITALIAN = style_of("it-IT")
CUT = Phrase("These are {shown} of {all} calls.", shown=1000, all=23456)


def test_a_phrase_is_its_english_text() -> None:
    assert CUT == "These are 1,000 of 23,456 calls."
    assert said(CUT, ENGLISH) == CUT


def test_a_phrase_is_said_with_its_values_as_the_reader_has_them() -> None:
    assert said(CUT, ITALIAN) == "Sono elencate 1.000 chiamate su 23.456."
    period = Phrase("Before is {first} to {last}.", first=date(2024, 9, 1), last=date(2024, 9, 30))
    assert period == "Before is 1 Sep 2024 to 30 Sep 2024."
    assert said(period, ITALIAN) == "Il periodo precedente va dal 1 set 2024 al 30 set 2024."


@pytest.mark.parametrize(("cut", "end"), [("", "workdays."), (CUT, "workdays. " + CUT)])
def test_a_phrase_within_a_phrase_may_be_missing(cut: str, end: str) -> None:
    text = "Office hours are {begin} to {end} on {days}. {cut}"
    found = Phrase(text, begin="08:00", end="18:00", days=Phrase("workdays"), cut=cut)
    assert found.endswith(end)
    assert "giorni lavorativi." in said(found, ITALIAN)
    assert ("Sono elencate" in said(found, ITALIAN)) == bool(cut)


def test_names_stay_what_they_are() -> None:
    assert said("Service", ITALIAN) == "Servizio"
    assert said(Name("Service"), ITALIAN) == "Service"
    assert said(Name("{odd}"), ITALIAN) == "{odd}"


@pytest.mark.parametrize("twin", [copy.deepcopy, lambda one: pickle.loads(pickle.dumps(one))])
def test_a_phrase_that_was_kept_somewhere_can_still_be_said(twin: object) -> None:
    kept = Phrase("Cost by day ({currency})", currency="{EUR}")
    found = twin(kept)  # type: ignore[operator]
    assert found == kept
    assert said(found, ITALIAN) == "Costo per giorno ({EUR})"
