"""Rates and shares of complaints: whose base is held whole, what is due, and what ripens."""

from datetime import date, timedelta
from typing import Any

import pytest

from projections.metrics.answer import answer
from projections.metrics.errors import DimensionCannotBeAsked
from projections.metrics.question import Question
from tests.projections.metrics.examples import at, complaint, frame, volume
from tests.projections.metrics.memory import Memory

NOW = at("2024-06-01T00:00")
FILED = at("2024-01-10T02:00")
WAYBILLS = [
    volume("waybills", at("2024-01-01T00:00"), at("2024-02-01T00:00"), 5_000, unit="east"),
    volume("waybills", at("2024-01-01T00:00"), at("2024-02-01T00:00"), 15_000, unit="west"),
]


def asked(metric: str, *complaints: dict[str, Any], **question: Any) -> list[tuple[Any, ...]]:
    """January's answers: the group, then the value."""
    source = Memory({"complaints": frame("complaints", complaints), "volumes": frame("volumes", WAYBILLS)})
    moment = question.pop("now", NOW)
    whole = {"start": date(2024, 1, 1), "end": date(2024, 2, 1)} | question
    return [
        (*one.by.values(), one.value) for one in answer(source, Question(metric=metric, **whole), now=moment)
    ]


THREE = (
    complaint(1, category="late", unit="east", channel="hotline"),
    complaint(2, category="late", unit="west", channel="hotline"),
    complaint(3, category="lost", unit="west", channel="regulator"),
)


@pytest.mark.parametrize(
    ("by", "rates"),
    [
        (("category",), [("late", 1.0), ("lost", 0.5)]),
        (("channel",), [("hotline", 1.0), ("regulator", 0.5)]),
        (("unit",), [("east", 2.0), ("west", pytest.approx(4 / 3))]),
        (("unit", "category"), [("east", "late", 2.0), ("west", "late", pytest.approx(2 / 3))]),
    ],
)
def test_the_base_is_held_whole_over_what_only_complaints_have(
    by: tuple[str, ...], rates: list[tuple[Any, ...]]
) -> None:
    assert asked("complaint_rate", *THREE, by=by)[: len(rates)] == rates


def test_nobody_records_waybills_by_the_tier_of_customers() -> None:
    with pytest.raises(DimensionCannotBeAsked, match="cannot be asked by 'tier'"):
        asked("complaint_rate", by=("tier",))


def test_a_rate_of_key_presses_has_no_category() -> None:
    with pytest.raises(DimensionCannotBeAsked, match="cannot be asked by 'category'"):
        asked("complaint_rate.key_pressed_per_waybills", by=("category",))


@pytest.mark.parametrize(
    ("definition", "by", "shares"),
    [
        ("category", ("category",), [("late", 2 / 3), ("lost", 1 / 3)]),
        (
            "category",
            ("category", "unit"),
            [("late", "east", 1.0), ("late", "west", 0.5), ("lost", "west", 0.5)],
        ),
        ("channel", ("channel",), [("hotline", 2 / 3), ("regulator", 1 / 3)]),
        ("unit", ("unit",), [("east", 1 / 3), ("west", 2 / 3)]),
    ],
)
def test_shares_sum_to_one_within_what_is_not_shared_out(
    definition: str, by: tuple[str, ...], shares: list[tuple[Any, ...]]
) -> None:
    assert asked(f"complaint_share.{definition}", *THREE, by=by) == shares


def test_a_share_within_a_unit_is_of_that_units_complaints() -> None:
    assert asked("complaint_share", *THREE, by=("category",), where={"unit": ["west"]}) == [
        ("late", 0.5),
        ("lost", 0.5),
    ]


def due(number: int, **columns: Any) -> dict[str, Any]:
    return complaint(number, due_at=at("2024-01-12T02:00"), **columns)


def test_an_answer_at_the_due_moment_is_on_time() -> None:
    answers = [None, at("2024-01-12T02:00"), at("2024-01-12T02:00:00.000001")]
    told = [due(number, first_replied_at=moment) for number, moment in enumerate(answers)]
    assert asked("complaints_on_time", *told, complaint(9)) == [(pytest.approx(1 / 3),)]


def test_a_solution_without_a_reply_is_an_answer() -> None:
    told = [due(1, first_resolved_at=FILED), due(2, first_resolved_at=at("2024-01-13T02:00"))]
    assert asked("complaints_on_time", *told) == [(0.5,)]


def test_what_falls_due_later_is_not_counted_yet() -> None:
    later = due(2) | {"due_at": at("2024-01-20T02:00")}
    answered = due(1, first_replied_at=FILED)
    assert asked("complaints_on_time", answered, later, now=at("2024-01-15T00:00")) == [(1.0,)]
    assert asked("complaints_on_time", answered, later) == [(0.5,)]


def test_internal_complaints_are_judged_when_old_enough() -> None:
    day = timedelta(hours=24)
    told = [
        complaint(1, kind="internal", first_resolved_at=FILED + day),
        complaint(2, kind="internal", first_resolved_at=FILED + day + timedelta(microseconds=1)),
        complaint(3, kind="external"),
        complaint(4, kind="internal", filed_at=at("2024-01-14T20:00")),
    ]
    assert asked("internal_resolution_24h", *told) == [(pytest.approx(1 / 3),)]
    assert asked("internal_resolution_24h", *told, now=at("2024-01-15T10:00")) == [(0.5,)]


def test_classes_part_the_complaints() -> None:
    told = [complaint(n, severity=word) for n, word in enumerate((None, "general", "repeat", "malignant"))]
    assert asked("repeat_rate.class", *told) == asked("malignant_rate", *told) == [(0.25,)]
