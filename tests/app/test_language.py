"""Nobody who reads another language meets English texts."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from app.frame.facets import FACETS
from app.frame.pages import MENU
from tests.app.listening import ITALIAN, Listening, translations
from tests.app.test_pages import metrics, opened, said
from tests.app.texts import APP, all_texts, update
from warehouse.home import Home

CATALOGUES = sorted((APP / "locale").glob("*.po"))
PAGES = [entry.path for entries in MENU.values() for entry in entries]
_VALUE = re.compile(r"\{\w*\}")
_MARKS = re.compile(r"\*\*|`[^`]*`|\\\S|:material/\w+:")


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_a_catalogue_has_every_text_and_none_that_is_gone(path: Path) -> None:
    found = translations(path)
    assert [] == sorted(all_texts() - set(found)), "run python -m tests.app.texts"
    assert [] == sorted(set(found) - all_texts()), "run python -m tests.app.texts"
    assert [] == sorted(text for text, told in found.items() if not told), "translate these"


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_translations_keep_values_marks_and_blanks(path: Path) -> None:
    for text, told in translations(path).items():
        assert sorted(_VALUE.findall(text)) == sorted(_VALUE.findall(told)), text
        assert sorted(_MARKS.findall(text)) == sorted(_MARKS.findall(told)), text
        assert told == told.strip(), text
        assert text.endswith(".") == told.endswith("."), text


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_the_updater_leaves_what_is_complete(path: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copy(path, tmp_path))
    assert [] == update(copy)
    assert path.read_bytes() == copy.read_bytes()


def test_the_updater_lists_what_is_new_and_takes_out_what_is_gone(tmp_path: Path) -> None:
    lines = ITALIAN.read_text().replace('msgid "Overview"', 'msgid "Gone"')
    copy = tmp_path / "it.po"
    copy.write_text(lines)
    assert ["Overview"] == update(copy)
    assert translations(copy) == translations(ITALIAN) | {"Overview": ""}


@pytest.mark.parametrize("page", PAGES)
def test_no_page_has_a_text_that_a_reader_does_not_understand(
    small_home: Home, heard: Listening, page: str
) -> None:
    asked = {facet.key: [next(iter(facet.words))] for facet in FACETS if facet.words}
    for query in ({}, {"period": "this-year", "compare": "year"} | asked):
        app = opened(page, **query)
        assert not app.exception
    assert set() == heard.missed


def test_an_italian_reads_texts_numbers_and_dates_in_italian(
    small_home: Home, heard: Listening
) -> None:
    app = opened()
    assert "Panoramica" == app.title[0].value
    assert ("1,27\u00a0€", "+154,6%") == metrics(app)["Costo"]
    assert "-16,7 punti" == metrics(app)["Con risposta"][1]
    assert "A confronto con 2 set – 1 ott 2024." in said(app)
    assert "Manca il prezzo di 1 chiamata: " in app.warning[0].value
    assert ["Ultimi 30 giorni"] == app.selectbox(key="period").options[:1]
    assert "Azzera i filtri" == app.button(key="reset").label


def test_a_report_on_its_page_is_told_in_italian(small_home: Home, heard: Listening) -> None:
    app = opened("reports")
    app.selectbox(key="report").select("costs-by-department").run()
    assert "Costi · Costi per reparto" in app.selectbox(key="report").options
    assert "Quanto ha speso ciascun reparto." in said(app)
    assert ["Reparto", "Chiamate"] == list(app.dataframe[0].value.columns)[:2]
    assert "Totale: chiamate 6" in said(app)


def test_an_opened_call_is_told_in_italian(small_home: Home, heard: Listening) -> None:
    app = opened("calls")
    app.session_state["call"] = ("rome", "A1")
    app.run()
    assert not app.exception
    assert "**Tratta 1 di 1** · In uscita, con risposta da persona" in said(app)
    assert set() == heard.missed
