"""The members of a store under another programme: their streams read in pages, lived again one by one."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from domain.envelope import Event
from domain.folding import live_events
from domain.member.comparison import Comparison
from domain.member.events import MemberClubVisited, MemberEnrolled, MemberEntitled
from domain.member.standing import changes_of
from domain.member.terms import terms_of
from domain.member.trial import Reading
from domain.member.what_if import what_if
from domain.organisation.commands import Rule
from domain.organisation.decide import check_readable
from domain.organisation.programme import Programme
from domain.organisation.programme_in_force import PROGRAMME, programme_zone, read_programme
from domain.organisation.rules import RuleBook, local_day
from domain.organisation.written import FROM_THE_BEGINNING
from infra.event_store.log import EventLog
from infra.stores import Store
from pipelines.histories import read_histories

MEMBERS_AT_A_TIME = 1_000
PASSED_OVER = frozenset({MemberEntitled.TOPIC, MemberClubVisited.TOPIC})

BEFORE_ALL_MEMBERS = "member-"
# Text sorts by code point in our databases: nothing but members lies between `member-` and `member.`.
MEMBERS_AFTER = """
select originator_id
from stored_events
where originator_version = 1 and originator_id > %s and originator_id < 'member.'
order by originator_id
limit %s
"""


class ProgrammeFault(Exception):
    """A programme cannot be used."""

    def __init__(self, *, programme: str, problem: str) -> None:
        super().__init__(f"{programme}: {problem}")
        self.programme, self.problem = programme, problem


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is compared: the history that happened before `as_of` and was on record before `known_at`."""

    other: Reading
    as_of: datetime
    known_at: datetime
    position: int
    members: Sequence[str] | None = None
    page_size: int = 20


def compare(store: Store, rules: RuleBook, asked: Asked, *, on_members: Callable[[int], None]) -> Comparison:
    """Live every member's history (or some members') again; memory is that of a page of members."""
    comparison = Comparison(page_size=asked.page_size)
    own = cache(lambda programme: reading_of(rules, programme))
    with store.log() as log:
        for page in _pages(store, asked):
            for member, events in _streams(log, page, asked):
                programme = next((one.programme for one in events if isinstance(one, MemberEnrolled)), None)
                found = what_if(events, own=own(programme), other=asked.other, at=asked.as_of)
                comparison.add(member, found)
            on_members(comparison.members)
    return comparison


def reading_of(rules: RuleBook, programme: str | None) -> Reading:
    """A programme as the rules have it, day by day."""
    return Reading(terms=terms_of(rules, programme), changes=changes_of(rules, programme))


def reading_of_file(path: Path, rules: RuleBook) -> Reading:
    """A programme's body in a YAML file, the same on all days; ProgrammeFault if it is none."""
    programme = read_programme_file(path)

    @cache
    def zone(day: Any) -> ZoneInfo:
        return programme_zone(programme, rules=rules, on=day)

    return Reading(terms=lambda at: (programme, zone(local_day(at, rules=rules))))


def read_programme_file(path: Path) -> Programme:
    """The programme that a file writes down: a body, or an entry of organisation.yaml with one."""
    try:
        written = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        reason = getattr(error, "strerror", None) or getattr(error, "problem", None) or "it is no UTF-8 text"
        raise ProgrammeFault(programme=str(path), problem=f"cannot be read: {reason}.") from error
    body = written.get("body", written) if isinstance(written, Mapping) else None
    if not isinstance(body, Mapping):
        raise ProgrammeFault(
            programme=str(path), problem="must hold what a programme says, or body: with it."
        )
    text = json.dumps(body, default=str)
    check_readable(Rule(PROGRAMME, path.stem, FROM_THE_BEGINNING, text))
    return read_programme(text)


def _pages(store: Store, asked: Asked) -> Iterator[Sequence[str]]:
    if asked.members is not None:
        yield asked.members
        return
    after = BEFORE_ALL_MEMBERS
    with store.connect() as connection:
        while page := connection.execute(MEMBERS_AFTER, (after, MEMBERS_AT_A_TIME)).fetchall():
            after = page[-1][0]
            yield [row[0] for row in page]


def _streams(log: EventLog, members: Sequence[str], asked: Asked) -> Iterator[tuple[str, list[Event]]]:
    """Each member's live events, in order of happening."""
    histories = read_histories(log, members, upto=asked.position, without=PASSED_OVER)
    for member, told in sorted(histories.items()):
        known = [event for event in told if event.recorded_at < asked.known_at]
        if known:
            yield member, live_events(known)
