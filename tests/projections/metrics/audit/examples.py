"""Printed figures over a month of named calls and complaints."""

from datetime import date
from typing import Any

from projections.metrics.audit.asking import Asker
from projections.metrics.audit.audit import audit
from projections.metrics.audit.findings import Finding
from projections.metrics.audit.statements import Figure
from projections.metrics.source import FactSource
from tests.projections.metrics.examples import at, call, complaint, frame, volume
from tests.projections.metrics.memory import Memory

NOW = at("2024-06-01T00:00")
JANUARY: dict[str, Any] = {"start": date(2024, 1, 1), "end": date(2024, 2, 1)}


def asker(source: FactSource) -> Asker:
    return Asker(source=source, now=NOW)


def audited(source: FactSource, printed: str, metric: str, **said: Any) -> Finding:
    """The verdict on a figure of January 2024 unless told otherwise."""
    figure = Figure(figure=printed, metric=metric, **{**JANUARY, **said})
    return audit(source, figure, now=NOW)


def calls_of(*, answered: int, abandoned: int = 0, **columns: Any) -> list[dict[str, Any]]:
    """Calls on 10 January, answered ones first."""
    outcomes = ["answered"] * answered + ["abandoned"] * abandoned
    return [call(number, outcome=outcome, **columns) for number, outcome in enumerate(outcomes)]


def complaints_of(count: int, **columns: Any) -> list[dict[str, Any]]:
    return [complaint(number, **columns) for number in range(count)]


def memory(**rows: list[dict[str, Any]]) -> Memory:
    return Memory({fact: frame(fact, told) for fact, told in rows.items()}, latest=at("2024-05-31T00:00"))


def month_of(measure: str, month: int, value: int, **columns: Any) -> dict[str, Any]:
    return volume(
        measure, at(f"2024-{month:02}-01T00:00"), at(f"2024-{month + 1:02}-01T00:00"), value, **columns
    )
