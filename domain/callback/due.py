"""When a callback that nobody tried is over by itself: at its due moment, or a term after it."""

from datetime import UTC, datetime

from msgspec.structs import replace

from domain.callback.events import CallbackExpired
from domain.callback.state import Callback
from domain.organisation.contact_rules import callback_term
from domain.organisation.rules import RuleBook, local_day
from domain.telling import Command, Situation, moment_of, tell_as

END_OF_TIME = datetime.max.replace(tzinfo=UTC)


def next_due(callback: Callback, rules: RuleBook) -> datetime | None:
    """Find the moment at which the callback expires; None if it never does.

    The term is that of the callback's purpose on the day it was scheduled; whoever was tried once, whether
    reached or not, is no longer waiting to be tried.
    """
    scheduled = callback.scheduled
    if scheduled is None or scheduled.due_at is None or callback.attempts or callback.end is not None:
        return None
    day = local_day(scheduled.occurred_at, rules=rules)
    term = callback_term(rules, purpose=scheduled.purpose, on=day)
    return None if scheduled.due_at > END_OF_TIME - term else scheduled.due_at + term


def has_expired_before(callback: Callback, command: Command, situation: Situation) -> bool:
    """Whether the callback was over before the moment a command tells of; at that very moment it is not."""
    due_at = next_due(callback, situation.rules)
    return due_at is not None and due_at < min(moment_of(command, now=situation.now), situation.now)


def settle(callback: Callback, command: Command, situation: Situation) -> tuple[CallbackExpired, ...]:
    """Tell the expiry at its due moment, in the callback's own envelope: nobody's command asked for it."""
    due_at = next_due(callback, situation.rules)
    if callback.scheduled is None or due_at is None or due_at > situation.now:
        return ()
    told = tell_as(CallbackExpired, command, now=situation.now)
    return (
        replace(
            told,
            occurred_at=due_at,
            customer_id=callback.customer_id,
            unit=callback.scheduled.unit,
            agent_id=None,
            campaign_id=callback.scheduled.campaign_id,
            tier=callback.scheduled.tier,
        ),
    )
