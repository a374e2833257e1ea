"""What is asked of a metric, checked before anything is read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from projections.metrics.askable import SEGMENT, askable, can_be_asked
from projections.metrics.definition import MetricDefinition
from projections.metrics.definitions import find_definition
from projections.metrics.errors import (
    DimensionCannotBeAsked,
    EmptyPeriod,
    NotAboutCustomers,
    UnknownGrain,
    UnknownZone,
)
from projections.metrics.periods import GRAINS, Grain, moment

Tree = Literal["period_end", "today"]


@dataclass(frozen=True, kw_only=True)
class Question:
    """One metric over [start, end), cut by `grain` and by dimensions, as of a moment and a position.

    A start or end without a time of day is a local day of `zone`, which begins `day_start` after midnight.
    `as_of` and `known_at` are exclusive; left out, both are now. `where` keeps any of the given
    values, of which None is one. `tree`: which moment's unit tree is followed, each period's end or today's.
    `where` by `segment` keeps rows of customers who were in it at the end of the row's local day, or of the
    day `members_on`.
    """

    metric: str
    definition: str | None = None
    start: date | datetime
    end: date | datetime
    grain: str = "total"
    by: tuple[str, ...] = ()
    where: Mapping[str, Sequence[str | None]] = field(default_factory=dict)
    as_of: datetime | None = None
    known_at: datetime | None = None
    position: int | None = None
    zone: str | None = None
    day_start: timedelta = timedelta(0)
    fill_gaps: bool = False
    tree: Tree = "period_end"
    members_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question that can be answered: names resolved, zone and moments known."""

    question: Question
    definition: MetricDefinition
    grain: Grain
    zone: ZoneInfo
    start: datetime
    end: datetime
    now: datetime

    @property
    def reference(self) -> datetime:
        """The moment by which rows are ripe or not."""
        return self.question.as_of or self.now


def check(question: Question, *, zone: str, now: datetime) -> Asked:
    """Resolve a question against the definitions; raises the QuestionError that says what can be asked."""
    definition = find_definition(question.metric, question.definition)
    for name in (*question.by, *question.where):
        if not can_be_asked(definition, name, as_filter=name not in question.by):
            if name == SEGMENT and name not in question.by:
                raise NotAboutCustomers(definition=definition.name)
            raise DimensionCannotBeAsked(definition=definition.name, asked=name, known=askable(definition))
    local = _zone(question.zone or zone)
    start = moment(question.start, zone=local, day_start=question.day_start)
    end = moment(question.end, zone=local, day_start=question.day_start)
    if start >= end:
        raise EmptyPeriod(start=str(question.start), end=str(question.end))
    return Asked(
        question=replace(question, by=tuple(dict.fromkeys(question.by))),
        definition=definition,
        grain=_grain(question.grain),
        zone=local,
        start=start,
        end=end,
        now=now,
    )


def _grain(asked: str) -> Grain:
    for grain in GRAINS:
        if grain == asked:
            return grain
    raise UnknownGrain(asked=asked, known=GRAINS)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise UnknownZone(asked=name) from error
