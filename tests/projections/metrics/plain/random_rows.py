"""Random rows of any fact, made from its schema: few values that meet, and nulls wherever nulls may be."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
from hypothesis import strategies as st

from projections.facts import SPECS
from projections.facts.spec import FactSpec
from projections.metrics.definition import MetricDefinition
from projections.metrics.derived import DERIVED
from projections.metrics.measures import fact_of
from tests.projections.metrics.examples import frame
from tests.projections.metrics.memory import Memory

START, END = date(2024, 1, 1), date(2024, 4, 1)
FIRST = datetime(2023, 12, 20, 4, tzinfo=UTC)
NOW = datetime(2026, 6, 1, tzinfo=UTC)
MONTHS = [date(2024, month, 1) for month in (1, 2, 3, 4)]
MOST_ROWS = 8

times = st.integers(0, 4 * 115).map(lambda quarters: FIRST + timedelta(hours=6 * quarters))
KINDS: tuple[tuple[pl.DataType, st.SearchStrategy[Any]], ...] = (
    (pl.String(), st.sampled_from([None, "a", "b"])),
    (pl.Int64(), st.sampled_from([None, 0, 1, 3, 20_000, 86_400_000])),
    (pl.Boolean(), st.sampled_from([None, True, False])),
    (
        pl.Decimal(38, 4),
        st.sampled_from([None, *map(Decimal, ("0", "1", "0.1", "999.9999", "1000", "2500"))]),
    ),
    (pl.Datetime("us", "UTC"), st.none() | times),
    (pl.Date(), st.none() | st.dates(date(2023, 12, 1), date(2024, 4, 30))),
)
"""Column type -> values; an area's WORDS go before these."""

Words = Mapping[str, tuple[Any, ...]]


def facts_behind(definition: MetricDefinition) -> list[str]:
    """The stored facts that a definition reads, directly or through derived facts."""
    named = {fact_of(name) for name in definition.measures}
    read = {fact for name in named for fact in (DERIVED[name].reads if name in DERIVED else (name,))}
    return sorted(read & SPECS.keys())


@st.composite
def memories(draw: st.DrawFn, facts: list[str], words: Words) -> Memory:
    """A store of random rows of these facts."""
    frames = {name: frame(name, draw(rows_of(SPECS[name], words))) for name in facts}
    return Memory(frames, latest=NOW - timedelta(days=1))


def rows_of(spec: FactSpec, words: Words) -> st.SearchStrategy[list[dict[str, Any]]]:
    if spec.name == "volumes":
        return month_volumes(words)
    columns = {column.name: _values(column.name, column.dtype, words) for column in spec.columns}
    columns[spec.key_names[0]] = st.integers(0, 4).map(lambda n: f"{spec.stream}-x:{n}")
    for column in spec.keys[1:]:
        columns[column.name] = _values(column.name, column.dtype, words).filter(
            lambda value: value is not None
        )
    return st.lists(
        st.fixed_dictionaries(columns),
        max_size=MOST_ROWS,
        unique_by=lambda row: tuple(row[name] for name in spec.key_names),
    )


def _values(name: str, dtype: pl.DataType, words: Words) -> st.SearchStrategy[Any]:
    if name in words:
        return st.sampled_from(words[name])
    return next(strategy for known, strategy in KINDS if known == dtype)


def month_volumes(words: Words) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Whole months of a few measures, some of them by unit."""
    month = st.integers(0, 2)
    one = st.tuples(
        st.sampled_from(words["measure"]), month, st.sampled_from([None, "a"]), st.integers(0, 500)
    )
    return st.lists(one, max_size=MOST_ROWS, unique_by=lambda drawn: drawn[:3]).map(
        lambda drawn: [
            {
                "volume": f"volume-x:{measure}/{unit}",
                "measure": measure,
                "period_start": MONTHS[number],
                "period_end": MONTHS[number + 1],
                "value": Decimal(value),
                "unit": unit,
            }
            for measure, number, unit, value in drawn
        ]
    )
