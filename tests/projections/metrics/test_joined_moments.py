"""Stocks by what is joined: members at a period's end, by the class they had and the tree there was then."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from projections.metrics.answer import answer
from projections.metrics.explain import explained_rows
from projections.metrics.question import Question
from tests.projections.metrics.examples import at, frame
from tests.projections.metrics.memory import Memory
from tests.projections.metrics.tree import START, Move, kinds, moves, of_kind, placed, tree_frames

NOW = at("2024-06-01T00:00")
ENDS = [at(f"2024-0{month}-01T00:00") - timedelta(hours=8) for month in (2, 3, 4)]
Rows = list[dict[str, Any]]

days = st.integers(0, 85).map(lambda number: START + timedelta(days=number))
members = st.lists(
    st.fixed_dictionaries(
        {
            "unit": placed,
            "enrolled_at": days,
            "closed_at": st.none() | days,
            "customer_id": st.sampled_from("abc"),
        }
    ),
    max_size=6,
)


def member_rows(rows: Rows) -> pl.DataFrame:
    return frame("members", [{"member": f"member-x:{n}"} | row for n, row in enumerate(rows)])


def here(row: dict[str, Any], moment: datetime) -> int:
    """One from joining on, one less from leaving on; whoever is told to leave first is minus one."""
    left = row["closed_at"] is not None and row["closed_at"] < moment
    return int(row["enrolled_at"] < moment) - int(left)


def agrees(
    source: Memory, by: str, wanted: dict[tuple[date, Any], int], *, position: int | None = None
) -> None:
    question = Question(
        metric="members.count",
        start=date(2024, 1, 1),
        end=date(2024, 4, 1),
        grain="month",
        by=(by,),
        position=position,
    )
    told = {(one.period_start, one.by[by]): one.value for one in answer(source, question, now=NOW)}
    assert {key: value for key, value in told.items() if value} == {k: v for k, v in wanted.items() if v}
    rows = explained_rows(source, question, now=NOW).filter(pl.col("role") == "numerator")
    sums: Counter[Any] = Counter()
    for start, value, contribution in rows.select("period_start", by, "contribution").rows():
        sums[date.fromisoformat(start), value] += contribution
    assert {key: value for key, value in sums.items() if value} == {k: v for k, v in wanted.items() if v}


def month_before(end: datetime) -> date:
    last = (end.astimezone(UTC) + timedelta(hours=8)) - timedelta(days=1)
    return date(last.year, last.month, 1)


@given(kinds, moves, members)
@settings(max_examples=25, deadline=None)
def test_members_by_store_are_those_of_the_tree_at_the_end(
    kinds: dict[str, str | None], moves: list[Move], members: Rows
) -> None:
    kinds = kinds | {"org:0": "store"}
    source = Memory({"members": member_rows(members)} | tree_frames(kinds, moves))
    wanted: Counter[Any] = Counter()
    for end in ENDS:
        for row in members:
            wanted[month_before(end), of_kind(kinds, moves, row["unit"], end, kind="store")] += here(row, end)
    agrees(source, "unit.store", wanted)
    agrees(source, "unit.store", wanted, position=100)


@given(
    members,
    st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["gold", "silver"]), days), max_size=6),
)
@settings(max_examples=30, deadline=None)
def test_members_by_class_are_in_the_class_they_had_at_the_end(
    members: Rows, classes: list[tuple[str, str, datetime]]
) -> None:
    told = [
        {"customer": f"customer-{who}", "version": n, "scheme": "lifecycle", "value": value}
        | {"classified_at": when, "last_position": n}
        for n, (who, value, when) in enumerate(classes)
    ]
    source = Memory({"members": member_rows(members), "customer_classes": frame("customer_classes", told)})
    wanted: Counter[Any] = Counter()
    for end in ENDS:
        for row in members:
            mine = [(when, n, v) for n, (who, v, when) in enumerate(classes) if who == row["customer_id"]]
            before = [one for one in mine if one[0] < end]
            wanted[month_before(end), max(before)[2] if before else None] += here(row, end)
    agrees(source, "lifecycle", wanted)
