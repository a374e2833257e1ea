"""Random logs for properties: late telling, ties, gaps, voids and several tellings of the same thing."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

import polars as pl
from hypothesis import strategies as st

from domain.envelope import Event, FieldKind, field_kinds, stream_of
from domain.event import EventVoided, void
from domain.topics import EVENTS
from projections.facts.spec import ROW_FIELDS

START = datetime(2026, 1, 31, 15, 59, 58, 999_998, tzinfo=UTC)
"""Just before midnight in China, so that a log crosses a day and a month there."""
TOLD_FROM = START + timedelta(days=3)
STREAMS = (
    "call",
    "complaint",
    "customer",
    "unit",
    "volume",
    "organisation",
    "callback",
    "member",
    "agent",
    "partner",
    "claim",
    "request",
    "campaign",
    "target",
)

CHOICES: dict[str, tuple[Any, ...]] = {
    "campaign_id": ("g1", "g2"),
    "contract_id": ("c1", "c2"),
    "rating_id": ("r1", "r2"),
    "attribution_id": ("a1", "a2", "a3"),
    "party": ("sales", "operations", "group"),
    "share": (0, 300_000, 500_000, 700_000, 1_000_000),
    "appeal_id": ("p1", "p2"),
    "by": ("arbitration", "regulator"),
    "outcome": ("overturned", "upheld"),
    "role": ("A", "B", "second_guardian"),
    "purpose": ("claim", "order"),
    "subject_id": ("claim-x:1", ""),
    "queue": ("internal", "motor"),
    "delegation_id": ("d1", "d2"),
    "period_start": (date(2026, 1, 1), date(2026, 2, 1)),
    "valid_from": (date(2026, 1, 1), date(1969, 12, 31)),
    "name": ("ladder", "cap"),
}
"""Few values where values meet: keys, parties, appeals; other fields take any value of their kind."""

KINDS: dict[str, st.SearchStrategy[Any]] = {
    "text": st.sampled_from(("", "x", "华东", 'a "quoted"\n\\line', "null", "v1:AAAA")),
    "integer": st.sampled_from((0, 1, -1, 20_000, 2**40)),
    "boolean": st.booleans(),
    "decimal": st.sampled_from(tuple(map(Decimal, ("0", "0.1", "0.2", "-3.0001", "99999999.9999")))),
    "time": st.sampled_from(tuple(START + timedelta(microseconds=n) for n in (0, 1, 10**6))),
    "date": st.sampled_from((date(2026, 1, 1), date(2024, 2, 29))),
}


class Logged(NamedTuple):
    """An event at its position in the log."""

    position: int
    event: Event


Log = list[Logged]


class _Told(NamedTuple):
    """A telling before the log numbers it: which stream, and an event or which earlier one is taken back."""

    stream: str
    event_class: type[Event]
    values: dict[str, Any]
    happened: int
    entry: int
    gap: int
    takes_back: int | None


def _values(name: str, kind: FieldKind) -> st.SearchStrategy[Any]:
    some = st.sampled_from(CHOICES[name]) if name in CHOICES else KINDS[kind.kind]
    return some if kind.required else st.none() | some


ENVELOPE_TIMES = ("occurred_at", "recorded_at")
PAYLOADS: dict[type[Event], st.SearchStrategy[dict[str, Any]]] = {
    event_class: st.fixed_dictionaries(
        {name: _values(name, k) for name, k in field_kinds(event_class).items() if name not in ENVELOPE_TIMES}
    )
    for event_class in EVENTS
}


@st.composite
def _tellings(draw: st.DrawFn, classes: Sequence[type[Event]], *, ids: int, voids: bool) -> _Told:
    event_class = draw(st.sampled_from(classes))
    is_void = voids and draw(st.integers(0, 4)) == 0
    return _Told(
        stream=f"{event_class.TOPIC.partition('.')[0]}-x:{draw(st.integers(1, ids))}",
        event_class=event_class,
        values=draw(PAYLOADS[event_class]),
        happened=draw(st.integers(0, 4)),
        entry=draw(st.integers(0, 2)),
        gap=draw(st.integers(1, 3)),
        takes_back=draw(st.integers(0, 9)) if is_void else None,
    )


def logs(
    *streams: str, often: Sequence[str] = (), ids: int = 3, voids: bool = True
) -> st.SearchStrategy[Log]:
    """Draw logs over streams of these kinds, `ids` of each at most, in order of position.

    Topics in `often` make up four fifths of the events or more, so that they meet.
    """
    classes = [one for one in EVENTS if one.TOPIC.partition(".")[0] in (streams or STREAMS)]
    wanted = [one for one in classes if one.TOPIC in often]
    repeats = 4 * len(classes) // max(1, len(wanted))
    tellings = _tellings([*classes, *wanted * repeats], ids=ids, voids=voids)
    # Left alone, Hypothesis draws lists of five on average, in which nothing meets.
    return (st.lists(tellings, max_size=6) | st.lists(tellings, min_size=20, max_size=40)).map(_numbered)


def _numbered(tellings: list[_Told]) -> Log:
    log: Log = []
    position = 0
    for told in tellings:
        earlier = [one.event for one in log if one.event.originator_id == told.stream]
        position += told.gap
        clock = TOLD_FROM + timedelta(seconds=len(log))
        log.append(Logged(position, _event(told, earlier, clock=clock)))
    return log


def _event(told: _Told, earlier: list[Event], *, clock: datetime) -> Event:
    version = len(earlier) + 1
    targets = [event for event in earlier if not isinstance(event, EventVoided)]
    if told.takes_back is not None and targets:
        taken = void(targets[told.takes_back % len(targets)], reason="entered_wrongly", now=clock)
        return _with_version(taken, version)
    happened = START + timedelta(seconds=told.happened)
    entered = {0: clock, 1: clock - timedelta(seconds=3), 2: happened}[told.entry]
    return told.event_class(
        originator_id=told.stream,
        originator_version=version,
        occurred_at=happened,
        recorded_at=entered,
        **told.values,
    )


def _with_version(event: Event, version: int) -> Event:
    fields = {name: getattr(event, name) for name in event.__struct_fields__}
    return type(event)(**{**fields, "originator_version": version})


def of_stream(log: Log, stream: str) -> Log:
    """Take the events of one kind of stream."""
    return [one for one in log if stream_of(one.event.originator_id) == stream]


def as_log_frame(log: Log) -> pl.DataFrame:
    """Store events as the log holds them: position, originator_id, originator_version, topic, state."""
    rows = [
        (at, event.originator_id, event.originator_version, event.TOPIC, event.to_json().decode())
        for at, event in log
    ]
    return pl.DataFrame(rows, schema={**ROW_FIELDS, "state": pl.String()}, orient="row")
