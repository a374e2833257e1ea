"""Rates and counts by what is above a unit equal those of somebody who walks up the tree for every row."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projections.metrics.answer import Answer, answer
from projections.metrics.errors import DimensionCannotBeAsked
from projections.metrics.explain import explained_rows
from projections.metrics.question import Question
from projections.metrics.unit_tree import UnknownUnitKind
from tests.projections.metrics.examples import at, call, complaint, frame, volume
from tests.projections.metrics.memory import Memory
from tests.projections.metrics.tree import (
    KINDS,
    START,
    UNITS,
    Move,
    chain,
    kinds,
    moves,
    of_kind,
    placed,
    tree_frames,
)

NOW = at("2024-06-01T00:00")
MONTHS = [(date(2024, month, 1), date(2024, month + 1, 1)) for month in (1, 2, 3)]
Tree = Literal["period_end", "today"]

calls = st.lists(
    st.tuples(placed, st.integers(0, 85).map(lambda days: START + timedelta(days=days))), max_size=8
)


def month_of(moment: datetime) -> date:
    local = moment + timedelta(hours=8)
    return date(local.year, local.month, 1)


def end_of(month: date) -> datetime:
    end = next(end for start, end in MONTHS if start == month)
    return datetime(end.year, end.month, end.day, tzinfo=UTC) - timedelta(hours=8)


def asked(tree: Tree = "period_end", **more: Any) -> Question:
    whole: dict[str, Any] = {"start": date(2024, 1, 1), "end": date(2024, 4, 1), "grain": "month"} | more
    return Question(metric=whole.pop("metric", "calls"), tree=tree, **whole)


def counted(answers: list[Answer]) -> Counter[tuple[Any, ...]]:
    return Counter({(one.period_start, *one.by.values()): one.numerator for one in answers})


def calls_of(told: list[tuple[str | None, datetime]]) -> pl.DataFrame:
    return frame("calls", [call(n, unit=unit, offered_at=moment) for n, (unit, moment) in enumerate(told)])


@given(kinds, moves, calls, st.sampled_from(KINDS), st.sampled_from(["period_end", "today"]))
@settings(max_examples=30, deadline=None)
def test_calls_by_kind_are_those_of_a_walker(
    kinds: dict[str, str | None],
    moves: list[Move],
    told: list[tuple[str | None, datetime]],
    kind: str,
    tree: Tree,
) -> None:
    kinds = kinds | {"org:0": kind}
    source = Memory({"calls": calls_of(told)} | tree_frames(kinds, moves))
    question = asked(tree, by=(f"unit.{kind}",))
    moments = {month: NOW if tree == "today" else end_of(month) for month, _ in MONTHS}
    wanted = Counter(
        (month_of(when), of_kind(kinds, moves, unit, moments[month_of(when)], kind=kind))
        for unit, when in told
    )
    assert counted(answer(source, question, now=NOW)) == wanted
    assert source.asked_sums == [("unit",)]
    by_rows = asked(tree, by=(f"unit.{kind}",), position=100)
    assert counted(answer(source, by_rows, now=NOW)) == wanted
    rows = explained_rows(source, question, now=NOW).filter(pl.col("role") == "numerator")
    assert Counter(rows.select(pl.col("period_start").str.to_date(), f"unit.{kind}").rows()) == wanted


@given(kinds, moves, calls, st.sampled_from((*UNITS, "org:ghost")))
@settings(max_examples=25, deadline=None)
def test_calls_under_a_unit_are_those_of_a_walker(
    kinds: dict[str, str | None], moves: list[Move], told: list[tuple[str | None, datetime]], top: str
) -> None:
    source = Memory({"calls": calls_of(told)} | tree_frames(kinds, moves))
    wanted = Counter(
        month_of(when) for unit, when in told if top in chain(moves, unit, end_of(month_of(when)))
    )
    for position in (None, 100):
        question = asked(where={"unit.under": [top]}, position=position)
        assert counted(answer(source, question, now=NOW)) == Counter(
            {(month,): n for month, n in wanted.items()}
        )
        rows = explained_rows(source, question, now=NOW).filter(pl.col("role") == "numerator")
        assert Counter(rows["period_start"].str.to_date()) == wanted


def carrier(**more: pl.DataFrame) -> Memory:
    """Two districts of one region; the second store moves to the second district in February."""
    kinds: dict[str, str | None] = {
        "r": "region",
        "d1": "district",
        "d2": "district",
        "s1": "store",
        "s2": "store",
    }
    moves: list[Move] = [
        ("r", None, START),
        ("d1", "r", START),
        ("d2", "r", START),
        ("s1", "d1", START),
        ("s2", "d1", START),
        ("s2", "d2", at("2024-02-10T00:00")),
    ]
    return Memory(tree_frames(kinds, moves) | more)


def month_volume(month: int, value: int, **columns: Any) -> dict[str, Any]:
    return volume(
        "waybills", at(f"2024-0{month}-01T00:00"), at(f"2024-0{month + 1}-01T00:00"), value, **columns
    )


def test_a_base_by_district_meets_complaints_by_store() -> None:
    source = carrier(
        complaints=frame(
            "complaints",
            [complaint(n, unit="s2", filed_at=at(f"2024-0{n}-15T00:00")) for n in (1, 2)]
            + [complaint(3, unit="s1")],
        ),
        volumes=frame(
            "volumes", [month_volume(month, 10_000, unit=f"d{n}") for month in (1, 2) for n in (1, 2)]
        ),
    )
    question = asked(metric="complaint_rate", by=("unit.district",), end=date(2024, 3, 1))
    told = [
        (one.period_start.month, one.by["unit.district"], one.value)
        for one in answer(source, question, now=NOW)
    ]
    assert told == [(1, "d1", 2.0), (1, "d2", 0.0), (2, "d1", 0.0), (2, "d2", 1.0)]


def test_todays_tree_restates_the_months_before() -> None:
    source = carrier(calls=calls_of([("s2", at("2024-01-15T00:00"))]))
    for tree, district in (("period_end", "d1"), ("today", "d2")):
        (only,) = answer(source, asked(tree, by=("unit.district",)), now=NOW)  # type: ignore[arg-type]
        assert only.by == {"unit.district": district}


def test_a_question_about_the_past_sees_the_tree_of_the_past() -> None:
    source = carrier(calls=calls_of([("s2", at("2024-01-15T00:00"))]))
    (only,) = answer(source, asked("today", by=("unit.district",), as_of=at("2024-02-01T00:00")), now=NOW)
    assert only.by == {"unit.district": "d1"}
    (only,) = answer(source, asked("today", by=("unit.district",), position=4), now=NOW)
    assert only.by == {"unit.district": "d1"}


def test_a_unit_that_nobody_told_of_is_under_itself() -> None:
    source = carrier(calls=calls_of([("unheard", START)]))
    (only,) = answer(source, asked(where={"unit.under": ["unheard"]}), now=NOW)
    assert only.value == 1
    (only,) = answer(source, asked(by=("unit.store",)), now=NOW)
    assert only.by == {"unit.store": None}


def test_a_dimension_of_the_tree_is_printed_under_its_name() -> None:
    (only,) = answer(carrier(calls=calls_of([("s1", START)])), asked(by=("unit.store",)), now=NOW)
    assert only.as_json()["unit.store"] == "s1"


def test_a_kind_that_no_unit_has_is_refused_with_those_there_are() -> None:
    with pytest.raises(UnknownUnitKind, match="there are district, region, store"):
        answer(carrier(), asked(by=("unit.shop",)), now=NOW)


def test_a_filter_of_the_tree_is_no_group() -> None:
    with pytest.raises(DimensionCannotBeAsked, match=r"unit\.<kind>, unit\.under"):
        answer(carrier(), asked(by=("unit.under",)), now=NOW)


def test_a_question_without_the_tree_reads_none() -> None:
    source = carrier(calls=calls_of([("s1", START)]))
    tellings = dict(source.tellings)
    for name in ("units", "unit_moves"):
        del tellings[name]
    read: list[str] = []

    class Watched(Memory):
        def facts(self, fact: str, **given: Any) -> pl.DataFrame:
            read.append(fact)
            return super().facts(fact, **given)

    answer(Watched(tellings), asked(by=("unit",), position=100), now=NOW)
    assert read == ["calls"]
