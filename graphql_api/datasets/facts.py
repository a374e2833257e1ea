"""Every fact as a dataset, derived from its row class: nothing of a column is said twice."""

from datetime import datetime
from typing import get_type_hints

from domain.topics import EVENTS
from graphql_api.access.readers import readers_of_fact
from graphql_api.datasets.dataset import Column, Dataset, kind_of, what_a_row_is
from projections.facts import FACTS, SPECS
from projections.facts.row import Row
from projections.facts.spec import ENVELOPE, FactSpec
from projections.facts.spec import Column as FactColumn
from projections.meanings import meanings, reference, unit_of

TYPE_NAMES = {"warnings": "Warning"}
"""Where a view's rows have the name of the fact's row class."""
ENVELOPE_KINDS = {"timestamptz": datetime, "bigint": int}


def fact_dataset(row_class: type[Row]) -> Dataset:
    """The dataset of one fact; voided rows are in it, and say so."""
    spec = SPECS[row_class.NAME]
    told = meanings(row_class)
    return Dataset(
        name=spec.name,
        type_name=TYPE_NAMES.get(spec.name, row_class.__name__),
        table=spec.table,
        source="fact",
        meaning=what_a_row_is(row_class),
        columns=(*_own(row_class, spec, told), *_common(told)),
        keys=tuple(spec.key_names),
        time=spec.time,
        readers=readers_of_fact(spec),
    )


def _own(row_class: type[Row], spec: FactSpec, told: dict[str, str]) -> list[Column]:
    hints = get_type_hints(row_class)
    return [_column(row_class, column, kind_of(hints[column.name]), told) for column in spec.columns]


def _column(row_class: type[Row], column: FactColumn, kind: type, told: dict[str, str]) -> Column:
    merged = column.merged
    return Column(
        name=column.name,
        kind=kind,
        is_required=merged is None,
        meaning=told[column.name],
        unit=unit_of(column.name, kind, row_class),
        reference=reference(column.name, row_class),
        personal=column.name if _is_personal(column, SPECS[row_class.NAME]) else None,
        is_count=merged is not None and merged.kind == "sum" and merged.literals is not None,
    )


def _is_personal(column: FactColumn, spec: FactSpec) -> bool:
    sealed = {name for event in EVENTS if event.TOPIC in spec.topics for name in event.PERSONAL}
    return column.name in sealed and column.merged is not None


def _common(told: dict[str, str]) -> list[Column]:
    marks = [("voided", bool), *((name, ENVELOPE_KINDS[pg_type]) for name, _, _, _, pg_type in ENVELOPE)]
    return [Column(name=name, kind=kind, is_required=True, meaning=told[name]) for name, kind in marks]


FACT_DATASETS: tuple[Dataset, ...] = tuple(map(fact_dataset, FACTS))
