"""The pages on which people set something up, as an Italian reads them: no text is left over."""

from __future__ import annotations

import pytest

from tests.app.alarms.conftest import watching
from tests.app.desk import test_alarms_page as alarms
from tests.app.desk import test_budgets_page as budgets
from tests.app.desk import test_schedules_page as schedules
from tests.app.desk.test_schedules_page import click
from tests.app.listening import Listening
from tests.app.schedules.conftest import daily
from tests.app.test_pages import metrics, opened, said
from warehouse.home import Home

OFFICE = {"begin": "08:00", "end": "18:00", "weekdays": [1, 2]}


def test_schedules_are_told_in_italian(small_home: Home, heard: Listening) -> None:
    schedules.add(small_home, schedules.MONTHLY, daily("Days"))
    app = opened("schedules")
    assert "il giorno 2 del mese alle 06:30 (Europe/Rome)" in said(app)
    app = click(app, "Preview 1")
    assert "il mese precedente" in said(app)
    app = click(opened("schedules"), "Edit 1")
    assert "Frequenza" in {one.label for one in app.button_group}
    app = click(opened("schedules"), "Send now 1")
    app = click(app, "schedule send now")
    assert "2 in attesa" in said(app)
    app = click(app, "Remove 1")
    assert "vengono eliminati" in said(app)
    assert set() == heard.missed


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (
            {"kind": "call", "call_types": ("premium",), "min_cost": "2.50", "within": OFFICE},
            "Una chiamata con tipo sovrapprezzo e costo da 2,50 e nell'orario 08:00–18:00 Lun Mar",
        ),
        (
            {
                "kind": "counter",
                "measure": "asr",
                "compare": "fall_percent",
                "amount": "7.5",
                "window": "hour",
                "against": "weekday",
                "per": "site",
                "filters": {"directions": ["inbound"], "sites": ["Rome"]},
            },
            "Percentuale con risposta per ora in calo di oltre 7,5 % sulla settimana precedente, "
            "per sede, direzioni in entrata, sedi Rome, a partire da 20 chiamate",
        ),
        (
            {"kind": "operation", "trouble": "silent", "amount": "45", "hours": OFFICE},
            "Nessuna nuova chiamata da 45 minuti in orario d'ufficio",
        ),
        (
            {"kind": "unusual", "per": "trunk", "weeks": 6, "points": 9},
            "Chiamate diverse da quelle delle ultime 6 settimane per trunk",
        ),
    ],
)
def test_alarms_are_told_in_italian(
    small_home: Home, heard: Listening, facts: dict[str, object], words: str
) -> None:
    alarms.add(small_home, watching("Odd", quiet=60, **facts))
    app = opened("alarms")
    assert words in said(app)
    app = click(app, "Edit 1")
    assert "Riguarda ciò che inizia da adesso in poi." in said(app)
    assert not click(opened("alarms"), "Look back 1").exception
    assert "vengono eliminati" in said(click(opened("alarms"), "Remove 1"))
    assert set() == heard.missed


def test_what_was_found_is_told_in_italian(small_home: Home, heard: Listening) -> None:
    alarms.add(small_home, alarms.DEAR)
    alarms.find(small_home)
    app = opened("alarms")
    assert "Aperti: 1" in said(app)
    assert "in attesa" in click(app, "Who was told 1").table[0].value.to_numpy().ravel().tolist()
    app = click(opened("alarms"), "Acknowledge 1")
    assert "Nulla da gestire" in said(click(app, "alarm seen to"))
    assert set() == heard.missed


def test_budgets_are_told_in_italian(small_home: Home, heard: Listening) -> None:
    budgets.keep(small_home, budgets.SERVICE, budgets.SALES)
    budgets.sum_up(small_home)
    app = opened("budgets")
    assert (
        "Per la somma di Service: 1,25\u00a0€ al mese, più quanto era avanzato prima · "
        "avvisa al 50%, 100%, avvisa responsabile" in said(app)
    )
    assert "1" == metrics(app)["Superati"][0]
    assert ["Budget", "Di", "Quota spesa", "Speso"] == list(app.dataframe[0].value.columns)[:4]
    assert "Valuta" in {one.label for one in click(app, "Edit 1").text_input}
    assert "vengono eliminati" in said(click(opened("budgets"), "Remove 1"))
    assert set() == heard.missed
