"""A command of every class on a claim that is accepted, and what the same command gets right after."""

from decimal import Decimal

from msgspec.structs import replace

from domain.agent import AgentJoined
from domain.claim import (
    ClaimApprovalRequested,
    ClaimApproved,
    ClaimAssessed,
    ClaimClosed,
    ClaimDelegated,
    ClaimDelegationCompleted,
    ClaimDocumentReceived,
    ClaimPaid,
    ClaimRejected,
)
from domain.claim.commands import (
    ApproveClaim,
    AssessClaim,
    CloseClaim,
    CompleteClaimDelegation,
    DelegateClaim,
    DispatchClaim,
    NotifyClaimCustomer,
    PayClaim,
    ReceiveClaimDocument,
    RecoverClaim,
    RejectClaim,
    ReopenClaim,
    ReportClaim,
    RequestClaimApproval,
    SettleClaimDelegation,
    WithdrawClaim,
)
from domain.streams import CLAIM
from tests.examples import CLAIM_ID, CUSTOMER, UNIT, reported, told
from tests.given import CommandExample, given, payload

CHEN = "desk:chen"
CHEN_ID = f"agent-{CHEN}"
DOCUMENTS = (
    "receipt_voucher_copy",
    "identity_card_copy",
    "signed_agreement",
    "claim_letter",
    "waybill_copy",
    "repair_invoice",
)

report = ReportClaim(
    originator_id=CLAIM_ID,
    customer_id=CUSTOMER,
    unit=UNIT,
    agent_id="desk:zhang",
    **payload(reported),  # type: ignore[arg-type]
)
dispatch = DispatchClaim(originator_id=CLAIM_ID, surveyor="desk:chen", response_ms=95_000, brand="volkswagen")
delegate = DelegateClaim(
    originator_id=CLAIM_ID,
    delegation_id="d1",
    kind="survey",
    from_unit=UNIT,
    to_unit="desk:depot-8",
    relation="inter_branch",
    fee_due=Decimal(150),
)
complete = CompleteClaimDelegation(originator_id=CLAIM_ID, delegation_id="d1", documents_complete=True)
settle = SettleClaimDelegation(originator_id=CLAIM_ID, delegation_id="d1", amount=Decimal(150))
receive = ReceiveClaimDocument(originator_id=CLAIM_ID, kind="claim_letter")
assess = AssessClaim(originator_id=CLAIM_ID, amount=Decimal(2600))
ask = RequestClaimApproval(originator_id=CLAIM_ID)
approve = ApproveClaim(originator_id=CLAIM_ID, level="branch", amount=Decimal(2800), agent_id=CHEN)
reject = RejectClaim(originator_id=CLAIM_ID, reason="not_covered")
pay = PayClaim(originator_id=CLAIM_ID, amount=Decimal(2800))
notify = NotifyClaimCustomer(originator_id=CLAIM_ID)
recover = RecoverClaim(originator_id=CLAIM_ID, amount=Decimal(500), payer="carrier")
withdraw = WithdrawClaim(originator_id=CLAIM_ID)
close = CloseClaim(originator_id=CLAIM_ID)
reopen = ReopenClaim(originator_id=CLAIM_ID)

joined = replace(
    told(AgentJoined, role="branch", team="claims", trainee=False, agent_id=CHEN), originator_id=CHEN_ID
)
delegated = told(ClaimDelegated, **payload(given(CLAIM, reported).when(delegate)[0]))
documents = tuple(told(ClaimDocumentReceived, kind=kind) for kind in DOCUMENTS)
assessed = told(ClaimAssessed, amount=Decimal(2600))
first_step = told(
    ClaimApproved, level="station", amount=Decimal(2800), over_limit_amount=Decimal(200), final=False
)
asked = told(ClaimApprovalRequested, level="branch")
approved = replace(first_step, level="branch", agent_id=CHEN, final=True)
rejected = told(ClaimRejected, reason="not_covered")
paid = told(ClaimPaid, amount=Decimal(2800))

BEFORE_APPROVAL = (reported, *documents, assessed, first_step, asked)
APPROVED = (*BEFORE_APPROVAL, approved)

EXAMPLES = (
    CommandExample(command=report),
    CommandExample(command=dispatch, given=(reported,)),
    CommandExample(command=delegate, given=(reported,)),
    CommandExample(command=complete, given=(reported, delegated)),
    CommandExample(
        command=settle,
        given=(reported, delegated, told(ClaimDelegationCompleted, delegation_id="d1")),
    ),
    CommandExample(command=receive, given=(reported,)),
    CommandExample(command=assess, given=(reported,)),
    CommandExample(command=ask, given=(reported, assessed)),
    CommandExample(command=approve, given=BEFORE_APPROVAL, others=(joined,)),
    CommandExample(command=reject, given=(reported, assessed)),
    CommandExample(command=pay, given=APPROVED, again="refused"),
    CommandExample(command=notify, given=(reported, rejected)),
    CommandExample(command=recover, given=(*APPROVED, paid), again="done"),
    CommandExample(command=withdraw, given=(reported,)),
    CommandExample(command=close, given=(*APPROVED, paid)),
    CommandExample(command=reopen, given=(reported, rejected, told(ClaimClosed))),
)
