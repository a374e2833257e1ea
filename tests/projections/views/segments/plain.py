"""Who is in a segment at one instant, read off a plain list of events: no frames, no steps, one at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, kw_only=True)
class Told:
    """Something that happened to a customer, when it was recorded, and when it was taken back, if ever."""

    what: str
    customer: str
    at: datetime
    recorded_at: datetime
    number: int
    voided_at: datetime | None = None
    said: Mapping[str, Any] = field(default_factory=dict)

    def is_live(self, *, known_at: datetime) -> bool:
        return self.recorded_at < known_at and not (self.voided_at and self.voided_at < known_at)


def day_of(moment: datetime) -> date:
    return moment.astimezone(SHANGHAI).date()


def month_number(day: date) -> int:
    return day.year * 12 + day.month


def is_in(condition: Mapping[str, Any], customer: str, at: datetime, log: Sequence[Told]) -> bool:
    """Whether a customer whom somebody has told of by then is in, of the events up to an instant."""
    mine = [told for told in log if told.customer == customer and told.at <= at]
    is_known = any(told.what == "registered" or concerns(condition, told) for told in mine)
    return is_known and not any(told.what == "erased" for told in mine) and holds(condition, mine, at)


def concerns(condition: Mapping[str, Any], told: Told) -> bool:
    """Whether a condition looks at an event at all."""
    parts = condition.get("all") or condition.get("any") or ([condition["not"]] if "not" in condition else [])
    if parts:
        return any(concerns(part, told) for part in parts)
    if "field" in condition:
        return told.what in FIELDS[condition["field"]] and told.what not in BESIDES.get(
            condition["field"], ()
        )
    return told.what == BEGINS[condition.get("count") or condition["sum"]] and is_wanted(condition, told)


FIELDS = {
    "value_class": ("classified", "churned"),
    "consent_marketing": ("consent",),
    "is_customer": ("registered", "churned", "won_back"),
    "points_balance": ("earned", "redeemed"),
    "churned_at": ("churned", "won_back"),
}
BESIDES = {"is_customer": ("churned", "won_back"), "churned_at": ("won_back",)}
"""Events that change a field and are none of it by themselves."""
BEGINS = {"complaints": "complaint", "calls": "call", "contracts": "signed", "spend": "usage"}


def holds(condition: Mapping[str, Any], mine: Sequence[Told], at: datetime) -> bool:
    if "all" in condition:
        return all(holds(part, mine, at) for part in condition["all"])
    if "any" in condition:
        return any(holds(part, mine, at) for part in condition["any"])
    if "not" in condition:
        return not holds(condition["not"], mine, at)
    if "field" in condition:
        return compares(condition, value_of(condition["field"], mine), at)
    return compares(condition, amount_of(condition, mine, at), at)


def compares(condition: Mapping[str, Any], value: Any, at: datetime) -> bool:
    if "is_null" in condition:
        return (value is None) == condition["is_null"]
    if value is None:
        return False
    if "none" in condition:
        return bool(value == 0)
    if "field" in condition and "in_last_days" in condition:
        return bool(day_of(value) > day_of(at) - timedelta(days=condition["in_last_days"]))
    if "is" in condition or "in" in condition:
        return value in condition.get("in", [condition.get("is")])
    lowest, highest = condition.get("between", (condition.get("at_least"), condition.get("at_most")))
    return (lowest is None or value >= lowest) and (highest is None or value <= highest)


def value_of(name: str, mine: Sequence[Told]) -> Any:
    """What a field is after these events."""
    told = sorted((one for one in mine if one.what in FIELDS[name]), key=lambda one: (one.at, one.number))
    if name == "is_customer":
        return any(one.what == "registered" for one in told) and not is_gone(told)
    if name == "churned_at":
        left = [one.at for one in told if one.what == "churned"]
        return left[-1] if is_gone(told) else None
    if name == "points_balance":
        return sum(one.said["points"] * (1 if one.what == "earned" else -1) for one in told) if told else None
    last = told[-1] if told else None
    return None if last is None else last.said.get("value")


def is_gone(told: Sequence[Told]) -> bool:
    moves = [one for one in told if one.what in {"churned", "won_back"}]
    return bool(moves) and moves[-1].what == "churned"


def amount_of(condition: Mapping[str, Any], mine: Sequence[Told], at: datetime) -> Any:
    """How many, or how much, of what counts at an instant."""
    name = condition.get("count") or condition["sum"]
    counted = [one for one in mine if one.what == BEGINS[name] and is_wanted(condition, one)]
    standing = [one for one in counted if is_counted(condition, one, mine, at)]
    return sum(one.said["spend"] for one in standing) if name == "spend" else len(standing)


def is_wanted(condition: Mapping[str, Any], told: Told) -> bool:
    return all(
        told.said.get(column) in (wanted if isinstance(wanted, list) else [wanted])
        for column, wanted in condition.get("where", {}).items()
    )


def is_counted(condition: Mapping[str, Any], told: Told, mine: Sequence[Told], at: datetime) -> bool:
    if told.what == "signed" and is_superseded(told, mine):
        return False
    today, day = (
        day_of(at),
        told.said.get("period_end", day_of(told.at) + timedelta(days=1)) - timedelta(days=1),
    )
    if "in_last_days" in condition:
        return bool(day > today - timedelta(days=condition["in_last_days"]))
    if "in_next_days" in condition:
        due = told.said["ends_at"]
        return (
            due is not None and at < due and day_of(due) <= today + timedelta(days=condition["in_next_days"])
        )
    if "in_month" in condition:
        back = {"this": 0, "previous": 1}[condition["in_month"]]
        return month_number(day) == month_number(today) - back
    return True


def is_superseded(told: Told, mine: Sequence[Told]) -> bool:
    """Whether the contract was signed again or ended since."""
    return any(
        (one.at, one.number) > (told.at, told.number)
        and one.said.get("contract_id") == told.said["contract_id"]
        for one in mine
        if one.what in {"signed", "ended"}
    )
