"""A command of every class on a complaint that is accepted, and what the same command gets right after."""

from datetime import timedelta
from decimal import Decimal

from domain.complaint import (
    ComplaintAppealed,
    ComplaintClosed,
    ComplaintFollowUpRecorded,
    ComplaintLiabilityAttributed,
    ComplaintPromised,
    ComplaintReplied,
)
from domain.complaint.commands import (
    AppealComplaintLiability,
    ArbitrateComplaint,
    AssignComplaint,
    AttributeComplaintLiability,
    ChooseComplaintAsCase,
    CloseComplaint,
    EscalateComplaint,
    EscalateDueComplaint,
    FileComplaint,
    HandOverComplaint,
    ImposeComplaintPenalty,
    MeasureComplaintStage,
    PromiseComplaintSolution,
    ReclassifyComplaint,
    RecordComplaintFollowUp,
    ReopenComplaint,
    ReplyToComplaint,
    ResolveComplaint,
    ReviewComplaintReply,
)
from domain.complaint.liability import PartyShare
from tests.examples import COMPLAINT_ID, CUSTOMER, NOW, UNIT, YESTERDAY, filed, opened, told
from tests.given import CommandExample, payload

HOUR_MS = 3_600_000

file = FileComplaint(
    originator_id=COMPLAINT_ID,
    customer_id=CUSTOMER,
    unit=UNIT,
    agent_id="desk:zhang",
    tier="gold",
    **{**payload(filed), "narrative": "v1:another ciphertext"},  # type: ignore[arg-type]
)
assign = AssignComplaint(originator_id=COMPLAINT_ID, to_unit=UNIT, due_at=NOW)
hand_over = HandOverComplaint(originator_id=COMPLAINT_ID, to_unit="desk:depot-8")
reply = ReplyToComplaint(originator_id=COMPLAINT_ID)
accept = ReviewComplaintReply(originator_id=COMPLAINT_ID, accepted=True)
promise = PromiseComplaintSolution(originator_id=COMPLAINT_ID, solution_due_at=NOW + timedelta(hours=2))
escalate = EscalateComplaint(originator_id=COMPLAINT_ID, reason="no_solution")
escalate_due = EscalateDueComplaint(originator_id=COMPLAINT_ID)
reclassify = ReclassifyComplaint(originator_id=COMPLAINT_ID, severity="repeat")
stage = MeasureComplaintStage(
    originator_id=COMPLAINT_ID,
    stage="linehaul",
    ordinal=3,
    party="group",
    standard_ms=23 * HOUR_MS,
    actual_ms=22 * HOUR_MS,
)
operations = AttributeComplaintLiability(
    originator_id=COMPLAINT_ID, attribution_id="a1", shares=(PartyShare("operations", 1_000_000),)
)
appeal = AppealComplaintLiability(
    originator_id=COMPLAINT_ID, appeal_id="p1", attribution_id="a1", by="operations"
)
uphold = ArbitrateComplaint(originator_id=COMPLAINT_ID, appeal_id="p1", by="arbitration", outcome="upheld")
resolve = ResolveComplaint(originator_id=COMPLAINT_ID, outcome="refund")
satisfied = RecordComplaintFollowUp(
    originator_id=COMPLAINT_ID, with_whom="customer", means="call", reached=True, resolved=True
)
reopen = ReopenComplaint(originator_id=COMPLAINT_ID)
close = CloseComplaint(originator_id=COMPLAINT_ID)
penalty = ImposeComplaintPenalty(originator_id=COMPLAINT_ID, amount=Decimal(200), enforced=True)
choose = ChooseComplaintAsCase(originator_id=COMPLAINT_ID, library="service")

promised_at = YESTERDAY + timedelta(hours=1)
promised = told(ComplaintPromised, at=promised_at, solution_due_at=promised_at + timedelta(hours=4))
attributed = told(
    ComplaintLiabilityAttributed, attribution_id="a1", party="operations", share=1_000_000, rule="judged"
)
appealed = told(ComplaintAppealed, appeal_id="p1", attribution_id="a1", by="operations")
reached = told(ComplaintFollowUpRecorded, with_whom="customer", means="call", reached=True, resolved=True)

EXAMPLES = (
    CommandExample(command=file),
    CommandExample(command=assign, given=(filed,)),
    CommandExample(command=hand_over, given=(filed,), others=(opened,)),
    CommandExample(command=reply, given=(filed,)),
    CommandExample(command=accept, given=(filed, told(ComplaintReplied))),
    CommandExample(command=promise, given=(filed,)),
    CommandExample(command=escalate, given=(filed,), others=(opened,), again="done"),
    CommandExample(command=escalate_due, given=(filed, promised), others=(opened,)),
    CommandExample(command=reclassify, given=(filed,)),
    CommandExample(command=stage, given=(filed,)),
    CommandExample(command=operations, given=(filed,)),
    CommandExample(command=appeal, given=(filed, attributed)),
    CommandExample(command=uphold, given=(filed, attributed, appealed), again="refused"),
    CommandExample(command=resolve, given=(filed,)),
    CommandExample(command=satisfied, given=(filed,), again="done"),
    CommandExample(command=reopen, given=(filed, told(ComplaintClosed))),
    CommandExample(command=close, given=(filed, reached)),
    CommandExample(command=penalty, given=(filed,), again="done"),
    CommandExample(command=choose, given=(filed,)),
)
