"""Warnings, contracts, months and answers of customers as rows, so many days before a view's day ends."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.projections.metrics.examples import at

TODAY = at("2024-03-31T16:00")
Told = dict[str, Any]


def before(days: float) -> datetime:
    return TODAY - timedelta(days=days)


def told(row: Told, when: datetime) -> Told:
    return row | {"first_occurred_at": when, "last_recorded_at": when}


def warning(number: int, days: float, *, due: float | None = None, version: int = 1, **columns: Any) -> Told:
    """So many days before the end of the view's day."""
    named = {"customer": f"customer-x:{number}", "version": version, "kind": "competitor_contact"}
    due_at = None if due is None else before(due)
    return told(named | {"warned_at": before(days), "due_at": due_at} | columns, before(days))


def action(number: int, days: float, **columns: Any) -> Told:
    named = {"customer": f"customer-x:{number}", "version": 7, "kind": "credit", "outcome": "accepted"}
    return told(named | {"taken_at": before(days), "agent_id": "desk:liu"} | columns, before(days))


def contact(number: int, days: float, **columns: Any) -> Told:
    named = {"customer": f"customer-x:{number}", "version": 8, "channel": "phone"}
    return told(named | {"contacted_at": before(days), "agent_id": "desk:sun"} | columns, before(days))


def contract(number: int, name: str, *, signed: float, ends: float, ended: float | None = None) -> Told:
    named = {"customer": f"customer-x:{number}", "contract_id": name, "unit": "east", "tier": "gold"}
    times = {"signed_at": before(signed), "ends_at": before(ends)}
    return told(named | times | {"ended_at": None if ended is None else before(ended)}, before(signed))


def usage(number: int, month: date, spend: int) -> Told:
    end = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    named = {"customer": f"customer-x:{number}", "period_start": month, "period_end": end}
    return told(named | {"spend": Decimal(spend)}, at(f"{end.isoformat()}T00:00") - timedelta(hours=9))


def churn(number: int, days: float) -> Told:
    named = {"customer": f"customer-x:{number}", "version": 9, "churned_at": before(days)}
    return told(named, before(days))
