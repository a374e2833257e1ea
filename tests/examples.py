"""Named example objects that tests share: moments, rules, and one full event of every topic."""

from base64 import b64encode
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

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
from domain.organisation import OrganisationConfigured
from domain.organisation.state import ORGANISATION_ID
from domain.unit import UnitClosed, UnitGraded, UnitInspected, UnitMoved, UnitOpened
from domain.volume import VolumeRecorded

Told = TypeVar("Told", bound=Event)

NOW = datetime(2026, 3, 5, 2, 0, tzinfo=UTC)
YESTERDAY = NOW - timedelta(days=1)

CALL_ID = "call-bank:AA0101/33116/990101"
COMPLAINT_ID = "complaint-desk:2026-0042"
CUSTOMER_ID = "customer-p:0123456789abcdef0123456789abcdef"
CUSTOMER = "p:0123456789abcdef0123456789abcdef"
UNIT_ID = "unit-desk:depot-7"
UNIT = "desk:depot-7"
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
    "unit": UNIT_ID,
    "volume": VOLUME_ID,
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
    rule("zone", "zone", '"Asia/Shanghai"'),
    told(EventVoided, topic="complaint.closed", version=7, reason="told_twice"),
)
