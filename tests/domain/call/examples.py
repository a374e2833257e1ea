"""A command of every class on a call that is accepted, and what the same command gets right after."""

from decimal import Decimal

from domain.call.commands import (
    AbandonCall,
    AnswerCall,
    EndCall,
    FlowOutCall,
    HandleCallFor,
    OfferCall,
    PressCallComplaintKey,
    QueueCall,
    RateCall,
    ReviewCall,
    TransferCall,
)
from tests.examples import CALL_ID, CUSTOMER, UNIT, answered, ended, offered
from tests.given import CommandExample, payload

offer = OfferCall(originator_id=CALL_ID, customer_id=CUSTOMER, tier="gold", **payload(offered))  # type: ignore[arg-type]
queue = QueueCall(originator_id=CALL_ID, queue="motor")
answer = AnswerCall(originator_id=CALL_ID, wait_ms=19_500, ring_ms=2_000, agent_id="desk:zhang", unit=UNIT)
abandon = AbandonCall(originator_id=CALL_ID, wait_ms=5_000)
flow_out = FlowOutCall(originator_id=CALL_ID, kind="voicemail", wait_ms=5_000)
transfer = TransferCall(originator_id=CALL_ID, to_queue="property")
handle = HandleCallFor(originator_id=CALL_ID, purpose="claim")
press = PressCallComplaintKey(originator_id=CALL_ID)
end = EndCall(originator_id=CALL_ID, **payload(ended))  # type: ignore[arg-type]
rate = RateCall(originator_id=CALL_ID, score=Decimal(4), scale=5)
review = ReviewCall(originator_id=CALL_ID, kind="entry", score=Decimal(90), out_of=Decimal(100))

EXAMPLES = (
    CommandExample(command=offer),
    CommandExample(command=queue, given=(offered,), again="done"),
    CommandExample(command=answer, given=(offered,)),
    CommandExample(command=abandon, given=(offered,)),
    CommandExample(command=flow_out, given=(offered,)),
    CommandExample(command=transfer, given=(offered, answered), again="done"),
    CommandExample(command=handle, given=(offered, answered)),
    CommandExample(command=press, given=(offered,), again="done"),
    CommandExample(command=end, given=(offered, answered)),
    CommandExample(command=rate, given=(offered, answered, ended)),
    CommandExample(command=review, given=(offered, answered, ended), again="done"),
)
