"""A complaint is filed once, assigned, passed on, replied to, promised, resolved; each refusal is named."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from domain.checks import UnknownChoice
from domain.complaint import ComplaintAssigned, ComplaintClosed, ComplaintReplied, ComplaintResolved
from domain.complaint.commands import (
    ReviewComplaintReply,
)
from domain.complaint.refusals import (
    ComplaintFiledOtherwise,
    ComplaintIsClosed,
    ComplaintNotFiled,
    NoReplyToReview,
    PromiseIsInThePast,
    SeverityOnlyRises,
)
from domain.streams import COMPLAINT
from domain.telling import Command
from tests.domain.complaint.examples import (
    accept,
    assign,
    choose,
    file,
    hand_over,
    promise,
    reclassify,
    reply,
    resolve,
)
from tests.examples import COMPLAINT_ID, CUSTOMER, NOW, UNIT, filed, rule, told
from tests.given import given, payload, said

send_back = ReviewComplaintReply(originator_id=COMPLAINT_ID, accepted=False, reason="no_evidence")
WORK = (assign, hand_over, reply, accept, promise, resolve)


def test_filed() -> None:
    (event,) = given(COMPLAINT).when(file)
    assert payload(event) == {**payload(filed), "narrative": "v1:another ciphertext"}
    assert (event.occurred_at, event.recorded_at, event.source) == (NOW, NOW, "command")
    assert (event.customer_id, event.unit, event.agent_id, event.tier) == (
        CUSTOMER,
        UNIT,
        "desk:zhang",
        "gold",
    )


def test_filed_with_the_same_content_is_so_already_whatever_the_ciphertext() -> None:
    assert given(COMPLAINT, filed).when(file) == ()


def test_refused_to_file_with_other_content() -> None:
    given(COMPLAINT, filed).when_refused(replace(file, category="damage"), ComplaintFiledOtherwise)


def test_refused_to_file_of_an_unknown_kind() -> None:
    assert given(COMPLAINT).when_refused(replace(file, kind="odd"), UnknownChoice).field == "kind"


@pytest.mark.parametrize("command", [*WORK, reclassify, choose], ids=lambda command: type(command).__name__)
def test_refused_before_the_filing(command: Command) -> None:
    assert given(COMPLAINT).when_refused(command, ComplaintNotFiled).originator_id == COMPLAINT_ID


@pytest.mark.parametrize("command", WORK, ids=lambda command: type(command).__name__)
def test_refused_on_a_closed_complaint(command: Command) -> None:
    given(COMPLAINT, filed, told(ComplaintClosed)).when_refused(command, ComplaintIsClosed)


def test_assigned() -> None:
    assert said(given(COMPLAINT, filed).when(assign)) == [
        ("complaint.assigned", {"to_unit": UNIT, "due_at": NOW})
    ]


def test_assigned_to_the_same_unit_by_the_same_moment_is_so_already() -> None:
    assigned = told(ComplaintAssigned, to_unit=UNIT, due_at=NOW)
    assert given(COMPLAINT, filed, assigned).when(assign) == ()


def test_assigned_back_after_it_was_passed_on() -> None:
    assert given(COMPLAINT, filed).and_(assign).and_(hand_over).when(assign)


def test_handed_over() -> None:
    assert said(given(COMPLAINT, filed).when(hand_over)) == [
        ("complaint.handed_over", {"to_unit": "desk:depot-8"})
    ]


def test_handed_over_to_the_unit_that_has_it_is_so_already() -> None:
    assert given(COMPLAINT, filed).and_(hand_over).when(hand_over) == ()


def test_replied() -> None:
    assert said(given(COMPLAINT, filed).when(reply)) == [("complaint.replied", {})]


def test_replied_while_a_reply_waits_is_so_already() -> None:
    assert given(COMPLAINT, filed).and_(reply).when(reply) == ()


def test_replied_again_after_the_reply_was_returned() -> None:
    assert given(COMPLAINT, filed).and_(reply).and_(send_back).when(reply)


def test_reply_accepted() -> None:
    assert said(given(COMPLAINT, filed).and_(reply).when(accept)) == [
        ("complaint.reply_reviewed", {"accepted": True})
    ]


def test_reply_returned() -> None:
    assert said(given(COMPLAINT, filed).and_(reply).when(send_back)) == [
        ("complaint.reply_reviewed", {"accepted": False, "reason": "no_evidence"})
    ]


@pytest.mark.parametrize("review", [accept, send_back])
def test_reviewed_the_same_way_is_so_already(review: ReviewComplaintReply) -> None:
    assert given(COMPLAINT, filed).and_(reply).and_(review).when(review) == ()


def test_refused_to_review_without_a_reply() -> None:
    assert given(COMPLAINT, filed).when_refused(accept, NoReplyToReview).reply == "none"


def test_refused_to_return_an_accepted_reply() -> None:
    given(COMPLAINT, filed, told(ComplaintReplied)).and_(accept).when_refused(send_back, NoReplyToReview)


def test_promised() -> None:
    assert said(given(COMPLAINT, filed).when(promise)) == [
        ("complaint.promised", {"solution_due_at": NOW + timedelta(hours=2)})
    ]


def test_promised_for_the_same_moment_is_so_already() -> None:
    assert given(COMPLAINT, filed).and_(promise).when(promise) == ()


def test_refused_to_promise_for_the_past() -> None:
    refused = given(COMPLAINT, filed).when_refused(replace(promise, solution_due_at=NOW), PromiseIsInThePast)
    assert (refused.solution_due_at, refused.occurred_at) == (NOW, NOW)


def test_resolved() -> None:
    assert said(given(COMPLAINT, filed).when(resolve)) == [("complaint.resolved", {"outcome": "refund"})]


def test_resolved_by_the_same_outcome_is_so_already() -> None:
    assert given(COMPLAINT, filed, told(ComplaintResolved, outcome="refund")).when(resolve) == ()


def test_chosen_as_case() -> None:
    assert said(given(COMPLAINT, filed).when(choose)) == [
        ("complaint.chosen_as_case", {"library": "service"})
    ]


def test_chosen_for_the_same_library_is_so_already() -> None:
    assert given(COMPLAINT, filed).and_(choose).when(choose) == ()


def test_reclassified() -> None:
    assert said(given(COMPLAINT, filed).when(reclassify)) == [
        ("complaint.reclassified", {"severity": "repeat"})
    ]


def test_reclassified_to_the_same_is_so_already() -> None:
    assert given(COMPLAINT, filed).and_(reclassify).when(reclassify) == ()


def test_reclassified_as_repeat_in_a_grave_category_is_malignant() -> None:
    grave = rule("grave_categories", "grave_categories", '["late"]')
    story = given(COMPLAINT, filed).under(grave)
    assert said(story.when(reclassify)) == [("complaint.reclassified", {"severity": "malignant"})]
    assert story.and_(reclassify).when(reclassify) == ()


def test_refused_to_lower_the_class() -> None:
    lower = replace(reclassify, severity="general")
    refused = given(COMPLAINT, filed).and_(reclassify).when_refused(lower, SeverityOnlyRises)
    assert (refused.severity, refused.reached) == ("general", "repeat")


def test_refused_an_unknown_class() -> None:
    given(COMPLAINT, filed).when_refused(replace(reclassify, severity="dire"), UnknownChoice)
