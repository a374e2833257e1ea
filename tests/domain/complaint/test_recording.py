"""A key pressed about a late shipment is a complaint by the rule of its day, which filing follows."""

import pytest
from msgspec.structs import replace

from domain.call.state import Call
from domain.complaint.decide import reads
from domain.complaint.recording import is_late_shipment_a_complaint
from domain.complaint.refusals import ExplanationAccepted
from domain.complaint.state import Complaint
from domain.streams import COMPLAINT
from tests.domain.complaint.examples import close, file
from tests.examples import CALL_ID, NOW, UNIT_ID, filed, rule
from tests.given import given

PRESSED = {CALL_ID: Call(has_pressed_key=True)}
FROM_TODAY = rule("recording", "late_shipment", '"key_pressed_always"', valid_from=NOW.date())
convinced = replace(file, accepted_explanation=True)


@pytest.mark.parametrize(
    ("rule", "pressed_key", "accepted_explanation", "is_complaint"),
    [
        ("key_pressed_always", True, True, True),
        ("key_pressed_always", True, False, True),
        ("key_pressed_always", False, False, False),
        ("explanation_not_accepted", True, True, False),
        ("explanation_not_accepted", True, False, True),
        ("explanation_not_accepted", False, False, False),
    ],
)
def test_a_key_pressed_about_a_late_shipment_is_a_complaint_by_the_rule_of_its_day(
    rule: str,
    pressed_key: bool,
    accepted_explanation: bool,
    is_complaint: bool,
) -> None:
    recorded = is_late_shipment_a_complaint(
        rule,  # type: ignore[arg-type]
        pressed_key=pressed_key,
        accepted_explanation=accepted_explanation,
    )
    assert recorded is is_complaint


def test_refused_to_file_for_a_caller_who_accepted_the_explanation() -> None:
    refused = given(COMPLAINT).beside(PRESSED).when_refused(convinced, ExplanationAccepted)
    assert (refused.rule, refused.pressed_key) == ("explanation_not_accepted", True)


@pytest.mark.parametrize("accepted", [None, False])
def test_filed_for_a_caller_who_did_not(accepted: bool | None) -> None:
    assert given(COMPLAINT).beside(PRESSED).when(replace(file, accepted_explanation=accepted))


def test_filed_for_whoever_pressed_the_key_from_the_day_of_the_new_rule() -> None:
    story = given(COMPLAINT).under(FROM_TODAY).beside(PRESSED)
    assert story.when(convinced)
    assert story.at(NOW.replace(day=4)).when_refused(convinced, ExplanationAccepted)


def test_refused_to_file_for_a_caller_who_accepted_and_pressed_nothing_under_either_rule() -> None:
    story = given(COMPLAINT).beside({CALL_ID: Call()})
    assert not story.when_refused(convinced, ExplanationAccepted).pressed_key
    story.under(FROM_TODAY).when_refused(convinced, ExplanationAccepted)


def test_filed_already_is_so_whatever_was_accepted() -> None:
    assert given(COMPLAINT, filed).beside(PRESSED).when(convinced) == ()


def test_filing_reads_the_call_and_the_rest_the_unit() -> None:
    assert reads(Complaint(), file) == (CALL_ID,)
    assert reads(Complaint(), replace(file, call_id=None)) == ()
    assert reads(Complaint(with_unit=UNIT_ID.removeprefix("unit-")), close) == (UNIT_ID,)
