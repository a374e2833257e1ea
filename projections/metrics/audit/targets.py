"""Printed targets: what is on record, and whether it was set under the rules that it is measured by."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import polars as pl

from projections.metrics.audit.asking import Asker
from projections.metrics.audit.cases import Case, scale_of
from projections.metrics.audit.findings import Finding
from projections.metrics.audit.printed import plain, read_printed
from projections.metrics.audit.single import lowest
from projections.metrics.audit.statements import Figure
from projections.metrics.definitions import definitions_of

COLUMNS = ("metric", "definition", "narrowed_to", "value", "challenge", "direction", "set_at")


@dataclass(frozen=True, kw_only=True)
class SetTarget:
    """A target on record, in the unit printed."""

    value: Fraction
    definition: str | None
    direction: str | None
    set_at: datetime


def target_values(figure: Figure, asker: Asker) -> list[SetTarget]:
    """Targets and challenge targets of the figure's metric for exactly its period, as last set."""
    rows = asker.source.facts(
        "targets",
        columns=COLUMNS,
        time=None,
        equal={"metric": (figure.metric,)},
        as_of=asker.as_of,
        known_at=asker.known_at,
        position=asker.position,
    )
    where = ",".join(
        f"{name}={value or ''}"
        for name, value in sorted(figure.where.items())
        if not isinstance(value, tuple)
    )
    matching = rows.filter(
        pl.col("period_start") == figure.start,
        pl.col("period_end") == figure.end,
        pl.col("definition").eq_missing(figure.definition) | pl.lit(figure.definition is None),
        pl.lit(not where) | pl.col("narrowed_to").eq_missing(where),
    )
    asker.positions.append(asker.source.position("targets"))
    scale = _scale(figure)
    return [
        SetTarget(
            value=scale * Fraction(amount),
            definition=row["definition"],
            direction=row["direction"],
            set_at=row["set_at"],
        )
        for row in matching.sort("set_at").to_dicts()
        for amount in (row["value"], row["challenge"])
        if isinstance(amount, Decimal)
    ]


def judge_target(figure: Figure, case: Case, asker: Asker) -> Finding:
    """Whether a printed target is the one that was set, and under the rules that it is measured by."""
    text = figure.figure or ""
    found = target_values(figure, asker)
    fitting = [one for one in found if case.printed.roundings_of(one.value)]
    if not found:
        problem = f"no target of {figure.metric} from {case.start} to {case.end} is on record"
        return Finding(figure=text, verdict="cannot be checked", hints=(problem,), position=lowest(asker))
    computed = ", ".join(plain(one.value) for one in found)
    if not fitting:
        return Finding(figure=text, verdict="does not reproduce", computed=computed, position=lowest(asker))
    set_on = fitting[0].set_at.astimezone(ZoneInfo(asker.source.zone)).date()
    hints = tuple(_changes_of_rules(figure, asker, after=set_on, before=case.end))
    return Finding(
        figure=text,
        verdict="mixes definitions" if hints else "reproduces",
        computed=plain(fitting[0].value),
        how=f"set on {set_on}",
        hints=hints,
        position=lowest(asker),
    )


def _changes_of_rules(figure: Figure, asker: Asker, *, after: date, before: date) -> list[str]:
    """The rules that a metric rests on and that changed between setting a target and measuring it."""
    if figure.ruled_by is None:
        return []
    changed = asker.rules(figure.ruled_by).filter(pl.col("valid_from") > after, pl.col("valid_from") < before)
    return [
        f"set under the old {figure.ruled_by} rule, measured under the new ({name} from {valid_from})"
        for name, valid_from in changed.select("name", "valid_from").iter_rows()
    ]


def _scale(figure: Figure) -> Fraction:
    """Targets of shares are on record as fractions."""
    is_share = definitions_of(figure.metric or "")[0].unit == "share"
    return scale_of(read_printed(figure.figure or "100 %")[0], is_share=is_share)
