"""How satisfied customers said they were, by month, survey, process, channel, unit and tier.

Calls count in the month of their offer, survey ratings in the month in which they were given. A contact
that nobody rated is not dissatisfied: it lowers the response rate only.
"""

from dataclasses import dataclass
from datetime import date

import polars as pl

from projections.metrics.catalogue.call_measures import ANSWERED, INBOUND
from projections.metrics.catalogue.rating_rule import is_satisfied, is_top2box
from projections.views.reading import ViewReading
from projections.views.view import Figure, View

PPM = 1_000_000
GROUP = ("month", "survey", "process", "channel", "unit", "tier")
CALL_SURVEY = "call"
"""The survey under which ratings of calls are told."""


@dataclass(frozen=True, kw_only=True)
class SatisfactionScore:
    """One group's ratings. `contacts` and `unrated` are null where the source counts ratings only.

    `satisfied` follows the customer's own word where there is one, else the two top boxes of the scale.
    `mean_score` is the mean of score over scale, from 0 to 1; `reasons` of the dissatisfied, most frequent
    first, as `reason=count` joined by commas.
    """

    month: date
    survey: str | None
    process: str | None
    channel: str | None
    unit: str | None
    tier: str | None
    ratings: int
    satisfied: int
    dissatisfied: int
    top2box: int
    scored: int
    mean_score: float | None
    satisfied_share: float | None
    contacts: int | None
    unrated: int | None
    response_rate: float | None
    reasons: str | None


def satisfaction_scores(reading: ViewReading) -> pl.DataFrame:
    """The scores of all months as of a moment; months are those of the organisation's zone."""
    calls = reading.facts("calls", columns=CALL_COLUMNS)
    ratings = reading.facts("customer_ratings", columns=RATING_COLUMNS)
    return scores(pl.concat([call_contacts(calls), survey_ratings(ratings)]), zone=str(reading.zone))


def satisfied_share_this_month(rows: pl.DataFrame, day: date) -> float | None:
    """Satisfied of rated in the day's month so far; None where nobody has rated."""
    month = rows.filter(month=day.replace(day=1))
    ratings, satisfied = (int(month[column].sum()) for column in ("ratings", "satisfied"))
    return satisfied / ratings if ratings else None


CALL_COLUMNS = [
    "direction",
    "outcome",
    "offered_at",
    "purpose",
    "channel",
    "unit",
    "tier",
    "rating_score",
    "rating_scale",
    "rating_satisfied",
    "rated_at",
]
RATING_COLUMNS = [
    "rated_at",
    "survey",
    "process",
    "channel",
    "unit",
    "tier",
    "score",
    "scale",
    "satisfied",
    "reason",
]


def call_contacts(calls: pl.DataFrame) -> pl.DataFrame:
    """Answered inbound calls, rated or not: [at, survey, …, score, scale, flag, reason, is_contact]."""
    return calls.filter(INBOUND.holds & (ANSWERED.holds | pl.col("rated_at").is_not_null())).select(
        pl.col("offered_at").alias("at"),
        pl.lit(CALL_SURVEY).alias("survey"),
        pl.col("purpose").alias("process"),
        "channel",
        "unit",
        "tier",
        pl.col("rating_score").alias("score"),
        pl.col("rating_scale").alias("scale"),
        pl.col("rating_satisfied").alias("flag"),
        pl.lit(None, pl.String).alias("reason"),
        pl.lit(value=True).alias("is_contact"),
    )


def survey_ratings(ratings: pl.DataFrame) -> pl.DataFrame:
    """Ratings given in surveys, in the same columns; how many were asked is not known."""
    return ratings.select(
        pl.col("rated_at").alias("at"),
        "survey",
        "process",
        "channel",
        "unit",
        "tier",
        "score",
        "scale",
        pl.col("satisfied").alias("flag"),
        "reason",
        pl.lit(value=False).alias("is_contact"),
    )


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
        contacts=pl.col("is_contact").sum().cast(pl.Int64),
    )
    return _with_shares(counted).join(_reasons(marked), on=GROUP, how="left", nulls_equal=True)


def _with_shares(counted: pl.DataFrame) -> pl.DataFrame:
    known = pl.when(pl.col("contacts") > 0)
    return counted.with_columns(
        mean_score=_share(pl.col("score_ppm"), pl.col("scored") * PPM),
        satisfied_share=_share(pl.col("satisfied"), pl.col("ratings")),
        unrated=known.then(pl.col("contacts") - pl.col("ratings")),
        response_rate=known.then(_share(pl.col("ratings"), pl.col("contacts"))),
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


SATISFACTION_SCORES = View(
    name="satisfaction_scores",
    version=1,
    row=SatisfactionScore,
    keys=GROUP,
    facts=("calls", "customer_ratings"),
    make=satisfaction_scores,
    name_en="satisfaction scores",
    name_zh="满意度",
    figure=Figure(
        name="satisfied_share_month_to_date", value=satisfied_share_this_month, lowest=0.0, highest=1.0
    ),
    ranges={
        "satisfied_at_most_ratings": pl.col("satisfied") <= pl.col("ratings"),
        "shares_between_0_and_1": pl.col("satisfied_share").is_between(0, 1),
    },
)
