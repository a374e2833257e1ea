"""Hidden, open and repeated complaints: which rows are made when read, by example."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from projections.metrics.answer import answer
from projections.metrics.explain import explained_rows
from projections.metrics.question import Question
from tests.projections.metrics.examples import at, call, complaint, frame
from tests.projections.metrics.memory import Memory

NOW = at("2024-06-01T00:00")
FILED = at("2024-01-10T02:00")


def store(facts: Mapping[str, Sequence[Mapping[str, Any]]]) -> Memory:
    frames = {name: frame(name, rows) for name, rows in facts.items()}
    return Memory(frames, latest=at("2024-05-01T00:00"))


def january(metric: str, **asked: Any) -> Question:
    return Question(metric=metric, **{"start": date(2024, 1, 1), "end": date(2024, 2, 1)} | asked)


def pressed(number: int, **columns: Any) -> dict[str, Any]:
    return call(number, key_presses=1, **columns)


CALLS = [pressed(1), pressed(2), pressed(3), pressed(4, direction="outbound"), call(5)]
OF_CALLS = [
    complaint(1, call_id="x:1", attributions=1),
    complaint(2, call_id="x:2"),
    complaint(3, call_id="x:5", attributions=1),
]


def test_a_key_press_is_hidden_unless_somebody_was_held_liable() -> None:
    source = store({"calls": CALLS, "complaints": OF_CALLS})
    (one,) = answer(source, january("hidden_complaint_rate"), now=NOW)
    assert (one.numerator, one.denominator, one.mature) == (2, 3, True)


def test_who_is_not_hidden_is_explained_by_the_complaint_that_was_attributed() -> None:
    source = store({"calls": CALLS, "complaints": OF_CALLS})
    rows = explained_rows(source, january("hidden_complaint_rate"), now=NOW)
    attributed = rows.filter(pl.col("reason").str.contains("liability was attributed"))
    assert attributed.select("role", "stream").rows() == [("denominator", "call-x:1")]


def test_hidden_complaints_ripen_after_the_attribution_period() -> None:
    early = at("2024-01-20T00:00")
    source = store({"calls": CALLS, "complaints": OF_CALLS})
    (one,) = answer(source, january("hidden_complaint_rate", as_of=early), now=NOW)
    assert (one.mature, one.matures_on, one.left_out) == (False, date(2024, 3, 2), 3)


def turn(number: int, version: int, kind: str, moment: datetime) -> dict[str, Any]:
    name = f"complaint-x:{number}"
    return {"complaint": name, "version": version, "turn": kind, "turned_at": moment}


TURNS = [
    turn(1, 1, "filed", FILED),
    turn(1, 2, "closed", FILED + timedelta(days=2)),
    turn(1, 3, "reopened", FILED + timedelta(days=4)),
    turn(2, 1, "filed", FILED),
    turn(2, 2, "closed", FILED + timedelta(days=1)),
]
"""The first is closed, then open again: its row alone no longer says that it was ever closed."""


@pytest.mark.parametrize(
    ("last_day", "open_then", "age"),
    [(10, 2, 14 / 24), (11, 1, 1 + 14 / 24), (12, 0, None), (13, 0, None), (14, 1, 4 + 14 / 24)],
)
def test_what_is_open_is_known_at_the_end_of_any_past_day(
    last_day: int, open_then: int, age: float | None
) -> None:
    source = store({"complaint_turns": TURNS, "complaints": [complaint(1), complaint(2)]})
    period = {"start": date(2024, 1, 10), "end": date(2024, 1, last_day + 1)}
    (count,) = answer(source, january("complaints.open", fill_gaps=True, **period), now=NOW)
    assert count.numerator == open_then
    (days,) = answer(source, january("complaint_days.open_age", fill_gaps=True, **period), now=NOW)
    assert days.value == (age if age is None else pytest.approx(age))


def test_a_period_that_has_not_ended_is_counted_at_the_moment_asked() -> None:
    source = store({"complaint_turns": TURNS, "complaints": [complaint(1), complaint(2)]})
    moment = FILED + timedelta(hours=6)
    (days,) = answer(source, january("complaint_days.open_age"), now=moment)
    assert (days.value, days.n) == (0.25, 2)


def test_every_day_counts_what_is_open_at_its_end() -> None:
    source = store({"complaint_turns": TURNS, "complaints": [complaint(1, unit="east"), complaint(2)]})
    days = {"start": date(2024, 1, 10), "end": date(2024, 1, 16), "grain": "day"}
    told = answer(source, january("complaints.open", **days, by=("unit",)), now=NOW)
    assert [(one.period_start.day, one.by["unit"], one.numerator) for one in told] == [
        (10, None, 1),
        (10, "east", 1),
        (11, "east", 1),
        (14, "east", 1),
        (15, "east", 1),
    ]


@pytest.mark.parametrize(
    ("before", "is_repeat"),
    [
        ({"category": "late"}, True),
        ({"subject_id": "claim-x:1", "category": "lost"}, True),
        ({"category": "lost"}, False),
        ({"category": "late", "customer_id": "bo"}, False),
        ({"category": "late", "customer_id": None}, False),
        ({"category": "late", "filed_at": FILED - timedelta(days=30)}, True),
        ({"category": "late", "filed_at": FILED - timedelta(days=30, seconds=1)}, False),
        ({"category": "late", "filed_at": FILED}, False),
    ],
)
def test_the_same_matter_is_a_customers_category_or_subject(before: dict[str, Any], is_repeat: bool) -> None:
    earlier = {"customer_id": "ann", "filed_at": FILED - timedelta(days=20)} | before
    later = complaint(2, customer_id="ann", category="late", subject_id="claim-x:1")
    source = store({"complaints": [complaint(1, **earlier), later]})
    day = {"start": date(2024, 1, 10), "end": date(2024, 1, 11)}
    (one,) = answer(source, january("repeat_rate.same_matter_30d", **day), now=NOW)
    assert one.numerator == int(is_repeat)
    assert one.denominator == (2 if earlier["filed_at"] == FILED else 1)


def test_linked_pseudonyms_complain_as_one_person() -> None:
    first = complaint(1, customer_id="ann", category="late", filed_at=FILED - timedelta(days=20))
    again = complaint(2, customer_id="bo", category="late")
    linked = {"customer": "customer-bo", "version": 1, "to": "ann", "linked_at": at("2024-03-01T00:00")}
    told = {"complaints": [first, again]}
    day = {"start": date(2024, 1, 10), "end": date(2024, 1, 11)}
    (apart,) = answer(store(told), january("repeat_rate.same_matter_30d", **day), now=NOW)
    assert apart.numerator == 0
    (one,) = answer(
        store({**told, "customer_links": [linked]}), january("repeat_rate.same_matter_30d", **day), now=NOW
    )
    assert one.numerator == 1
