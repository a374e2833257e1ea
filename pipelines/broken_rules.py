"""Which rules the streams of a stretch of the log break; importing decides nothing, so it is asked after."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from domain.broken_rules import BrokenRule, broken_rules
from domain.command_application import STREAM_OF_NAME
from domain.envelope import Event, stream_of
from domain.folding import fold_live, live_events
from domain.organisation.rules import RuleBook
from domain.streams import reads_nothing
from infra.event_store.log import EventLog
from infra.stores import Store
from pipelines.histories import read_histories, rules_of

LISTED = 20
CHECKED_AT_ONCE = 100_000
"""Events that are looked at right after they were taken in: some three seconds of work."""
POSITIONS_AT_A_TIME = 20_000

# A stream is looked at once: where the stretch has its first event, which has the lowest version.
STREAMS_BETWEEN = """
select originator_id, min(originator_version)
from stored_events e
where notification_id > %(start)s
    and notification_id <= %(end)s
    and not exists (
        select
        from stored_events earlier
        where earlier.originator_id = e.originator_id
            and earlier.notification_id > %(after)s
            and earlier.notification_id <= %(start)s
    )
group by originator_id
order by originator_id
"""

Firsts = Mapping[str, int]
"""Streams, and the version of the first event of each in the stretch."""


class Stretch(NamedTuple):
    """Positions > after and <= upto."""

    after: int
    upto: int


@dataclass(kw_only=True)
class Findings:
    """What was looked at, up to which position, and what was found: counts by rule, and some in full."""

    stretch: Stretch
    looked_upto: int
    events: int = 0
    streams: int = 0
    rules: Counter[str] = field(default_factory=Counter)
    listed: list[BrokenRule] = field(default_factory=list)

    @property
    def broken(self) -> int:
        """How many broken rules were found."""
        return self.rules.total()

    @property
    def is_complete(self) -> bool:
        """Whether every stream of the stretch was looked at."""
        return self.looked_upto >= self.stretch.upto

    def add(self, found: Sequence[BrokenRule], *, list_at_most: int) -> None:
        """Count what one stream breaks, and list it while there is room."""
        self.rules.update(one.rule for one in found)
        self.listed += found[: max(0, list_at_most - len(self.listed))]


def ignore_position(_: int) -> None:
    """Show no progress."""


def find_broken_rules(
    store: Store,
    stretch: Stretch,
    *,
    list_at_most: int = LISTED,
    events_at_most: int | None = None,
    on_position: Callable[[int], None] = ignore_position,
) -> Findings:
    """Find the events of the stretch that break a rule; each stream is read whole, up to the stretch's end.

    Memory is that of a page of streams. With `events_at_most` it stops at the end of the page that reaches so
    many events.
    """
    findings = Findings(stretch=stretch, looked_upto=stretch.after)
    with store.log() as log:
        rules = rules_of(log, position=stretch.upto)
        for firsts, end in _pages(store, stretch):
            for found, events in _found_in(log, firsts, upto=stretch.upto, rules=rules):
                findings.streams += 1
                findings.events += events
                findings.add(found, list_at_most=list_at_most)
            findings.looked_upto = end
            on_position(end)
            if events_at_most is not None and findings.events >= events_at_most:
                break
    return findings


def findings_since(store: Store, position: int, *, events: int = CHECKED_AT_ONCE) -> Findings:
    """What was told after a position and breaks a rule, among the first so many events of their streams."""
    with store.log() as log:
        stretch = Stretch(after=position, upto=log.highest())
    return find_broken_rules(store, stretch, events_at_most=events)


def _pages(store: Store, stretch: Stretch) -> Iterator[tuple[Firsts, int]]:
    """The streams that begin in each few positions of the stretch, and where these end."""
    with store.connect() as connection:
        for start in range(stretch.after, stretch.upto, POSITIONS_AT_A_TIME):
            end = min(start + POSITIONS_AT_A_TIME, stretch.upto)
            asked = {"after": stretch.after, "start": start, "end": end}
            yield dict(connection.execute(STREAMS_BETWEEN, asked).fetchall()), end


def _found_in(
    log: EventLog, firsts: Firsts, *, upto: int, rules: RuleBook
) -> Iterator[tuple[Sequence[BrokenRule], int]]:
    """What each stream breaks from its first event of the stretch on, and how many events it has."""
    histories = read_histories(log, list(firsts), upto=upto)
    states = _States(log, upto=upto)
    states.fetch(_wanted(histories, rules=rules))
    for stream, events in histories.items():
        found = broken_rules(events, stream=_kind(stream), rules=rules, read=states.read)
        yield [one for one in found if one.version >= firsts[stream]], len(events)


def _wanted(histories: Mapping[str, list[Event]], *, rules: RuleBook) -> set[str]:
    """Which other streams the decisions read, found out by asking them with those as they begin."""
    wanted: set[str] = set()

    def note(streams: tuple[str, ...], _: datetime) -> dict[str, Any]:
        wanted.update(streams)
        return {other: _kind(other).initial for other in streams}

    for stream, events in histories.items():
        if _kind(stream).reads is not reads_nothing:
            broken_rules(events, stream=_kind(stream), rules=rules, read=note)
    return wanted


class _States:
    """The states of other streams as they were at any moment, their events fetched for a page at once."""

    def __init__(self, log: EventLog, *, upto: int) -> None:
        self._log, self._upto = log, upto
        self._told: dict[str, list[Event]] = {}

    def fetch(self, streams: set[str]) -> None:
        """Read these streams and, round by round, those that they lead to."""
        while missing := sorted(streams - self._told.keys()):
            histories = read_histories(self._log, missing, upto=self._upto)
            self._told |= {other: live_events(histories.get(other, [])) for other in missing}
            streams = {further for other in missing for further in _kind(other).leads_to(self._at(other))}

    def read(self, streams: tuple[str, ...], at: datetime) -> dict[str, Any]:
        """These and all that they lead to, as they were just before a moment."""
        self.fetch(set(streams))
        waiting, read = list(streams), dict[str, Any]()
        while waiting:
            other = waiting.pop()
            if other not in read:
                read[other] = self._at(other, at)
                waiting.extend(_kind(other).leads_to(read[other]))
        return read

    def _at(self, stream: str, at: datetime | None = None) -> Any:
        kind = _kind(stream)
        before = [event for event in self._told[stream] if at is None or event.occurred_at < at]
        return fold_live(before, initial=kind.initial, evolve=kind.evolve)


def _kind(stream: str) -> Any:
    return STREAM_OF_NAME[stream_of(stream)]
