"""Why a customer is not called: the customer's own stream is asked, and the callback says the reason."""

from datetime import datetime

from domain.callback.commands import AttemptCallback, ScheduleCallback
from domain.callback.events import CallbackSuppressed
from domain.callback.state import Callback
from domain.customer.contact import REASONS, Approach, objection_to
from domain.customer.person import as_one_person, customer_stream
from domain.organisation.rules import local_day
from domain.telling import Command, Situation, moment_of, tell_as


def customer_asked(callback: Callback, command: Command) -> tuple[str, ...]:
    """Name the customer's stream where a command is about to reach out."""
    customer_id = command.customer_id or callback.customer_id
    if customer_id is None or not isinstance(command, ScheduleCallback | AttemptCallback):
        return ()
    return (customer_stream(customer_id),)


def suppressed(
    command: ScheduleCallback | AttemptCallback,
    *,
    customer_id: str,
    purpose: str,
    at: datetime,
    situation: Situation,
) -> tuple[CallbackSuppressed, ...]:
    """Tell that the customer is not to be called at a moment, and by which rule; nothing if they may be.

    The rules are those of the day on which it is asked, also where the moment is still to come.
    """
    approach = Approach(
        originator_id=customer_stream(customer_id),
        purpose=purpose,
        campaign_id=command.campaign_id,
        at=at,
        rules_day=local_day(moment_of(command, now=situation.now), rules=situation.rules),
    )
    customer = as_one_person(
        situation.others[approach.originator_id],
        originator_id=approach.originator_id,
        others=situation.others,
    )
    objection = objection_to(customer, approach, situation.rules)
    if objection is None:
        return ()
    return (tell_as(CallbackSuppressed, command, now=situation.now, reason=REASONS[type(objection)]),)
