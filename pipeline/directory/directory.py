"""Who and where, by day: the people, sites and gateways that calls belong to."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import cached_property
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from pipeline.directory.dated import NONE, Dated
from pipeline.directory.keys import Places
from pipeline.directory.private import PrivateNumbers
from pipeline.directory.sites import Sites
from pipeline.directory.trunks import Trunks
from warehouse.legs import INSTANT


def _no_aliases() -> pl.DataFrame:
    schema = {"alias": pl.String(), "user": pl.String(), "since": INSTANT, "until": INSTANT}
    return pl.DataFrame(schema=schema)


@dataclass(frozen=True)
class Directory:
    """Validated rows of users.csv, sites.csv, gateways.csv and private_numbers.csv.

    What legs are looked up in is prepared when it is first asked for, and kept.

    Users and gateways are in lower case, for sources differ in how they write them, and have two
    more columns: `since` (inclusive) and `until` (exclusive), the instants (naive UTC) at which
    their days begin at their site. Neither is ever empty. The `numbers` of users are written one by
    one, each as `number_key` has it.
    """

    users: pl.DataFrame
    sites: pl.DataFrame
    gateways: pl.DataFrame
    aliases: pl.DataFrame = field(default_factory=_no_aliases)
    """`alias, user, since, until`: further addresses, in lower case, and whose they are."""
    private_numbers: pl.DataFrame | None = None
    """`user` (in lower case, or * for everybody), `number`, `valid_from` and `valid_to`: what
    people call privately, by the local days of their calls. None where nobody says."""

    def site_facts(self) -> pl.DataFrame:
        """`site, country, area_code, time_zone` of every site."""
        return self.sites.select("site", "country", "area_code", "time_zone")

    def owners_of_numbers(self) -> pl.DataFrame:
        """`number, user, since, until`: one row per number and time, as `number_key` has it.

        `row` says which of the `users` each is of.
        """
        return (
            self.users.with_row_index("row")
            .select(pl.col("numbers").str.split(";"), "user", "since", "until", "row")
            .explode("numbers")
            .drop_nulls("numbers")
            .with_columns(pl.col("numbers").str.strip_chars().alias("number"))
            .drop("numbers")
        )

    @cached_property
    def people(self) -> Dated:
        """Users by `user`."""
        return Dated(self.users.with_row_index("row"), "user")

    @cached_property
    def holders(self) -> Dated:
        """`owners_of_numbers` by `number`."""
        return Dated(self.owners_of_numbers(), "number")

    @cached_property
    def _people_of_holders(self) -> Places:
        """The place among `people` of each of the `holders`, by place: a row holds its numbers."""
        places = np.full(self.users.height, NONE)
        places[self.people.rows["row"][1:].to_numpy()] = np.arange(1, len(self.people.rows))
        return np.append(NONE, places.take(self.holders.rows["row"][1:].to_numpy()))

    def holders_at(self, numbers: pl.Series, sites: pl.Series, instants: Places) -> Places:
        """The place among `people` of who holds each number at an instant (ms since 1970).

        Extensions are those of the site of each.
        """
        keys = numbers
        is_short = ~numbers.str.starts_with("+")
        if is_short.any():
            asked = pl.DataFrame({"number": numbers, "site": sites}).filter(is_short)
            short = asked.select(number_key(pl.col("number"), pl.col("site"))).to_series()
            keys = numbers.scatter(is_short.arg_true(), short)
        found = self.holders.at(self.holders.keys(keys), instants)
        return self._people_of_holders.take(found)

    @cached_property
    def further_addresses(self) -> Dated:
        """`aliases` by `alias`."""
        return Dated(self.aliases, "alias")

    @cached_property
    def private(self) -> PrivateNumbers | None:
        """What people call privately; None where nobody says."""
        return None if self.private_numbers is None else PrivateNumbers(self.private_numbers)

    @cached_property
    def trunks(self) -> Trunks:
        return Trunks(self.gateways)

    @cached_property
    def places(self) -> Sites:
        """All sites that any of the three files names."""
        named = pl.concat([self.users["site"], self.gateways["site"]])
        return Sites(self.sites, named.drop_nulls().unique().sort())

    @cached_property
    def homes(self) -> Places:
        """The code of the site of each of the `people`, by place."""
        return self.places.codes(self.people.rows["site"])


def number_key(number: pl.Expr, site: pl.Expr | pl.Series) -> pl.Expr:
    """What a number is looked up by: itself with a +, else with its site in lower case behind an @.

    An extension means something at its site only; the same one elsewhere is somebody else's.
    """
    at_site = pl.concat_str(number, pl.lit("@"), site.str.to_lowercase().fill_null(""))
    return pl.when(number.str.starts_with("+")).then(number).otherwise(at_site)


def without_gaps(users: pl.DataFrame) -> pl.DataFrame:
    """Lets a row of a user end when the next one begins, where they share that day.

    Someone who moves to a site further west would else be nobody for some hours: the day begins
    later there.
    """
    following = pl.col("valid_from", "since").shift(-1).over("user", order_by="valid_from")
    is_followed = pl.col("valid_to") == pl.col("next_valid_from")
    return (
        users.with_columns(following.name.prefix("next_"))
        .with_columns(
            pl.when(is_followed).then("next_since").otherwise("until").alias("until"),
        )
        .drop("next_valid_from", "next_since")
    )


def with_instants(rows: pl.DataFrame, sites: pl.DataFrame) -> pl.DataFrame:
    """Adds `since` and `until` to rows with the dates `valid_from` and `valid_to` and a `site`.

    Rows of no site are dated in the one zone that all sites have, or in UTC.
    """
    zones = sites.select("site", "time_zone")
    shared = zones["time_zone"].unique().to_list()
    default = shared[0] if len(shared) == 1 else "UTC"
    zoned = rows.join(zones, on="site", how="left", maintain_order="left").with_columns(
        pl.col("time_zone").fill_null(default)
    )
    for day, instant in (("valid_from", "since"), ("valid_to", "until")):
        midnights = zoned.select(pl.col(day).alias("day"), "time_zone").unique()
        begins = midnights.with_columns(
            pl.Series(instant, [_midnight(*row) for row in midnights.iter_rows()], dtype=INSTANT)
        )
        zoned = zoned.join(
            begins,
            left_on=[day, "time_zone"],
            right_on=["day", "time_zone"],
            how="left",
            maintain_order="left",
        )
    return zoned.drop("time_zone")


def _midnight(day: date, zone: str) -> datetime:
    if day in (date.min, date.max):
        return datetime.combine(day, time.min)
    return datetime.combine(day, time.min, ZoneInfo(zone)).astimezone(UTC).replace(tzinfo=None)


def nobody() -> Directory:
    """A directory that knows no one."""
    users = ("user", "kind", "name", "department", "cost_centre", "site", "numbers")
    sites = ("site", "country", "area_code", "time_zone", "private_prefix")
    gateways = ("gateway", "site", "tariff")
    return Directory(_empty(users, dated=True), _empty(sites), _empty(gateways, dated=True))


def _empty(columns: tuple[str, ...], *, dated: bool = False) -> pl.DataFrame:
    schema: dict[str, pl.DataType] = dict.fromkeys(columns, pl.String())
    return pl.DataFrame(schema=schema | ({"since": INSTANT, "until": INSTANT} if dated else {}))
