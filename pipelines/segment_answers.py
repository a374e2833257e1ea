"""What `kefu segment` answers: rows, and beside them how fresh they are and what could not be evaluated."""

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl
import yaml

from pipelines.commands.usage import BadUsage, Failed
from projections.storage.reader import StoredFacts
from projections.storage.shown_views import ShownView, day_of_view
from projections.storage.views import stored_days
from projections.views.reading import ViewReading
from projections.views.refresh import DayNotOver
from projections.views.segments.day_views import FAILED, SEGMENT_MEMBERS, SEGMENTS
from projections.views.segments.definitions import Definitions, Unreadable, saved_segments
from projections.views.segments.memberships import Memberships, memberships
from projections.views.segments.questions import became as became_by
from projections.views.segments.questions import overlap, sizes, stale_since
from projections.views.view import View

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
    day, shown, state = _day(source, SEGMENTS, arguments.as_of, now=now)
    rows = [row | {"state": _state(row, state)} for row in shown.rows.to_dicts()]
    columns = ("segment", "title", "defined_from", "size", "entered", "left", "state")
    return Asked(rows=rows, columns=columns, notes=[_dated(day, state)])


def shown(source: StoredFacts, arguments: argparse.Namespace, *, now: datetime) -> Asked:
    """One segment: its definition as it reads on the day, and the row of that day."""
    day, segments, state = _day(source, SEGMENTS, arguments.as_of, now=now)
    saved = _saved(source, now=now)
    _check_known(saved, arguments.name)
    dated = saved.body(arguments.name, on=day)
    if dated is None:
        raise BadUsage(f"there is no segment {arguments.name!r} on {day}; it holds from a later day.")
    definition = json.loads(dated[1])
    (row,) = segments.rows.filter(segment=arguments.name).to_dicts() or [{"segment": arguments.name}]
    told = row | {"state": _state(row, state), "definition": definition}
    columns = ("segment", "defined_from", "size", "entered", "left", "state")
    lines = yaml.safe_dump(definition, allow_unicode=True, sort_keys=False).splitlines()
    return Asked(rows=[told], columns=columns, lines=lines, notes=[_dated(day, state)])


def members(source: StoredFacts, arguments: argparse.Namespace, *, now: datetime) -> Asked:
    """Who is in a segment at a day's end, since when, and what brought them in."""
    day, told, state = _day(source, SEGMENT_MEMBERS, arguments.as_of, now=now)
    _check_known(_saved(source, now=now), arguments.name)
    _check_evaluated(source, [arguments.name], day, now=now)
    rows = [
        {**row, "state": state} for row in told.rows.filter(segment=arguments.name).drop("segment").to_dicts()
    ]
    note = f"{arguments.name}: {len(rows):,} members. {_dated(day, state)}"
    return Asked(rows=rows, columns=("customer_id", *MOVES, "state"), notes=[note])


def overlapping(source: StoredFacts, arguments: argparse.Namespace, *, now: datetime) -> Asked:
    """How many are in each pair of segments at a day's end."""
    day, told, state = _day(source, SEGMENT_MEMBERS, arguments.as_of, now=now)
    saved = _saved(source, now=now)
    for name in arguments.names:
        _check_known(saved, name)
    _check_evaluated(source, arguments.names, day, now=now)
    met = overlap(told.rows.filter(pl.col("segment").is_in(arguments.names)), arguments.names)
    rows = [{**row, "state": state} for row in met.to_dicts()]
    return Asked(rows=rows, columns=(*met.columns, "state"), notes=[_dated(day, state)])


def history(source: StoredFacts, arguments: argparse.Namespace, *, now: datetime) -> Asked:
    """A segment's size by day, or a customer's entries and exits, as they are known now."""
    reading, told = _told(source, arguments.name, now=now, ruling=arguments.ruling)
    state = _live(source)
    if arguments.customer:
        mine = told.intervals.filter(segment=arguments.name, customer_id=arguments.customer)
        rows = [{**row, "state": state} for row in mine.drop("segment", "customer_id").to_dicts()]
        note = f"{arguments.customer} was in {arguments.name} {len(rows)} times, {state}."
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


def _day(
    source: StoredFacts, view: View, asked: date | None, *, now: datetime
) -> tuple[date, ShownView, str]:
    """A day (the last stored one, else yesterday), its rows, and how fresh they are."""
    days = stored_days(source.database, view)["day"]
    newest = days[-1] if len(days) else None
    reading = ViewReading(source=source, now=now)
    day = asked or newest or reading.day - ONE_DAY
    try:
        told = day_of_view(source, view, day, now=now)
    except DayNotOver as error:
        raise BadUsage(f"{error}; ask for an earlier day.") from error
    stale = stale_since(newest, reading=reading)
    is_behind = asked is None and stale is not None
    return day, told, f"stale since {stale}" if is_behind else "ok" if told.is_stored else "made now"


def _state(row: Mapping[str, Any], state: str) -> str:
    return f"failed: {row['failure']}" if row.get("status") == FAILED else state


def _dated(day: date, state: str) -> str:
    return f"At the end of {day}; {state}."


def _live(source: StoredFacts) -> str:
    lowest = min(source.position(fact) for fact in SEGMENTS.all_facts)
    return f"known now at position {lowest:,}"


def _saved(source: StoredFacts, *, now: datetime) -> Definitions:
    return saved_segments(ViewReading(source=source, now=now))


def _check_known(saved: Definitions, name: str) -> None:
    try:
        saved.check_known(name)
    except Unreadable as error:
        raise BadUsage(f"{error}.") from error


def _check_evaluated(source: StoredFacts, names: Sequence[str], day: date, *, now: datetime) -> None:
    """Refuse to show nobody where a segment failed on the day, or was not yet there."""
    states = {row["segment"]: row for row in day_of_view(source, SEGMENTS, day, now=now).rows.to_dicts()}
    for name in names:
        if name not in states:
            raise Failed(f"segment {name!r} was not there on {day}; kefu segment list shows those that were.")
        if states[name]["status"] == FAILED:
            raise Failed(f"segment {name!r} failed on {day}: {states[name]['failure']}.")


def _told(source: StoredFacts, name: str, *, now: datetime, ruling: Any) -> tuple[ViewReading, Memberships]:
    """The history of one segment as known now; Failed with the reason."""
    lowest = min(source.position(fact) for fact in SEGMENTS.all_facts)
    reading = ViewReading(source=source, now=now, at_position=lowest)
    _check_known(saved_segments(reading), name)
    told = memberships(reading, [name], ruling=ruling)
    if name in told.failures:
        raise Failed(f"segment {name!r} fails: {told.failures[name]}.")
    return reading, told
