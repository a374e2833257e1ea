"""A figure reproduces under what it is said to be, and else the audit says what would give it."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projections.metrics.audit.audit import audit
from projections.metrics.audit.printed import ROUNDINGS, shown
from projections.metrics.audit.statements import UNSTATED, Figure
from projections.metrics.errors import EmptyPeriod
from tests.projections.metrics.audit.examples import (
    NOW,
    audited,
    calls_of,
    complaints_of,
    memory,
    month_of,
)
from tests.projections.metrics.audit.test_printed import printed
from tests.projections.metrics.examples import at, call, complaint

CALLS = memory(calls=calls_of(answered=21, abandoned=4))
LEVELS = memory(
    calls=[
        *(call(number, wait_ms=10_000 if number < 860 else 30_000) for number in range(1000)),
        *(
            call(1000 + number, outcome="abandoned", wait_ms=3_000 if number < 10 else 15_000)
            for number in range(20)
        ),
        *(call(1020 + number, outcome="abandoned", wait_ms=30_000) for number in range(40)),
    ]
)


def test_a_figure_reproduces_with_the_sum_behind_it() -> None:
    found = audited(CALLS, "84.0 %", "answer_rate")
    assert (found.verdict, found.how, found.computed, found.position) == (
        "reproduces",
        "21 / 25",
        "84.0 %",
        100,
    )
    assert found.reproduced_by[0]["definition"] == "answer_rate.line"
    assert found.reproduced_by[0]["roundings"] == list(ROUNDINGS)


def test_a_rounding_that_is_none_of_the_usual_is_named() -> None:
    assert audited(memory(calls=calls_of(answered=2, abandoned=1)), "66.6 %", "answer_rate").how == (
        "2 / 3, truncated"
    )


@pytest.mark.parametrize(
    ("percent", "definition"),
    [
        ("83.0 %", "sl1"),
        ("86.0 %", "sl2"),
        ("81.1 %", "sl3"),
        ("82.7 %", "sl4"),
        ("82.1 %", "sl5"),
        ("81.9 %", "sl6"),
    ],
)
def test_every_service_level_is_told_from_the_others(percent: str, definition: str) -> None:
    assert audited(LEVELS, percent, "service_level", definition=definition).verdict == "reproduces"
    other = audited(LEVELS, percent, "service_level", definition="sl2" if definition != "sl2" else "sl3")
    assert other.verdict == "does not reproduce"
    assert any(hint.startswith(f"service_level.{definition} gives it") for hint in other.hints)


def test_a_definition_that_nobody_stated_is_found_or_missing() -> None:
    found = audited(LEVELS, "81.9 %", "service_level", definition=UNSTATED)
    assert (found.verdict, found.reproduced_by[0]["definition"]) == ("reproduces", "service_level.sl6")
    assert audited(LEVELS, "54.3 %", "service_level", definition=UNSTATED).verdict == "definition missing"
    assert "did you mean 'service_level'" in audited(LEVELS, "1 %", "service_levl").hints[0]
    assert audited(LEVELS, "1 %", "service_level", definition="sl9").verdict == "definition missing"


def test_digits_that_changed_places_are_found() -> None:
    delegated = memory(calls=calls_of(answered=1464, abandoned=316))
    found = audited(delegated, "82.52 %", "answer_rate")
    assert (found.verdict, found.computed, found.how) == ("does not reproduce", "82.25 %", "1464 / 1780")
    assert found.hints[0] == "digits swapped"


def test_a_mean_by_day_says_its_base_and_what_the_others_give() -> None:
    year = {"start": date(2023, 1, 1), "end": date(2024, 1, 1), "claim": "per_day"}
    source = memory(calls=calls_of(answered=720, offered_at=at("2023-03-03T00:00")))
    found = audited(source, "2.00 a day", "calls", **year)
    assert found.verdict == "reproduces"
    assert str(found.how).startswith("720 / 360, base of 360 days (365 days give 1.97")
    lost = audited(source, "2.78 a day", "calls", **year)
    assert (lost.verdict, lost.hints) == ("does not reproduce", ("259 days would give it",))
    assert str(lost.computed).startswith("1.97 on 365 days, 2.00 on 360 days")


def test_another_time_or_place_is_hinted_at() -> None:
    source = memory(
        calls=[
            *calls_of(answered=128, queue="motor"),
            *(call(1000 + n, offered_at=at("2024-02-10T00:00")) for n in range(317)),
        ]
    )
    found = audited(source, "317", "calls")
    assert "from 2024-02-01 to 2024-03-01 gives it: 317" in found.hints
    place = audited(source, "128", "calls", where={"queue": "property"})
    assert "without queue=property gives it: 128" in place.hints


def test_a_mean_of_months_is_not_the_rate_of_a_quarter() -> None:
    rows = [
        call(1, offered_at=at("2024-01-10T00:00")),
        *(
            call(2 + n, outcome="abandoned" if n else "answered", offered_at=at("2024-02-10T00:00"))
            for n in range(4)
        ),
        call(9, offered_at=at("2024-03-10T00:00")),
    ]
    found = audited(memory(calls=rows), "75.0 %", "answer_rate", end=date(2024, 4, 1))
    assert (found.verdict, found.computed) == ("does not reproduce", "50.0 %")
    assert "as the plain mean of the months' values gives it: the mean of 3 months" in found.hints


def test_what_is_left_to_a_share() -> None:
    found = audited(CALLS, "16.0 %", "answer_rate", claim="rest")
    assert (found.verdict, found.how) == ("reproduces", "4 / 25")
    assert "it is what is left to the whole" in audited(CALLS, "16.0 %", "answer_rate").hints


def test_numerators_and_parts_of_a_whole() -> None:
    assert audited(CALLS, "21", "answer_rate", claim="numerator").how == "21"
    assert audited(CALLS, "25", "answer_rate", claim="denominator").verdict == "reproduces"
    source = memory(calls=[*calls_of(answered=3, queue="motor"), call(9)])
    part = audited(source, "75 %", "calls", claim="share_of", where={"queue": "motor"})
    assert (part.verdict, part.how) == ("reproduces", "3 / 4")


def two_years(before: int, of_before: int, now: int, of_now: int) -> dict[str, Any]:
    rows = [
        *(call(n, offered_at=at("2023-01-10T00:00")) for n in range(before)),
        *(call(n, outcome="abandoned", offered_at=at("2023-01-10T00:00")) for n in range(before, of_before)),
        *(call(1000 + n) for n in range(now)),
        *(call(1000 + n, outcome="abandoned") for n in range(now, of_now)),
    ]
    return {"calls": rows}


def test_percent_for_percentage_points_is_the_wrong_unit() -> None:
    source = memory(**two_years(8, 100, 12, 80))
    found = audited(source, "7.0 %", "answer_rate", claim="change")
    assert (found.verdict, found.computed) == ("wrong unit", "7.0 percentage points; 88 % relative")
    assert found.hints == ("offered fell 20 %, a third of the rise",)
    assert audited(source, "7.0 percentage points", "answer_rate", claim="change").verdict == "reproduces"
    assert audited(source, "87.5 %", "answer_rate", claim="change").verdict == "reproduces"
    assert audited(source, "+87.5 points", "answer_rate", claim="change").verdict == "wrong unit"


def test_a_change_may_stand_on_what_is_printed_of_before() -> None:
    source = memory(calls=calls_of(answered=7516))
    found = audited(source, "55.8 %", "calls", claim="relative_change", change="2,693")
    assert (found.verdict, found.how) == ("reproduces", "2693 / (7516 - 2693)")
    assert audited(source, "+55.8 %", "calls", claim="change", before="4,823").verdict == "reproduces"
    assert audited(source, "2,693 more", "calls", claim="change", before="4,823").verdict == "reproduces"


def test_two_day_bases_in_one_sentence_are_found() -> None:
    """Calls a day on 200 days, the change against a year before that is on 365."""
    year = {"start": date(2023, 1, 1), "end": date(2024, 1, 1)}
    source = memory(calls=calls_of(answered=1400, offered_at=at("2023-03-03T00:00")))
    beside = Figure(figure="7.00 a day", metric="calls", claim="per_day", **year)
    found = audited(source, "4.00 more", "calls", claim="change_per_day", change="305", beside=beside, **year)
    assert found.verdict == "does not reproduce"
    assert found.hints[0] == "two day bases in one sentence: 1400 / 200 - 1095 / 365"


def test_what_is_not_recorded_cannot_be_checked() -> None:
    filed = memory(complaints=complaints_of(5))
    found = audited(filed, "22.83", "complaint_rate")
    assert (found.verdict, found.hints) == ("cannot be checked", ("no waybills is recorded",))
    unasked = audited(filed, "5", "complaints", where={"colour": "red"})
    assert unasked.verdict == "cannot be checked"
    assert "cannot be asked by 'colour'" in unasked.hints[0]


def test_a_base_that_would_give_it_is_hinted_at() -> None:
    source = memory(complaints=complaints_of(5), volumes=[month_of("waybills", 1, 1000)])
    assert audited(source, "25.00", "complaint_rate").hints == ("a base of 2,000 would give it",)


def test_a_number_in_another_unit_is_hinted_at() -> None:
    waits = memory(calls=[call(1, wait_ms=70_000), call(2, wait_ms=90_500)])
    assert audited(waits, "80.25 s", "average_speed_of_answer").verdict == "reproduces"
    assert audited(waits, "1.34", "average_speed_of_answer").hints == ("in minutes it is so",)
    assert "in a fraction it is so" in audited(CALLS, "0.840 %", "answer_rate").hints


def test_a_figure_needs_its_time() -> None:
    with pytest.raises(EmptyPeriod):
        audit(CALLS, Figure(figure="1 %", metric="answer_rate"), now=NOW)


def test_a_series_that_changes_its_definition_is_found_by_its_answers() -> None:
    """January and February without those left open, March with them."""
    rows = [
        complaint(number, filed_at=at(f"2024-0{month}-10T00:00"), attributions=1 if number % 2 else 0)
        for month in (1, 2, 3)
        for number in range(month * 100, month * 100 + 20 * month)
    ]
    bases = [month_of("waybills", month, 10_000) for month in (1, 2, 3)]
    source = memory(complaints=rows, volumes=bases)
    asked = {"end": date(2024, 4, 1), "grain": "month", "definition": UNSTATED}
    mixed = audited(source, "10, 20, 60 per 10,000", "complaint_rate", **asked)
    assert mixed.verdict == "mixes definitions"
    assert mixed.hints[0].startswith("January-February attributed_per_waybills (")
    assert ", March recorded_per_waybills (" in mixed.hints[0]
    assert audited(source, "10, 20, 30", "complaint_rate", **asked).verdict == "reproduces"
    assert audited(source, "20, 40, 60", "complaint_rate", **asked).verdict == "reproduces"
    lost = audited(source, "20, 41, 60", "complaint_rate", **asked)
    assert (lost.verdict, lost.hints) == ("does not reproduce", ("nothing gives 41 (February)",))


def test_a_list_is_by_one_base_of_days() -> None:
    year = {"start": date(2023, 1, 1), "end": date(2024, 1, 1), "claim": "per_day"}
    when = at("2023-03-03T00:00")
    source = memory(
        calls=[
            *(call(n, queue="a", offered_at=when) for n in range(1440)),
            *(call(2000 + n, queue="b", offered_at=when) for n in range(730)),
        ]
    )
    both = ({"queue": "a"}, {"queue": "b"})
    found = audited(source, "4.00, 2.03 a day", "calls", each=both, **year)
    assert found.verdict == "reproduces"
    assert str(found.how).startswith("base of 360 days (365 gives 3.95 2.00")
    mixed = audited(source, "4.00, 2.00 a day", "calls", each=both, **year)
    assert (mixed.verdict, mixed.hints[0].split(" (")[0]) == (
        "mixes definitions",
        "4.00 count by days of 360",
    )


@settings(max_examples=40, deadline=None)
@given(
    answered=st.integers(min_value=0, max_value=40),
    abandoned=st.integers(min_value=0, max_value=40),
    decimals=st.integers(min_value=0, max_value=4),
    rounding=st.sampled_from(list(ROUNDINGS)),
)
def test_whatever_is_computed_reproduces_as_it_is_printed(
    answered: int, abandoned: int, decimals: int, rounding: str
) -> None:
    """In percent with any number of decimals, unless it is below one percent and so no share by its look."""
    if answered + abandoned == 0:
        return
    exact = Fraction(100 * answered, answered + abandoned)
    figure = printed(exact, decimals=decimals, rounding=rounding)
    source = memory(calls=calls_of(answered=answered, abandoned=abandoned))
    assert audited(source, f"{figure.digits} %", "answer_rate").verdict == "reproduces"


@settings(max_examples=40, deadline=None)
@given(
    answered=st.integers(min_value=1, max_value=40),
    abandoned=st.integers(min_value=1, max_value=40),
    claimed=st.fractions(min_value=0, max_value=100, max_denominator=1000),
    decimals=st.integers(min_value=0, max_value=3),
)
def test_nothing_outside_the_rounding_interval_reproduces(
    answered: int, abandoned: int, claimed: Fraction, decimals: int
) -> None:
    exact = Fraction(100 * answered, answered + abandoned)
    figure = shown(claimed, decimals=decimals)
    source = memory(calls=calls_of(answered=answered, abandoned=abandoned))
    if audited(source, f"{figure} %", "answer_rate").verdict == "reproduces":
        assert abs(Fraction(figure.replace(",", "")) - exact) < Fraction(1, 10**decimals)


@settings(max_examples=30, deadline=None)
@given(
    before=st.integers(min_value=1, max_value=60),
    now=st.integers(min_value=1, max_value=60),
    decimals=st.integers(min_value=1, max_value=3),
)
def test_points_printed_as_percent_are_never_taken_for_percent(before: int, now: int, decimals: int) -> None:
    source = memory(**two_years(before, 100, now, 100))
    figure = f"{shown(Fraction(abs(now - before)), decimals=decimals)} %"
    found = audited(source, figure, "answer_rate", claim="change")
    is_relative_too = abs(Fraction(now, before) - 1) == Fraction(abs(now - before), 100)
    assert found.verdict == ("reproduces" if is_relative_too else "wrong unit")
