"""Purposes handled, leavings, scores and owned ratings: which rows are made when read, by example."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from projections.metrics.answer import Answer, answer
from projections.metrics.explain import explained_rows
from projections.metrics.question import Question
from tests.projections.metrics.examples import at, call, frame
from tests.projections.metrics.memory import Memory

NOW = at("2024-06-01T00:00")
RATED = at("2024-01-20T02:00")


def store(**facts: Sequence[Mapping[str, Any]]) -> Memory:
    frames = {name: frame(name, rows) for name, rows in facts.items()}
    return Memory(frames, latest=at("2024-05-01T00:00"))


def january(metric: str, **asked: Any) -> Question:
    return Question(metric=metric, **{"start": date(2024, 1, 1), "end": date(2024, 2, 1)} | asked)


def ask(source: Memory, metric: str, **asked: Any) -> list[Answer]:
    return answer(source, january(metric, **asked), now=NOW)


def purpose(number: int, name: str, *, handled: str, subject: str = "") -> dict[str, Any]:
    return {
        "call": f"call-x:{number}",
        "purpose": name,
        "subject_id": subject,
        "handled_at": at(handled),
    }


def test_a_call_counts_once_for_each_purpose_on_the_day_of_its_offer() -> None:
    late, soon = at("2024-01-31T15:59"), "2024-01-31T16:10"
    source = store(
        calls=[call(1, offered_at=late), call(2, direction="outbound", offered_at=late), call(3)],
        call_purposes=[
            purpose(1, "claim", handled=soon, subject="claim-x:1"),
            purpose(1, "claim", handled=soon, subject="claim-x:2"),
            purpose(1, "order", handled=soon),
            purpose(2, "claim", handled=soon),
        ],
    )
    by_purpose = {one.by["purpose"]: one.value for one in ask(source, "calls.purposes", by=("purpose",))}
    assert by_purpose == {"claim": 1, "order": 1}
    (whole,) = ask(source, "calls.purposes")
    assert (whole.value, ask(source, "calls")[0].value) == (2, 2)


def agent(number: int, joined: str, left: str | None, **columns: Any) -> dict[str, Any]:
    return {
        "agent": f"agent-hr:{number}",
        "agent_id": f"hr:{number}",
        "joined_at": at(joined),
        "left_at": at(left) if left else None,
    } | columns


def test_leavers_are_told_by_tenure_over_the_whole_headcount() -> None:
    source = store(
        agents=[
            agent(1, "2020-01-01T00:00", None),
            agent(2, "2022-01-01T00:00", "2024-01-10T00:00"),
            agent(3, "2023-12-20T00:00", "2024-01-10T00:00"),
            agent(4, "2023-06-01T00:00", "2024-01-10T00:00", left_for="salary"),
            agent(5, "2024-01-15T00:00", None),
        ]
    )
    by_tenure = {one.by["tenure"]: one.value for one in ask(source, "agent_attrition", by=("tenure",))}
    assert by_tenure == dict.fromkeys(("under_3_months", "3_to_12_months", "over_a_year"), 1 / 3)
    (whole,) = ask(source, "agent_attrition")
    assert (whole.numerator, whole.denominator, whole.value) == (3, 4 + 2, 1.0)
    (paid_less,) = ask(source, "agent_attrition", where={"reason": ["salary"]})
    assert (paid_less.numerator, paid_less.denominator) == (1, 6)


def review(version: int, score: str, out_of: str, **columns: Any) -> dict[str, Any]:
    return {
        "call": "call-x:1",
        "version": version,
        "score": Decimal(score),
        "out_of": Decimal(out_of),
        "reviewed_at": RATED,
    } | columns


def test_reviews_out_of_any_number_are_met_in_percent() -> None:
    source = store(
        call_reviews=[
            review(1, "2", "3", kind="talk"),
            review(2, "99.5", "100", kind="talk"),
            review(3, "0", "0"),
        ]
    )
    (one,) = ask(source, "quality_score")
    assert (one.value, one.n, one.unit) == ((66.6667 + 99.5) / 2, 2, "percent")
    excluded = explained_rows(source, january("quality_score"), now=NOW).filter(role="excluded")
    assert excluded.select("key", "reason").rows() == [("call-x:1|3", "out of nothing")]


def rating(version: int, *, rated_at: datetime = RATED, **columns: Any) -> dict[str, Any]:
    return {
        "customer": "customer-x:1",
        "version": version,
        "survey": "mutual",
        "process": "store",
        "score": Decimal(9),
        "scale": 10,
        "rated_at": rated_at,
    } | columns


def owner(name: str, unit: str, valid_from: date) -> dict[str, Any]:
    return {
        "organisation": "organisation-kefu:organisation",
        "kind": "process_owner",
        "name": name,
        "valid_from": valid_from,
        "body": f'"{unit}"',
    }


def test_the_owner_of_a_process_is_that_of_the_ratings_day() -> None:
    source = store(
        customer_ratings=[
            rating(1, rated_at=at("2024-01-14T15:59")),
            rating(2, rated_at=at("2024-01-14T16:00")),
            rating(3, rated_at=at("2024-01-02T00:00")),
            rating(4, process="network"),
        ],
        organisation_rules=[
            owner("store", "org:sales", date(2024, 1, 10)),
            owner("store", "org:service", date(2024, 1, 15)),
        ],
    )
    by_owner = {one.by["owner"]: one.n for one in ask(source, "satisfaction.survey", by=("owner",))}
    assert by_owner == {None: 2, "org:sales": 1, "org:service": 1}


def test_a_rating_of_a_call_is_credited_to_who_handled_it_unless_it_says_to_whom() -> None:
    source = store(
        calls=[call(1, agent_id="hr:2", answered_by="hr:1", unit="org:1")],
        customer_ratings=[
            rating(1, subject_id="call-x:1"),
            rating(2, subject_id="call-x:1", agent_id="hr:7"),
            rating(3, subject_id="call-x:404"),
        ],
    )
    by_agent = {one.by["agent_id"]: one.n for one in ask(source, "satisfaction.mutual", by=("agent_id",))}
    assert by_agent == {None: 1, "hr:2": 1, "hr:7": 1}
    rows = explained_rows(source, january("satisfaction.mutual"), now=NOW).filter(role="denominator")
    assert dict(rows.select("key", "other_stream").rows()) == {
        "customer-x:1|1": "call-x:1",
        "customer-x:1|2": None,
        "customer-x:1|3": None,
    }


def test_a_rating_of_a_complaint_is_credited_to_the_unit_with_which_it_lay_then() -> None:
    def given(version: int, unit: str, moment: str) -> dict[str, Any]:
        return {
            "complaint": "complaint-x:1",
            "version": version,
            "to_unit": unit,
            "assigned_at": at(moment),
        }

    source = store(
        complaint_assignments=[
            given(2, "org:1", "2024-01-18T00:00"),
            given(3, "org:2", "2024-01-19T00:00"),
            given(4, "org:3", "2024-01-21T00:00"),
        ],
        customer_ratings=[
            rating(1, subject_id="complaint-x:1"),
            rating(2, subject_id="complaint-x:1", rated_at=at("2024-01-17T00:00")),
            rating(3, subject_id="complaint-x:1", unit="org:9"),
        ],
    )
    by_unit = {one.by["unit"]: one.n for one in ask(source, "satisfaction.survey", by=("unit",))}
    assert by_unit == {None: 1, "org:2": 1, "org:9": 1}


@pytest.mark.parametrize(
    ("said", "score", "scale", "is_satisfied"),
    [
        (True, 1, 10, True),
        (False, 10, 10, False),
        (None, 9, 10, True),
        (None, 8, 10, False),
        (None, 4, 5, True),
        (None, 1, 2, False),
    ],
)
def test_the_customers_own_word_goes_before_the_two_top_boxes(
    said: bool | None, score: int, scale: int, *, is_satisfied: bool
) -> None:
    source = store(customer_ratings=[rating(1, satisfied=said, score=Decimal(score), scale=scale)])
    (one,) = ask(source, "satisfaction.survey")
    assert one.value == is_satisfied


def callback(number: int, **columns: Any) -> dict[str, Any]:
    return {"callback": f"callback-x:{number}", "scheduled_at": RATED, "answered_at": RATED} | columns


def test_whoever_did_not_rate_is_neither_satisfied_nor_dissatisfied() -> None:
    source = store(callbacks=[callback(1, satisfied=True), callback(2, satisfied=False), callback(3)])
    values = [
        ask(source, f"satisfaction.{name}")[0].numerator for name in ("callback", "callback_dissatisfied")
    ]
    assert values == [1, 1]


def test_callbacks_due_today_are_not_late_yet() -> None:
    source = store(
        callbacks=[
            callback(1, due_at=at("2024-01-10T02:00"), first_attempted_at=at("2024-01-10T01:00")),
            callback(2, due_at=at("2024-01-20T09:00")),
        ]
    )
    (then,) = ask(source, "callbacks_on_time", as_of=at("2024-01-20T05:00"))
    assert (then.numerator, then.denominator, then.left_out, then.mature) == (1, 1, 1, False)
    (later,) = ask(source, "callbacks_on_time")
    assert (later.numerator, later.denominator, later.mature) == (1, 2, True)


def test_an_attempt_is_counted_once_though_two_streams_tell_it() -> None:
    contact = {"customer": "customer-x:1", "contacted_at": RATED}
    source = store(
        callback_attempts=[{"callback": "callback-x:1", "version": 2, "attempted_at": RATED}],
        contacts=[
            {**contact, "version": 1, "channel": "callback"},
            {**contact, "version": 2, "channel": "sms"},
        ],
        agent_days=[
            {"agent": "agent-hr:1", "day": date(2024, 1, 20), "login_ms": 1},
            {"agent": "agent-hr:2", "day": date(2024, 1, 20), "login_ms": 0},
        ],
    )
    (one,) = ask(source, "outbound_per_agent_day")
    assert (one.numerator, one.denominator, one.value) == (2, 1, 2.0)
