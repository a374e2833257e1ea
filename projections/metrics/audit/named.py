"""Names counted: how many a rule of the organisation holds, against how many are printed."""

import json
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import polars as pl

from projections.metrics.audit.asking import Asker
from projections.metrics.audit.findings import Finding
from projections.metrics.audit.printed import read_printed
from projections.metrics.audit.statements import Figure

NUMERALS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def judge_names(figure: Figure, asker: Asker) -> Finding:
    """Counts the different names in the rule that is in force on the last day of the figure's time."""
    text, printed = figure.figure or "", read_printed(figure.figure or "")[0]
    names = _names(figure, asker)
    asker.positions.append(asker.source.position("organisation_rules"))
    position = min(asker.positions)
    if names is None:
        wanted = figure.named_in
        problem = f"no rule {wanted.rule} {wanted.name} is in force" if wanted else "no rule is named"
        return Finding(figure=text, verdict="cannot be checked", hints=(problem,), position=position)
    how = f"named: {', '.join(names)}"
    if printed.roundings_of(Fraction(len(names))):
        return Finding(
            figure=text, verdict="reproduces", computed=str(len(names)), how=how, position=position
        )
    return Finding(
        figure=text,
        verdict="does not reproduce",
        computed=str(len(names)),
        how=how,
        hints=(f"{_in_words(len(names))} {'is' if len(names) == 1 else 'are'} named",),
        position=position,
    )


def _names(figure: Figure, asker: Asker) -> list[str] | None:
    if figure.named_in is None:
        return None
    in_force = asker.rules(figure.named_in.rule).filter(
        pl.col("name") == figure.named_in.name,
        pl.lit(figure.end).is_null() | (pl.col("valid_from") < figure.end),
    )
    if in_force.is_empty():
        return None
    return sorted(set(_leaves(json.loads(in_force["body"][-1]))))


def _leaves(body: Any) -> Iterator[str]:
    """Every name at the ends of a rule's body."""
    if isinstance(body, dict):
        for part in body.values():
            yield from _leaves(part)
    elif isinstance(body, list):
        for part in body:
            yield from _leaves(part)
    else:
        yield str(body)


def _in_words(count: int) -> str:
    return NUMERALS[count] if count < len(NUMERALS) else str(count)
