"""A command of every class on a request that is accepted, and what the same command gets right after."""

from datetime import timedelta

from domain.request import RequestHandedOver
from domain.request.commands import (
    CancelRequest,
    FulfilRequest,
    HandOverRequest,
    RaiseRequest,
    ReturnRequest,
)
from tests.examples import CUSTOMER, NOW, REQUEST_ID, UNIT, raised, told
from tests.given import CommandExample, payload

raise_ = RaiseRequest(
    originator_id=REQUEST_ID,
    customer_id=CUSTOMER,
    unit=UNIT,
    agent_id="desk:zhang",
    **{**payload(raised), "due_at": NOW + timedelta(hours=2)},  # type: ignore[arg-type]
)
hand_over = HandOverRequest(originator_id=REQUEST_ID, to_unit="desk:depot-8")
send_back = ReturnRequest(originator_id=REQUEST_ID, reason="wrong_address")
fulfil = FulfilRequest(originator_id=REQUEST_ID)
cancel = CancelRequest(originator_id=REQUEST_ID, reason="moved_away")
handed_over = told(RequestHandedOver, to_unit="desk:depot-8")

EXAMPLES = (
    CommandExample(command=raise_),
    CommandExample(command=hand_over, given=(raised,)),
    CommandExample(command=send_back, given=(raised, handed_over)),
    CommandExample(command=fulfil, given=(raised,)),
    CommandExample(command=cancel, given=(raised, handed_over)),
)
