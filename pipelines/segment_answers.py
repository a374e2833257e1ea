"""What `kefu segment` answers: rows, and beside them how fresh they are and what could not be evaluated."""

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import yaml

from pipelines.commands.usage import BadUsage, Failed
from pipelines.segment_days import check_known, held_on, state_of
from projections.storage.reader import StoredFacts
from projections.views.reading import ViewReading
from projections.views.segments.day_views import SEGMENTS
from projections.views.segments.definitions import saved_segments
from projections.views.segments.memberships import Memberships, memberships
from projections.views.segments.questions import became as became_by
from projections.views.segments.questions import overlap, sizes

SHOWN_DAYS = 30
ONE_DAY = timedelta(days=1)
MOVES = ("entered_at", "entered_by", "entered_topic", "entered_stream", "entered_version")
LEFT = tuple(name.replace("entered", "left") for name in MOVES)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """An answer: lines of a table before its rows, and notes beside any form. Every row says its `state`."""

    rows: list[dict[str, Any]]
    columns: tuple[str, ...]
    lines: Sequence[str] = ()
    notes: Sequence[str] = ()


def listed(source: StoredFacts, arguments: argparse.Namespace, *, now: datetime) -> Asked:
    """Every segment of a day: size, who came and went, or why it fails."""
    held = held_on(source, None, arguments.as_of, now=now)
    columns = ("segment", "title", "defined_from", "size", "entered", "left", "state")
    return Asked(rows=held.segments, columns=columns, notes=[f"At the end of {held.day}."])


def shown(source: StoredFacts, arguments: argparse.Namespace, *, now: datetime) -> Asked:
    """One segment: its definition as it reads on the day, and the row of that day."""
    held = held_on(source, [arguments.name], arguments.as_of, now=now)
    dated = saved_segments(ViewReading(source=source, now=now)).body(arguments.name, on=held.day)
    definition = json.loads(dated[1]) if dated else None
    rows = [row | {"definition": definition} for row in held.segments]
    columns = ("segment", "defined_from", "size", "entered", "left", "state")
    lines = yaml.safe_dump(definition, allow_unicode=True, sort_keys=False).splitlines()
    return Asked(rows=rows, columns=columns, lines=lines, notes=[f"At the end of {held.day}."])


def members(source: StoredFacts, arguments: argparse.Namespace, *, now: datetime) -> Asked:
    """Who is in a segment at a day's end, since when, and what brought them in."""
    held = held_on(source, [arguments.name], arguments.as_of, now=now)
    state = state_of(held, arguments.name)
    rows = [{**row, "state": state} for row in held.members.drop("segment").to_dicts()]
    note = f"{arguments.name} at the end of {held.day}: {len(rows):,} members; {state}."
    return Asked(rows=rows, columns=("customer_id", *MOVES, "state"), notes=[note])


def overlapping(source: StoredFacts, arguments: argparse.Namespace, *, now: datetime) -> Asked:
    """How many are in each pair of segments at a day's end."""
    names = list(dict.fromkeys(arguments.names))
    held = held_on(source, names, arguments.as_of, now=now)
    states = list(dict.fromkeys(state_of(held, name) for name in names))
    met = overlap(held.members, names)
    rows = [{**row, "state": "; ".join(states)} for row in met.to_dicts()]
    return Asked(rows=rows, columns=(*met.columns, "state"), notes=[f"At the end of {held.day}."])


def history(source: StoredFacts, arguments: argparse.Namespace, *, now: datetime) -> Asked:
    """A segment's size by day, or a customer's entries and exits, as they are known now."""
    reading, told = _told(source, arguments.name, now=now, ruling=arguments.ruling)
    state = _live(source)
    if arguments.customer:
        mine = told.intervals.filter(segment=arguments.name, customer_id=arguments.customer)
        rows = [{**row, "state": state} for row in mine.drop("segment", "customer_id").to_dicts()]
        times = "once" if len(rows) == 1 else f"{len(rows)} times"
        note = f"{arguments.customer} was in {arguments.name} {times}; {state}."
        return Asked(rows=rows, columns=(*MOVES, *LEFT, "state"), notes=[note])
    end = arguments.end or reading.day
    start = arguments.start or end - SHOWN_DAYS * ONE_DAY
    if not start < end <= reading.day + ONE_DAY:
        raise BadUsage(f"--from {start} must lie before --to {end}, and that not after {reading.day}.")
    days = [start + number * ONE_DAY for number in range((end - start).days)]
    found = {row["day"]: row for row in sizes(told.intervals, reading, days).to_dicts()}
    none = {"size": 0, "entered": 0, "left": 0}
    rows = [{**found.get(one, {"day": one, **none}), "state": state} for one in days]
    return Asked(rows=rows, columns=("day", "size", "entered", "left", "state"), notes=[f"As {state}."])


def became(source: StoredFacts, arguments: argparse.Namespace, *, now: datetime) -> Asked:
    """What became by the end of one day of who was in at the end of another."""
    reading, told = _told(source, arguments.name, now=now, ruling="then")
    if not arguments.start <= arguments.end <= reading.day:
        raise BadUsage(f"--from comes before --to, and that not after {reading.day}.")
    state = _live(source)
    met = became_by(told, reading, arguments.name, day=arguments.start, later=arguments.end)
    rows = [{**row, "state": state} for row in met.to_dicts()]
    return Asked(rows=rows, columns=(*met.columns, "state"), notes=[f"As {state}."])


def _live(source: StoredFacts) -> str:
    lowest = min(source.position(fact) for fact in SEGMENTS.all_facts)
    return f"known now at position {lowest:,}"


def _told(source: StoredFacts, name: str, *, now: datetime, ruling: Any) -> tuple[ViewReading, Memberships]:
    """The history of one segment as known now; Failed with the reason."""
    lowest = min(source.position(fact) for fact in SEGMENTS.all_facts)
    reading = ViewReading(source=source, now=now, at_position=lowest)
    check_known(saved_segments(reading), name)
    told = memberships(reading, [name], ruling=ruling)
    if name in told.failures:
        raise Failed(f"segment {name!r} fails: {told.failures[name]}.")
    return reading, told
