"""What a database shows of itself, and the queries in its spelling."""

from __future__ import annotations

import pytest

from pipeline.sources.lync.catalog import Catalog
from pipeline.sources.lync.dialects import sql
from pipeline.sources.source import Tone
from tests.pipeline.lync import servers
from warehouse.errors import Unavailable


def test_a_query_keeps_its_text_where_the_server_spells_as_it_does() -> None:
    assert sql("sessions") == servers.SKYPE_2015.spelled(sql("sessions"))


def test_the_other_spelling_of_the_replaced_dialog_is_used_where_the_table_has_it() -> None:
    spelled = servers.LYNC_2013.spelled(sql("conference_legs"))

    assert "s.ReplaceDialogIdTime AS ReplacesTime" in spelled
    assert "ReplacesDialogId" not in spelled


def test_capitals_are_the_servers() -> None:
    spelled = servers.OTHER_CASE.spelled(sql("sessions"))

    assert "LEFT JOIN dbo.VoIPDetails AS v" in spelled
    assert "ON v.SessionIDTime = s.SessionIDTime AND v.SessionIDSeq = s.SessionIDSeq" in spelled
    assert "s.SessionIDTime AS SessionIdTime" in spelled


def test_everything_that_is_missing_is_named_at_once() -> None:
    def without(table: str, column: str) -> tuple[str, str] | None:
        lost = table == "Locations" or (table, column) == ("VoipDetails", "ToGatewayId")
        return None if lost else (table, column)

    with pytest.raises(Unavailable) as told:
        servers.catalog(change=without).spelled(sql("sessions"))

    assert "It shows no dbo.Locations, dbo.VoipDetails.ToGatewayId. Check that DATABASE" in str(
        told.value
    )


@pytest.mark.parametrize(
    ("server", "noted"), [(servers.LYNC_2013, False), (servers.SKYPE_2015, True)]
)
def test_it_says_whether_a_column_is_there(server: Catalog, noted: bool) -> None:
    assert noted is server.has("SessionDetails", "LastModifiedTime")
    assert server.has("sessiondetails", "ReplacesDialogIdTime")


@pytest.mark.parametrize(
    ("shut", "views", "by_views"),
    [
        ({"Phones"}, True, True),
        ({"Phones"}, False, False),
        ({"Phones", "MediaView"}, True, False),
        (servers.TABLES, True, True),
        (servers.TABLES | {"MediaView"}, True, True),
        (set(), True, False),
    ],
)
def test_the_views_are_read_where_a_table_is_shut(
    shut: frozenset[str], views: bool, by_views: bool
) -> None:
    assert by_views is servers.catalog(shut=shut, views=views).by_views


def test_reading_only_the_views_comes_with_advice() -> None:
    (advice,) = servers.VIEWS_ONLY.findings

    assert advice.tone is Tone.ADVICE
    assert "GRANT SELECT" in advice.mend
    assert [] == servers.SKYPE_2015.findings


def test_a_view_is_found_by_the_documents_misprint() -> None:
    def misprinted(table: str, column: str) -> tuple[str, str]:
        return table, column.replace("OnBehalfOfUriType", "OnnnBehalfOfUriType")

    server = servers.catalog(change=misprinted, shut=servers.TABLES, views=True)

    assert "LOWER(s.OnnnBehalfOfUriType)" in server.spelled(server.query("sessions"))


def test_parts_of_a_query_may_share_an_alias() -> None:
    query = (
        "SELECT d.LastModifiedTime AS t FROM dbo.SessionDetails AS d UNION ALL "
        "SELECT d.LastModifiedTime AS t FROM dbo.Locations AS d"
    )

    with pytest.raises(Unavailable, match=r"shows no dbo\.Locations\.LastModifiedTime\."):
        servers.SKYPE_2015.spelled(query)
