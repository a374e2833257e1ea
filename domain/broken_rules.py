"""Which rules a told history breaks: every event is asked for again, as the command that would have made it.

Importing decides nothing: what a source tells is recorded as it is. Here the functions that decide on
commands say afterwards what they would have refused, or would have told otherwise. Points are held against
their ledger, which derives what a source leaves out and proves itself.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import groupby
from typing import Any, NamedTuple

import domain.agent.decide
import domain.call.decide
import domain.callback.decide
import domain.campaign.decide
import domain.claim.decide
import domain.complaint.decide
import domain.customer.decide
import domain.partner.decide
import domain.request.decide
import domain.target.decide
import domain.unit.decide
from domain.checks import check_amounts, check_moments
from domain.complaint.commands import AttributeComplaintLiability
from domain.complaint.events import ComplaintLiabilityAttributed
from domain.complaint.liability import PartyShare
from domain.envelope import Event
from domain.errors import DomainError
from domain.folding import live_events
from domain.member.ledger_breaches import LedgerIsBroken, ledger_breaches
from domain.member.state import Member
from domain.organisation.rules import RuleBook
from domain.streams import Stream
from domain.telling import Command, Situation
from domain.volume.commands import RecordVolume

DECISIONS = (
    domain.call.decide.DECISIONS,
    domain.agent.decide.DECISIONS,
    domain.unit.decide.DECISIONS,
    domain.complaint.decide.DECISIONS,
    domain.callback.decide.DECISIONS,
    domain.request.decide.DECISIONS,
    domain.claim.decide.DECISIONS,
    domain.partner.decide.DECISIONS,
    domain.customer.decide.DECISIONS,
    domain.campaign.decide.DECISIONS,
    domain.target.decide.DECISIONS,
)
COMMANDS: tuple[type[Command], ...] = (RecordVolume, *(command for known in DECISIONS for command in known))
COMMAND_FOR = {command.EVENT: command for command in COMMANDS}

Content = tuple[object, ...]
# The states that other streams (and those that they lead to) had at a moment, by whole id.
Read = Callable[[tuple[str, ...], datetime], Mapping[str, Any]]


@dataclass(kw_only=True)
class RuledOtherwise(DomainError):
    """By the rules in force, something else would have been told."""

    originator_id: str
    told: str
    ruled: tuple[str, ...]


class BrokenRule(NamedTuple):
    """An event of a told history that no command would have made, and the refusal that says why."""

    originator_id: str
    version: int
    topic: str
    occurred_at: datetime
    refusal: DomainError

    @property
    def rule(self) -> str:
        """The name of the rule: that of its refusal, or the ledger's own."""
        refusal = self.refusal
        return refusal.rule if isinstance(refusal, LedgerIsBroken) else type(refusal).__name__


def broken_rules(
    events: Iterable[Event], *, stream: Stream, rules: RuleBook, read: Read
) -> tuple[BrokenRule, ...]:
    """List what one stream's history breaks, in order of happening; `read` gives others as they were."""
    state, ruled = stream.initial, frozenset[Content]()
    found: list[BrokenRule] = []
    live = live_events(events)
    for told in _told_at_once(live):
        # What a decision tells as a consequence is no command of its own.
        if not (ruled and _contents(told) <= ruled):
            ruled, refusal = ask_again(told, state, stream=stream, rules=rules, read=read)
            found.extend(_broken_by(told[0], refusal))
        for event in told:
            state = stream.evolve(state, event)
    if isinstance(state, Member):
        breaches = ledger_breaches(live, programme=state.programme, rules=rules)
        found.extend(broken for event, breach in breaches for broken in _broken_by(event, breach))
    return tuple(found)


def ask_again(
    told: tuple[Event, ...], state: Any, *, stream: Stream, rules: RuleBook, read: Read
) -> tuple[frozenset[Content], DomainError | None]:
    """Find what a command for these events would have told on this state, and the refusal it gets."""
    command = command_for(told)
    if command is None:
        return frozenset(), None
    now = max(told[0].recorded_at, told[0].occurred_at)
    try:
        check_moments(command, now=now)
        check_amounts(command)
        others = read(stream.reads(state, command), told[0].occurred_at)
        ruled = stream.decide(state, command, Situation(now=now, rules=rules, others=others))
        return check_ruled_so(told, ruled), None
    except DomainError as refusal:
        return frozenset(), refusal


def check_ruled_so(told: tuple[Event, ...], ruled: tuple[Event, ...]) -> frozenset[Content]:
    """Refuse what the decision tells otherwise; that it is so already breaks no rule."""
    contents = _contents(ruled)
    if ruled and not _contents(told) <= contents:
        raise RuledOtherwise(
            originator_id=told[0].originator_id,
            told=told[0].TOPIC,
            ruled=tuple(event.TOPIC for event in ruled),
        )
    return contents


def command_for(told: tuple[Event, ...]) -> Command | None:
    """Make the command that asks for events told at once; None for events that nobody asks for."""
    event = told[0]
    if isinstance(event, ComplaintLiabilityAttributed):
        parties = [attributed for attributed in told if isinstance(attributed, ComplaintLiabilityAttributed)]
        shares = tuple(PartyShare(party=part.party, share=part.share) for part in parties)
        return AttributeComplaintLiability(**_arguments(event, AttributeComplaintLiability), shares=shares)
    command = COMMAND_FOR.get(type(event))
    return None if command is None else command(**_arguments(event, command))


def _arguments(event: Event, command: type[Command]) -> dict[str, Any]:
    return {name: getattr(event, name) for name in _shared_fields(type(event), command)}


@cache
def _shared_fields(event_class: type[Event], command: type[Command]) -> frozenset[str]:
    return frozenset(command.__struct_fields__) & frozenset(event_class.__struct_fields__)


def _told_at_once(events: list[Event]) -> Iterator[tuple[Event, ...]]:
    """Group the parties of one attribution; every other event stands for itself."""
    for _, told in groupby(events, key=_record_of):
        yield tuple(told)


def _record_of(event: Event) -> tuple[object, ...]:
    if isinstance(event, ComplaintLiabilityAttributed):
        return (event.TOPIC, event.attribution_id, event.occurred_at)
    return (event.TOPIC, event.originator_version)


def _contents(events: Iterable[Event]) -> frozenset[Content]:
    return frozenset(
        (event.TOPIC, *(getattr(event, name) for name in _payload_fields(type(event)))) for event in events
    )


@cache
def _payload_fields(event_class: type[Event]) -> tuple[str, ...]:
    return tuple(sorted(set(event_class.__struct_fields__) - set(Event.__struct_fields__)))


def _broken_by(event: Event, refusal: DomainError | None) -> tuple[BrokenRule, ...]:
    if refusal is None:
        return ()
    envelope = (event.originator_id, event.originator_version, event.TOPIC, event.occurred_at)
    return (BrokenRule(*envelope, refusal),)
