"""What falls due by itself, stream by stream: the command that tells it, and when it is next worth asking."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

import domain.callback.due
import domain.member.due
from domain.callback.commands import SettleDueCallback
from domain.command_application import CommandApplication
from domain.complaint.commands import EscalateDueComplaint
from domain.complaint.escalation import next_due as next_escalation
from domain.envelope import Event
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

    events: tuple[Event, ...]
    next_due: datetime | None


def settle(service: CommandApplication, due: Due, originator_id: str, *, now: datetime) -> Settlement:
    """Tell what fell due in a stream by now, each at its due moment, once; DomainError if refused."""
    command = due.settle(originator_id=originator_id)
    moment = _ask(service, due, command)
    if moment is None or moment > now:
        return Settlement(events=(), next_due=moment)
    outcome = service.carry_out(command, idempotency_key=f"{originator_id} {now.isoformat()}")
    return Settlement(events=outcome.events, next_due=_ask(service, due, command))


def _ask(service: CommandApplication, due: Due, command: Command) -> datetime | None:
    state = service.load(due.stream, command.originator_id).state
    return due.next_due(state, service.situation(due.stream.reads(state, command)))


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
