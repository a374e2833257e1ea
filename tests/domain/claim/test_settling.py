"""What is finally approved is paid, told, closed; what is over is reopened; each refusal is named."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from domain.amounts import AmountNotPositive
from domain.claim import ClaimApproved, ClaimPaid
from domain.claim.refusals import (
    ClaimIsPaid,
    ClaimNotApproved,
    ClaimNotSettled,
    ClaimUndecided,
    PaidBeyondApproved,
)
from domain.streams import CLAIM
from domain.telling import Command
from tests.domain.claim.examples import (
    APPROVED,
    BEFORE_APPROVAL,
    close,
    notify,
    pay,
    recover,
    reject,
    reopen,
    withdraw,
)
from tests.examples import reported, told
from tests.given import given, said

half = replace(pay, amount=Decimal(1400))
nothing = told(ClaimApproved, level="station", amount=Decimal(0), over_limit_amount=Decimal(0), final=True)


def test_paid_in_two_halves_and_no_more() -> None:
    after = given(CLAIM, *APPROVED).and_(half).and_(half)
    assert [payload for _, payload in said(after.events[-2:])] == [{"amount": Decimal(1400)}] * 2
    refused = after.when_refused(replace(pay, amount=Decimal("0.01")), PaidBeyondApproved)
    assert (refused.paid, refused.approved, refused.amount) == (Decimal(2800), Decimal(2800), Decimal("0.01"))


def test_refused_to_pay_what_is_not_finally_approved() -> None:
    given(CLAIM, *BEFORE_APPROVAL).when_refused(pay, ClaimNotApproved)


@pytest.mark.parametrize("command", [pay, recover], ids=lambda asked: type(asked).__name__)
@pytest.mark.parametrize("amount", [Decimal(0), Decimal(-1)])
def test_refused_to_move_nothing(command: Command, amount: Decimal) -> None:
    refused = given(CLAIM, *APPROVED).when_refused(replace(command, amount=amount), AmountNotPositive)
    assert (refused.field, refused.amount) == ("amount", amount)


def test_customer_notified_of_each_decision_once() -> None:
    told_of_the_no = given(CLAIM, reported).and_(reject).and_(notify)
    assert told_of_the_no.when(notify) == ()
    assert said(told_of_the_no.and_(reopen).and_(reject).when(notify)) == [("claim.customer_notified", {})]
    assert given(CLAIM, *APPROVED).when(notify)
    assert given(CLAIM, reported).and_(withdraw).when(notify)


def test_refused_to_notify_of_what_is_not_decided() -> None:
    given(CLAIM, reported).when_refused(notify, ClaimUndecided)
    given(CLAIM, reported).and_(reject).and_(reopen).when_refused(notify, ClaimUndecided)


def test_recovered_each_time_also_after_it_is_closed() -> None:
    after = given(CLAIM, *APPROVED).and_(pay).and_(close).and_(recover)
    assert said(after.when(recover)) == [("claim.recovered", {"amount": Decimal(500), "payer": "carrier"})]


def test_rejected() -> None:
    assert said(given(CLAIM, reported).when(reject)) == [("claim.rejected", {"reason": "not_covered"})]


def test_rejected_for_the_same_reason_is_so_already() -> None:
    assert given(CLAIM, reported).and_(reject).when(reject) == ()


def test_withdrawn() -> None:
    assert said(given(CLAIM, reported).when(withdraw)) == [("claim.withdrawn", {})]


def test_withdrawn_twice_is_so_already() -> None:
    assert given(CLAIM, reported).and_(withdraw).when(withdraw) == ()


def test_refused_to_withdraw_once_money_was_paid() -> None:
    assert given(CLAIM, *APPROVED).and_(half).when_refused(withdraw, ClaimIsPaid).paid == Decimal(1400)


def test_closed_after_all_that_was_approved_is_paid() -> None:
    after = given(CLAIM, *APPROVED).and_(pay)
    assert said(after.when(close)) == [("claim.closed", {})]
    assert after.and_(close).when(close) == ()


@pytest.mark.parametrize("ending", [reject, withdraw], ids=lambda asked: type(asked).__name__)
def test_closed_after_nothing_is_to_be_paid(ending: Command) -> None:
    assert given(CLAIM, reported).and_(ending).when(close)


def test_closed_after_nothing_was_approved() -> None:
    assert given(CLAIM, reported, nothing).when(close)


def test_refused_to_close_what_is_neither_decided_nor_paid() -> None:
    assert not given(CLAIM, reported).when_refused(close, ClaimNotSettled).is_approved
    refused = given(CLAIM, *APPROVED).and_(half).when_refused(close, ClaimNotSettled)
    assert (refused.is_approved, refused.paid, refused.approved) == (True, Decimal(1400), Decimal(2800))


def test_an_imported_payment_beyond_the_approval_closes_too() -> None:
    assert given(CLAIM, *APPROVED, told(ClaimPaid, amount=Decimal(9000))).when(close)


@pytest.mark.parametrize("ending", [reject, withdraw], ids=lambda asked: type(asked).__name__)
def test_reopened_after_an_end(ending: Command) -> None:
    after = given(CLAIM, reported).and_(ending)
    assert said(after.when(reopen)) == [("claim.reopened", {})]
    assert said(after.and_(close).when(reopen)) == [("claim.reopened", {})]


def test_reopening_an_open_claim_is_so_already() -> None:
    assert given(CLAIM, reported).when(reopen) == ()
