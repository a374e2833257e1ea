"""Who holds entitlements and who uses them: by month, programme and kind.

Shown are the day's month so far and the twelve before it.
"""

from dataclasses import dataclass
from datetime import date
from functools import partial

import polars as pl

from projections.metrics.derived.entitled_members import ENTITLED_MEMBERS
from projections.views.against_metrics import against_denominators, against_numerators
from projections.views.months import YEAR, by_month, first_month, month_of, month_spans
from projections.views.reading import ViewReading
from projections.views.view import Figure, Reconciliation, View

GROUP = ("month", "programme", "kind")
COUNTS = ("holders", "visitors", "uses_granted", "uses_made", "uses_left")


@dataclass(frozen=True, kw_only=True)
class EntitlementHolders:
    """Members who held an entitlement of a kind at any time in a month, and those of them who came."""

    month: date
    programme: str | None
    kind: str | None
    """What may be used free of charge, such as an airport lounge."""
    holders: int
    """Memberships that held one at any time of the month."""
    visitors: int
    """Of these, who came in the month."""
    participation_share: float | None
    """visitors / holders (参与率); null without holders."""
    uses_granted: int
    """Uses of the grants made in the month."""
    uses_made: int
    """Of these, used by now, by members and guests."""
    uses_left: int
    """Of these, which still can be used; the others are over."""
    use_share: float | None
    """uses_made / uses_granted; null without grants."""


def entitlement_holders(reading: ViewReading) -> pl.DataFrame:
    """The holders of 13 months as of a moment; months are those of the organisation's zone."""
    held = reading.derived(ENTITLED_MEMBERS, *month_spans(reading, before=YEAR))
    holders = (
        held.with_columns(month=month_of("period_start", zone=reading.zone.key))
        .group_by(GROUP)
        .agg(holders=pl.len(), visitors=(pl.col("visits") > 0).sum())
    )
    both = holders.join(_granted(reading), on=GROUP, how="full", coalesce=True, nulls_equal=True)
    return both.with_columns(pl.col(COUNTS).fill_null(0)).with_columns(
        participation_share=_share("visitors", of="holders"), use_share=_share("uses_made", of="uses_granted")
    )


def _granted(reading: ViewReading) -> pl.DataFrame:
    """The grants of each month, and what became of their uses."""
    since = reading.begin_of(first_month(reading.day, before=YEAR))
    columns = ("granted_at", "programme", "kind", "quantity", "used", "until")
    grants = reading.facts("entitlements", columns=columns, time=("granted_at", since, None))
    left = (pl.col("quantity") - pl.col("used")).clip(lower_bound=0)
    return (
        grants.with_columns(month=month_of("granted_at", zone=reading.zone.key))
        .group_by(GROUP)
        .agg(
            uses_granted=pl.col("quantity").sum(),
            uses_made=pl.col("used").sum(),
            uses_left=left.filter(pl.col("until") >= reading.reference).sum(),
        )
    )


def _share(part: str, *, of: str) -> pl.Expr:
    return pl.when(pl.col(of) > 0).then(pl.col(part) / pl.col(of))


def participation_this_month(rows: pl.DataFrame, day: date) -> float | None:
    """The share of holders of any kind who came in the day's month so far."""
    month = rows.filter(month=day.replace(day=1))
    visitors, holders = (int(month[column].sum()) for column in ("visitors", "holders"))
    return visitors / holders if holders else None


def against_metric(
    reading: ViewReading, rows: pl.DataFrame, *, metric: str, column: str, is_above: bool
) -> pl.DataFrame:
    """Groups in which a column is not the numerator (or the denominator) of a metric."""
    by = ("programme", "kind")
    counted = rows.select(*by, period_start="month", in_view=column)
    question = by_month(reading, metric, since=first_month(reading.day, before=YEAR), by=by)
    return (against_numerators if is_above else against_denominators)(reading, counted, question)


def _agrees(column: str, metric: str, *, is_above: bool) -> Reconciliation:
    side = "numerator" if is_above else "denominator"
    return Reconciliation(
        name=column,
        meaning=f"{column} = the {side} of {metric}, by month, programme and kind",
        differences=partial(against_metric, metric=metric, column=column, is_above=is_above),
    )


ENTITLEMENT_HOLDERS = View(
    name="entitlement_holders",
    version=1,
    row=EntitlementHolders,
    keys=GROUP,
    time="month",
    facts=ENTITLED_MEMBERS.reads,
    make=entitlement_holders,
    name_en="entitlement holders",
    name_zh="权益持有与使用",
    figure=Figure(
        name="participation_share_month_to_date", value=participation_this_month, lowest=0.0, highest=1.0
    ),
    ranges={
        "visitors_are_among_the_holders": pl.col("visitors") <= pl.col("holders"),
        "uses_within_what_was_granted": pl.col("uses_made") + pl.col("uses_left") <= pl.col("uses_granted"),
        "participation_between_0_and_1": pl.col("participation_share").is_between(0, 1),
    },
    reconciliations=(
        _agrees("visitors", "club_participation", is_above=True),
        _agrees("holders", "club_participation", is_above=False),
        _agrees("uses_made", "entitlement_use", is_above=True),
        _agrees("uses_granted", "entitlement_use", is_above=False),
    ),
)
