"""An accepted example of every command on a callback, and the events that they stand on."""

from datetime import timedelta

from domain.callback import CallbackAttempted, CallbackScheduled
from domain.callback.commands import (
    AnswerCallback,
    AttemptCallback,
    CancelCallback,
    RecordCallbackFinding,
    ScheduleCallback,
    SettleDueCallback,
    SuppressCallback,
)
from tests.examples import CALLBACK_ID, COMPLAINT_ID, CUSTOMER, NOW, YESTERDAY, registered, told
from tests.given import CommandExample

DUE = NOW + timedelta(days=1)

scheduled = told(
    CallbackScheduled, purpose="satisfaction", subject_id=COMPLAINT_ID, due_at=DUE, customer_id=CUSTOMER
)
overdue = told(
    CallbackScheduled, purpose="satisfaction", due_at=YESTERDAY + timedelta(hours=1), customer_id=CUSTOMER
)
reached = told(CallbackAttempted, reached=True, customer_id=CUSTOMER)
unreached = told(CallbackAttempted, reached=False, customer_id=CUSTOMER)

schedule = ScheduleCallback(
    originator_id=CALLBACK_ID,
    purpose="satisfaction",
    subject_id=COMPLAINT_ID,
    due_at=DUE,
    customer_id=CUSTOMER,
)
suppress = SuppressCallback(originator_id=CALLBACK_ID, reason="consent_refused")
attempt = AttemptCallback(originator_id=CALLBACK_ID, reached=True)
answer = AnswerCallback(originator_id=CALLBACK_ID, satisfied=True)
find = RecordCallbackFinding(originator_id=CALLBACK_ID, finding="wrong_policy_number")
cancel = CancelCallback(originator_id=CALLBACK_ID)
settle = SettleDueCallback(originator_id=CALLBACK_ID)

EXAMPLES: tuple[CommandExample, ...] = (
    CommandExample(command=schedule, others=(registered,)),
    CommandExample(command=suppress, given=(scheduled,)),
    CommandExample(command=attempt, given=(scheduled,), others=(registered,), again="done"),
    CommandExample(command=answer, given=(scheduled, reached)),
    CommandExample(command=find, given=(scheduled, reached)),
    CommandExample(command=cancel, given=(scheduled,)),
    CommandExample(command=settle, given=(overdue,)),
)
