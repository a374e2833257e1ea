"""A figure that rests on something that is not printed: what that must have been, in every reading."""

from collections.abc import Mapping
from fractions import Fraction

from projections.metrics.audit.asking import Asker
from projections.metrics.audit.expressions import evaluate, solved
from projections.metrics.audit.findings import Finding
from projections.metrics.audit.printed import read_printed, shown
from projections.metrics.audit.single import lowest
from projections.metrics.audit.statements import Statement
from projections.metrics.audit.terms import Term

MILLION = 1_000_000


def judge_unknown(statement: Statement, terms: Mapping[str, Term], asker: Asker) -> Finding:
    """Cannot be checked, since nothing printed fixes the unknown; says what it must be in each reading."""
    unknown = statement.solve or ""
    wanted = read_printed(statement.statement)[0].value
    values = {name: term.known for name, term in terms.items() if term.known is not None and name != unknown}
    met = {
        what: solved(expression, values, unknown=unknown, wanted=wanted)
        for what, expression in statement.readings.items()
    }
    noun = f" {unknown.replace('_', ' ')}"
    told = ", ".join(
        f"{_short(value)}{'' if number else noun} if {what}"
        for number, (what, value) in enumerate(met.items())
    )
    divided = all(_is_divided_by(unknown, text, values) for text in statement.readings.values())
    return Finding(
        figure=statement.statement,
        verdict="cannot be checked",
        computed=", ".join(shown(value, decimals=0) for value in met.values()),
        hints=(f"the {'base' if divided else unknown.replace('_', ' ')} is not printed: {told}",),
        position=lowest(asker),
    )


def _short(value: Fraction) -> str:
    return f"{shown(value / MILLION, decimals=3)} M" if value >= MILLION else shown(value, decimals=0)


def _is_divided_by(unknown: str, expression: str, values: Mapping[str, Fraction]) -> bool:
    """Whether an expression comes ever nearer to something the larger the unknown is."""
    small, large, larger = (
        evaluate(expression, {**values, unknown: Fraction(10**power)}) for power in (0, 9, 12)
    )
    return abs(larger - large) < abs(large - small)
