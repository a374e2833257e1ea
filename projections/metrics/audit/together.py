"""Figures that stand side by side as if they were of one kind: counts, forecasts, targets."""

import re
from collections.abc import Mapping
from datetime import date, timedelta

from projections.metrics.audit.asking import Asker
from projections.metrics.audit.findings import Finding
from projections.metrics.audit.single import lowest
from projections.metrics.audit.statements import Statement
from projections.metrics.audit.targets import target_values
from projections.metrics.audit.terms import Term
from projections.metrics.definition import MetricDefinition
from projections.metrics.definitions import definitions_of

NAMED_END = re.compile("to_([a-z]+)")


def judge_together(statement: Statement, terms: Mapping[str, Term], asker: Asker) -> Finding:
    """Mixed where one is counted to another day than the other, or reaches beyond what was known."""
    beside = [terms[name] for name in statement.together]
    ends = {term.name: term.figure.end for term in beside if term.figure.end is not None}
    words = {name: _counted(end, statement.printed) for name, end in ends.items()}
    hints = [" beside ".join(dict.fromkeys(words.values()))] if len(set(words.values())) > 1 else []
    refuted = [
        f"{term.name.replace('_', ' ')} is {term.finding.computed}"
        for term in beside
        if term.finding is not None and term.is_refuted and not _is_forecast(ends.get(term.name), statement)
    ]
    verdict = "mixes definitions" if hints else "does not reproduce" if refuted else "consistent"
    return Finding(
        figure=statement.statement,
        verdict=verdict,  # type: ignore[arg-type]
        how=", ".join(_told(term) for term in beside),
        hints=(*hints, *refuted),
        position=lowest(asker),
    )


def _told(term: Term) -> str:
    name = term.name.replace("_", " ")
    return name if term.computed is None else f"{name} {term.show(term.computed)} by the facts"


def _is_forecast(end: date | None, statement: Statement) -> bool:
    return end is not None and statement.printed is not None and end > statement.printed + timedelta(days=1)


def _counted(end: date, printed: date | None) -> str:
    """`a count to November`, or a forecast where the report was printed before it was over."""
    last = end - timedelta(days=1)
    is_ahead = printed is not None and last > printed
    return f"a {'forecast' if is_ahead else 'count'} to {last:%B}"


def judge_targets_for(statement: Statement, terms: Mapping[str, Term], asker: Asker) -> Finding:
    """Targets looser than what is reached already are of another definition, which has to be named."""
    now = terms[statement.targets_for or ""]
    known = definitions_of(now.figure.metric or "")
    others = [term for name, term in terms.items() if name != now.name]
    on_record = [one for term in others for one in target_values(term.figure, asker)]
    is_named = bool(on_record) and all(one.definition for one in on_record)
    looser = [term for term in others if _is_looser(term, now, known[0])]
    found = now.known
    hints = ["looser than today"] if looser and len(looser) == len(others) else []
    hints += _ends(known)
    return Finding(
        figure=statement.statement,
        verdict="definition missing" if looser and not is_named else "consistent",
        computed=None if found is None else now.show(found),
        how=now.finding.how if now.finding else None,
        hints=tuple(hints) if looser else (),
        position=lowest(asker),
    )


def _is_looser(term: Term, now: Term, definition: MetricDefinition) -> bool:
    if term.value is None or now.known is None:
        return False
    return term.value > now.known if definition.direction == "lower" else term.value < now.known


def _ends(known: tuple[MetricDefinition, ...]) -> list[str]:
    """The ends that the definitions count to, where they are named after them."""
    ends = [found[1] for one in known if (found := NAMED_END.fullmatch(one.id))]
    return [f"{' against '.join(ends)} as the end"] if len(ends) > 1 else []
