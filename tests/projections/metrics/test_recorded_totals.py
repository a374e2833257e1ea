"""A volume recorded in total and in parts is counted once, whatever it is asked by."""

from collections import Counter
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projections.metrics.answer import answer
from projections.metrics.explain import explained_rows
from projections.metrics.question import Question
from tests.projections.metrics.examples import at, complaint, frame, volume
from tests.projections.metrics.memory import Memory
from tests.projections.metrics.tree import tree_frames

NOW = at("2024-06-01T00:00")
MONTH = (at("2024-01-01T00:00"), at("2024-02-01T00:00"))
DIMENSIONS = ("unit", "line", "channel")
Row = dict[str, Any]

levels = st.lists(
    st.fixed_dictionaries(
        {
            "unit": st.sampled_from([None, "east", "west"]),
            "line": st.sampled_from([None, "motor"]),
            "channel": st.sampled_from([None, "app", "desk"]),
            "value": st.integers(1, 99),
        }
    ),
    max_size=7,
    unique_by=lambda row: tuple(row[name] for name in DIMENSIONS),
)


def recorded(rows: list[Row], *, measure: str = "top_ups") -> Memory:
    told = [
        volume(measure, *MONTH, row["value"])
        | {k: row.get(k) for k in DIMENSIONS}
        | {"volume": f"volume-x:{n}"}
        for n, row in enumerate(rows)
    ]
    tree = tree_frames({"east": "store", "west": "store"}, [])
    return Memory({"volumes": frame("volumes", told)} | tree)


def standing(rows: list[Row], asked: set[str]) -> list[Row]:
    """The rows that have all that is asked by, and are part of no other that has."""

    def of(row: Row) -> dict[str, str]:
        return {name: row[name] for name in DIMENSIONS if row[name] is not None}

    having = [row for row in rows if asked <= of(row).keys()]
    return [row for row in having if not any(of(one).items() < of(row).items() for one in having)]


def asked(metric: str, *by: str, **more: Any) -> Question:
    return Question(metric=metric, start=MONTH[0].date(), end=MONTH[1].date(), by=by, **more)


@given(levels, st.sampled_from([(), ("unit",), ("line",), ("unit", "line"), ("channel",)]), st.booleans())
@settings(max_examples=40, deadline=None)
def test_every_part_is_counted_once(rows: list[Row], by: tuple[str, ...], is_as_of: bool) -> None:
    source, wanted = recorded(rows), Counter[tuple[str, ...]]()
    for row in standing(rows, set(by)):
        wanted[tuple(row[name] for name in by)] += row["value"]
    question = asked("volume.top_ups", *by, position=100 if is_as_of else None)
    found = {tuple(one.by.values()): one.value for one in answer(source, question, now=NOW)}
    assert found == dict(wanted)
    told = explained_rows(source, question, now=NOW).filter(pl.col("role") == "numerator")
    sums = (
        told.group_by(by).agg(pl.col("contribution").sum())
        if by
        else told.select(pl.col("contribution").sum())
    )
    assert {tuple(row[:-1]): row[-1] for row in sums.rows() if row[-1]} == {
        group: Decimal(value) for group, value in wanted.items()
    }


@given(levels)
@settings(max_examples=30, deadline=None)
def test_what_a_measure_looks_at_is_asked_of_its_rows_too(rows: list[Row]) -> None:
    electronic = sum(row["value"] for row in standing(rows, {"channel"}) if row["channel"] == "app")
    whole = sum(row["value"] for row in standing(rows, set()))
    found = answer(recorded(rows), asked("channel_share"), now=NOW)
    assert [(one.numerator, one.denominator) for one in found] == ([(electronic, whole)] if rows else [])


@pytest.mark.parametrize(("by", "wanted"), [((), 100), (("unit",), 70), (("unit.store",), 70)])
def test_a_total_is_no_units(by: tuple[str, ...], wanted: int) -> None:
    source = recorded([{"value": 100}, {"unit": "east", "value": 40}, {"unit": "west", "value": 30}])
    found = answer(source, asked("volume.top_ups", *by), now=NOW)
    assert sum(one.value or 0 for one in found) == wanted


def test_the_rate_of_some_units_leaves_the_total_out() -> None:
    source = recorded([{"value": 900}, {"unit": "east", "value": 400}], measure="waybills")
    source = Memory({**source.tellings, "complaints": frame("complaints", [complaint(1, unit="east")])})
    (only,) = answer(source, asked("complaint_rate", where={"unit.under": ["east"]}), now=NOW)
    assert (only.numerator, only.denominator, only.value) == (1, 400, 25.0)


def test_rows_that_are_alone_are_read_from_sums_only() -> None:
    read: list[str] = []

    class Watched(Memory):
        def facts(self, fact: str, **given: Any) -> pl.DataFrame:
            read.append(fact)
            return super().facts(fact, **given)

        def sums(self, fact: str, *given: Any) -> pl.DataFrame:
            cells = super().sums(fact, *given)
            read.clear()
            return cells

    source = Watched(recorded([{"value": 100}, {"unit": "east", "value": 40}]).tellings)
    answer(source, asked("volume.top_ups", "unit"), now=NOW)
    assert read == []
    answer(source, asked("volume.top_ups"), now=NOW)
    assert read == ["volumes"]


@pytest.mark.parametrize(
    ("by", "told"),
    [
        ((), [("numerator", None), ("excluded", "part of a total that is recorded too")]),
        (("unit",), [("excluded", "not recorded by unit"), ("numerator", None)]),
    ],
)
def test_what_does_not_stand_says_why(by: tuple[str, ...], told: list[tuple[str, str | None]]) -> None:
    source = recorded([{"value": 100}, {"unit": "east", "value": 40}])
    rows = explained_rows(source, asked("volume.top_ups", *by), now=NOW).sort("stream")
    assert rows.select("role", "reason").rows() == told
