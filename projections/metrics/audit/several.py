"""Statements about several figures: sums, shares of a whole, what is implied, missing or unlike."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from itertools import product

from projections.metrics.audit.asking import Asker
from projections.metrics.audit.expressions import (
    BadExpression,
    added_in,
    evaluate,
    is_sum,
    names_in,
    sides,
    written_out,
)
from projections.metrics.audit.findings import Finding, Verdict
from projections.metrics.audit.printed import read_printed, shown
from projections.metrics.audit.single import lowest
from projections.metrics.audit.statements import Statement
from projections.metrics.audit.terms import Term, terms_of
from projections.metrics.audit.together import judge_targets_for, judge_together
from projections.metrics.audit.unknowns import judge_unknown

Terms = Mapping[str, Term]


def judge_statement(statement: Statement, asker: Asker) -> Finding:
    """The verdict of the one key that says what the statement claims; raises BadExpression for none."""
    for key, judging in JUDGING.items():
        if getattr(statement, key):
            return judging(statement, terms_of(statement.of, asker), asker)
    raise BadExpression(text=statement.statement, problem=f"it needs one of {', '.join(JUDGING)}")


def _finding(statement: Statement, asker: Asker, *, verdict: Verdict, **told: object) -> Finding:
    return Finding(
        figure=statement.statement,
        verdict=verdict,
        position=lowest(asker),
        **told,  # type: ignore[arg-type]
    )


def _judge_relation(statement: Statement, terms: Terms, asker: Asker) -> Finding:
    """A comparison whose left side comes from the facts; the right side is as printed."""
    left, relation, right = sides(statement.holds or "")
    known = _known(terms, left)
    value = evaluate(left, known)
    wanted = evaluate(right, {name: term.value or Fraction(0) for name, term in terms.items()})
    holds = {"=": _prints_as(right, value), "<=": value <= wanted, ">=": value >= wanted}[relation]
    how = written_out(left, {name: terms[name].show(amount) for name, amount in known.items()})
    hints = (*_more_than_whole(statement, terms, value, left), *_refuted(terms))
    return _finding(
        statement,
        asker,
        verdict="consistent" if holds and not _refuted(terms) else "does not reproduce",
        computed=shown(value, decimals=0 if value.denominator == 1 else 2),
        how=how,
        hints=hints,
    )


def _prints_as(right: str, value: Fraction) -> bool:
    if names_in(right):
        return False
    return bool(read_printed(right)[0].roundings_of(value))


def _known(terms: Terms, expression: str) -> dict[str, Fraction]:
    named = names_in(expression)
    return {name: amount for name in named if name in terms and (amount := terms[name].known) is not None}


def _more_than_whole(statement: Statement, terms: Terms, value: Fraction, left: str) -> list[str]:
    """Why parts may add up to more than their whole."""
    if statement.whole is None:
        return []
    whole = terms[statement.whole]
    if whole.known is None or value <= whole.known:
        return []
    noun = statement.whole.replace("_", " ")
    narrowed = [set(terms[name].figure.where) - set(whole.figure.where) for name in names_in(left)]
    kinds = " and ".join(sorted(set.union(*narrowed))) or "kind"
    hint = (
        f"more than the {shown(whole.known, decimals=0)} {noun}: one {noun.removesuffix('s')} has several "
        f"{kinds}s, or {names_in(left)[0].replace('_', ' ')} came by other channels"
    )
    return [hint]


def _judge_shares(statement: Statement, terms: Terms, asker: Asker) -> Finding:
    """Shares of one whole, which reach 100 but for what rounding takes."""
    shares = [terms[name] for name in statement.reaches]
    values = [term.value or Fraction(0) for term in shares]
    total = sum(values, start=Fraction(0))
    slack = sum((term.range[1] - value for term, value in zip(shares, values, strict=True)), Fraction(0))
    missed = abs(total - 100) > slack
    decimals = max((term.printed.decimals for term in shares if term.printed), default=0)
    why = f"shares do not reach 100: {shown(100 - total, decimals=decimals)} % are missing"
    if total > 100:
        why = "shares go beyond 100"
    hints = (*([why] if missed else []), *_refuted(terms))
    return _finding(
        statement,
        asker,
        verdict="does not reproduce" if hints else "consistent",
        computed=shown(total, decimals=decimals),
        how=" + ".join(term.show(value) for term, value in zip(shares, values, strict=True)),
        hints=hints,
    )


def _judge_implied(statement: Statement, terms: Terms, asker: Asker) -> Finding:
    """What figures imply counts something: it is not negative, nor more than any figure that it adds."""
    expression = statement.implies or ""
    used = [terms[name] for name in names_in(expression) if name in terms]
    percent = all(term.is_percent for term in used)
    values = {term.name: _for_sum(term, term.value, percent=percent) for term in used}
    value = evaluate(expression, values)
    lows = [values[name] for name in added_in(expression)] if is_sum(expression) else []
    possible = value >= 0 and all(value <= amount for amount in lows)
    against = _against(statement, terms, used, percent=percent)
    decimals = max((t.printed.decimals for t in used if t.printed), default=0) if is_sum(expression) else 0
    number = shown(value, decimals=decimals, unit="percent" if percent else "number")
    hints = [f"{number} {statement.that}"] if statement.that and possible else []
    hints += ["a count cannot be so"] if not possible else []
    hints += _refuted(terms) + against
    holds = possible and not against and not _refuted(terms)
    return _finding(
        statement,
        asker,
        verdict="consistent" if holds else "does not reproduce",
        computed=number,
        how=written_out(expression, {term.name: _written(term, percent=percent) for term in used}),
        hints=tuple(hints),
    )


def _for_sum(term: Term, value: Fraction | None, *, percent: bool) -> Fraction:
    """A percentage among other numbers is the fraction that it stands for."""
    amount = value or Fraction(0)
    return amount / 100 if term.is_percent and not percent else amount


def _written(term: Term, *, percent: bool) -> str:
    value = _for_sum(term, term.value, percent=percent)
    decimals = term.printed.decimals if term.printed else 0
    text = shown(value, decimals=decimals + (2 if term.is_percent and not percent else 0))
    return text.replace(",", "")


def _against(statement: Statement, terms: Terms, used: list[Term], *, percent: bool) -> list[str]:
    """Whether another figure lies where the printed ones, each with its rounding, can lead."""
    if statement.against is None:
        return []
    other = terms[statement.against]
    if other.known is None:
        return [f"no {statement.against.replace('_', ' ')} is on record"]
    corners = product(*(term.range for term in used))
    reached = [
        evaluate(
            statement.implies or "",
            {term.name: _for_sum(term, at, percent=percent) for term, at in zip(used, corner, strict=True)},
        )
        for corner in corners
    ]
    if min(reached) <= other.known <= max(reached):
        return []
    return [f"{statement.against.replace('_', ' ')} is {other.show(other.known)}"]


def _refuted(terms: Terms) -> list[str]:
    """The figures of a statement that the facts do not give."""
    return [
        f"{name.replace('_', ' ')} is {term.finding.computed or 'not known'}"
        for name, term in terms.items()
        if term.finding is not None and term.is_refuted
    ]


JUDGING: dict[str, Callable[[Statement, Terms, Asker], Finding]] = {
    "holds": _judge_relation,
    "reaches": _judge_shares,
    "implies": _judge_implied,
    "solve": judge_unknown,
    "together": judge_together,
    "targets_for": judge_targets_for,
}
"""How each key that says what a statement claims is judged."""
