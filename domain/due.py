"""What falls due by itself, stream by stream: the command that tells it, and when it is next worth asking."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

import domain.callback.due
import domain.member.due
from domain.callback.commands import SettleDueCallback
from domain.command_application import CommandApplication, Outcome
from domain.complaint.commands import EscalateDueComplaint
from domain.complaint.escalation import next_due as next_escalation
from domain.member.commands import SettleDueMember
from domain.streams import CALLBACK, COMPLAINT, MEMBER, Stream
from domain.telling import Command, Situation


class Due(NamedTuple):
    """A stream in which something falls due: its command, and the next due moment of a state."""

    stream: Stream
    settle: type[Command]
    next_due: Callable[[Any, Situation], datetime | None]


class Settlement(NamedTuple):
    """What was told of a stream now, and when something falls due in it next (None: never)."""

    outcome: Outcome
    next_due: datetime | None


def settle(service: CommandApplication, due: Due, originator_id: str, *, idempotency_key: str) -> Settlement:
    """Tell what fell due in a stream, each at its due moment, once; raises a DomainError where refused."""
    command = due.settle(originator_id=originator_id)
    outcome = service.carry_out(command, idempotency_key=idempotency_key)
    state = service.load(due.stream, originator_id).state
    situation = service.situation(due.stream.reads(state, command))
    return Settlement(outcome=outcome, next_due=due.next_due(state, situation))


def next_callback_expiry(callback: Any, situation: Situation) -> datetime | None:
    """Find when a callback expires."""
    return domain.callback.due.next_due(callback, situation.rules)


def next_member_due(member: Any, situation: Situation) -> datetime | None:
    """Find when a member's points lapse or tier moves."""
    return domain.member.due.next_due(member, situation.rules)


DUES = (
    Due(COMPLAINT, EscalateDueComplaint, next_escalation),
    Due(CALLBACK, SettleDueCallback, next_callback_expiry),
    Due(MEMBER, SettleDueMember, next_member_due),
)
