"""How satisfied customers said they were: by month, survey, process and owner, channel, unit and tier.

Calls count in the month of their offer, survey ratings in the month in which they were given, and ratings
asked for in the month in which they were asked for. A contact that nobody rated is not dissatisfied: it
lowers the response rate only. Shown are the day's month and the two before it; what was known of a month when
it closed is in the days of the months after it, and the metric `satisfaction` answers for any period.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from projections.metrics.catalogue.rating_rule import is_satisfied, is_top2box
from projections.metrics.question import Question
from projections.views.against_metrics import against_numerators
from projections.views.rated_contacts import CALL_SURVEY, rated_contacts
from projections.views.reading import ViewReading
from projections.views.view import Figure, Reconciliation, View

PPM = 1_000_000
GROUP = ("month", "survey", "process", "owner", "channel", "unit", "tier")
MONTHS_BEFORE = 2
"""How many months are shown before the day's own."""


@dataclass(frozen=True, kw_only=True)
class SatisfactionScore:
    """One group's ratings in one of the three months that end with the day's own.

    Ratings asked for in surveys stand in the row without process, owner and channel, since whoever does not
    answer names none.
    """

    month: date
    """The first day of the month: of the call's offer, or in which a survey was answered or asked for. The
    day's own month and the two before it are shown.
    """
    survey: str | None
    """The survey; `call` for ratings of calls."""
    process: str | None
    """The business process."""
    owner: str | None
    """The unit that owned the process on the day of the rating."""
    channel: str | None
    """The channel."""
    unit: str | None
    """The organisation unit."""
    tier: str | None
    ratings: int
    """How many rated. Who did not rate is not dissatisfied."""
    satisfied: int
    """How many were satisfied: by their own word, else in the two top boxes."""
    dissatisfied: int
    """How many were not."""
    top2box: int
    """How many gave one of the two best scores."""
    scored: int
    """How many gave a score."""
    mean_score: float | None
    """The mean of score over scale, from 0 to 1."""
    satisfied_share: float | None
    """satisfied / ratings."""
    contacts: int | None
    """How many could have rated: answered calls, or ratings asked for; null where that is not known."""
    unrated: int | None
    """How many of them did not; null where that is not known."""
    response_rate: float | None
    """(contacts - unrated) / contacts; null where that is not known."""
    reasons: str | None
    """Reasons of the dissatisfied, most frequent first, as reason=count."""


def satisfaction_scores(reading: ViewReading) -> pl.DataFrame:
    """The scores of three months as of a moment; months are those of the organisation's zone."""
    start, end = reading.begin_of(first_month(reading.day)), reading.begin_of(reading.day + timedelta(days=1))
    return scores(rated_contacts(reading, start, end), zone=reading.zone.key)


def first_month(day: date) -> date:
    """The first of the months shown on a day, by its first day."""
    months = day.year * 12 + day.month - 1 - MONTHS_BEFORE
    return date(months // 12, months % 12 + 1, 1)


def satisfied_share_this_month(rows: pl.DataFrame, day: date) -> float | None:
    """Satisfied of rated in the day's month so far; None where nobody has rated."""
    month = rows.filter(month=day.replace(day=1))
    ratings, satisfied = (int(month[column].sum()) for column in ("ratings", "satisfied"))
    return satisfied / ratings if ratings else None


def score_ppm() -> pl.Expr:
    """Score over scale in whole parts per million, so that a mean is one division of whole numbers."""
    ten_thousandths = (pl.col("score").cast(pl.Decimal(38, 4)) * 10_000).cast(pl.Int64)
    scale = pl.when(pl.col("scale") > 0).then("scale")
    return (ten_thousandths * (2 * PPM // 10_000) + scale) // (2 * scale)


def scores(contacts: pl.DataFrame, *, zone: str) -> pl.DataFrame:
    """One row per group; every share is one division of whole numbers."""
    marked = contacts.filter(pl.col("at").is_not_null()).with_columns(
        month=pl.col("at").dt.convert_time_zone(zone).dt.date().dt.month_start(),
        is_satisfied=is_satisfied("flag", "score", "scale"),
        is_top2box=is_top2box("score", "scale"),
        score_ppm=score_ppm(),
    )
    counted = marked.group_by(GROUP).agg(
        ratings=pl.col("is_satisfied").count().cast(pl.Int64),
        satisfied=pl.col("is_satisfied").sum().cast(pl.Int64),
        dissatisfied=(~pl.col("is_satisfied")).sum().cast(pl.Int64),
        top2box=pl.col("is_top2box").sum().cast(pl.Int64),
        scored=pl.col("score_ppm").count().cast(pl.Int64),
        score_ppm=pl.col("score_ppm").sum(),
        contacts=pl.col("is_asked").sum().cast(pl.Int64),
        given=pl.col("is_given").sum().cast(pl.Int64),
    )
    return _with_shares(counted).join(_reasons(marked), on=GROUP, how="left", nulls_equal=True)


def _with_shares(counted: pl.DataFrame) -> pl.DataFrame:
    known = pl.when(pl.col("contacts") > 0)
    return counted.with_columns(
        mean_score=_share(pl.col("score_ppm"), pl.col("scored") * PPM),
        satisfied_share=_share(pl.col("satisfied"), pl.col("ratings")),
        unrated=known.then(pl.col("contacts") - pl.col("given")),
        response_rate=_share(pl.col("given"), pl.col("contacts")),
        contacts=known.then("contacts"),
    )


def _share(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    return pl.when(whole > 0).then(part / whole)


def _reasons(marked: pl.DataFrame) -> pl.DataFrame:
    return (
        marked.filter(~pl.col("is_satisfied"), pl.col("reason").is_not_null())
        .group_by(*GROUP, "reason")
        .agg(times=pl.len())
        .sort("times", "reason", descending=[True, False])
        .group_by(GROUP, maintain_order=True)
        .agg(reasons=pl.format("{}={}", "reason", "times").str.join(","))
    )


def as_satisfied(definition: str, of: pl.Expr) -> Callable[[ViewReading, pl.DataFrame], pl.DataFrame]:
    """Compare satisfied ratings by month with the numerators of a definition of `satisfaction`."""

    def differences(reading: ViewReading, rows: pl.DataFrame) -> pl.DataFrame:
        question = Question(
            metric="satisfaction",
            definition=definition,
            start=first_month(reading.day),
            end=reading.day + timedelta(days=1),
            grain="month",
        )
        counted = rows.filter(of).group_by(period_start="month").agg(in_view=pl.col("satisfied").sum())
        return against_numerators(reading, counted, question)

    return differences


IS_CALL = pl.col("survey").eq_missing(CALL_SURVEY)
SATISFACTION_SCORES = View(
    name="satisfaction_scores",
    version=2,
    row=SatisfactionScore,
    keys=GROUP,
    time="month",
    facts=(
        "calls",
        "customer_ratings",
        "rating_requests",
        "complaint_assignments",
        "organisation_rules",
    ),
    make=satisfaction_scores,
    name_en="satisfaction scores",
    name_zh="满意度",
    figure=Figure(
        name="satisfied_share_month_to_date", value=satisfied_share_this_month, lowest=0.0, highest=1.0
    ),
    ranges={
        "satisfied_or_not": pl.col("satisfied") + pl.col("dissatisfied") == pl.col("ratings"),
        "shares_between_0_and_1": pl.all_horizontal(
            pl.col(name).is_between(0, 1) for name in ("satisfied_share", "response_rate")
        ),
    },
    reconciliations=(
        Reconciliation(
            name="satisfied_in_surveys",
            meaning="satisfied ratings of surveys = the numerator of satisfaction.survey, by month",
            differences=as_satisfied("survey", ~IS_CALL),
        ),
        Reconciliation(
            name="satisfied_with_calls",
            meaning="satisfied ratings of calls = the numerator of satisfaction.rated_calls, by month",
            differences=as_satisfied("rated_calls", IS_CALL),
        ),
    ),
)
