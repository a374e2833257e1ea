"""How a command is carried out: recognised if told before, decided on the latest state, and appended."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple, Protocol, cast

import msgspec
from eventsourcing.application import Application
from eventsourcing.persistence import IntegrityError
from eventsourcing.utils import Environment, EnvType
from msgspec.structs import replace

from domain.checks import check_amounts, check_moments
from domain.customer.refusals import CustomerIsErased
from domain.envelope import Event, short_id, stream_of
from domain.errors import DomainError
from domain.folding import fold_live
from domain.organisation.state import ORGANISATION_ID
from domain.streams import ORGANISATION, STREAMS, Stream
from domain.telling import COMMAND_SOURCE, Command, Situation, command_name, content_of
from domain.topics import register_topics
from domain.voiding import VoidEvent, decide_void

# Each attempt that loses means that another command on the stream won; so many in a row is a fault.
ATTEMPTS = 20
STREAM_OF_NAME = {stream.name: stream for stream in STREAMS}
# What the stream's own id says of every event in it.
OWN_FIELD = {
    "customer": "customer_id",
    "unit": "unit",
    "agent": "agent_id",
    "campaign": "campaign_id",
}

# The kind is the name of the personal field; a key store may accept its own list of kinds only.
Protect = Callable[[str, Any, str], str | None]


@dataclass(kw_only=True)
class IdempotencyKeyReused(DomainError):
    """An idempotency key stands for one command with one content."""

    originator_id: str
    command: str
    idempotency_key: str


@dataclass(kw_only=True)
class CommandOfAnotherStream(DomainError):
    """A command names a stream of its own kind."""

    originator_id: str
    command: str


Status = Literal["done", "already_known", "already_so"]


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a command: done now, known by its key, or so already; with the events told for it."""

    status: Status
    originator_id: str
    events: tuple[Event, ...] = ()


class Loaded(msgspec.Struct, frozen=True, kw_only=True):
    """A stream as it is stored: its state, the highest version told, and the events."""

    id: str
    version: int
    state: Any
    events: tuple[Event, ...]


class AppendKey(NamedTuple):
    """By what a command is recognised when it is told again."""

    parts: tuple[str, str]
    content: bytes


class KeyedRecorder(Protocol):
    """A recorder that recognises commands: None for a new key, positions for the same content again."""

    def known(self, source: str, parts: tuple[str, ...], content: bytes) -> object | None:
        """Look a key up; an answer without `positions` means other content."""


class CommandApplication(Application[str]):
    """The library's application, with commands that are told at most once."""

    def __init__(self, env: Mapping[str, str], *, protect: Protect, clock: Callable[[], datetime]) -> None:
        """Open the event store that env names.

        protect(subject, kind, text) makes ciphertext of personal text, None of an erased person's; clock
        gives the moment, with a zone.
        """
        register_topics()
        super().__init__(dict(env))
        self._protect = protect
        self._clock = clock

    def construct_env(self, name: str, env: EnvType | None = None) -> Environment:
        """Take the settings as they are passed in; the library would read the process's environment too."""
        return Environment(name, dict(env or {}))

    def carry_out(self, command: Command, *, idempotency_key: str) -> Outcome:
        """Answer a command; on a lost race for its stream, load and decide again.

        Raises a DomainError where it is refused, the library's IntegrityError after too many lost races.
        """
        check_stream(command)
        check_moments(command, now=self._clock())
        check_amounts(command)
        key = _append_key(command, idempotency_key)
        for _ in range(ATTEMPTS - 1):
            with suppress(IntegrityError):
                return self._try_once(command, key)
        return self._try_once(command, key)

    def recognise(self, command: Command, *, idempotency_key: str) -> Outcome | None:
        """Answer what came of a command that was told under this key before; None if nothing was.

        Raises IdempotencyKeyReused where the key stands for another command.
        """
        return self._recognised(command, _append_key(command, idempotency_key))

    def _try_once(self, command: Command, key: AppendKey) -> Outcome:
        known = self._recognised(command, key)
        if known is not None:
            return known
        told = self._decide(command)
        if not told:
            return Outcome(status="already_so", originator_id=command.originator_id)
        recordings = self.save(*told, source=COMMAND_SOURCE, parts=key.parts, content=key.content)
        stored = self._events_at([recording.notification.id for recording in recordings])
        # The same command may have come twice at once: the recorder then gives the positions of the first.
        status: Status = "done" if stored == told else "already_known"
        return Outcome(status=status, originator_id=command.originator_id, events=stored)

    def _recognised(self, command: Command, key: AppendKey) -> Outcome | None:
        recorder = cast("KeyedRecorder", self.recorder)
        answer = recorder.known(COMMAND_SOURCE, key.parts, key.content)
        if answer is None:
            return None
        positions: Sequence[int] | None = getattr(answer, "positions", None)
        if positions is None:
            name, idempotency_key = key.parts
            raise IdempotencyKeyReused(
                originator_id=command.originator_id, command=name, idempotency_key=idempotency_key
            )
        events = self._events_at(positions)
        return Outcome(status="already_known", originator_id=command.originator_id, events=events)

    def _events_at(self, positions: Sequence[int]) -> tuple[Event, ...]:
        """Read a record's events, which lie at consecutive positions."""
        rows = self.recorder.select_notifications(start=positions[0], limit=len(positions))
        return tuple(cast("Event", self.mapper.to_domain_event(row)) for row in rows)

    def _decide(self, command: Command) -> tuple[Event, ...]:
        stream = STREAM_OF_NAME[stream_of(command.originator_id)]
        loaded = self.load(stream, command.originator_id)
        others = self._read(stream.reads(loaded.state, command))
        situation = self._situation(others)
        if isinstance(command, VoidEvent):
            told: tuple[Event, ...] = decide_void(loaded.events, command, situation)
        else:
            asked = self._protected(completed(command, loaded.state))
            told = stream.decide(loaded.state, asked, situation)
        return numbered_by_stream(told, after={loaded.id: loaded.version, **versions_of(others)})

    def situation(self, wanted: tuple[str, ...]) -> Situation:
        """Read what a decision knows beside its stream: clock, rules, and the streams that it wants."""
        return self._situation(self._read(wanted))

    def _read(self, wanted: tuple[str, ...]) -> dict[str, Loaded]:
        """Load streams by their ids, and those that they lead to."""
        waiting, read = list(wanted), dict[str, Loaded]()
        while waiting:
            other = waiting.pop()
            if other not in read:
                stream = STREAM_OF_NAME[stream_of(other)]
                read[other] = self.load(stream, other)
                waiting.extend(stream.leads_to(read[other].state))
        return read

    def _situation(self, others: Mapping[str, Loaded]) -> Situation:
        rules = self.load(ORGANISATION, ORGANISATION_ID).state
        states = {other: loaded.state for other, loaded in others.items()}
        return Situation(now=self._clock(), rules=rules, others=states)

    def load(self, stream: Stream, originator_id: str) -> Loaded:
        """Fold a stream's stored events; one without events is in its initial state, at version 0."""

        def project(_: Loaded | None, events: Iterable[Any]) -> Loaded:
            told = tuple(events)
            return Loaded(
                id=originator_id,
                version=max((event.originator_version for event in told), default=0),
                state=fold_live(told, initial=stream.initial, evolve=stream.evolve),
                events=told,
            )

        loaded: Loaded = self.repository.get(originator_id, projector_func=project)
        return loaded

    def _protected(self, command: Command) -> Command:
        subject = command.customer_id or command.originator_id
        opened = {name: getattr(command, name) for name in command.EVENT.PERSONAL}
        sealed = {
            kind: self._protect(subject, kind, text) for kind, text in opened.items() if text is not None
        }
        if None in sealed.values():
            raise CustomerIsErased(originator_id=f"customer-{subject.removeprefix('customer-')}")
        return replace(command, **sealed)


def _append_key(command: Command, idempotency_key: str) -> AppendKey:
    return AppendKey(parts=(command_name(type(command)), idempotency_key), content=content_of(command))


def check_stream(command: Command) -> None:
    """Refuse a command whose id names a stream of another kind."""
    named = stream_of(command.originator_id)
    stream = command.EVENT.TOPIC.partition(".")[0]
    is_of_any = isinstance(command, VoidEvent) and named in STREAM_OF_NAME
    if named != stream and not is_of_any:
        raise CommandOfAnotherStream(originator_id=command.originator_id, command=command_name(type(command)))


def completed(command: Command, state: Any) -> Command:
    """Fill in what the stream says of itself: its own id, or the customer it belongs to."""
    own_field = OWN_FIELD.get(stream_of(command.originator_id))
    if own_field is not None:
        return replace(command, **{own_field: short_id(command.originator_id)})
    customer_id = command.customer_id or getattr(state, "customer_id", None)
    return replace(command, customer_id=customer_id)


def versions_of(read: Mapping[str, Loaded]) -> dict[str, int]:
    """Say how far each stream had been told when it was read."""
    return {originator_id: loaded.version for originator_id, loaded in read.items()}


def numbered_by_stream(events: Sequence[Event], *, after: Mapping[str, int]) -> tuple[Event, ...]:
    """Number the events of several streams, each after its highest; a KeyError names a stream nobody read.

    They are appended in one transaction, which fails where any of the streams was told more meanwhile.
    """
    numbers = {
        stream: iter(numbered([event for event in events if event.originator_id == stream], after=version))
        for stream, version in after.items()
    }
    return tuple(next(numbers[event.originator_id]) for event in events)


def numbered(events: Sequence[Event], *, after: int) -> tuple[Event, ...]:
    """Give events the versions that follow the stream's highest."""
    return tuple(
        replace(event, originator_version=version) for version, event in enumerate(events, start=after + 1)
    )
