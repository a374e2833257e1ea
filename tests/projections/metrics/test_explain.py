"""An explanation's rows add up to the answers, for every metric, and say why the others do not count."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings

from projections.metrics.answer import Answer, answer
from projections.metrics.definitions import find_definition
from projections.metrics.difference import difference_known_at
from projections.metrics.errors import VolumeCutFiner
from projections.metrics.explain import explain, explained_rows
from projections.metrics.measures import DAYS, fact_of
from projections.metrics.question import Question
from tests.projections.metrics.examples import at, call, complaint, frame, volume
from tests.projections.metrics.memory import Memory
from tests.projections.metrics.random_facts import memories, questions

NOW = at("2024-06-01T00:00")


def january(metric: str, definition: str | None = None, **asked: Any) -> Question:
    whole = {"start": date(2024, 1, 1), "end": date(2024, 2, 1)} | asked
    return Question(metric=metric, definition=definition, **whole)


def reasons(
    metric: str, definition: str, *rows: dict[str, Any], **asked: Any
) -> list[tuple[str, str | None]]:
    source = Memory({"calls": frame("calls", rows)})
    page = explain(source, january(metric, definition, **asked), now=NOW)
    return page.rows.select("role", "reason").rows()


def behind(rows: pl.DataFrame, told: Answer, *, role: str, whole: tuple[str, ...]) -> Fraction:
    """The contributions of a role to one answer, over their divisor."""
    same = [pl.col(name).eq_missing(pl.lit(value)) for name, value in told.by.items() if name not in whole]
    mine = rows.filter(pl.col("role") == role, pl.col("period_start") == str(told.period_start), *same)
    total = sum((Fraction(amount) for amount in mine["contribution"]), Fraction(0))
    return total / (mine["divisor"][0] if mine.height else 1)


@given(memories, questions)
@settings(max_examples=100, deadline=None)
def test_contributions_add_up_to_every_answer(source: Memory, question: Question) -> None:
    """Of quotients of sums; statistics and formulas have their own law beside their judges."""
    definition = find_definition(question.metric, question.definition)
    if definition.statistic is not None or definition.formula is not None:
        return
    try:
        answers = answer(source, question, now=NOW)
    except VolumeCutFiner:
        return
    rows = explained_rows(source, question, now=NOW)
    for told in answers:
        assert float(behind(rows, told, role="numerator", whole=())) == (told.numerator or 0)
        if told.numerator is None:
            continue
        days = any(fact_of(name) == DAYS for _, name in definition.denominator or ())
        whole = question.by if days else definition.held_whole
        below = behind(rows, told, role="denominator", whole=whole)
        assert float(below) == (told.denominator or 0)


def test_every_call_has_a_role_or_a_reason() -> None:
    told = reasons(
        "service_level",
        "sl6",
        call(1),
        call(2, wait_ms=30_000),
        call(3, outcome="abandoned", wait_ms=4_000),
        call(4, outcome="flowed_out"),
        call(5, direction="outbound"),
    )
    assert told == [
        ("numerator", None),
        ("denominator", None),
        ("denominator", "not within 20 s"),
        ("excluded", "left out as abandoned short"),
        ("excluded", "not answered; not abandoned"),
        ("excluded", "not an inbound call"),
    ]


def test_an_anonymous_caller_is_left_out_of_resolution() -> None:
    assert reasons("first_contact_resolution", "repeat_7d", call(1)) == [("excluded", "anonymous caller")]


def test_unripe_calls_are_left_out_of_a_month() -> None:
    told = reasons(
        "first_contact_resolution", "repeat_7d", call(1, customer_id="ann"), as_of=at("2024-01-12T00:00")
    )
    assert told == [("excluded", "not ripe yet")]
    anonymous = reasons("first_contact_resolution", "repeat_7d", call(1), as_of=at("2024-01-12T00:00"))
    assert anonymous == [("excluded", "anonymous caller")]


def test_a_zero_wait_is_below_the_line_and_adds_nothing_above() -> None:
    assert reasons("average_speed_of_answer", "mean", call(1, wait_ms=0)) == [("denominator", "adds nothing")]


def test_rows_name_their_stream_positions_and_time() -> None:
    source = Memory({"calls": frame("calls", [call(7, first_position=3, last_position=9)])})
    (row,) = explain(source, january("calls"), now=NOW).rows.to_dicts()
    assert row == {
        "role": "numerator",
        "reason": None,
        "fact": "calls",
        "stream": "call-x:7",
        "key": "call-x:7",
        "period_start": "2024-01-01",
        "contribution": Decimal("1.0000"),
        "divisor": 1,
        "event_time": at("2024-01-10T02:00"),
        "first_position": 3,
        "last_position": 9,
        "other_stream": None,
    }


def test_pages_follow_each_other() -> None:
    source = Memory({"calls": frame("calls", [call(number) for number in range(5)])})
    page = explain(source, january("calls"), now=NOW, offset=3, limit=3)
    assert (page.rows["stream"].to_list(), page.offset, page.total) == (["call-x:3", "call-x:4"], 3, 5)


def test_both_facts_of_a_rate_are_told() -> None:
    source = Memory(
        {
            "complaints": frame("complaints", [complaint(1)]),
            "volumes": frame(
                "volumes", [volume("waybills", at("2024-01-01T00:00"), at("2024-02-01T00:00"), 70)]
            ),
        }
    )
    rows = explain(source, january("complaint_rate"), now=NOW).rows
    assert rows.select("role", "fact", "contribution").rows() == [
        ("numerator", "complaints", Decimal(1)),
        ("denominator", "volumes", Decimal(70)),
    ]
    assert rows["event_time"][1] == at("2023-12-31T16:00")


def test_a_correction_is_named_by_what_it_moved() -> None:
    first = call(1, outcome="abandoned")
    second = call(1, last_recorded_at=at("2024-03-01T00:00"), last_position=50)
    source = Memory({"calls": frame("calls", [first, call(2), second])})
    before, after = at("2024-02-15T00:00"), at("2024-03-15T00:00")
    question = january("answer_rate")
    moved = difference_known_at(source, question, before, after, now=NOW)
    assert moved.select("role", "stream", "before", "after", "change", "last_position").rows() == [
        ("numerator", "call-x:1", Decimal(0), Decimal(1), Decimal(1), 50)
    ]
    values = [
        answer(source, january("answer_rate", known_at=moment), now=NOW)[0].numerator
        for moment in (before, after)
    ]
    assert values == [1, 2]


def test_a_row_that_changes_its_day_leaves_one_period_and_enters_another() -> None:
    later = at("2024-01-10T02:00") + timedelta(days=1)
    told_late = {"last_recorded_at": at("2024-03-01T00:00")}
    source = Memory({"calls": frame("calls", [call(1), call(1, offered_at=later, **told_late)])})
    moved = difference_known_at(source, january("calls", grain="day"), at("2024-02-01T00:00"), NOW, now=NOW)
    assert moved.sort("period_start").select("period_start", "change").rows() == [
        ("2024-01-10", Decimal(-1)),
        ("2024-01-11", Decimal(1)),
    ]


def test_nothing_known_later_moves_nothing() -> None:
    source = Memory({"calls": frame("calls", [call(1)])})
    assert difference_known_at(source, january("calls"), NOW, NOW, now=NOW).is_empty()


@pytest.mark.parametrize("metric", ["answer_rate", "complaint_rate"])
def test_an_empty_store_explains_itself_with_no_rows(metric: str) -> None:
    assert explain(Memory({}), january(metric), now=NOW).total == 0
