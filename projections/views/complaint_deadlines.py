"""Which clocks of a complaint run, which runs out next, which have run out, and where that takes it.

| clock | runs out | runs |
|---|---|---|
| `handling` | the handling time promised at filing | until a solution; again once it is reopened |
| `reply` | `due_at` of the last assignment | until a reply or a solution; again when the reply came back |
| `no_solution` | `no_solution_minutes` (30) after a promise | until a solution, or until it went up since |
| `solution` | the promised time of the solution | until a solution, or until the customer is content |
"""

from collections.abc import Sequence
from datetime import date, datetime

import polars as pl

from domain.organisation.rules import RuleBook
from projections.views.complaint_ladders import rung_above

CLOCKS = ("handling", "reply", "no_solution", "solution")
"""In the order in which they are named."""
NO_SOLUTION_MINUTES = "no_solution_minutes"


def with_clocks(complaints: pl.DataFrame, *, rules: RuleBook, zone: str) -> pl.DataFrame:
    """Add `<clock>_at` of every clock that runs, null of the others and of whatever is closed.

    `complaints` has what `standing` and `with_heights` say, and [filed_at, promised_ms, is_open].
    """
    has_risen = pl.col("height") > pl.col("promised_height")
    no_solution_at = pl.col("promise_made_at") + pl.duration(minutes=_waits("promise_made_at", rules, zone))
    clocks = {
        "handling_at": pl.when(~pl.col("is_resolved")).then(
            pl.col("filed_at") + pl.duration(milliseconds="promised_ms")
        ),
        "reply_at": pl.col("reply_due_at"),
        "no_solution_at": pl.when(~has_risen).then(no_solution_at),
        "solution_at": pl.col("promise_due_at"),
    }
    return complaints.with_columns(
        pl.when("is_open").then(clock).alias(name) for name, clock in clocks.items()
    )


def with_next(complaints: pl.DataFrame, *, reference: datetime) -> pl.DataFrame:
    """Add the clock that runs out next, those that ran out before the moment, and the escalation ahead.

    `escalates_at` and `escalates_to` are what will be told if nothing happens: as in
    `domain.complaint.escalation.next_due`.
    """
    above_promise = pl.col("promised_height") + 1
    is_broken_next = (pl.col("height") < above_promise) & rung_above("promised_height").is_not_null()
    escalations = {
        "rise_at": pl.when(rung_above("height").is_not_null()).then("no_solution_at"),
        "break_at": pl.when(is_broken_next).then("solution_at"),
    }
    return (
        complaints.with_columns(**_ahead(reference), **_run_out(reference), **escalations)
        .with_columns(
            escalates_at=pl.min_horizontal("rise_at", "break_at"),
            escalates_to=pl.when(pl.col("rise_at") <= pl.min_horizontal("rise_at", "break_at"))
            .then(rung_above("height"))
            .when(pl.col("break_at").is_not_null())
            .then(rung_above("promised_height")),
            next_level=pl.when("is_open").then(rung_above("height")),
        )
        .drop("rise_at", "break_at")
    )


def _ahead(reference: datetime) -> dict[str, pl.Expr]:
    clocks = {clock: pl.col(f"{clock}_at") for clock in CLOCKS}
    ahead = {clock: pl.when(at >= reference).then(at) for clock, at in clocks.items()}
    first = pl.min_horizontal(*ahead.values())
    return {
        "next_clock": pl.coalesce(*(pl.when(at == first).then(pl.lit(clock)) for clock, at in ahead.items())),
        "next_clock_at": first,
    }


def _run_out(reference: datetime) -> dict[str, pl.Expr]:
    past = [(clock, pl.col(f"{clock}_at") < reference) for clock in CLOCKS]
    named = pl.concat_str(
        *(pl.when(is_past).then(pl.lit(clock)) for clock, is_past in past),
        separator=",",
        ignore_nulls=True,
    )
    return {
        "overdue": pl.when(named != "").then(named),
        "overdue_since": pl.min_horizontal(
            *(pl.when(is_past).then(f"{clock}_at") for clock, is_past in past)
        ),
    }


def _waits(column: str, rules: RuleBook, zone: str) -> pl.Expr:
    """The minutes that a promise may go without a solution, by the rule of the local day of a moment."""
    return limit_on(pl.col(column).dt.convert_time_zone(zone).dt.date(), NO_SOLUTION_MINUTES, rules=rules)


def limit_on(day: pl.Expr, name: str, *, rules: RuleBook) -> pl.Expr:
    """A limit of the organisation on each day."""
    changes: Sequence[date] = [dated.valid_from for dated in rules.readings.get(("limit", name), ())]
    limit = pl.lit(rules.limit(name, on=date.min))
    for change in sorted(changes):
        limit = pl.when(day >= change).then(rules.limit(name, on=change)).otherwise(limit)
    return limit
