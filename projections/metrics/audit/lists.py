"""Several numbers of one sentence or series: one reading for all of them, or several that were mixed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from projections.metrics.audit.asking import Asker
from projections.metrics.audit.cases import Case
from projections.metrics.audit.findings import Candidate, Finding, Verdict
from projections.metrics.audit.printed import shown
from projections.metrics.audit.single import computed, fits, lowest
from projections.metrics.audit.statements import UNSTATED, Figure
from projections.metrics.definitions import definitions_of, find_definition
from projections.metrics.errors import UnknownDefinition, UnknownMetric

Way = tuple[str, str | None]
"""A definition and a base of days: what should be the same for all numbers of a list."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One number of a list with everything that it could be."""

    case: Case
    ways: Mapping[Way, Candidate]

    @property
    def fitting(self) -> list[Way]:
        return [way for way, one in self.ways.items() if fits(self.case, one)]


def judge_list(figure: Figure, cases: Sequence[Case], asker: Asker) -> Finding:
    """One verdict on all numbers of a figure."""
    text = figure.figure or ""
    try:
        stated = find_definition(
            figure.metric or "", None if figure.definition == UNSTATED else figure.definition
        )
    except (UnknownMetric, UnknownDefinition) as error:
        return Finding(figure=text, verdict="definition missing", hints=(str(error),))
    # What the facts do not tell of the first number is not asked of the others.
    known = [
        each
        for each in definitions_of(stated.metric)
        if each == stated or any(one.value is not None for one in computed(cases[0], each, asker))
    ]
    rows = [_row(case, [one for each in known for one in computed(case, each, asker)]) for case in cases]
    verdict, how, hints = _judged(rows, figure, stated=stated.name)
    return Finding(
        figure=text,
        verdict=verdict,
        how=how or None,
        hints=hints,
        reproduced_by=_reproducing(rows),
        position=lowest(asker),
    )


def _judged(rows: Sequence[Row], figure: Figure, *, stated: str) -> tuple[Verdict, str, tuple[str, ...]]:
    """Verdict, how and hints: one way for all, another one for all, several, or none for some."""
    common = [way for way in rows[0].ways if all(way in row.fitting for row in rows)]
    said = [way for way in common if figure.definition == UNSTATED or way[0] == stated]
    if said:
        return "reproduces", _told(rows, said[0]), ()
    if common:
        return "does not reproduce", _told(rows, common[0]), (f"{common[0][0]} gives it",)
    if all(row.fitting for row in rows):
        return "mixes definitions", "", (_segments(rows, figure),)
    return _unmet(rows, stated), _told(rows, _first_way(rows, stated)), _unmatched(rows, figure)


def _reproducing(rows: Sequence[Row]) -> tuple[Mapping[str, Any], ...]:
    """Every reading of every number that gives it."""
    return tuple(
        row.ways[way].as_json(roundings=row.case.printed.roundings_of(value))
        for row in rows
        for way in row.fitting
        if (value := row.ways[way].value) is not None
    )


def _row(case: Case, found: Sequence[Candidate]) -> Row:
    return Row(case=case, ways={(one.definition, one.base): one for one in found})


def _first_way(rows: Sequence[Row], name: str) -> Way:
    return next(way for way in rows[0].ways if way[0] == name)


def _unmet(rows: Sequence[Row], name: str) -> Verdict:
    values = [one.value for row in rows for way, one in row.ways.items() if way[0] == name]
    return "cannot be checked" if all(value is None for value in values) else "does not reproduce"


def _told(rows: Sequence[Row], way: Way) -> str:
    """The sums behind the numbers; of means by day the base, and what the other bases give."""
    name, base = way
    if base is None:
        return ", ".join(row.ways[way].how for row in rows if way in row.ways)
    others = [other for other in rows[0].ways if other[0] == name and other[1] not in (None, base)]
    shown_others = "; ".join(f"{_days(rows, other)} gives {_values(rows, other)}" for other in others)
    return f"base of {_days(rows, way)} days ({shown_others})"


def _days(rows: Sequence[Row], way: Way) -> str:
    return rows[0].ways[way].how.rpartition(" / ")[2]


def _values(rows: Sequence[Row], way: Way) -> str:
    return " ".join(
        shown(value, decimals=row.case.printed.decimals)
        for row in rows
        if (value := row.ways[way].value) is not None
    )


def _unmatched(rows: Sequence[Row], figure: Figure) -> tuple[str, ...]:
    """The numbers that nothing gives, each with where it stands."""
    lost = [number for number, row in enumerate(rows) if not row.fitting]
    return tuple(
        f"nothing gives {rows[number].case.printed.digits} ({_label(rows, [number], figure)})"
        for number in lost
    )


def _segments(rows: Sequence[Row], figure: Figure) -> str:
    """Which numbers are by which definition, in as few stretches as possible."""
    ways = _fewest(rows)
    told = []
    for way, numbers in groupby(range(len(rows)), key=lambda number: ways[number]):
        label = _label(rows, list(numbers), figure)
        told.append(f"{label} {_named(way)}")
    return ", ".join(told)


def _fewest(rows: Sequence[Row]) -> list[Way]:
    """For each number the way that goes on for longest from there."""
    ways: list[Way] = []
    while len(ways) < len(rows):
        rest = rows[len(ways) :]
        lengths = {way: _run(rest, way) for way in rest[0].fitting}
        longest = max(lengths, key=lambda way: lengths[way])
        ways += [longest] * lengths[longest]
    return ways


def _run(rows: Sequence[Row], way: Way) -> int:
    run = 0
    while run < len(rows) and way in rows[run].fitting:
        run += 1
    return run


def _named(way: Way) -> str:
    definition = find_definition(way[0], None)
    base = "" if way[1] is None else f" by {way[1].replace('_', ' ')}"
    return f"{definition.id}{base} ({definition.meaning})"


def _label(rows: Sequence[Row], numbers: Sequence[int], figure: Figure) -> str:
    if figure.grain is None:
        return ", ".join(rows[number].case.printed.digits for number in numbers)
    starts = [rows[number].case.start for number in (numbers[0], numbers[-1])]
    names = [f"{start:%B}" if figure.grain == "month" else f"Q{(start.month + 2) // 3}" for start in starts]
    return "-".join(dict.fromkeys(names))
