"""People as the other side has them, merged into users.csv without touching its past. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from fnmatch import fnmatchcase

from pipeline.directory.words import kind_of
from pipeline.people.document import Document
from pipeline.people.match import matched
from pipeline.people.merged import Change, Merged, Step
from pipeline.people.rows import Claims, Row, entries_of, keys_of, rows_of
from pipeline.people.settings import Fields, PeopleSettings
from pipeline.people.understand import Person
from pipeline.people.wishes import Wanted, Wish

_UNDATED = frozenset({"email", "role"})
"""Columns that say nothing of a call: they are put right where they stand."""
_SETS = frozenset({"numbers", "aliases"})
_IN_ANY_LETTERS = frozenset({"user", "manager", "aliases"})


def merge(
    document: Document,
    people: Sequence[Person],
    fields: Fields,
    settings: PeopleSettings,
    day: date,
) -> Merged:
    """Merges people into `document`, which is changed; changes hold from `day` on."""
    return _Merger(document, people, fields, settings, day).merged


class _Merger:
    def __init__(
        self,
        document: Document,
        people: Sequence[Person],
        fields: Fields,
        settings: PeopleSettings,
        day: date,
    ) -> None:
        self.merged = Merged(document, day)
        self._people = people
        self._fields = fields
        self._settings = settings
        self._day = day
        self._rows = rows_of(document)
        self._now = {row.user: row for row in self._rows if row.holds_at(day)}
        self._by_user: dict[str, list[Row]] = {}
        for row in sorted(self._rows, key=lambda one: one.since):
            self._by_user.setdefault(row.user, []).append(row)
        self._user_of = matched(people, self._now, self._by_user)
        self._leavers = self._who_leaves()
        wishes = self._settled(self._wishes())
        if fields.manager:
            self._settle_managers(wishes)
        self._write(wishes)

    def _who_leaves(self) -> list[Row]:
        stays = {user for at, user in self._user_of.items() if not self._people[at].has_left}
        asked = [
            row
            for row in self._now.values()
            if row.kind in self._settings.kinds
            and not any(fnmatchcase(row.user, one.lower()) for one in self._settings.keep)
        ]
        self.merged.present = len(asked)
        leavers = [row for row in asked if row.user not in stays]
        return [row for row in leavers if row.since < self._day or row.until != self._tomorrow]

    @property
    def _tomorrow(self) -> date:
        return self._day + timedelta(days=1)

    def _wishes(self) -> list[Wish]:
        found = []
        for at, person in enumerate(self._people):
            if person.has_left:
                continue
            known = self._by_user.get(self._user_of.get(at, ""), [])
            base = next((row for row in known if row.holds_at(self._day)), None)
            if base is not None and base.kind not in self._settings.kinds:
                continue
            past = [row for row in known if row.since <= self._day]
            coming = [row.since for row in known if row.since > self._day]
            cells = dict(past[-1].cells) if past else {}
            wish = Wish(person, base, cells, base.until if base else min(coming, default=date.max))
            if self._fill(wish, is_new=not known):
                found.append(wish)
        return found

    def _fill(self, wish: Wish, *, is_new: bool) -> bool:
        """Writes what is said into the cells; says whether that is enough for a row."""
        person, cells = wish.person, wish.cells
        if person.user is None and is_new:
            rule = "no address, and no one in users.csv has these numbers"
            mend = "Give an address, or add the person to users.csv by hand"
            self._tell(person, "user", None, rule, mend)
            return False
        former = cells.get("user", "")
        if person.user is not None and person.user != former.lower():
            cells["user"] = person.user
        kind = kind_of(cells.get("kind"), cells.get("role"))
        cells |= {
            column: cell
            for column, cell in person.cells.items()
            if (column, cell) != ("kind", kind)
        }
        if self._fields.numbers:
            cells["numbers"] = ";".join(person.numbers)
        aliases = entries_of(cells.get("aliases"))
        lower = {one.lower() for one in aliases}
        more = [*person.aliases, *([former.lower()] if former else [])]
        aliases += [one for one in dict.fromkeys(more) if one not in lower]
        own = cells["user"].lower()
        cells["aliases"] = ";".join(one for one in aliases if one.lower() != own)
        for column in ("name", "department"):
            if not cells.get(column):
                rule = f"no {column}"
                mend = "Fill it in where it comes from" + (
                    ", or set department in [people]" if column == "department" else ""
                )
                self._tell(person, column, None, rule, mend)
                return False
        return True

    def _settled(self, wishes: list[Wish]) -> list[Wish]:
        """Leaves out what can be one person's only and is not theirs alone."""
        passing = {id(wish.base) for wish in wishes if wish.base is not None}
        passing |= {id(row) for row in self._leavers if row.since < self._day}
        claims = Claims()
        for row in self._rows:
            if row.until > self._day and id(row) not in passing:
                claims.add(row.cells, row.since, row.until, row.user)
        free = [wish for wish in wishes if not self._is_taken(wish, claims)]
        wanted = Wanted(free)
        told: set[str] = set()
        for wish in free:
            lost = self._lost(wish, claims, wanted)
            for column in _SETS if lost else ():
                rest = [one for one in entries_of(wish.cells[column]) if one.lower() not in lost]
                wish.cells[column] = ";".join(rest)
            for name in [name for name in lost if name in wish.person.numbers and name not in told]:
                told.add(name)
                mend = "Give it to one of them, or add it to users.csv by hand"
                self._tell(wish.person, "numbers", name, lost[name], mend)
        return free

    def _lost(self, wish: Wish, claims: Claims, wanted: Wanted) -> dict[str, str]:
        """Numbers and aliases that cannot be this person's, and why."""
        user = wish.cells["user"].lower()
        held = set() if wish.base is None else set(keys_of(wish.base.cells))
        lost = {}
        for key in keys_of(wish.cells):
            holder = claims.holder(key, self._day, wish.until, but=wish.own())
            if key[0] == user:
                continue
            if holder is not None:
                lost[key[0]] = f"belongs to {holder}"
            elif wanted.by_others(key, is_held=key in held):
                lost[key[0]] = "is given to several people; whoever has it in users.csv keeps it"
        return lost

    def _is_taken(self, wish: Wish, claims: Claims) -> bool:
        user = wish.cells["user"].lower()
        holder = claims.holder((user, None), self._day, wish.until, but=wish.own())
        if holder is not None:
            rule = f"is an address of {holder} in users.csv; this one was left out"
            self._tell(wish.person, "user", user, rule, "Correct one of them")
        return holder is not None

    def _settle_managers(self, wishes: list[Wish]) -> None:
        by_id = {
            one: wish.cells["user"].lower()
            for wish in wishes
            for one in (*wish.person.ids, *wish.person.aliases, wish.cells["user"].lower())
        }
        for at, person in enumerate(self._people):
            user = self._user_of.get(at)
            if person.has_left and user is not None:
                by_id |= dict.fromkeys(person.ids, user)
        above: dict[str, str] = {}
        for wish in wishes:
            named = wish.person.manager
            found = None if named is None else by_id.get(named.casefold().removeprefix("sip:"))
            if named is not None and found is None:
                rule, mend = "is not among the people read", "Widen base and filter, or correct it"
                self._tell(wish.person, "manager", named, rule, mend)
            own = wish.cells["user"].lower()
            if named is None or found == own:
                wish.cells["manager"] = ""
            elif found is not None:
                wish.cells["manager"] = found
            above[own] = wish.cells.get("manager", "").lower()
        for wish in wishes:
            own = wish.cells["user"].lower()
            if _leads_back(above, own):
                rule = "is, by way of others, their own manager; it was left out"
                self._tell(wish.person, "manager", above[own], rule, "Correct one of them")
                wish.cells["manager"] = above[own] = ""

    def _write(self, wishes: list[Wish]) -> None:
        columns = {"valid_from", "valid_to"} | {
            column for wish in wishes for column, cell in wish.cells.items() if cell
        }
        document = self.merged.document
        document.need(column for column in _ORDER if column in columns)
        past = Claims()
        for row in self._rows:
            past.add(row.cells, row.since, row.until, row.user)
        after: dict[int, list[dict[str, str]]] = {}
        last: list[dict[str, str]] = []
        for row in self._leavers:
            self._note(Step.LEFT, row.cells, {})
            end = max(self._day, row.since + timedelta(days=1))
            document.rewrite(row.part, (row.part.cells or {}) | {"valid_to": end.isoformat()})
        for wish in wishes:
            if wish.base is None:
                rows = self._by_user.get(wish.cells["user"].lower(), [])
                place = after.setdefault(id(rows[-1].part), []) if rows else last
                place.append(wish.cells | self._days(wish, past, is_known=bool(rows)))
                self._note(Step.ADDED, wish.cells, {})
            else:
                self._replace(wish, wish.base, after)
        document.insert(after, last)

    def _days(self, wish: Wish, past: Claims, *, is_known: bool) -> dict[str, str]:
        """Someone new is valid from ever, unless that would take calls from someone before."""
        is_fresh = not is_known and not any(
            past.holder(key, date.min, self._day) for key in keys_of(wish.cells)
        )
        return {
            "valid_from": "" if is_fresh else self._day.isoformat(),
            "valid_to": "" if wish.until == date.max else wish.until.isoformat(),
        }

    def _replace(self, wish: Wish, base: Row, after: dict[int, list[dict[str, str]]]) -> None:
        changed = {
            column: (base.cells.get(column, ""), cell)
            for column, cell in wish.cells.items()
            if _differs(column, base.cells.get(column, ""), cell)
        }
        document = self.merged.document
        present = base.part.cells or {}
        if not changed:
            self.merged.unchanged += 1
        elif changed.keys() <= _UNDATED:
            self._note(Step.CORRECTED, wish.cells, changed)
            document.rewrite(base.part, present | wish.cells)
        elif base.since == self._day:
            self._note(Step.CHANGED, wish.cells, changed)
            document.rewrite(base.part, present | wish.cells)
        else:
            self._note(Step.CHANGED, wish.cells, changed)
            day = self._day.isoformat()
            after.setdefault(id(base.part), []).append(present | wish.cells | {"valid_from": day})
            document.rewrite(base.part, present | {"valid_to": day})

    def _note(self, step: Step, cells: dict[str, str], changed: dict[str, tuple[str, str]]) -> None:
        self.merged.changes.append(Change(step, cells["user"].lower(), cells["name"], changed))

    def _tell(self, person: Person, column: str, value: str | None, rule: str, mend: str) -> None:
        named = getattr(self._fields, column)
        place = named[0] if named else column
        self.merged.problems.append(person.entry.problem(place, value, rule, mend))


_ORDER = (
    *("user", "name", "kind", "aliases", "email", "numbers", "department", "cost_centre", "site"),
    *("manager", "role", "valid_from", "valid_to"),
)


def _differs(column: str, before: str, after: str) -> bool:
    if column in _IN_ANY_LETTERS:
        before, after = before.lower(), after.lower()
    if column in _SETS:
        return set(entries_of(before)) != set(entries_of(after))
    return before != after


def _leads_back(above: dict[str, str], start: str) -> bool:
    passed: set[str] = set()
    at = above.get(start, "")
    while at and at not in passed:
        if at == start:
            return True
        passed.add(at)
        at = above.get(at, "")
    return False
