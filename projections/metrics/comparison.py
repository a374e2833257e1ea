"""A question beside the same question about the period before, or a year before, and what changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal

from projections.metrics.answer import answer
from projections.metrics.answer_rows import Answer, Number
from projections.metrics.periods import Grain
from projections.metrics.question import Question, check
from projections.metrics.source import FactSource

Against = Literal["previous", "year"]
POINTS = "percentage points"
GRAIN_STEPS: Mapping[str, timedelta] = {
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(days=7),
}
GRAIN_MONTHS: Mapping[str, int] = {"month": 1, "quarter": 3, "year": 12}
SAME_WEEKDAYS = timedelta(days=364)


@dataclass(frozen=True, kw_only=True)
class Change:
    """What a value was before and by how much it changed; nulls where either side has none.

    `change` is in `change_unit`: percentage points between two shares, else the metric's unit. `relative`
    is the change over the value before, a fraction.
    """

    before: Answer | None
    change: Number | None
    change_unit: str
    relative: Number | None

    def as_json(self) -> dict[str, Any]:
        return {
            "before_start": None if self.before is None else self.before.period_start.isoformat(),
            "before_end": None if self.before is None else self.before.period_end.isoformat(),
            "before": None if self.before is None else self.before.value,
            "change": self.change,
            "change_unit": self.change_unit,
            "relative_change": self.relative,
        }


def changes(
    source: FactSource, question: Question, answers: Sequence[Answer], *, against: Against, now: datetime
) -> list[Change]:
    """For each answer what it was in the period before (`previous`) or a year before (`year`).

    What was before is restated under the answer's own definition, so that like is compared with like.
    """
    asked = check(question, zone=source.zone, now=now)
    shift = Shift(question=question, grain=asked.grain, against=against)
    start, end = shift.back(question.start), shift.back(question.end)
    earlier = replace(question, metric=asked.definition.metric, start=start, end=end, fill_gaps=True)
    found = {
        (one.definition, *_place(one)): one
        for definition in dict.fromkeys(one.definition for one in answers)
        for one in answer(source, replace(earlier, definition=definition), now=now)
    }
    places = [(one.definition, *_place(one, start=shift.back(one.period_start))) for one in answers]
    return [change(found.get(place), one) for place, one in zip(places, answers, strict=True)]


def change(before: Answer | None, after: Answer) -> Change:
    """From one answer to another: in points between shares, and relative."""
    first, second = (None if one is None else one.value for one in (before, after))
    is_share = after.unit == "share"
    unit = POINTS if is_share else after.unit
    if first is None or second is None:
        return Change(before=before, change=None, change_unit=unit, relative=None)
    moved = second - first
    return Change(
        before=before,
        change=100 * moved if is_share else moved,
        change_unit=unit,
        relative=moved / first if first else None,
    )


@dataclass(frozen=True, kw_only=True)
class Shift:
    """How far back the period lies that a question is compared with."""

    question: Question
    grain: Grain
    against: Against

    def back(self, at: date | datetime) -> date | datetime:
        """The same place in the period compared with; the 29th to 31st of a shorter month is its last day."""
        if self.against == "year":
            return at - SAME_WEEKDAYS if self.grain == "week" else months_before(at, 12)
        if self.grain in GRAIN_STEPS:
            return at - GRAIN_STEPS[self.grain]
        if self.grain in GRAIN_MONTHS:
            return months_before(at, GRAIN_MONTHS[self.grain])
        return self._before_total(at)

    def _before_total(self, at: date | datetime) -> date | datetime:
        """Whole months go back by as many months, anything else by as many days."""
        start, end = self.question.start, self.question.end
        if start.day == end.day == 1 and _is_midnight(start) and _is_midnight(end):
            return months_before(at, 12 * (end.year - start.year) + end.month - start.month)
        if isinstance(start, datetime) and isinstance(end, datetime):
            return at - (end.replace(tzinfo=None) - start.replace(tzinfo=None))
        return at - timedelta(days=end.toordinal() - start.toordinal())


def months_before(at: date | datetime, months: int) -> date | datetime:
    """The same day so many months earlier, or the last day of a shorter month."""
    count = at.year * 12 + at.month - 1 - months
    year, month = divmod(count, 12)
    first = at.replace(year=year, month=month + 1, day=1)
    last = _next_month(first) - timedelta(days=1)
    return first.replace(day=min(at.day, last.day))


def _next_month(first: date | datetime) -> date:
    return (date(first.year, first.month, 1) + timedelta(days=31)).replace(day=1)


def _is_midnight(at: date | datetime) -> bool:
    return not isinstance(at, datetime) or (at.hour, at.minute, at.second, at.microsecond) == (0, 0, 0, 0)


def _place(one: Answer, *, start: date | datetime | None = None) -> tuple[Any, ...]:
    return (start or one.period_start).isoformat(), *one.by.items()
