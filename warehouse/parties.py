"""The legs of some users, numbers and gateways."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from warehouse.restate import EVERY_LEG
from warehouse.scope import Where


@dataclass(frozen=True, slots=True)
class Parties:
    """Whose legs are meant: all that have to do with any of them; every leg where none is named."""

    users: tuple[str, ...] = ()
    """Addresses, in lower case."""
    numbers: tuple[str, ...] = ()
    """E.164, or extensions, each with an @ and its site in lower case behind it."""
    gateways: tuple[str, ...] = ()
    """Names in lower case, or patterns of `*`, `?` and `[ab]`."""

    def legs(self, moved: Sequence[str]) -> Where:
        """The legs whose owner, price or place may hang on one of them.

        `moved` are the charge reasons for which another party may pay than the source says.
        """
        parameters: dict[str, Any] = {}
        conditions: list[str] = []
        may_move = "charge_reason in (select unnest($moved))"
        if self.users:
            parameters |= {"users": list(self.users)}
            # Whom calls are charged to is stored in lower case, unlike other parties.
            named, party = (
                " or ".join(
                    f"coalesce({column} in (select unnest($users)), false)" for column in columns
                )
                for columns in (
                    ("charged_user", "named_payer"),
                    ("lower(from_user)", "lower(to_user)", "lower(dialled)"),
                )
            )
            conditions.append(f"({named} or {may_move} and ({party}))")
        if self.numbers:
            # Legs do not say where their extensions are: that is left to whoever knows the sites.
            parameters["numbers"] = [number.partition("@")[0] for number in self.numbers]
            own = "case direction when 'inbound' then to_number else from_number end"
            # Where the source names somebody, the number does not say who pays.
            unnamed = "(charged_user is null or named_payer = '')"
            parties = " or ".join(
                f"coalesce({column} in (select unnest($numbers)), false)"
                for column in ("from_number", "to_number", "dialled")
            )
            conditions.append(
                f"({unnamed} and {own} in (select unnest($numbers)) or {may_move} and ({parties}))"
            )
        for at, pattern in enumerate(self.gateways):
            parameters[f"gateway_{at}"] = pattern
            conditions.append(f"lower(coalesce(gateway_out, gateway_in)) glob $gateway_{at}")
        if not conditions:
            return EVERY_LEG
        if self.users or self.numbers:
            parameters["moved"] = list(moved)
        found = " or ".join(f"coalesce({one}, false)" for one in conditions)
        return Where(f"({found})", parameters)
