"""Claims are approved step by step by amount, by nobody above their level, nor their own report."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from domain.agent.state import Agent
from domain.amounts import AmountNegative
from domain.claim import ClaimApprovalRequested
from domain.claim.approval import approver
from domain.claim.refusals import (
    AmountAboveEveryLevel,
    ApprovalNotRequested,
    ApprovalStepSkipped,
    ApprovedAboveOwnLevel,
    ApproverHasNoLevel,
    ClaimIsApproved,
    ClaimNotAssessed,
    DocumentsMissing,
    OwnReportNotApproved,
)
from domain.claim.state import Claim
from domain.streams import CLAIM
from tests.domain.claim.examples import (
    APPROVED,
    CHEN,
    CHEN_ID,
    approve,
    ask,
    assessed,
    close,
    documents,
    first_step,
    joined,
    pay,
    reject,
    reopen,
)
from tests.domain.claim.given import BESIDE, LEVELS, agent, asked, by, claim_after
from tests.examples import NOW, reported, rule, told
from tests.given import given, said


def test_requested_first_at_the_lowest_level() -> None:
    story = given(CLAIM, reported, assessed)
    assert said(story.when(ask)) == [("claim.approval_requested", {"level": "station"})]
    assert said(story.when(replace(ask, level="station"))) == said(story.when(ask))


@pytest.mark.parametrize("level", [None, "station"])
def test_requested_again_is_so_already(level: str | None) -> None:
    assert asked().when(replace(ask, level=level)) == ()


@pytest.mark.parametrize("level", ["branch", "no such level"])
def test_refused_to_request_another_than_the_next_level(level: str) -> None:
    refused = given(CLAIM, reported, assessed).when_refused(replace(ask, level=level), ApprovalStepSkipped)
    assert (refused.level, refused.next_level) == (level, "station")
    assert asked().when_refused(replace(ask, level=level), ApprovalStepSkipped).next_level == "station"


def test_requested_above_the_last_step_that_a_source_told_of() -> None:
    story = given(CLAIM, reported, assessed, first_step)
    assert said(story.when(ask)) == [("claim.approval_requested", {"level": "branch"})]


def test_refused_to_request_above_the_highest_step() -> None:
    at_the_top = replace(first_step, level="headquarters")
    refused = given(CLAIM, reported, assessed, at_the_top).when_refused(ask, ApprovalStepSkipped)
    assert (refused.level, refused.next_level) == (None, None)


def test_refused_to_request_what_is_not_assessed() -> None:
    given(CLAIM, reported).when_refused(ask, ClaimNotAssessed)


def test_refused_to_request_what_is_finally_approved() -> None:
    assert given(CLAIM, *APPROVED).when_refused(ask, ClaimIsApproved).approved == Decimal(2800)


def test_approved_finally_where_the_level_reaches_the_amount() -> None:
    assert said(asked(800).when(by("station", 800))) == [
        (
            "claim.approved",
            {"level": "station", "amount": Decimal(800), "over_limit_amount": Decimal(0), "final": True},
        )
    ]


def test_approved_in_steps_where_it_does_not() -> None:
    first = asked().when(by("station"))
    assert said(first) == [
        (
            "claim.approved",
            {"level": "station", "amount": Decimal(2800), "over_limit_amount": Decimal(200), "final": False},
        ),
        ("claim.approval_requested", {"level": "branch"}),
    ]
    assert [event.agent_id for event in first] == ["desk:station"] * 2
    second = asked().and_(by("station")).when(by("branch"))
    assert [(event.TOPIC, event.final) for event in second] == [("claim.approved", True)]  # type: ignore[attr-defined]


def test_approved_at_a_lower_amount_by_the_next_level() -> None:
    story = asked().and_(by("station")).and_(by("branch", 2600))
    assert (claim_after(story).approved, claim_after(story).over_limit) == (Decimal(2600), Decimal(0))


def test_approved_at_a_lower_level_by_somebody_of_a_higher() -> None:
    assert asked(800).when(replace(by("station", 800), agent_id=CHEN))


def test_approved_by_a_role_that_the_levels_list() -> None:
    clerks = rule("approval_levels", "any", '{"levels":[{"level":"station","roles":["clerk"]}]}')
    story = asked().under(clerks).beside({CHEN_ID: agent("clerk")})
    (event,) = story.when(replace(by("station"), agent_id=CHEN))
    assert event.final is True  # type: ignore[attr-defined]


def test_approved_by_the_levels_of_the_claims_line_on_the_day_of_the_approval() -> None:
    own = rule(
        "approval_levels", "motor_commercial", '{"levels":[{"level":"station"}]}', valid_from=NOW.date()
    )
    assert len(asked().under(own).when(by("station"))) == 1
    assert len(asked().at(NOW.replace(day=4)).under(own).when(by("station"))) == 2


@pytest.mark.parametrize("level", LEVELS)
def test_approved_again_the_same_is_so_already(level: str) -> None:
    story = asked()
    for step in LEVELS[: LEVELS.index(level) + 1]:
        story = story.and_(by(step, 20_000))
    assert story.when(by(level, 20_000)) == ()


def test_refused_a_level_that_was_not_asked() -> None:
    refused = asked().when_refused(by("branch"), ApprovalNotRequested)
    assert (refused.level, refused.requested) == ("branch", "station")
    given(CLAIM, reported, assessed).when_refused(by("station"), ApprovalNotRequested)


def test_refused_a_final_approval_by_somebody_else_once_it_is_final() -> None:
    given(CLAIM, *APPROVED).beside(BESIDE).when_refused(by("branch"), ApprovalNotRequested)


def test_refused_above_their_level() -> None:
    story = asked().and_(by("station"))
    refused = story.when_refused(replace(by("branch"), agent_id="desk:station"), ApprovedAboveOwnLevel)
    assert (refused.agent_id, refused.level, refused.own_level) == ("desk:station", "branch", "station")


def test_refused_their_own_report() -> None:
    own = replace(by("station"), agent_id="desk:zhang")
    story = asked().beside({"agent-desk:zhang": agent("headquarters")})
    assert story.when_refused(own, OwnReportNotApproved).agent_id == "desk:zhang"


@pytest.mark.parametrize(
    ("found", "role"),
    [
        (agent("cook"), "cook"),
        (Agent(), None),
        (Agent(joined=joined, role="branch", left_at=NOW), None),
    ],
)
def test_refused_an_approver_without_a_level(found: Agent, role: str | None) -> None:
    chen = replace(by("station"), agent_id=CHEN)
    refused = asked().beside({CHEN_ID: found}).when_refused(chen, ApproverHasNoLevel)
    assert (refused.agent_id, refused.role, refused.levels) == (CHEN, role, LEVELS)


def test_refused_an_approval_by_nobody() -> None:
    nobody = replace(by("station"), agent_id=None)
    assert asked().when_refused(nobody, ApproverHasNoLevel).agent_id is None


def test_the_approver_is_the_only_other_stream_that_is_read() -> None:
    assert approver(Claim(), approve) == (CHEN_ID,)
    assert approver(Claim(), replace(approve, agent_id=None)) == ()
    assert approver(Claim(), replace(pay, agent_id=CHEN)) == ()


def test_refused_less_than_nothing() -> None:
    asked().when_refused(by("station", -1), AmountNegative)


def test_refused_an_approval_of_what_a_source_asked_for_unassessed() -> None:
    story = given(CLAIM, reported, *documents, told(ClaimApprovalRequested, level="station")).beside(BESIDE)
    story.when_refused(by("station"), ClaimNotAssessed)


def test_refused_an_amount_above_every_level() -> None:
    low = rule("approval_levels", "any", '{"levels":[{"level":"station","up_to":1000}]}')
    refused = asked().under(low).when_refused(by("station", 1001), AmountAboveEveryLevel)
    assert (refused.level, refused.amount) == ("station", Decimal(1001))


def test_refused_while_documents_are_missing_with_their_names() -> None:
    lacking = given(CLAIM, reported, *documents[:3], assessed).beside(BESIDE).and_(ask)
    refused = lacking.when_refused(by("station", 500), DocumentsMissing)
    assert refused.missing == ("claim_letter", "waybill_copy", "value_invoice or repair_invoice")
    assert refused.amount == reported.amount_claimed


def test_approved_with_the_short_list_below_a_thousand_yuan() -> None:
    small = replace(reported, amount_claimed=Decimal("999.99"))
    story = given(CLAIM, small, *documents[:3], assessed).beside(BESIDE).and_(ask)
    assert story.when(by("station", 999))
    assert story.when_refused(by("station", 1000), DocumentsMissing).amount == Decimal(1000)


def test_documents_are_those_of_the_day_of_the_report() -> None:
    photo = '{"bands":[{"from_amount":0,"documents":["photograph"]}]}'
    from_today = rule("document_list", "any", photo, valid_from=NOW.date())
    assert asked().under(from_today).when(by("station"))
    from_the_day_before = rule("document_list", "any", photo, valid_from=NOW.date().replace(day=4))
    assert asked().under(from_the_day_before).when_refused(by("station"), DocumentsMissing).missing == (
        "photograph",
    )


def test_rejected_in_the_middle_of_the_steps_nothing_is_asked_any_more() -> None:
    story = asked().and_(by("station")).and_(reject).and_(reopen)
    story.when_refused(by("branch"), ApprovalNotRequested)
    assert said(story.when(ask)) == [("claim.approval_requested", {"level": "station"})]


def test_refused_to_reject_what_is_finally_approved() -> None:
    given(CLAIM, *APPROVED).when_refused(reject, ClaimIsApproved)


def test_a_reopened_claim_is_approved_afresh_by_what_it_then_comes_to() -> None:
    story = asked(800).and_(by("station", 800)).and_(replace(pay, amount=Decimal(800)))
    story = story.and_(close).and_(reopen).and_(ask)
    more = story.when(by("station", 300))
    assert said(more) == [
        (
            "claim.approved",
            {"level": "station", "amount": Decimal(300), "over_limit_amount": Decimal(300), "final": False},
        ),
        ("claim.approval_requested", {"level": "branch"}),
    ]
