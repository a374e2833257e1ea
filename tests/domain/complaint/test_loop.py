"""The loop closes on the customer's word or after two attempts, reopens on a no; failures raise the class."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from domain.checks import UnknownChoice
from domain.complaint import (
    ComplaintClosed,
    ComplaintFollowUpRecorded,
    ComplaintPromised,
    ComplaintReopened,
    ComplaintResolved,
)
from domain.complaint.refusals import (
    ComplaintNotFiled,
    CustomerNotSatisfiedYet,
    PromiseWasBroken,
    UnreachedCannotAnswer,
)
from domain.complaint.severity import is_worse, severity_after
from domain.streams import COMPLAINT
from tests.domain.complaint.examples import close, reopen, satisfied
from tests.examples import NOW, YESTERDAY, filed, rule, told
from tests.given import given, said

dissatisfied = replace(satisfied, resolved=False)
unreached = replace(satisfied, reached=False, resolved=None)
FOLLOWED_UP = "complaint.follow_up_recorded"
GRAVE = rule("grave_categories", "grave_categories", '["late"]')


def test_closed_after_the_customer_said_it_is_resolved() -> None:
    assert said(given(COMPLAINT, filed).and_(satisfied).when(close)) == [("complaint.closed", {})]


def test_closed_after_two_attempts_without_reaching() -> None:
    assert said(given(COMPLAINT, filed).and_(unreached).and_(unreached).when(close)) == [
        ("complaint.closed", {})
    ]


def test_closed_after_as_many_attempts_as_the_limit_of_the_day_of_filing() -> None:
    once = rule("limit", "unreached_limit", "1")
    later = rule("limit", "unreached_limit", "3", valid_from=NOW.date())
    assert given(COMPLAINT, filed).under(once, later).and_(unreached).when(close)


def test_refused_to_close_after_one_attempt() -> None:
    refused = given(COMPLAINT, filed).and_(unreached).when_refused(close, CustomerNotSatisfiedYet)
    assert (refused.unreached, refused.unreached_limit) == (1, 2)
    assert "unreached = 1, unreached_limit = 2" in str(refused)


def test_refused_to_close_after_the_unit_alone_was_asked() -> None:
    unit = replace(satisfied, with_whom="unit")
    given(COMPLAINT, filed).and_(unit).and_(unit).when_refused(close, CustomerNotSatisfiedYet)


def test_refused_to_close_after_the_customer_was_reached_and_did_not_say() -> None:
    silent = replace(satisfied, resolved=None)
    given(COMPLAINT, filed).and_(unreached).and_(silent).when_refused(close, CustomerNotSatisfiedYet)


def test_refused_to_close_what_was_never_filed() -> None:
    given(COMPLAINT).when_refused(close, ComplaintNotFiled)


def test_closing_twice_is_so_already() -> None:
    assert given(COMPLAINT, filed, told(ComplaintClosed)).when(close) == ()


def test_refused_to_close_unreached_after_a_broken_promise() -> None:
    promised = told(ComplaintPromised, solution_due_at=YESTERDAY + timedelta(minutes=5))
    after = given(COMPLAINT, filed, promised).and_(unreached).and_(unreached)
    after.when_refused(close, PromiseWasBroken)
    assert after.and_(satisfied).when(close)


def test_refused_to_close_unreached_after_a_promise_kept_too_late() -> None:
    promised = told(ComplaintPromised, solution_due_at=YESTERDAY + timedelta(minutes=5))
    resolved = told(ComplaintResolved, at=YESTERDAY + timedelta(minutes=6), outcome="refund")
    after = given(COMPLAINT, filed, promised, resolved).and_(unreached).and_(unreached)
    after.when_refused(close, PromiseWasBroken)


def test_a_promise_is_not_broken_at_its_very_moment() -> None:
    promised = told(ComplaintPromised, solution_due_at=NOW)
    assert given(COMPLAINT, filed, promised).and_(unreached).and_(unreached).when(close)


def test_refused_to_close_unreached_after_a_broken_promise_that_another_followed() -> None:
    broken = told(ComplaintPromised, solution_due_at=YESTERDAY + timedelta(minutes=5))
    another = told(ComplaintPromised, at=YESTERDAY + timedelta(hours=1), solution_due_at=NOW)
    after = given(COMPLAINT, filed, broken, another).and_(unreached).and_(unreached)
    after.when_refused(close, PromiseWasBroken)


def test_a_promise_renewed_in_time_is_not_broken() -> None:
    renewed = told(ComplaintPromised, solution_due_at=YESTERDAY + timedelta(minutes=5))
    another = told(ComplaintPromised, at=YESTERDAY + timedelta(minutes=5), solution_due_at=NOW)
    assert given(COMPLAINT, filed, renewed, another).and_(unreached).and_(unreached).when(close)


def test_a_broken_promise_is_done_with_once_the_customer_accepted() -> None:
    promised = told(ComplaintPromised, solution_due_at=YESTERDAY + timedelta(minutes=5))
    accepted = given(COMPLAINT, filed, promised).and_(satisfied).and_(close).and_(reopen)
    assert accepted.and_(unreached).and_(unreached).when(close)


def test_attempts_before_the_customer_was_reached_do_not_count() -> None:
    silent = replace(satisfied, resolved=None)
    story = given(COMPLAINT, filed).and_(unreached).and_(silent).and_(unreached)
    assert story.when_refused(close, CustomerNotSatisfiedYet).unreached == 1


def test_a_promise_kept_in_time_is_not_broken() -> None:
    promised = told(ComplaintPromised, solution_due_at=YESTERDAY + timedelta(minutes=5))
    resolved = told(ComplaintResolved, at=YESTERDAY + timedelta(minutes=5), outcome="refund")
    assert given(COMPLAINT, filed, promised, resolved).and_(unreached).and_(unreached).when(close)


def test_recorded_an_attempt_each_time() -> None:
    assert said(given(COMPLAINT, filed).and_(unreached).when(unreached)) == [
        (FOLLOWED_UP, {"with_whom": "customer", "means": "call", "reached": False})
    ]


def test_reached_and_not_resolved_reopens() -> None:
    assert said(given(COMPLAINT, filed).when(dissatisfied)) == [
        (FOLLOWED_UP, {"with_whom": "customer", "means": "call", "reached": True, "resolved": False}),
        ("complaint.reopened", {}),
    ]


def test_reached_and_not_resolved_reopens_a_closed_complaint() -> None:
    after = given(COMPLAINT, filed).and_(satisfied).and_(close).and_(dissatisfied)
    after.when_refused(close, CustomerNotSatisfiedYet)


def test_a_unit_that_says_no_reopens_nothing() -> None:
    assert len(given(COMPLAINT, filed).when(replace(dissatisfied, with_whom="unit"))) == 1


def test_failed_twice_is_a_repeat_complaint() -> None:
    events = given(COMPLAINT, filed).and_(dissatisfied).when(dissatisfied)
    assert said(events)[-1] == ("complaint.reclassified", {"severity": "repeat"})


def test_failed_twice_in_a_grave_category_is_malignant() -> None:
    events = given(COMPLAINT, filed).under(GRAVE).and_(dissatisfied).when(dissatisfied)
    assert said(events)[-1] == ("complaint.reclassified", {"severity": "malignant"})


def test_failed_a_third_time_raises_no_further() -> None:
    events = given(COMPLAINT, filed).and_(dissatisfied).and_(dissatisfied).when(dissatisfied)
    assert [topic for topic, _ in said(events)] == [FOLLOWED_UP, "complaint.reopened"]


def test_refused_an_answer_of_somebody_not_reached() -> None:
    command = replace(unreached, resolved=False)
    given(COMPLAINT, filed).when_refused(command, UnreachedCannotAnswer)


def test_refused_to_follow_up_with_somebody_else() -> None:
    refused = given(COMPLAINT, filed).when_refused(replace(satisfied, with_whom="dog"), UnknownChoice)
    assert (refused.field, refused.value, refused.known) == ("with_whom", "dog", ("customer", "unit"))


def test_refused_to_follow_up_what_was_never_filed() -> None:
    given(COMPLAINT).when_refused(satisfied, ComplaintNotFiled)


def test_reopened_by_command() -> None:
    assert said(given(COMPLAINT, filed, told(ComplaintClosed)).when(reopen)) == [("complaint.reopened", {})]


def test_reopening_an_open_complaint_is_so_already() -> None:
    assert given(COMPLAINT, filed).when(reopen) == ()


def test_refused_to_reopen_what_was_never_filed() -> None:
    given(COMPLAINT).when_refused(reopen, ComplaintNotFiled)


def test_attempts_before_a_reopening_do_not_count_afterwards() -> None:
    attempt = told(ComplaintFollowUpRecorded, with_whom="customer", means="call", reached=False)
    events = (filed, attempt, attempt, told(ComplaintClosed), told(ComplaintReopened))
    assert given(COMPLAINT, *events).when_refused(close, CustomerNotSatisfiedYet).unreached == 0


@pytest.mark.parametrize(
    ("failed", "is_grave", "severity"),
    [(0, True, "general"), (1, True, "general"), (2, False, "repeat"), (2, True, "malignant")],
)
def test_failures_and_gravity_make_the_class(failed: int, is_grave: bool, severity: str) -> None:
    assert severity_after(failed, failed_limit=2, is_grave=is_grave) == severity


def test_an_unknown_class_is_the_mildest() -> None:
    assert is_worse("general", than="unheard of")
