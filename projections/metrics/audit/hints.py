"""Why a figure may not reproduce: what else would give it."""

from collections.abc import Sequence
from fractions import Fraction

from projections.metrics.audit.asking import Asker
from projections.metrics.audit.cases import SHARE, Case, scale_of
from projections.metrics.audit.claims import now_and_before
from projections.metrics.audit.days import bases_of, days_that_give
from projections.metrics.audit.digits import are_swapped
from projections.metrics.audit.findings import Candidate
from projections.metrics.audit.neighbours import TELLING
from projections.metrics.audit.parts_of_change import told_part
from projections.metrics.audit.printed import plain, shown
from projections.metrics.definition import MetricDefinition
from projections.metrics.definitions import find_definition

OTHER_UNITS: dict[str, dict[str, Fraction]] = {
    "seconds": {"minutes": Fraction(60), "hours": Fraction(3600)},
    "hours": {"minutes": Fraction(1, 60), "days": Fraction(24)},
    "days": {"hours": Fraction(1, 24)},
    "yuan": {"thousands": Fraction(1_000), "ten thousands": Fraction(10_000)},
    SHARE: {"a fraction": Fraction(100)},
}
"""By what a value is divided to be in another unit that is taken for its own."""


def hints_of(
    case: Case,
    definition: MetricDefinition,
    asker: Asker,
    *,
    stated: Sequence[Candidate],
    others: Sequence[Candidate],
) -> tuple[str, ...]:
    """In the order in which somebody would look: a slip of the pen first, then other readings."""
    values = [one.value for one in stated if one.value is not None]
    found = ["digits swapped"] if any(are_swapped(case.printed, value) for value in values) else []
    found += [f"{_reading(one, definition)} gives it: {one.how}{_meaning(one, definition)}" for one in others]
    found += rest_hint(case, values, definition) + other_unit_hint(case, values, definition)
    if not found and case.claim == "per_day":
        found += days_hint(case, definition, asker)
    if not found and case.claim == "value":
        found += base_hint(case, definition, asker)
    return tuple(found)


def _reading(one: Candidate, definition: MetricDefinition) -> str:
    parts = [one.definition] if one.definition != definition.name else []
    return " ".join([*parts, one.stands_for]).strip() or f"{one.definition} by {one.base}"


def _meaning(one: Candidate, definition: MetricDefinition) -> str:
    """What another definition says it is."""
    is_same = one.definition == definition.name
    return "" if is_same else f" ({find_definition(one.definition, None).meaning})"


def rest_hint(case: Case, values: Sequence[Fraction], definition: MetricDefinition) -> list[str]:
    if definition.unit != SHARE or case.claim != "value":
        return []
    whole = scale_of(case.printed, is_share=True)
    is_rest = any(case.printed.roundings_of(whole - value) for value in values)
    return ["it is what is left to the whole"] if is_rest else []


def other_unit_hint(case: Case, values: Sequence[Fraction], definition: MetricDefinition) -> list[str]:
    """Whether the number is that of another unit than the metric's."""
    if case.claim != "value" or case.printed.significant < TELLING:
        return []
    return [
        f"in {unit} it is so"
        for unit, factor in OTHER_UNITS.get(definition.unit, {}).items()
        if any(case.printed.roundings_of(value / factor) for value in values)
    ]


def days_hint(case: Case, definition: MetricDefinition, asker: Asker) -> list[str]:
    """Which number of days would give a printed mean by day."""
    amount = case.take(asker, definition).value
    days = days_that_give(case.printed, amount) if amount else []
    return [f"{days[0]} days would give it"] if days else []


def base_hint(case: Case, definition: MetricDefinition, asker: Asker) -> list[str]:
    """Which base would give a printed rate."""
    above = case.take(asker, definition).numerator
    if not above or not case.printed.value or definition.denominator is None:
        return []
    scale = definition.scale * scale_of(case.printed, is_share=definition.unit == SHARE)
    base = scale * above / case.printed.value
    return [f"a base of {shown(base, decimals=0)} would give it"] if base >= 1 else []


def two_bases_hint(case: Case, beside: Case, definition: MetricDefinition, asker: Asker) -> list[str]:
    """Whether a change by day has the days of another figure of its sentence on one side only."""
    now, before = now_and_before(case, definition, asker)
    if now.value is None or before.value is None:
        return []
    known = bases_of(asker, case.start, case.end)
    implied = days_that_give(beside.printed, now.value)
    bases = dict.fromkeys([*known.values(), *implied])
    pairs = [
        (one, other)
        for one in bases
        for other in bases
        if one != other and case.printed.roundings_of(now.value / one - before.value / other)
    ]
    return [
        f"two day bases in one sentence: {plain(now.value)} / {one} - {plain(before.value)} / {other}"
        for one, other in pairs[:1]
    ]


def moved_base_hint(case: Case, definition: MetricDefinition, asker: Asker) -> list[str]:
    """What a changed base does to a rate: how far it moved, and its part of the change of the rate."""
    now, before = now_and_before(case, definition, asker)
    return told_part(case, definition, asker, now=now, before=before)
