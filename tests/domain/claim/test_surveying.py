"""A claim is dispatched, delegated, documented and assessed; each refusal is named."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from domain.amounts import AmountNegative
from domain.checks import UnknownChoice
from domain.claim import ClaimClosed, ClaimRejected, ClaimWithdrawn
from domain.claim.refusals import (
    ClaimIsApproved,
    ClaimIsOver,
    ClaimNotReported,
    DelegatedToItself,
    DelegationNotCompleted,
    DelegationToldOtherwise,
    NoSuchDelegation,
)
from domain.envelope import Event
from domain.streams import CLAIM
from domain.telling import Command
from tests.domain.claim.examples import (
    APPROVED,
    approve,
    ask,
    assess,
    close,
    complete,
    delegate,
    dispatch,
    notify,
    pay,
    receive,
    recover,
    reject,
    reopen,
    settle,
    withdraw,
)
from tests.examples import UNIT, reported, told
from tests.given import given, payload, said

SURVEY = (dispatch, delegate, receive, assess)
ALL_BUT_THE_REPORT = (
    *SURVEY,
    complete,
    settle,
    ask,
    approve,
    reject,
    pay,
    notify,
    recover,
    withdraw,
    close,
    reopen,
)
by_command = pytest.mark.parametrize("command", ALL_BUT_THE_REPORT, ids=lambda asked: type(asked).__name__)


@by_command
def test_refused_before_the_report(command: Command) -> None:
    given(CLAIM).when_refused(command, ClaimNotReported)


@pytest.mark.parametrize("command", [*SURVEY, ask, approve, pay], ids=lambda asked: type(asked).__name__)
@pytest.mark.parametrize(
    ("ending", "end"),
    [
        (told(ClaimRejected, reason="not_covered"), "rejected"),
        (told(ClaimWithdrawn), "withdrawn"),
        (told(ClaimClosed), "closed"),
    ],
)
def test_refused_once_it_is_over(command: Command, ending: Event, end: str) -> None:
    assert given(CLAIM, reported, ending).when_refused(command, ClaimIsOver).end == end


@pytest.mark.parametrize("command", SURVEY, ids=lambda asked: type(asked).__name__)
def test_told_as_it_was_asked(command: Command) -> None:
    (event,) = given(CLAIM, reported).when(command)
    assert type(event) is command.EVENT
    assert {name: getattr(command, name) for name in payload(event)} == payload(event)


@pytest.mark.parametrize("command", SURVEY, ids=lambda asked: type(asked).__name__)
def test_told_again_is_so_already(command: Command) -> None:
    assert given(CLAIM, reported).and_(command).when(command) == ()


def test_dispatched_to_another_surveyor() -> None:
    assert given(CLAIM, reported).and_(dispatch).when(replace(dispatch, surveyor="desk:sun"))


@pytest.mark.parametrize("relation", ["inter_branch", "intra_province", "no_branch_region"])
def test_delegated_in_every_relation(relation: str) -> None:
    assert given(CLAIM, reported).when(replace(delegate, relation=relation))


@pytest.mark.parametrize("field", ["kind", "relation"])
def test_refused_to_delegate_what_is_not_known(field: str) -> None:
    unknown = replace(delegate, **{field: "odd"})
    assert given(CLAIM, reported).when_refused(unknown, UnknownChoice).field == field


def test_refused_to_delegate_to_the_same_unit() -> None:
    itself = replace(delegate, to_unit=UNIT)
    assert given(CLAIM, reported).when_refused(itself, DelegatedToItself).unit == UNIT


def test_refused_a_fee_below_nothing() -> None:
    given(CLAIM, reported).when_refused(replace(delegate, fee_due=Decimal(-1)), AmountNegative)


def test_refused_another_delegation_of_the_same_id() -> None:
    other = replace(delegate, kind="assessment")
    story = given(CLAIM, reported).and_(delegate)
    assert story.when_refused(other, DelegationToldOtherwise).delegation_id == "d1"


def test_delegation_completed() -> None:
    assert said(given(CLAIM, reported).and_(delegate).when(complete)) == [
        ("claim.delegation_completed", {"delegation_id": "d1", "documents_complete": True})
    ]


def test_delegation_completed_the_same_is_so_already() -> None:
    assert given(CLAIM, reported).and_(delegate).and_(complete).when(complete) == ()


def test_delegation_completed_again_once_its_documents_are_complete() -> None:
    lacking = replace(complete, documents_complete=False)
    assert given(CLAIM, reported).and_(delegate).and_(lacking).when(complete)


def test_delegation_settled() -> None:
    assert said(given(CLAIM, reported).and_(delegate).and_(complete).when(settle)) == [
        ("claim.delegation_settled", {"delegation_id": "d1", "amount": Decimal(150)})
    ]


def test_delegation_settled_the_same_is_so_already() -> None:
    assert given(CLAIM, reported).and_(delegate).and_(complete).and_(settle).when(settle) == ()


def test_delegation_settled_after_the_claim_is_closed() -> None:
    assert given(CLAIM, reported).and_(delegate).and_(withdraw).and_(close).and_(complete).when(settle)


def test_refused_to_settle_before_it_is_completed() -> None:
    given(CLAIM, reported).and_(delegate).when_refused(settle, DelegationNotCompleted)


def test_refused_to_settle_for_another_amount() -> None:
    story = given(CLAIM, reported).and_(delegate).and_(complete).and_(settle)
    story.when_refused(replace(settle, amount=Decimal(1)), DelegationToldOtherwise)


def test_refused_to_settle_less_than_nothing() -> None:
    story = given(CLAIM, reported).and_(delegate).and_(complete)
    story.when_refused(replace(settle, amount=Decimal(-1)), AmountNegative)


@pytest.mark.parametrize("command", [complete, settle], ids=lambda asked: type(asked).__name__)
def test_refused_what_was_never_delegated(command: Command) -> None:
    assert given(CLAIM, reported).when_refused(command, NoSuchDelegation).delegation_id == "d1"


def test_assessed_again_at_another_amount() -> None:
    other = replace(assess, amount=Decimal(0))
    assert said(given(CLAIM, reported).and_(assess).when(other)) == [
        ("claim.assessed", {"amount": Decimal(0)})
    ]


def test_refused_to_assess_at_less_than_nothing() -> None:
    given(CLAIM, reported).when_refused(replace(assess, amount=Decimal(-1)), AmountNegative)


def test_refused_to_assess_anew_what_is_finally_approved() -> None:
    other = replace(assess, amount=Decimal(1))
    assert given(CLAIM, *APPROVED).when_refused(other, ClaimIsApproved).approved == Decimal(2800)
