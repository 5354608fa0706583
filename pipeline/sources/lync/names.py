"""What the numbers in sessions stand for.

Every session names some parties and trunks, and always the same ones: to be told once what a number
means costs server and driver a fraction of what it costs to have it joined to every session.
"""

from __future__ import annotations

import polars as pl

from pipeline.sources.lync.connect import Connection
from pipeline.sources.lync.parties import PARTIES, address, phone
from pipeline.sources.lync.queries import Name, named


class Names:
    """Asks an open database; each number once, so it holds no more than the sessions named.

    To be given up with the connection: names change, and numbers may be used again.
    """

    def __init__(self, database: Connection) -> None:
        self._database = database
        self._known: dict[Name, pl.DataFrame] = {}

    def understood(self, sessions: pl.DataFrame) -> pl.DataFrame:
        """Sessions of columns `raw.SESSIONS`, as `session_facts` takes them."""
        users = self._told(Name.USERS, sessions, [f"{one}_id" for one in PARTIES])
        meant = users.select(
            "number", address("uri", "type").alias("user"), phone("uri", "type").alias("phone")
        )
        sides = ("from", "to")
        lookups = [
            *(
                (f"{one}_id", meant, {"user": f"{one}_user", "phone": f"{one}_phone"})
                for one in PARTIES
            ),
            *self._texts(Name.PHONES, sessions, "from_number", "connected_number"),
            *self._texts(Name.CLIENTS, sessions, "client1", "client2"),
            *self._texts(Name.GATEWAYS, sessions, *(f"{side}_gateway" for side in sides)),
            *self._texts(Name.SERVERS, sessions, *(f"{side}_server" for side in sides)),
        ]
        for number, found, columns in lookups:
            sessions = sessions.join(
                found.rename({"number": number, **columns}),
                on=number,
                how="left",
                maintain_order="left",
            )
        return sessions.with_columns(
            *(
                pl.any_horizontal(
                    pl.col(f"{side}_gateway_id", f"{side}_server_id").is_not_null()
                ).alias(f"{side}_trunk")
                for side in sides
            ),
            pl.coalesce("from_gateway", "from_server").alias("gateway_in"),
            pl.coalesce("to_gateway", "to_server").alias("gateway_out"),
            client1_type="client1",
            client2_type="client2",
        )

    def _texts(
        self, name: Name, sessions: pl.DataFrame, *columns: str
    ) -> list[tuple[str, pl.DataFrame, dict[str, str]]]:
        found = self._told(name, sessions, [f"{column}_id" for column in columns])
        meaning = name.schema.names()[1]
        return [(f"{column}_id", found, {meaning: column}) for column in columns]

    def _told(self, name: Name, sessions: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
        """What the numbers in these columns mean, and others that were asked for before."""
        known = self._known.get(name, name.schema.to_frame())
        numbers = pl.concat([sessions[column].unique() for column in columns]).alias("number")
        wanted = numbers.drop_nulls().unique().sort().to_frame()
        new = wanted.join(known, on="number", how="anti")["number"].to_list()
        if new:
            known = pl.concat([known, named(self._database, name, new)])
            self._known[name] = known
        return known
