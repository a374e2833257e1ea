"""Named example objects that tests share: moments, rules, and one full event of every topic."""

from base64 import b64encode
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from domain.agent import (
    AgentCoached,
    AgentDayRecorded,
    AgentJoined,
    AgentLeft,
    AgentMoved,
)
from domain.call import (
    CallAbandoned,
    CallAnswered,
    CallComplaintKeyPressed,
    CallEnded,
    CallFlowedOut,
    CallHandledFor,
    CallOffered,
    CallQueued,
    CallRated,
    CallReviewed,
    CallTransferred,
)
from domain.callback import (
    CallbackAnswered,
    CallbackAttempted,
    CallbackCancelled,
    CallbackExpired,
    CallbackFound,
    CallbackScheduled,
    CallbackSuppressed,
)
from domain.campaign import (
    CampaignEnded,
    CampaignLaunched,
)
from domain.claim import (
    ClaimApprovalRequested,
    ClaimApproved,
    ClaimAssessed,
    ClaimClosed,
    ClaimCustomerNotified,
    ClaimDelegated,
    ClaimDelegationCompleted,
    ClaimDelegationSettled,
    ClaimDispatched,
    ClaimDocumentReceived,
    ClaimPaid,
    ClaimRecovered,
    ClaimRejected,
    ClaimReopened,
    ClaimReported,
    ClaimWithdrawn,
)
from domain.complaint import (
    ComplaintAppealed,
    ComplaintArbitrated,
    ComplaintAssigned,
    ComplaintChosenAsCase,
    ComplaintClosed,
    ComplaintEscalated,
    ComplaintFiled,
    ComplaintFollowUpRecorded,
    ComplaintHandedOver,
    ComplaintLiabilityAttributed,
    ComplaintPenaltyImposed,
    ComplaintPromised,
    ComplaintReclassified,
    ComplaintReopened,
    ComplaintReplied,
    ComplaintReplyReviewed,
    ComplaintResolved,
    ComplaintStageMeasured,
)
from domain.customer import (
    CustomerCampaignAssigned,
    CustomerCampaignResponded,
    CustomerChosenAsCase,
    CustomerChurned,
    CustomerClassified,
    CustomerConsentChanged,
    CustomerContacted,
    CustomerContractEnded,
    CustomerContractSigned,
    CustomerDissatisfied,
    CustomerErased,
    CustomerLinked,
    CustomerManagerAssigned,
    CustomerNumberReleased,
    CustomerRated,
    CustomerRatingRequested,
    CustomerRegistered,
    CustomerRepaired,
    CustomerRetentionActionTaken,
    CustomerUsageRecorded,
    CustomerWarned,
    CustomerWonBack,
)
from domain.envelope import UNNUMBERED, Event
from domain.event import EventVoided
from domain.member import (
    MemberClosed,
    MemberClubVisited,
    MemberEnrolled,
    MemberEntitled,
    MemberPointsDrawn,
    MemberPointsEarned,
    MemberPointsExpired,
    MemberPointsRedeemed,
    MemberPointsRefunded,
    MemberPointsReversed,
    MemberTierChanged,
    MemberTierExtended,
)
from domain.organisation import OrganisationConfigured
from domain.organisation.state import ORGANISATION_ID
from domain.partner import (
    PartnerGraded,
    PartnerInspected,
    PartnerOnboarded,
    PartnerRemoved,
)
from domain.request import (
    RequestCancelled,
    RequestFulfilled,
    RequestHandedOver,
    RequestRaised,
    RequestReturned,
)
from domain.target import (
    TargetPublished,
    TargetSet,
)
from domain.unit import UnitClosed, UnitGraded, UnitInspected, UnitMoved, UnitOpened
from domain.volume import VolumeRecorded

Told = TypeVar("Told", bound=Event)

NOW = datetime(2026, 3, 5, 2, 0, tzinfo=UTC)
YESTERDAY = NOW - timedelta(days=1)

CALL_ID = "call-bank:AA0101/33116/990101"
COMPLAINT_ID = "complaint-desk:2026-0042"
CUSTOMER_ID = "customer-p:0123456789abcdef0123456789abcdef"
CUSTOMER = "p:0123456789abcdef0123456789abcdef"
REQUEST_ID = "request-desk:order/1"
MEMBER_ID = "member-desk:100018"
CLAIM_ID = "claim-desk:2026-0007"
UNIT_ID = "unit-desk:depot-7"
UNIT = "desk:depot-7"
AGENT_ID = "agent-desk:zhang"
AGENT = "desk:zhang"
CALLBACK_ID = "callback-desk:2026-0099"
CAMPAIGN_ID = "campaign-desk:spring"
CAMPAIGN = "desk:spring"
PARTNER_ID = "partner-desk:golf-1"
PARTNER = "desk:golf-1"
TARGET_ID = "target-desk:service_level/2026-03"
VOLUME_ID = "volume-desk:waybills/depot-7"

# Not secrets: with a fixed key and nonce the golden bytes hold a ciphertext that never changes.
PERSONAL_KEY = bytes(range(32))
PERSONAL_NONCE = bytes(range(12))


def sealed(text: str, *, subject: str, kind: str) -> str:
    """Personal text as events hold it, under the fixed key and nonce."""
    ciphertext = AESGCM(PERSONAL_KEY).encrypt(PERSONAL_NONCE, text.encode(), f"{subject}|{kind}".encode())
    return "v1:" + b64encode(PERSONAL_NONCE + ciphertext).decode()


def told(event_class: type[Told], *, at: datetime = YESTERDAY, **fields: Any) -> Told:
    """An event of the example stream of its kind, with the envelope of the examples."""
    stream = event_class.TOPIC.partition(".")[0]
    envelope = {
        "originator_id": STREAM_IDS[stream],
        "originator_version": UNNUMBERED,
        "occurred_at": at,
        "recorded_at": NOW,
        "source": "example",
    }
    return event_class(**{**envelope, **fields})


STREAM_IDS = {
    "call": CALL_ID,
    "complaint": COMPLAINT_ID,
    "customer": CUSTOMER_ID,
    "request": REQUEST_ID,
    "claim": CLAIM_ID,
    "unit": UNIT_ID,
    "volume": VOLUME_ID,
    "callback": CALLBACK_ID,
    "agent": AGENT_ID,
    "partner": PARTNER_ID,
    "campaign": CAMPAIGN_ID,
    "target": TARGET_ID,
    "member": MEMBER_ID,
    "organisation": ORGANISATION_ID,
    "event": COMPLAINT_ID,
}

offered = told(
    CallOffered,
    direction="inbound",
    hotline="95502",
    queue="motor",
    channel="phone",
    purpose="claim",
    line="motor_commercial",
    ivr_ms=12_000,
    caller_number=sealed("13800138000", subject=CUSTOMER, kind="caller_number"),
    customer_id=CUSTOMER,
    tier="gold",
)
answered = told(CallAnswered, wait_ms=19_500, ring_ms=2_000, agent_id="desk:zhang", unit=UNIT)
ended = told(CallEnded, talk_ms=181_000, hold_ms=0, wrap_up_ms=30_000, resolved=True)
filed = told(
    ComplaintFiled,
    kind="external",
    channel="hotline",
    category="late",
    subcategory="linehaul",
    line="ltl",
    product="standard",
    promised_ms=259_200_000,
    call_id="bank:AA0101/33116/990101",
    subject_id="request-desk:waybill/1",
    narrative=sealed("货物晚到三天", subject=CUSTOMER, kind="narrative"),
    customer_id=CUSTOMER,
    unit=UNIT,
    agent_id="desk:zhang",
    tier="gold",
)
raised = told(
    RequestRaised,
    kind="paper_hold",
    channel="phone",
    due_at=NOW,
    until=NOW + timedelta(days=30),
    call_id="bank:AA0101/33116/990101",
    subject_id=CUSTOMER_ID,
    amount=Decimal("36.5"),
    customer_id=CUSTOMER,
    unit=UNIT,
    agent_id="desk:zhang",
)
reported = told(
    ClaimReported,
    line="motor_commercial",
    channel="phone",
    cause="collision",
    loss_on=date(2026, 3, 2),
    amount_claimed=Decimal("2800.5"),
    subject_id=CALL_ID,
    event_code="typhoon-3",
    product="private_car",
    customer_class="corporate",
    customer_id=CUSTOMER,
    unit=UNIT,
    agent_id="desk:zhang",
)
opened = told(UnitOpened, name="第七仓库", kind="depot", parent="desk:region-east", unit=UNIT)
registered = told(
    CustomerRegistered,
    name=sealed("李雷", subject=CUSTOMER, kind="name"),
    phone=sealed("13800138000", subject=CUSTOMER, kind="phone"),
    id_number=sealed("110101199003070011", subject=CUSTOMER, kind="id_number"),
    customer_id=CUSTOMER,
)
january = told(
    VolumeRecorded,
    at=datetime(2026, 1, 31, 15, 59, 59, 999_999, tzinfo=UTC),
    measure="waybills",
    period_start=date(2026, 1, 1),
    period_end=date(2026, 2, 1),
    value=Decimal("120345.5"),
    line="ltl",
    product="standard",
    customer_class="corporate",
    channel="online",
    partner_id="desk:p1",
    unit=UNIT,
)


def rule(kind: str, name: str, body: str, *, valid_from: date = date(1900, 1, 1)) -> OrganisationConfigured:
    """A rule of the example organisation."""
    return told(OrganisationConfigured, kind=kind, name=name, valid_from=valid_from, body=body)


# One event of every topic in the order of EVENTS; their bytes are in tests/golden/.
ONE_OF_EACH: tuple[Event, ...] = (
    offered,
    told(CallQueued, queue="motor"),
    answered,
    told(CallAbandoned, wait_ms=5_000),
    told(CallFlowedOut, kind="voicemail", wait_ms=61_000),
    told(CallTransferred, to_queue="property"),
    told(CallHandledFor, purpose="complaint", subject_id=COMPLAINT_ID),
    told(CallComplaintKeyPressed),
    ended,
    told(CallRated, score=Decimal("4.5"), scale=5, satisfied=True),
    told(CallReviewed, kind="talk", score=Decimal(92), out_of=Decimal(100), critical_error=False),
    filed,
    told(ComplaintAssigned, to_unit=UNIT, due_at=NOW),
    told(ComplaintHandedOver, to_unit="desk:depot-8"),
    told(ComplaintReplied, unit=UNIT),
    told(ComplaintReplyReviewed, accepted=False, reason="no_evidence"),
    told(ComplaintPromised, solution_due_at=NOW),
    told(ComplaintEscalated, level="depot_manager", reason="not_resolved"),
    told(ComplaintReclassified, severity="repeat"),
    told(
        ComplaintStageMeasured,
        stage="linehaul",
        ordinal=3,
        party="group",
        standard_ms=82_800_000,
        actual_ms=105_180_000,
        due_at=YESTERDAY,
        ended_at=NOW,
    ),
    told(
        ComplaintLiabilityAttributed,
        attribution_id="a1",
        party="operations",
        share=666_667,
        rule="own_overrun",
    ),
    told(ComplaintAppealed, appeal_id="p1", attribution_id="a1", by=UNIT),
    told(ComplaintArbitrated, appeal_id="p1", by="arbitration", outcome="overturned"),
    told(ComplaintResolved, outcome="refund"),
    told(ComplaintFollowUpRecorded, with_whom="customer", means="call", reached=True, resolved=False),
    told(ComplaintReopened),
    told(ComplaintClosed),
    told(ComplaintPenaltyImposed, amount=Decimal(200), enforced=True, agent="desk:wang"),
    told(ComplaintChosenAsCase, library="service", award="second"),
    raised,
    told(RequestHandedOver, to_unit="desk:depot-8"),
    told(RequestReturned, reason="wrong_address"),
    told(RequestFulfilled, amount=Decimal("36.5")),
    told(RequestCancelled, reason="moved_away"),
    reported,
    told(
        ClaimDispatched,
        surveyor="desk:chen",
        response_ms=95_000,
        repair_shop="desk:shop-3",
        brand="volkswagen",
    ),
    told(
        ClaimDelegated,
        delegation_id="d1",
        kind="survey",
        from_unit=UNIT,
        to_unit="desk:depot-8",
        relation="inter_branch",
        due_at=NOW,
        fee_due=Decimal(150),
    ),
    told(ClaimDelegationCompleted, delegation_id="d1", documents_complete=True),
    told(ClaimDelegationSettled, delegation_id="d1", amount=Decimal(150)),
    told(ClaimDocumentReceived, kind="waybill_copy"),
    told(ClaimAssessed, amount=Decimal("2600.25")),
    told(ClaimApprovalRequested, level="branch"),
    told(
        ClaimApproved,
        level="branch",
        amount=Decimal(2800),
        over_limit_amount=Decimal("199.75"),
        final=True,
    ),
    told(ClaimRejected, reason="not_covered"),
    told(ClaimPaid, amount=Decimal(2800)),
    told(ClaimCustomerNotified),
    told(ClaimRecovered, amount=Decimal(500), payer="carrier"),
    told(ClaimWithdrawn),
    told(ClaimClosed),
    told(ClaimReopened),
    registered,
    told(CustomerClassified, scheme="value", value="high"),
    told(CustomerLinked, to="p:fedcba9876543210fedcba9876543210"),
    told(CustomerContractSigned, contract_id="c1", product="5g", bundle="hard", ends_at=NOW),
    told(CustomerContractEnded, contract_id="c1"),
    told(
        CustomerUsageRecorded,
        period_start=date(2026, 1, 1),
        period_end=date(2026, 2, 1),
        spend=Decimal("188.88"),
        volume=Decimal(1024),
        balance=Decimal("-3.2"),
        plan="全球通",
        channel="app",
    ),
    told(CustomerWarned, kind="contract_ending", due_at=NOW),
    told(CustomerManagerAssigned, role="A", manager_id="desk:liu"),
    told(CustomerContacted, channel="phone", purpose="retention"),
    told(CustomerRetentionActionTaken, kind="discount", outcome="accepted"),
    told(CustomerRatingRequested, rating_id="r1", survey="mutual", subject_id=COMPLAINT_ID),
    told(
        CustomerRated,
        rating_id="r1",
        survey="mutual",
        process="complaint",
        channel="sms",
        score=Decimal(2),
        scale=10,
        satisfied=False,
        reason="slow",
        subject_id=COMPLAINT_ID,
    ),
    told(CustomerDissatisfied, process="complaint", reason="slow", rating_id="r1", subject_id=COMPLAINT_ID),
    told(CustomerRepaired, how="apology", rating_id="r1"),
    told(CustomerConsentChanged, purpose="marketing", granted=True, basis="opt_in"),
    told(CustomerChosenAsCase, library="retention", award="first"),
    told(CustomerCampaignAssigned, campaign_id="desk:spring", arm="control"),
    told(CustomerCampaignResponded, campaign_id="desk:spring", answer="interested"),
    told(CustomerNumberReleased),
    told(CustomerChurned, reason="price", to_competitor=True),
    told(CustomerWonBack),
    told(CustomerErased),
    opened,
    told(UnitMoved, parent="desk:region-west"),
    told(UnitClosed),
    told(
        UnitInspected,
        kind="mystery_shopping",
        points=Decimal("87.5"),
        out_of=Decimal(100),
        subject_id=UNIT_ID,
    ),
    told(UnitGraded, grade="A"),
    january,
    told(
        CallbackScheduled,
        purpose="satisfaction",
        subject_id=COMPLAINT_ID,
        due_at=NOW + timedelta(days=1),
        customer_id=CUSTOMER,
        unit=UNIT,
        agent_id=AGENT,
        campaign_id=CAMPAIGN,
        tier="gold",
    ),
    told(CallbackSuppressed, reason="contact_cap"),
    told(CallbackAttempted, reached=True, agent_id=AGENT),
    told(CallbackAnswered, satisfied=True, score=Decimal("4.5"), scale=5, reason="friendly"),
    told(CallbackFound, finding="wrong_policy_number"),
    told(CallbackExpired),
    told(CallbackCancelled),
    told(AgentJoined, role="inbound", team="motor", trainee=True, unit=UNIT, agent_id=AGENT),
    told(AgentMoved, role="outbound", team="renewals", agent_id=AGENT),
    told(AgentCoached, reason="critical_error", agent_id=AGENT),
    told(AgentLeft, reason="resigned", agent_id=AGENT),
    told(
        AgentDayRecorded,
        at=datetime(2026, 3, 4, 15, 59, 59, 999_999, tzinfo=UTC),
        day=date(2026, 3, 4),
        scheduled_ms=28_800_000,
        paid_ms=28_800_000,
        login_ms=27_000_000,
        available_ms=9_000_000,
        handling_ms=16_200_000,
        talk_ms=12_600_000,
        agent_id=AGENT,
    ),
    told(PartnerOnboarded, kind="club", brand="观澜湖"),
    told(
        PartnerGraded,
        grade="double_high",
        quality=Decimal(90),
        price=Decimal(85),
        cooperation=Decimal("92.5"),
        satisfaction=Decimal(95),
    ),
    told(
        PartnerInspected,
        kind="club_check",
        points=Decimal("87.5"),
        out_of=Decimal(100),
        subject_id=PARTNER_ID,
    ),
    told(PartnerRemoved, reason="complaints"),
    told(
        CampaignLaunched,
        kind="offer",
        ends_at=NOW + timedelta(days=30),
        control_share=100_000,
        campaign_id=CAMPAIGN,
    ),
    told(CampaignEnded, campaign_id=CAMPAIGN),
    told(
        TargetSet,
        metric="service_level",
        definition="sl3",
        where="queue=motor",
        period_start=date(2026, 3, 1),
        period_end=date(2026, 4, 1),
        target=Decimal("0.8"),
        challenge=Decimal("0.85"),
        direction="higher",
        unit=UNIT,
    ),
    told(
        TargetPublished,
        metric="service_level",
        definition="sl3",
        where="queue=motor",
        period_start=date(2026, 2, 1),
        period_end=date(2026, 3, 1),
        value=Decimal("0.831"),
        who="headquarters",
        rank=3,
        of=31,
        unit=UNIT,
    ),
    told(MemberEnrolled, programme="club", tier="silver", customer_id=CUSTOMER, unit=UNIT),
    told(
        MemberPointsEarned,
        lot_id="2026-03",
        points=Decimal("1200.5"),
        available_at=NOW,
        expires_at=NOW + timedelta(days=365),
        reason="spend",
        partner_id=PARTNER,
    ),
    told(
        MemberPointsRedeemed,
        redemption_id="r1",
        points=Decimal(500),
        venue="merchant",
        partner_id=PARTNER,
        item="tea",
        settlement_amount=Decimal("4.5"),
    ),
    told(MemberPointsDrawn, redemption_id="r1", lot_id="2026-03", points=Decimal(500)),
    told(MemberPointsExpired, lot_id="2026-03", points=Decimal("700.5")),
    told(MemberPointsReversed, lot_id="2026-04", of="2026-03", points=Decimal("0.5")),
    told(MemberPointsRefunded, redemption_id="r1", lot_id="2026-03", points=Decimal(200)),
    told(MemberTierChanged, from_tier="silver", to_tier="gold", reason="reached", until=NOW),
    told(MemberTierExtended, until=NOW),
    told(MemberEntitled, kind="airport_lounge", quantity=6, until=NOW + timedelta(days=365)),
    told(
        MemberClubVisited,
        partner_id=PARTNER,
        kind="airport_lounge",
        guests=2,
        settled_by="entitlement",
        settlement_amount=Decimal(88),
    ),
    told(MemberClosed),
    rule("zone", "zone", '"Asia/Shanghai"'),
    told(EventVoided, topic="complaint.closed", version=7, reason="told_twice"),
)
