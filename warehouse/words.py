"""The words of call accounting, each defined once.

Every stored or exchanged value that names a kind of thing (a direction, an outcome, a status …)
is one of the words below, spelled as it stands in call files and in the warehouse.
"""

from __future__ import annotations

from enum import StrEnum


class Direction(StrEnum):
    """Where a call leg ran, seen from the company."""

    OUTBOUND = "outbound"
    INBOUND = "inbound"
    INTERNAL = "internal"
    TRANSIT = "transit"
    """PSTN to PSTN: forwarded, ringing a mobile at the same time, or transferred out."""


class Outcome(StrEnum):
    """How a call leg ended."""

    ANSWERED = "answered"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    CANCELLED = "cancelled"
    """The caller gave up, or this branch lost to another one."""
    REJECTED = "rejected"
    FAILED = "failed"
    UNKNOWN_END = "unknown_end"
    """Answered, but its end was never recorded: the talk time is not known."""


class AnsweredBy(StrEnum):
    """Who or what took an answered leg."""

    PERSON = "person"
    VOICEMAIL = "voicemail"
    ATTENDANT = "attendant"
    RESPONSE_GROUP = "response_group"
    CONFERENCE = "conference"


class ChargeReason(StrEnum):
    """Why the charged user pays."""

    CALLER = "caller"
    REFERRER = "referrer"
    FORWARDER = "forwarder"
    DELEGATOR = "delegator"
    ORGANIZER = "organizer"


class CallType(StrEnum):
    """The price class of a destination, as a tariff names it."""

    INTERNAL = "internal"
    LOCAL = "local"
    NATIONAL = "national"
    MOBILE = "mobile"
    INTERNATIONAL = "international"
    PREMIUM = "premium"
    FREEPHONE = "freephone"
    EMERGENCY = "emergency"
    SERVICE = "service"


class Purpose(StrEnum):
    """What a call was for."""

    BUSINESS = "business"
    PRIVATE = "private"


class Status(StrEnum):
    """What rating made of a leg."""

    RATED = "rated"
    FREE = "free"
    NOT_ANSWERED = "not_answered"
    ZERO_LENGTH = "zero_length"
    NOT_CHARGED = "not_charged"
    """Internal and inbound legs: no carrier bills them."""

    NO_TARIFF = "no_tariff"
    NO_PREFIX = "no_prefix"
    NO_BAND = "no_band"
    NOT_VALID_YET = "not_valid_yet"
    EXPIRED = "expired"
    BAD_NUMBER = "bad_number"
    BAD_DURATION = "bad_duration"


UNRATED = frozenset(
    {
        Status.NO_TARIFF,
        Status.NO_PREFIX,
        Status.NO_BAND,
        Status.NOT_VALID_YET,
        Status.EXPIRED,
        Status.BAD_NUMBER,
        Status.BAD_DURATION,
    }
)
"""Statuses of legs that should have a price and have none; their cost is empty, never 0."""


class Conversion(StrEnum):
    """What became of the money of a leg in the currency that the company reports in."""

    OWN_CURRENCY = "own_currency"
    """It is of that currency already."""
    CONVERTED = "converted"
    NOTHING_OWED = "nothing_owed"
    """Nothing is nothing in any currency, and needs no rate."""
    NO_RATE = "no_rate"
    """No rate of its currency holds on its day: the reported money is empty, never 0."""
