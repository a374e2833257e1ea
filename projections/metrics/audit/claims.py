"""What every claim comes to under one definition: the sum behind a printed number, in the unit printed."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from projections.metrics.audit.asking import Asker, Taken
from projections.metrics.audit.cases import SHARE, Case, scale_of, time_before
from projections.metrics.audit.days import bases_of
from projections.metrics.audit.findings import Candidate
from projections.metrics.audit.printed import Printed, plain
from projections.metrics.definition import MetricDefinition

Computing = Callable[[Case, MetricDefinition, Asker], list[Candidate]]


def candidate(case: Case, definition: MetricDefinition, value: Fraction | None, how: str) -> Candidate:
    return Candidate(
        definition=definition.name,
        value=value,
        how=how,
        start=case.start,
        end=case.end,
        where=case.where,
    )


def lacking(case: Case, definition: MetricDefinition, lacks: str) -> list[Candidate]:
    return [replace(candidate(case, definition, None, ""), lacks=lacks)]


def value_of(case: Case, definition: MetricDefinition, asker: Asker) -> list[Candidate]:
    taken = case.take(asker, definition)
    if taken.value is None:
        return lacking(case, definition, taken.lacks)
    scale = scale_of(case.printed, is_share=definition.unit == SHARE)
    return [candidate(case, definition, scale * taken.value, taken.how)]


def rest_of(case: Case, definition: MetricDefinition, asker: Asker) -> list[Candidate]:
    """What a share leaves to its whole."""
    taken = case.take(asker, definition)
    if taken.value is None or taken.numerator is None or taken.denominator is None:
        return lacking(case, definition, taken.lacks or "it is no share of anything")
    left = taken.denominator - taken.numerator
    value = scale_of(case.printed, is_share=True) * left / taken.denominator
    return [candidate(case, definition, value, f"{plain(left)} / {plain(taken.denominator)}")]


def side_of(case: Case, definition: MetricDefinition, asker: Asker) -> list[Candidate]:
    """The numerator or the denominator alone."""
    taken = case.take(asker, definition)
    side = taken.numerator if case.claim == "numerator" else taken.denominator
    if side is None:
        return lacking(case, definition, taken.lacks or f"it has no {case.claim}")
    return [candidate(case, definition, side, plain(side))]


def share_of(case: Case, definition: MetricDefinition, asker: Asker) -> list[Candidate]:
    part, whole = case.take(asker, definition), case.take(asker, definition, whole=True)
    if part.value is None or not whole.value:
        return lacking(case, definition, part.lacks or whole.lacks or "the whole is nothing")
    value = scale_of(case.printed, is_share=True) * part.value / whole.value
    return [candidate(case, definition, value, f"{plain(part.value)} / {plain(whole.value)}")]


def per_day(case: Case, definition: MetricDefinition, asker: Asker) -> list[Candidate]:
    """By every base of days, since a report that does not name one may mean any."""
    taken = case.take(asker, definition)
    return _by_day(case, definition, asker, taken.value, lacks=taken.lacks)


def change_per_day(case: Case, definition: MetricDefinition, asker: Asker) -> list[Candidate]:
    now, before = now_and_before(case, definition, asker)
    change = None if now.value is None or before.value is None else now.value - before.value
    return _by_day(case, definition, asker, change, lacks=now.lacks or before.lacks)


def change(case: Case, definition: MetricDefinition, asker: Asker) -> list[Candidate]:
    """A change as printed: of a share in points where points are printed, in percent of before otherwise."""
    if case.printed.unit == "percent":
        return relative_change(case, definition, asker)
    now, before = now_and_before(case, definition, asker)
    if now.value is None or before.value is None:
        return lacking(case, definition, now.lacks or before.lacks)
    scale = scale_of(case.printed, is_share=definition.unit == SHARE)
    how = f"{plain(scale * now.value)} - {plain(scale * before.value)}"
    return [candidate(case, definition, scale * (now.value - before.value), how)]


def relative_change(case: Case, definition: MetricDefinition, asker: Asker) -> list[Candidate]:
    now, before = now_and_before(case, definition, asker)
    if now.value is None or not before.value:
        return lacking(case, definition, now.lacks or before.lacks or "before there was nothing")
    value = scale_of(case.printed, is_share=True) * (now.value / before.value - 1)
    if case.change is None:
        how = f"{plain(now.value)} / {plain(before.value)} - 1"
    else:
        moved = plain(now.value - before.value)
        how = f"{moved} / ({plain(now.value)} - {moved})"
    return [candidate(case, definition, value, how)]


COMPUTED: dict[str, Computing] = {
    "value": value_of,
    "rest": rest_of,
    "numerator": side_of,
    "denominator": side_of,
    "share_of": share_of,
    "per_day": per_day,
    "change": change,
    "change_per_day": change_per_day,
    "relative_change": relative_change,
}


def now_and_before(case: Case, definition: MetricDefinition, asker: Asker) -> tuple[Taken, Taken]:
    """The value now and that of the time before: printed, or less a printed change, or by the facts."""
    now = case.take(asker, definition)
    if case.change is not None:
        moved = _unscaled(case.change, definition)
        return now, Taken(value=None if now.value is None else now.value - moved, lacks=now.lacks)
    if case.before is not None:
        return now, Taken(value=_unscaled(case.before, definition))
    return now, time_before(case).take(asker, definition)


def _unscaled(printed: Printed, definition: MetricDefinition) -> Fraction:
    return printed.value / scale_of(printed, is_share=definition.unit == SHARE)


def _by_day(
    case: Case, definition: MetricDefinition, asker: Asker, amount: Fraction | None, *, lacks: str
) -> list[Candidate]:
    if amount is None or definition.denominator is not None:
        return lacking(case, definition, lacks or "it is no count")
    return [
        replace(candidate(case, definition, amount / days, f"{plain(amount)} / {days}"), base=base)
        for base, days in bases_of(asker, case.start, case.end).items()
    ]
