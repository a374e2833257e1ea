"""Answers divide once and last, say what is ripe, and are the same from sums and from rows."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings

from projections.metrics.answer import Answer, answer
from projections.metrics.errors import (
    DimensionCannotBeAsked,
    EmptyPeriod,
    UnknownGrain,
    UnknownZone,
    VolumeCutFiner,
)
from projections.metrics.question import Question
from tests.projections.metrics.examples import at, call, complaint, frame, volume
from tests.projections.metrics.memory import Memory
from tests.projections.metrics.random_facts import memories, questions

NOW = at("2024-06-01T00:00")
JANUARY = {"start": date(2024, 1, 1), "end": date(2024, 2, 1)}


def ask(source: Memory, metric: str, definition: str | None = None, **asked: Any) -> list[Answer]:
    return answer(source, Question(metric=metric, definition=definition, **{**JANUARY, **asked}), now=NOW)


def calls(*rows: dict[str, Any], **options: Any) -> Memory:
    return Memory({"calls": frame("calls", rows)}, **options)


def month_of(measure: str, month: int, value: int, **columns: Any) -> dict[str, Any]:
    return volume(
        measure, at(f"2024-{month:02}-01T00:00"), at(f"2024-{month + 1:02}-01T00:00"), value, **columns
    )


def test_an_answer_prints_the_agreed_keys() -> None:
    source = calls(
        call(1, queue="motor"), call(2, queue="motor", outcome="abandoned"), call(3, queue="motor")
    )
    (only,) = ask(source, "answer_rate", by=("queue",))
    assert only.as_json() == {
        "metric": "answer_rate",
        "definition": "line",
        "period_start": "2024-01-01",
        "period_end": "2024-02-01",
        "queue": "motor",
        "numerator": 2,
        "denominator": 3,
        "value": 2 / 3,
        "unit": "share",
        "n": 3,
        "mature": True,
        "matures_on": None,
        "position": 100,
    }


def test_a_dimension_named_as_a_key_of_the_answer_has_a_key_of_its_own() -> None:
    (only,) = ask(calls(call(1, unit="org:SH05")), "answer_rate", by=("unit",))
    printed = only.as_json()
    assert (printed["by_unit"], printed["unit"]) == ("org:SH05", "share")


def test_milliseconds_are_shown_as_seconds() -> None:
    (only,) = ask(calls(call(1, wait_ms=0), call(2, wait_ms=70_056)), "average_speed_of_answer")
    assert (only.value, only.unit, only.n) == (35.028, "seconds", 2)


def test_a_count_has_no_denominator() -> None:
    (only,) = ask(calls(call(1), call(2)), "calls")
    assert (only.numerator, only.denominator, only.value, only.n) == (2, None, 2, 2)


def test_nothing_over_nothing_is_null_and_not_zero() -> None:
    waiting = call(1, outcome="flowed_out", wait_ms=None)
    (only,) = ask(calls(waiting, latest=at("2024-01-20T00:00")), "service_level", "sl2", fill_gaps=True)
    assert (only.numerator, only.denominator, only.value) == (0, 0, None)


def test_gaps_are_zero_while_there_is_data_and_null_after_it_ends() -> None:
    source = calls(call(1), latest=at("2024-01-11T00:00"))
    found = ask(source, "calls", grain="day", start=date(2024, 1, 9), end=date(2024, 1, 13), fill_gaps=True)
    assert [row.numerator for row in found] == [0, 1, 0, None]


def test_without_filling_only_periods_with_rows_are_told() -> None:
    found = ask(calls(call(1)), "calls", grain="day")
    assert [row.period_start for row in found] == [date(2024, 1, 10)]


def test_an_unknown_value_is_a_group_of_its_own_and_can_be_asked_for() -> None:
    source = calls(call(1), call(2, queue="motor"))
    assert [row.by["queue"] for row in ask(source, "calls", by=("queue",))] == [None, "motor"]
    assert [row.value for row in ask(source, "calls", where={"queue": [None]})] == [1]


def test_a_repeat_in_another_queue_counts_though_only_one_queue_is_asked_for() -> None:
    again = {"customer_id": "ann", "queue": "property", "offered_at": at("2024-01-11T00:00")}
    source = calls(call(1, customer_id="ann", queue="motor"), call(2, **again))
    for agent in ({}, {"agent_id": [None]}):
        (only,) = ask(source, "first_contact_resolution", where={"queue": ["motor"]} | agent)
        assert (only.numerator, only.denominator) == (0, 1)


def test_a_repeat_after_the_period_still_counts() -> None:
    again = call(2, customer_id="ann", offered_at=at("2024-02-02T00:00"))
    source = calls(call(1, customer_id="ann", offered_at=at("2024-01-30T00:00")), again)
    assert [row.value for row in ask(source, "first_contact_resolution", as_of=NOW)] == [0.0]


def test_young_days_say_when_they_ripen() -> None:
    source = calls(call(1, customer_id="ann"))
    (only,) = ask(source, "first_contact_resolution", grain="day", as_of=at("2024-01-17T15:59"))
    assert (only.value, only.mature, only.matures_on) == (1.0, False, date(2024, 1, 18))


def test_a_coarse_period_covers_its_ripe_days_only_and_counts_the_rest() -> None:
    rows = [
        call(day, customer_id=f"c{day}", offered_at=at(f"2024-01-{day:02}T02:00")) for day in range(1, 31)
    ]
    (only,) = ask(calls(*rows), "first_contact_resolution", as_of=at("2024-01-31T16:00"))
    assert (only.n, only.left_out, only.mature, only.matures_on) == (24, 6, False, date(2024, 2, 8))


def test_what_has_not_happened_yet_is_not_counted() -> None:
    tomorrow = call(2, offered_at=NOW + timedelta(hours=5))
    source = calls(call(1, offered_at=NOW - timedelta(hours=1)), tomorrow, latest=NOW + timedelta(hours=5))
    (only,) = ask(source, "calls", start=date(2024, 5, 1), end=date(2024, 7, 1))
    assert (only.value, source.asked_sums) == (1, [])


def test_declared_groupings_are_read_from_sums_and_others_from_rows() -> None:
    source = calls(call(1, queue="motor", unit="east", agent_id="a1"))
    ask(source, "calls", by=("unit",), where={"queue": ["motor"]})
    assert source.asked_sums == [("queue", "unit")]
    for beyond in (
        {"by": ("agent_id",)},
        {"grain": "hour"},
        {"zone": "UTC"},
        {"position": 5},
        {"as_of": NOW},
    ):
        source.asked_sums.clear()
        assert [row.value for row in ask(source, "calls", **beyond)] == [1]
        assert source.asked_sums == []


def test_facts_at_different_positions_are_read_at_the_lowest() -> None:
    late = complaint(2, last_position=9)
    source = Memory(
        {
            "complaints": frame("complaints", [complaint(1), late]),
            "volumes": frame("volumes", [month_of("waybills", 1, 1000)]),
        },
        positions={"complaints": 9, "volumes": 8},
    )
    (only,) = ask(source, "complaint_rate")
    assert (only.numerator, only.position, source.asked_sums) == (1, 8, [])


def two_facts(*, complaints: list[dict[str, Any]], volumes: list[dict[str, Any]]) -> Memory:
    return Memory({"complaints": frame("complaints", complaints), "volumes": frame("volumes", volumes)})


def test_a_rate_joins_two_facts_on_their_common_dimension() -> None:
    source = two_facts(
        complaints=[complaint(1, unit="east"), complaint(2, unit="east"), complaint(3, unit="west")],
        volumes=[month_of("waybills", 1, 4000, unit="east"), month_of("waybills", 1, 500, unit="north")],
    )
    found = ask(source, "complaint_rate", by=("unit",), grain="month")
    told = [(row.by["unit"], row.numerator, row.denominator, row.value, row.n) for row in found]
    assert told == [("east", 2, 4000, 5.0, 1), ("north", 0, 500, 0.0, 1), ("west", 1, None, None, 0)]


def test_the_base_is_held_whole_over_categories() -> None:
    source = two_facts(
        complaints=[complaint(1, category="late"), complaint(2, category="lost")],
        volumes=[month_of("waybills", 1, 10_000)],
    )
    found = ask(source, "complaint_rate", by=("category",))
    assert [(row.by["category"], row.value) for row in found] == [("late", 1.0), ("lost", 1.0)]
    assert [row.value for row in ask(source, "complaint_rate", where={"category": ["late"]})] == [1.0]


def test_customers_are_a_stock_whose_mean_is_the_base() -> None:
    source = two_facts(
        complaints=[complaint(1)],
        volumes=[month_of("customers", month, value) for month, value in ((1, 100), (2, 200), (3, 301))],
    )
    (only,) = ask(source, "complaint_rate", "recorded_per_customers", grain="quarter", end=date(2024, 4, 1))
    assert (only.denominator, only.n) == (601 / 3, 3)
    assert only.value == 30_000 / 601


def test_other_bases_are_flows() -> None:
    source = two_facts(
        complaints=[complaint(1)], volumes=[month_of("waybills", 1, 100), month_of("waybills", 2, 300)]
    )
    (only,) = ask(source, "complaint_rate", end=date(2024, 3, 1))
    assert only.value == 25.0


def test_closing_in_another_month_is_nothing_to_tell_of_that_month() -> None:
    source = two_facts(
        complaints=[complaint(1, category="late", closed_at=at("2024-02-10T00:00"))],
        volumes=[month_of("waybills", 1, 100), month_of("waybills", 2, 100)],
    )
    asked = {"grain": "month", "end": date(2024, 3, 1), "by": ("category",)}
    for position in (None, 100):
        found = ask(source, "complaint_rate", "upheld_per_waybills", position=position, **asked)
        assert [(row.period_start, row.value) for row in found] == [(date(2024, 1, 1), 0.0)]


def test_a_base_that_was_never_recorded_is_not_zero() -> None:
    (only,) = ask(two_facts(complaints=[complaint(1)], volumes=[]), "complaint_rate")
    assert (only.numerator, only.denominator, only.value) == (1, None, None)


def test_a_monthly_volume_is_never_cut_finer() -> None:
    source = two_facts(complaints=[complaint(1)], volumes=[month_of("waybills", 1, 100)])
    with pytest.raises(VolumeCutFiner, match="grains that can be asked: month, quarter, year, total"):
        ask(source, "complaint_rate", grain="week")
    with pytest.raises(VolumeCutFiner, match="no grain fits"):
        ask(source, "complaint_rate", start=date(2024, 1, 15))


def test_a_dimension_that_one_side_lacks_says_what_can_be_asked() -> None:
    with pytest.raises(DimensionCannotBeAsked, match="it has unit, line, product, category"):
        ask(two_facts(complaints=[], volumes=[]), "complaint_rate", by=("tier",))


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"grain": "fortnight"}, UnknownGrain),
        ({"zone": "Mars/Olympus"}, UnknownZone),
        ({"end": date(2024, 1, 1)}, EmptyPeriod),
        ({"where": {"colour": ["red"]}}, DimensionCannotBeAsked),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(asked: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        ask(calls(), "calls", **asked)


@given(memories, questions)
@settings(max_examples=100, deadline=None)
def test_sums_and_rows_give_the_same_answer(source: Memory, question: Question) -> None:
    try:
        by_sums = answer(source, question, now=NOW)
    except VolumeCutFiner:
        return
    source.asked_sums.clear()
    by_rows = answer(source, replace(question, position=100), now=NOW)
    assert source.asked_sums == []
    assert by_rows == by_sums
