"""Figures whose definition the report leaves open: what they are not, and what no mean can be."""

from fractions import Fraction

from projections.metrics.audit.asking import Asker
from projections.metrics.audit.cases import cases_of
from projections.metrics.audit.expressions import evaluate
from projections.metrics.audit.findings import Finding
from projections.metrics.audit.printed import read_printed, shown
from projections.metrics.audit.single import lowest
from projections.metrics.audit.statements import Figure
from projections.metrics.audit.terms import Term, terms_of


def not_the_readings(figure: Figure, asker: Asker) -> tuple[str, ...]:
    """Of everything that a figure might be taken for, whether it is that."""
    if not figure.readings:
        return ()
    printed = cases_of(figure)[0].printed
    values = {name: term.known for name, term in terms_of(figure.of, asker).items()}
    known = {name: value for name, value in values.items() if value is not None}
    told = []
    for what, expression in figure.readings.items():
        value = evaluate(expression, known)
        number = shown(value, decimals=printed.decimals, unit="percent")
        told.append(f"{'it is' if printed.roundings_of(value) else 'not'} the {number} {what}")
    return tuple(told)


def judge_composite(figure: Figure, asker: Asker) -> Finding:
    """A composite of which only the parts are known: their plain mean, or, beyond them, no mean at all."""
    text, printed = figure.figure or "", read_printed(figure.figure or "")[0]
    terms = terms_of({str(number): part for number, part in enumerate(figure.parts)}, asker)
    values = [value for term in terms.values() if (value := term.value) is not None]
    refuted = [_refuted(term) for term in terms.values() if term.is_refuted]
    if not values:
        return Finding(figure=text, verdict="cannot be checked", hints=("no part of it is known",))
    mean = sum(values, start=Fraction(0)) / len(values)
    parts = ", ".join(_part(term) for term in terms.values() if term.value is not None)
    if printed.roundings_of(mean):
        return Finding(figure=text, verdict="reproduces", how=f"the mean of {parts}", position=lowest(asker))
    is_beyond = not min(values) <= printed.value <= max(values)
    why = f"no mean of {parts}: a threshold score" if is_beyond else f"not the plain mean of {parts}"
    return Finding(
        figure=text,
        verdict="definition missing",
        computed=shown(mean, decimals=2),
        how=f"the plain mean of {parts}",
        hints=(why, *refuted),
        position=lowest(asker),
    )


def _part(term: Term) -> str:
    return term.printed.digits if term.printed else term.show(term.value or Fraction(0))


def _refuted(term: Term) -> str:
    computed = term.finding.computed if term.finding else None
    return f"{term.figure.figure} is {computed or 'not known'}"
