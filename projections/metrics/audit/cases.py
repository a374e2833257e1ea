"""One printed number and what the report says that it is, ready to be computed."""

from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from itertools import pairwise

from projections.metrics.audit import statements
from projections.metrics.audit.asking import Asker, Taken, Where
from projections.metrics.audit.printed import Printed, read_printed
from projections.metrics.audit.statements import Claim, Figure
from projections.metrics.definition import MetricDefinition
from projections.metrics.errors import EmptyPeriod

SHARE = "share"


@dataclass(frozen=True, kw_only=True)
class Case:
    """A number, its place in time and where it holds; `whole` is that of a share."""

    printed: Printed
    claim: Claim
    start: date
    end: date
    where: Where
    whole: Where
    since: statements.Since = "year_before"
    before: Printed | None = None
    change: Printed | None = None

    def over(self, start: date, end: date) -> "Case":
        return replace(self, start=start, end=end)

    def take(self, asker: Asker, definition: MetricDefinition, *, whole: bool = False) -> Taken:
        where = self.whole if whole else self.where
        return asker.take(definition, start=self.start, end=self.end, where=where)


def cases_of(figure: Figure) -> list[Case]:
    """A case for each number of a figure; an `each` narrows `where`, a `grain` cuts the time."""
    if figure.start is None or figure.end is None or figure.start >= figure.end:
        raise EmptyPeriod(start=str(figure.start), end=str(figure.end))
    numbers = read_printed(figure.figure or "")
    if not figure.each and not figure.grain:
        numbers = numbers[:1]
    places = figure.each or ({},) * len(numbers)
    times = _times(figure.start, figure.end, grain=figure.grain, count=len(numbers))
    return [
        Case(
            printed=number,
            claim=figure.claim,
            start=start,
            end=end,
            where=several({**figure.where, **place}),
            whole=several(figure.whole),
            since=figure.since,
            before=_first(figure.before),
            change=_first(figure.change),
        )
        for number, place, (start, end) in zip(numbers, places, times, strict=True)
    ]


def several(where: statements.Where) -> Where:
    """Values of each dimension as questions want them."""
    return {name: value if isinstance(value, tuple) else (value,) for name, value in where.items()}


def scale_of(printed: Printed, *, is_share: bool) -> Fraction:
    """By what a value is multiplied to be as printed: a share is printed in hundredths, unless below one."""
    in_hundredths = printed.unit != "number" or printed.value > 1
    return Fraction(100 if is_share and in_hundredths else 1)


def next_month(day: date, *, months: int = 1) -> date:
    """The first of a month so many months on."""
    number = 12 * day.year + day.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def year_before(case: Case) -> Case:
    """The same days of the year before; of a 29 February the 28th."""
    return case.over(_a_year_before(case.start), _a_year_before(case.end))


def shifted(case: Case, *, by: int) -> Case:
    """The time just before (-1) or after: as many months where both edges are of months, else days."""
    if (case.start.day, case.end.day) == (1, 1):
        months = 12 * (case.end.year - case.start.year) + case.end.month - case.start.month
        return case.over(*(next_month(edge, months=by * months) for edge in (case.start, case.end)))
    length = (case.end - case.start) * by
    return case.over(case.start + length, case.end + length)


def time_before(case: Case) -> Case:
    """The time that a change of this figure starts from."""
    return year_before(case) if case.since == "year_before" else shifted(case, by=-1)


def _a_year_before(day: date) -> date:
    is_leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28 if is_leap_day else day.day)


def _first(text: str | None) -> Printed | None:
    return None if text is None else read_printed(text)[0]


def _times(start: date, end: date, *, grain: str | None, count: int) -> list[tuple[date, date]]:
    if grain is None:
        return [(start, end)] * count
    months = {"month": 1, "quarter": 3}[grain]
    edges = [next_month(start, months=months * number) for number in range(count + 1)]
    return list(pairwise(edges))
