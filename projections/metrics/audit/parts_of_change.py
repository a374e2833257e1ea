"""How much of a rate's change comes from its base: parts of the logarithm, which add up."""

import math
from fractions import Fraction

from projections.metrics.audit.asking import Asker, Taken
from projections.metrics.audit.cases import Case, time_before
from projections.metrics.audit.printed import shown
from projections.metrics.definition import MetricDefinition

NAMES = {2: "half", 3: "a third", 4: "a quarter", 5: "a fifth", 6: "a sixth", 8: "an eighth", 10: "a tenth"}
CLOSE = 0.15
NOTICED = Fraction(1, 100)


def told_part(
    case: Case, definition: MetricDefinition, asker: Asker, *, now: Taken, before: Taken
) -> list[str]:
    """`insured income fell 10 %, a fifth of the rise`; nothing where the base is unknown or hardly moved."""
    base_now, base_before = now.denominator, time_before(case).take(asker, definition).denominator
    if not (base_now and base_before and now.value and before.value) or now.value == before.value:
        return []
    moved = base_now / base_before - 1
    share = -math.log(base_now / base_before) / math.log(now.value / before.value)
    if abs(moved) < NOTICED:
        return []
    name = ", ".join(name.replace("_", " ") for _, name in definition.denominator or ())
    went = f"{name} {'fell' if moved < 0 else 'rose'} {shown(100 * abs(moved), decimals=0)} %"
    change = "rise" if now.value > before.value else "fall"
    return [f"{went}, {in_words(share)} of the {change}" if share > 0 else f"{went}, against the {change}"]


def in_words(share: float) -> str:
    """A part in words where one is near, else in percent."""
    near = [
        (abs(share * parts - 1), name) for parts, name in NAMES.items() if abs(share * parts - 1) <= CLOSE
    ]
    return min(near)[1] if near else f"{share:.0%}".replace("%", " %")
