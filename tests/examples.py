"""Named example objects that tests share: moments, ids, rules, and events that many tests begin with."""

from base64 import b64encode
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from domain.call import (
    CallAnswered,
    CallEnded,
    CallOffered,
)
from domain.claim import (
    ClaimReported,
)
from domain.complaint import (
    ComplaintFiled,
)
from domain.customer import (
    CustomerRegistered,
)
from domain.envelope import UNNUMBERED, Event
from domain.organisation import OrganisationConfigured
from domain.organisation.state import ORGANISATION_ID
from domain.request import (
    RequestRaised,
)
from domain.unit import UnitOpened
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
