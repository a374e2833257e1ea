"""What holds of approvals whatever is commanded: who is last, what is over-limit, and what is paid."""

from decimal import Decimal

from hypothesis import given as any_of
from hypothesis import settings
from hypothesis import strategies as st
from msgspec.structs import replace

from domain.claim import ClaimApproved
from domain.claim.commands import ApproveClaim
from domain.errors import DomainError
from domain.organisation.claim_rules import DEFAULT_APPROVAL_LEVELS
from domain.streams import CLAIM
from tests.domain.claim.examples import BEFORE_APPROVAL, ask, assess, close, documents, pay, reject, reopen
from tests.domain.claim.given import BESIDE, LEVELS, approved_through, asked, by, claim_after
from tests.examples import reported
from tests.given import given

amounts = st.decimals(min_value=0, max_value=30_000, places=2)


@settings(max_examples=60, deadline=None)
@any_of(worth=amounts, amount=amounts)
def test_the_lowest_level_that_reaches_the_amount_is_the_last_to_approve(
    worth: Decimal, amount: Decimal
) -> None:
    steps = claim_after(approved_through(asked(worth), amount)).steps
    lowest = next(level for level in DEFAULT_APPROVAL_LEVELS.levels if level.reaches(amount))
    assert [step.level for step in steps] == [*LEVELS[: LEVELS.index(lowest.level) + 1]]
    assert [step.final for step in steps] == [False] * (len(steps) - 1) + [True]


@settings(max_examples=40, deadline=None)
@any_of(worth=amounts, rounds=st.lists(amounts, min_size=1, max_size=4))
def test_what_is_over_limit_is_all_approved_beyond_the_assessment(
    worth: Decimal, rounds: list[Decimal]
) -> None:
    story = given(CLAIM, reported, *documents).beside(BESIDE).and_(replace(assess, amount=worth))
    for amount in rounds:
        due = claim_after(story)
        story = approved_through(story.and_(ask), amount)
        if amount:
            story = story.and_(replace(pay, amount=amount))
        story = story.and_(close).and_(reopen)
        assert claim_after(story).over_limit >= due.over_limit
    total = sum(rounds)
    claim = claim_after(story)
    assert (claim.approved, claim.paid) == (total, total)
    assert claim.over_limit == max(total - worth, Decimal(0))


COMMANDS = st.one_of(
    st.sampled_from([ask, reject, close, reopen]),
    st.builds(lambda amount: replace(assess, amount=amount), amounts),
    st.builds(lambda amount: replace(pay, amount=amount), amounts),
    st.builds(by, st.sampled_from(LEVELS), amounts),
)


@settings(max_examples=100, deadline=None)
@any_of(st.lists(COMMANDS, max_size=20))
def test_whatever_is_commanded_no_more_is_paid_than_finally_approved(commands: list[ApproveClaim]) -> None:
    story = given(CLAIM, *BEFORE_APPROVAL).beside(BESIDE)
    for command in commands:
        try:
            story = story.and_(command)
        except DomainError:
            continue
        claim = claim_after(story)
        finals = [event for event in story.events if isinstance(event, ClaimApproved) and event.final]
        assert claim.paid <= claim.approved == sum(event.amount for event in finals)
        assert all(0 <= event.over_limit_amount <= event.amount for event in finals)
