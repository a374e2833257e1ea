"""What people call and complain about: the last 7 local days against the 28 days before them."""

from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from projections.metrics.question import Question
from projections.views.reading import ViewReading
from projections.views.rules_of_the_day import process_owners
from projections.views.view import Figure, Reconciliation, View

DAYS, DAYS_BEFORE = 7, 28
WEEKS_BEFORE = DAYS_BEFORE // DAYS
DIGITS = 6
KEYS = ("subject", "process", "topic")
COUNTS: dict[str, pl.DataType] = {
    "subject": pl.String(),
    "process": pl.String(),
    "topic": pl.String(),
    "count": pl.Int64(),
}
CATEGORY, REASON = "complaint_category", "dissatisfaction_reason"


@dataclass(frozen=True, kw_only=True)
class HotTopic:
    """A topic of one subject, how often it came up, and how that changed."""

    subject: str
    """complaint_category, complaint_subcategory, call_purpose (told when it came in), handled_purpose (what
    it was handled for) or dissatisfaction_reason.
    """
    process: str
    """The business process that the topic belongs to."""
    topic: str
    """The topic, a code."""
    process_owner: str | None
    count: int
    """How often it came up in the week that ends with the day."""
    count_before: int
    """How often it came up in the four weeks before these."""
    share: float | None
    """Its share of all of the subject, those without a topic among them."""
    share_before: float | None
    """That share in the four weeks before."""
    change_points: float | None
    """By how much the share changed, in percentage points."""
    relative_change: float | None
    """By how much the count changed against a mean week before, as a fraction; null if new."""
    rank: int | None
    """The rank by count, 1 is the most frequent of the subject; ties share one; null: it is gone."""
    rank_before: int | None
    """The rank in the four weeks before; null: it is new."""
    climbed: int | None
    """How many ranks it rose; null of a topic that is new or gone."""
    is_new: bool
    """Whether it did not come up in the four weeks before."""


@dataclass(frozen=True, kw_only=True)
class Counted:
    """A subject that a metric counts: by which dimensions, the process first and the topic last."""

    subject: str
    metric: str
    definition: str
    by: tuple[str, ...]


COUNTED = (
    Counted(subject=CATEGORY, metric="complaints", definition="count", by=("category",)),
    Counted(
        subject="complaint_subcategory",
        metric="complaints",
        definition="count",
        by=("category", "subcategory"),
    ),
    Counted(subject="call_purpose", metric="calls", definition="count", by=("purpose",)),
    Counted(subject="handled_purpose", metric="calls", definition="purposes", by=("purpose",)),
)


def hot_topics(reading: ViewReading) -> pl.DataFrame:
    """One row per subject and topic that came up within the 35 days."""
    now = _counts(reading, since=DAYS, days=DAYS)
    before = _counts(reading, since=DAYS + DAYS_BEFORE, days=DAYS_BEFORE)
    both = _shared(now).join(_shared(before), on=KEYS, how="full", coalesce=True, suffix="_before")
    topics = both.filter(pl.col("topic").is_not_null())
    return topics.with_columns(**_changes()).join(process_owners(reading), on="process", how="left")


def _counts(reading: ViewReading, *, since: int, days: int) -> pl.DataFrame:
    """COUNTS of so many days that began `since` days ago; a topic that was not told is null."""
    start = reading.day - timedelta(days=since - 1)
    end = start + timedelta(days=days)
    told = [
        (one.subject, next(iter(answer.by.values())), list(answer.by.values())[-1], answer.numerator)
        for one in COUNTED
        for answer in reading.ask(
            Question(metric=one.metric, definition=one.definition, start=start, end=end, by=one.by)
        )
    ]
    counted = pl.DataFrame(told, schema=COUNTS, orient="row")
    return pl.concat([counted, _reasons(reading, start, end)]).filter(pl.col("count") > 0)


def _reasons(reading: ViewReading, start: date, end: date) -> pl.DataFrame:
    """Why customers were dissatisfied, from their register."""
    span = ("dissatisfied_at", reading.begin_of(start), reading.begin_of(end))
    told = reading.facts("dissatisfactions", columns=("process", "reason"), time=span)
    reasons = told.group_by("process", topic="reason").agg(count=pl.len().cast(pl.Int64))
    return reasons.select(pl.lit(REASON).alias("subject"), "process", "topic", "count")


def _shared(counts: pl.DataFrame) -> pl.DataFrame:
    """Add the share of the whole subject, and the rank among its topics."""
    listed = pl.when(pl.col("topic").is_not_null()).then("count")
    return counts.with_columns(
        # A reason of no process that was told has none to be known by.
        process=pl.when(pl.col("topic").is_not_null()).then(pl.col("process").fill_null("")),
        share=pl.col("count") / pl.col("count").sum().over("subject"),
        rank=listed.rank("min", descending=True).over("subject").cast(pl.Int64),
    )


def _changes() -> dict[str, pl.Expr]:
    count, before = (pl.col(name).fill_null(0) for name in ("count", "count_before"))
    share, share_before = (pl.col(name).fill_null(0.0) for name in ("share", "share_before"))
    relative = (count * WEEKS_BEFORE - before) / before
    return {
        "count": count,
        "count_before": before,
        "share": share,
        "share_before": share_before,
        "change_points": (100 * (share - share_before)).round(DIGITS),
        "relative_change": pl.when(before > 0).then(relative.round(DIGITS)),
        "climbed": pl.col("rank_before") - pl.col("rank"),
        "is_new": before == 0,
    }


def leading_category_share(rows: pl.DataFrame, _: date) -> float | None:
    """The share of complaints that the most frequent category has; None without complaints."""
    shares = rows.filter(subject=CATEGORY)["share"]
    return None if shares.is_empty() else float(shares.sort()[-1])


def filed_otherwise(reading: ViewReading, rows: pl.DataFrame) -> pl.DataFrame:
    """[topic, count, filed] where complaints of the 7 days are filed otherwise than their category counts."""
    since = ("filed_at", reading.days_before(DAYS), reading.reference)
    filed = reading.facts("complaints", columns=("category",), time=since)
    counted = filed.group_by(topic="category").agg(filed=pl.len().cast(pl.Int64)).drop_nulls()
    listed = rows.filter(subject=CATEGORY).select("topic", "count")
    both = listed.join(counted, on="topic", how="full", coalesce=True)
    return both.with_columns(pl.col("count", "filed").fill_null(0)).filter(pl.col("count") != pl.col("filed"))


HOT_TOPICS = View(
    name="hot_topics",
    version=1,
    row=HotTopic,
    keys=KEYS,
    facts=("complaints", "calls", "call_purposes", "dissatisfactions", "organisation_rules"),
    make=hot_topics,
    name_en="hot topics",
    name_zh="热点问题",
    figure=Figure(name="share_of_leading_category", value=leading_category_share, lowest=0.0, highest=1.0),
    ranges={
        "something_came_up": pl.col("count") + pl.col("count_before") > 0,
        "shares_between_0_and_1": pl.col("share").is_between(0, 1) & pl.col("share_before").is_between(0, 1),
        "ranks_from_1": pl.min_horizontal("rank", "rank_before") >= 1,
    },
    reconciliations=(
        Reconciliation(
            name="complaints_filed",
            meaning="categories of the last 7 days are counted as complaints were filed",
            differences=filed_otherwise,
        ),
    ),
)
