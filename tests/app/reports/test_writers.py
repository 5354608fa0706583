"""What is written opens in what people have, and says what the query said."""

from __future__ import annotations

import csv
import io
import json
from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from html.parser import HTMLParser
from itertools import combinations
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import polars as pl
import pypdfium2
import pytest
from PIL import Image

from app.language import style_of
from app.reports.catalogue import REPORTS
from app.reports.document import (
    CURRENCY,
    About,
    Column,
    Document,
    Fact,
    Facts,
    Kind,
    Reader,
    Table,
)
from app.reports.layout import Sheet, Tiles, laid_out
from app.reports.writers import WRITERS
from app.reports.writers.html import letter
from tests.app.reports.conftest import FORMULA, MADE_AT, MARKUP, OCTOBER, written
from warehouse.scope import Scope
from warehouse.snapshot import Snapshot

READER = Reader("en-GB", ZoneInfo("Europe/Rome"))
ABOUT = About("Aurora", OCTOBER.first, OCTOBER.last, MADE_AT, MADE_AT, "7")
DECIMAL = pl.Decimal(18, 6)


class Words(HTMLParser):
    """The words of a page, and what its pictures say."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.pictures: list[dict[str, str | None]] = []
        self.feed(page)

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.words.append(data.strip())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            self.pictures.append(dict(attrs))


def overlapping(page: pypdfium2.PdfPage) -> list[tuple[str, str]]:
    """Texts of a page that stand over each other, or beyond its edges."""
    found = page.get_textpage()
    boxes = [found.get_rect(place) for place in range(found.count_rects())]
    width = page.get_width()
    boxes += [(width, 0, width + 100, page.get_height()), (-100, 0, 0, page.get_height())]
    return [
        (found.get_text_bounded(*one), found.get_text_bounded(*other))
        for one, other in combinations(boxes, 2)
        if min(one[2], other[2]) - max(one[0], other[0]) > 1
        and min(one[3], other[3]) - max(one[1], other[1]) > 2
    ]


@pytest.mark.parametrize("name", list(REPORTS))
def test_every_report_opens_in_every_format(reported: Snapshot, name: str, tmp_path: Path) -> None:
    document = written(reported, name)
    for form, write in WRITERS.items():
        files = write(document, tmp_path / f"{name}.{form}", READER)
        assert files[0] == tmp_path / f"{name}.{form}"
        assert all(path.stat().st_size for path in files)
    pages = pypdfium2.PdfDocument(tmp_path / f"{name}.pdf")
    text = pages[0].get_textpage().get_text_range()
    assert document.title in text
    assert "1 – 31 Oct 2024" in text
    assert pages[0].render(scale=0.5).to_pil().getextrema() != ((255, 255),) * 3
    assert [] == [pair for page in pages for pair in overlapping(page)]
    pages.close()
    book = openpyxl.load_workbook(tmp_path / f"{name}.xlsx")
    assert len(book.sheetnames) == len(document.tables) + 1
    for table, sheet in zip(document.tables, book.worksheets, strict=False):
        assert sheet.max_row == table.rows.height + 1
    page = Words((tmp_path / f"{name}.html").read_text(encoding="utf-8"))
    assert document.title in page.words
    assert all((picture["src"] or "").startswith("data:image/png") for picture in page.pictures)
    assert all(picture["alt"] for picture in page.pictures)


def test_the_management_digest_is_one_page(reported: Snapshot, tmp_path: Path) -> None:
    WRITERS["pdf"](written(reported, "management-digest"), tmp_path / "digest.pdf", READER)
    with pypdfium2.PdfDocument(tmp_path / "digest.pdf") as pages:
        assert 1 == len(pages)


@pytest.mark.parametrize("columns", [3, 6, 9])
def test_long_cells_stand_beside_each_other_on_paper(columns: int, tmp_path: Path) -> None:
    names = [f"name{place}" for place in range(columns)]
    long = pl.DataFrame({name: ["servicedesk.singapore@aurora.example"] * 3 for name in names})
    shown = tuple(Column(name, name) for name in names)
    times = long.with_columns(at=datetime(2024, 10, 28, 12, 55))
    table = Table("Addresses", (Column("at", "Began", Kind.LOCAL_TIME), *shown), times)
    WRITERS["pdf"](Document("a", "A", "", (table,), ABOUT), tmp_path / "a.pdf", READER)
    with pypdfium2.PdfDocument(tmp_path / "a.pdf") as pages:
        assert [] == overlapping(pages[0])
        text = pages[0].get_textpage().get_text_range().replace("\u00a0", " ")
    assert 3 == text.count("28 Oct 2024, 12:55")


def test_countries_have_their_names_on_paper_and_their_codes_in_data(
    reported: Snapshot, tmp_path: Path
) -> None:
    document = written(reported, "costs-by-country")
    WRITERS["csv"](document, tmp_path / "a.csv", READER)
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as lines:
        assert "GB" in {row["country"] for row in csv.DictReader(lines)}
    WRITERS["html"](document, tmp_path / "a.html", Reader("it-IT"))
    assert "Regno Unito" in Words((tmp_path / "a.html").read_text(encoding="utf-8")).words


def test_a_bill_of_one_person_names_them_once_and_in_every_row_of_data(
    reported: Snapshot, tmp_path: Path
) -> None:
    bruno = Scope(users=("bruno@aurora.example",))
    document = written(reported, "personal-bill", bruno)
    page = laid_out(document, style_of("en-GB"), READER)
    titles = [sheet.title for sheet in page.parts if isinstance(sheet, Sheet)]
    assert ["By call type", "Calls of Bruno Conti"] == titles
    for sheet in page.parts:
        if isinstance(sheet, Sheet):
            assert not {"Person", "Department"} & {head.title for head in sheet.heads}
        if isinstance(sheet, Sheet):
            assert 1 == len(sheet.sums)
    several = laid_out(written(reported, "personal-bill"), style_of("en-GB"), READER)
    assert "Person" in [head.title for head in several.parts[-1].heads]  # type: ignore[union-attr]
    files = WRITERS["csv"](document, tmp_path / "bill.csv", READER)
    for path in files:
        if path.suffix == ".csv":
            assert {"Bruno Conti"} == {*pl.read_csv(path)["person"]}


def test_a_logo_stands_at_the_head_of_pages(reported: Snapshot, tmp_path: Path) -> None:
    drawn = io.BytesIO()
    Image.new("RGB", (60, 20), (200, 30, 30)).save(drawn, "PNG")
    reader = replace(READER, logo=drawn.getvalue())
    document = written(reported, "costs-by-site")
    WRITERS["html"](document, tmp_path / "a.html", reader)
    pictures = Words((tmp_path / "a.html").read_text(encoding="utf-8")).pictures
    assert pictures[0]["src"] == f"data:image/png;base64,{b64encode(reader.logo).decode()}"
    assert pictures[0]["alt"] == document.about.company
    WRITERS["pdf"](document, tmp_path / "a.pdf", reader)
    with pypdfium2.PdfDocument(tmp_path / "a.pdf") as pages:
        head = pages[0].render(scale=1).to_pil().convert("RGB").crop((40, 50, 200, 100))
    assert (200, 30, 30) in {colour for _, colour in head.getcolors(8_000) or ()}


def test_a_workbook_has_real_types_and_the_sums_of_the_query(
    reported: Snapshot, tmp_path: Path
) -> None:
    document = written(reported, "longest-calls", rows=5000)
    path = tmp_path / "calls.xlsx"
    WRITERS["xlsx"](document, path, READER)
    rows = document.tables[0].rows
    sheet = openpyxl.load_workbook(path).worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    cells = {
        head: [row[place] for row in sheet.iter_rows(min_row=2)] for place, head in enumerate(heads)
    }
    assert [cell.value for cell in cells["Began"]] == [
        at.replace(microsecond=0) for at in rows["started_local"]
    ]
    assert cells["Began"][0].is_date
    talked = [cell.value for cell in cells["Talk time"]]
    assert all(isinstance(one, timedelta) for one in talked if one)
    assert sum(talked, timedelta()) == timedelta(seconds=float(rows["talk_s"].sum()))
    costs = [Decimal(str(cell.value)) for cell in cells["Cost"] if cell.value is not None]
    assert sum(costs) == rows["cost"].sum()
    assert {"EUR", "USD"} == {cell.value for cell in cells["Currency"]} - {None}


def test_a_workbook_says_what_was_asked_for(reported: Snapshot, tmp_path: Path) -> None:
    document = written(reported, "dearest-calls", Scope(everything=True, mask_digits=4), rows=3)
    WRITERS["xlsx"](document, tmp_path / "a.xlsx", READER)
    about = openpyxl.load_workbook(tmp_path / "a.xlsx")["About"]
    told = {row[0].value: row[1].value for row in about.iter_rows()}
    assert told["Rows"] == "3"
    assert told["Numbers hidden"] == "the last 4 digits"
    assert told["Period"] == "1 – 31 Oct 2024"
    assert told["Written"] == "1 Nov 2024, 07:00 (Europe/Rome)"
    assert "calls" in told["Dearest calls"]


def test_names_that_look_like_formulas_or_markup_stay_names(
    reported: Snapshot, tmp_path: Path
) -> None:
    document = written(reported, "costs-by-destination")
    people = written(reported, "costs-by-person")
    for name, write in WRITERS.items():
        write(document, tmp_path / f"places.{name}", READER)
        write(people, tmp_path / f"people.{name}", READER)
    book = openpyxl.load_workbook(tmp_path / "places.xlsx")
    cell = next(row[0] for row in book.worksheets[0].iter_rows() if row[0].value == FORMULA)
    assert cell.data_type == "s"
    with (tmp_path / "places.csv").open(encoding="utf-8", newline="") as lines:
        assert f"'{FORMULA}" in {row["destination"] for row in csv.DictReader(lines)}
    # One name per person is shown, the latest; the odd one is of an earlier day.
    calls = written(reported, "longest-calls", rows=5000)
    WRITERS["html"](calls, tmp_path / "calls.html", READER)
    page = (tmp_path / "calls.html").read_text(encoding="utf-8")
    assert "<b>Bold" not in page
    assert MARKUP in Words(page).words
    WRITERS["pdf"](calls, tmp_path / "calls.pdf", READER)
    pages = pypdfium2.PdfDocument(tmp_path / "calls.pdf")
    text = " ".join(page.get_textpage().get_text_range() for page in pages)
    assert "#[sum]" in text
    pages.close()


def test_a_csv_file_is_what_the_query_gave_and_says_what_it_is(
    reported: Snapshot, tmp_path: Path
) -> None:
    document = written(reported, "departmental-bill")
    files = WRITERS["csv"](document, tmp_path / "bill.csv", READER)
    assert [path.name for path in files[:2]] == ["bill.csv", "bill-engineering.csv"]
    with files[0].open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    table = document.tables[0].rows
    assert [Decimal(row["cost"]) for row in rows] == table["cost"].to_list()
    about = json.loads(files[-1].read_text(encoding="utf-8"))
    assert about["files"]["bill.csv"]["rows"] == table.height
    assert about["first"] == "2024-10-01"


def test_a_mail_has_its_pictures_beside_it_and_cuts_long_tables(reported: Snapshot) -> None:
    document = written(reported, "costs-by-destination")
    found = letter(document, READER, most_rows=2, link="https://tollbook.example/x?a=1&b=2")
    page = Words(found.html)
    assert [picture["src"] for picture in page.pictures] == [
        f"cid:{name}" for name, _ in found.pictures
    ]
    assert all(data.startswith(b"\x89PNG") for _, data in found.pictures)
    many = document.tables[0].rows.height
    assert f"2 of {many:,} rows are shown." in page.words
    assert 'href="https://tollbook.example/x?a=1&amp;b=2"' in found.html
    assert "<script" not in found.html


def small(rows: pl.DataFrame, *columns: Column) -> Document:
    return Document("small", "Small", "Nothing.", (Table("Rows", columns, rows),), ABOUT)


def sheet_of(document: Document, locale: str = "en") -> Sheet:
    page = laid_out(document, style_of(locale), Reader(locale, UTC))
    return next(part for part in page.parts if isinstance(part, Sheet))


MONEY_ROWS = pl.DataFrame(
    {
        "who": ["Anna", "Bruno", "Carol"],
        "cost": pl.Series(["1.50", "2.25", "10"], dtype=pl.String).cast(DECIMAL),
        "charge": pl.Series(["1.50", "2.25", "10"], dtype=pl.String).cast(DECIMAL),
        "tax": pl.Series(["0", "0", "0"], dtype=pl.String).cast(DECIMAL),
        CURRENCY: ["EUR", "EUR", "USD"],
    }
)
MONEY_COLUMNS = (
    Column("who", "Who"),
    Column("cost", "Cost", Kind.MONEY, summed=True),
    Column("charge", "Charge", Kind.MONEY, summed=True, hidden_if_like="cost"),
    Column("tax", "Tax", Kind.MONEY, summed=True, hidden_if_zero=True),
)


def test_columns_that_say_nothing_are_left_out_and_sums_are_by_currency() -> None:
    sheet = sheet_of(small(MONEY_ROWS, *MONEY_COLUMNS))
    assert [head.title for head in sheet.heads] == ["Who", "Cost"]
    assert sheet.sums == (("Total", "€3.75"), ("Total", "$10.00"))
    dearer = MONEY_ROWS.with_columns(pl.col("charge") * 2, pl.lit(Decimal("0.10")).alias("tax"))
    assert [head.title for head in sheet_of(small(dearer, *MONEY_COLUMNS)).heads] == [
        "Who",
        "Cost",
        "Charge",
        "Tax",
    ]


def test_figures_are_written_as_the_reader_writes_them() -> None:
    assert sheet_of(small(MONEY_ROWS, *MONEY_COLUMNS), "it-IT").rows[1] == ("Bruno", "2,25\u00a0€")


def test_a_change_is_good_or_bad_by_what_it_means() -> None:
    facts = Facts(
        (
            Fact("Cost", Kind.MONEY, Decimal(90), Decimal(100), "EUR", less_is_good=True),
            Fact("Calls", Kind.COUNT, 110, 100),
            Fact("Answered", Kind.SHARE, 0.5, 0.25),
            Fact("New", Kind.COUNT, 5, 0),
            Fact("Same", Kind.COUNT, 5, 5),
        )
    )
    document = Document("facts", "Facts", "Nothing.", (facts,), ABOUT)
    page = laid_out(document, style_of("en"), Reader())
    tiles = next(part for part in page.parts if isinstance(part, Tiles)).tiles
    assert [(tile.value, tile.change, tile.is_good) for tile in tiles] == [
        ("€90.00", "-10.0% on before", True),
        ("110", "+10.0% on before", None),
        ("50.0%", "+25.0 points on before", None),
        ("5", "", None),
        ("5", "unchanged on before", None),
    ]


def test_instants_are_in_the_zone_of_the_reader_in_both_nights_of_the_year() -> None:
    rows = pl.DataFrame({"at": [datetime(2024, 10, 27, 0, 30), datetime(2024, 3, 31, 1, 30)]})
    document = small(rows, Column("at", "At", Kind.INSTANT))
    page = laid_out(document, style_of("en"), READER)
    sheet = next(part for part in page.parts if isinstance(part, Sheet))
    assert sheet.rows == (("27 Oct 2024, 02:30",), ("31 Mar 2024, 03:30",))
