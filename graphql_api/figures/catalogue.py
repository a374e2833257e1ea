"""What can be asked of metrics: every definition, its meaning, its dimensions, and since when it holds."""

from datetime import date
from typing import Any

import strawberry

from graphql_api.request_context import RequestContext
from graphql_api.told import told
from graphql_api.tuple_rows import TupleRows
from projections.metrics.askable import askable
from projections.metrics.definition import MetricDefinition
from projections.metrics.definitions import METRICS


@strawberry.type(description="One definition of a metric.")
class CatalogueEntry:
    metric: str = told("The metric's name.")
    definition: str = told("The definition's id.")
    is_default: bool = told("Whether it is used where no definition is named.")
    name_en: str = told("Its English name.")
    name_zh: str = told("Its Chinese name.")
    meaning: str = told("What it says.")
    numerator: str = told("What is counted, as measures with their weights.")
    denominator: str | None = told("Out of what; null for a count or an amount.")
    unit: str = told("The unit of its values.")
    scale: float = told("What the quotient is multiplied by.")
    direction: str = told("Which is better: higher, lower or neither.")
    dimensions: list[str] = told("What it can be grouped by and filtered on: its own, then what is joined.")
    held_whole: list[str] = told("Dimensions over which the denominator is held whole.")
    ripening_hours: float | None = told("How long after a day's end its rows may still change; null if not.")
    source: str = told("Where the definition comes from.")
    effective_from: date | None = told("The first day on which it is in force; null for always.")
    effective_to: date | None = told("The first day on which it no longer is; null for always.")


COLUMNS = tuple(CatalogueEntry.__annotations__)


async def metric_catalogue(info: strawberry.Info[RequestContext]) -> list[CatalogueEntry]:
    with info.context.notes.noting(str(info.path.key), limit=len(METRICS)) as note:
        note.row_count = len(METRICS)
        firsts = {definition.metric: definition for definition in reversed(METRICS)}
        rows = [
            _row(definition, is_default=firsts[definition.metric] is definition) for definition in METRICS
        ]
        return TupleRows(CatalogueEntry, columns=COLUMNS, tuples=rows)  # type: ignore[return-value]


def _row(definition: MetricDefinition, *, is_default: bool) -> tuple[Any, ...]:
    ripening = definition.ripening
    return (
        definition.metric,
        definition.id,
        is_default,
        definition.name_en,
        definition.name_zh,
        definition.meaning,
        _terms(definition.numerator),
        _terms(definition.denominator) if definition.denominator else None,
        definition.unit,
        float(definition.scale),
        definition.direction,
        list(askable(definition)),
        list(definition.held_whole),
        ripening.total_seconds() / 3600 if ripening else None,
        definition.source,
        definition.effective_from,
        definition.effective_to,
    )


def _terms(terms: tuple[tuple[int, str], ...]) -> str:
    return " ".join(f"{'+' if weight > 0 else '-'} {_weighted(abs(weight), name)}" for weight, name in terms)[
        2:
    ]


def _weighted(weight: int, name: str) -> str:
    return name if weight == 1 else f"{weight} {name}"
