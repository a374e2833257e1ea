"""What became of claims: one row per step of the settlement, as its workflow exports them."""

from collections.abc import Iterator

import polars as pl

from pipelines.sample.dice import Dice
from pipelines.sample.insurer_hotline.calls import claim_code
from pipelines.sample.insurer_hotline.claims import Reported, reported
from pipelines.sample.insurer_hotline.customers import customer_code
from pipelines.sample.insurer_hotline.staff import APPROVERS
from pipelines.sample.profiles import entered
from pipelines.sample.request import Request

DAY = 86_400
DAYS_TO = {"assessed": 3.0, "approved": 2.0, "paid": 1.5, "closed": 0.5}
"""Mean days of each step after the one before it."""
SLOWER = {"motor_compulsory": 1.0, "motor_commercial": 1.0, "personal": 2.2, "property": 3.0}
ENDINGS = {"settled": 0.95, "withdrawn": 0.035, "rejected": 0.015}
LEVELS = {"branch": 5_000, "province": 50_000, "headquarters": 10**9}
"""Who approves, and up to how much; asked one after the other."""
OVER_LIMIT = 0.006


def claim_step_rows(request: Request) -> Iterator[pl.DataFrame]:
    """The file: steps up to the end of the year, together with their claim's stretch of days."""
    for one in reported(request):
        yield _printed(one, dice=request.dice("steps", one.stretch.number), year=request.year)


def _printed(one: Reported, *, dice: Dice, year: int) -> pl.DataFrame:
    timed = _timed(one.rows, dice=dice)
    steps = pl.concat([*(_done(timed, step) for step in STEPS), *_approvals(timed)])
    within = steps.filter(pl.col("at") < pl.datetime(year + 1, 1, 1)).sort("claim", "number")
    return within.select(
        claim_code(pl.col("claim")).alias("claim_no"),
        pl.col("number").alias("step_no"),
        "step",
        pl.col("at").alias("done_at"),
        "amount",
        "over_limit",
        "level",
        "next_level",
        "approver",
        customer_code("customer").alias("customer_no"),
        pl.col("city").alias("branch"),
        pl.Series("entered_at", entered(within["at"], dice=dice, late=0.05)),
    )


def _timed(rows: pl.DataFrame, *, dice: Dice) -> pl.DataFrame:
    """When each step is done, and for how much."""
    count = rows.height
    slow = rows["line"].replace_strict(list(SLOWER), list(SLOWER.values()), return_dtype=pl.Float64)
    timed = rows.with_columns(
        ending=dice.picks(count, ENDINGS),
        agreed=(rows["amount"] * (0.6 + 0.4 * dice.fractions(count))).round().cast(pl.Int64),
        is_over=dice.chances(count, share=OVER_LIMIT),
    )
    before = "at"
    for step, days in DAYS_TO.items():
        wait = (dice.durations(count, mean=days * DAY) * slow).cast(pl.Int64) + 1_800
        timed = timed.with_columns((pl.col(before) + pl.duration(seconds=pl.lit(wait))).alias(step))
        before = step
    over = pl.when("is_over").then((pl.col("agreed") * 0.2).round().cast(pl.Int64)).otherwise(0)
    return timed.with_columns(over=over).with_columns(approved_amount=pl.col("agreed") + pl.col("over"))


Step = tuple[int, str, str, str | None, tuple[str, ...]]

STEPS: tuple[Step, ...] = (
    (1, "assessed", "assessed", "agreed", ("settled", "rejected")),
    (1, "withdrawn", "assessed", None, ("withdrawn",)),
    (5, "rejected", "approved", None, ("rejected",)),
    (6, "paid", "paid", "approved_amount", ("settled",)),
    (7, "closed", "closed", None, ("settled", "withdrawn", "rejected")),
)
"""Number, step, column of its time, column of its amount, and the endings of claims that take it.

Between assessing and paying there are up to three approvals, numbered 2 to 4.
"""


def _done(timed: pl.DataFrame, one: Step) -> pl.DataFrame:
    number, step, at, amount, endings = one
    is_asked = (pl.lit(step) == "assessed") & (pl.col("ending") == "settled")
    return timed.filter(pl.col("ending").is_in(endings)).select(
        "claim",
        "customer",
        "city",
        number=pl.lit(number),
        step=pl.lit(step),
        at=pl.col(at),
        amount=pl.col(amount) if amount else pl.lit(None, pl.Int64),
        over_limit=pl.lit(None, pl.Int64),
        level=pl.lit(None, pl.String),
        next_level=pl.when(is_asked).then(pl.lit(next(iter(LEVELS)))),
        approver=pl.lit(None, pl.String),
    )


def _of(approvers: tuple[str, ...]) -> pl.Expr:
    """Each claim has its approver of a level."""
    place = pl.col("claim") % len(approvers)
    return place.replace_strict(list(range(len(approvers))), list(approvers), return_dtype=pl.String)


def _approvals(timed: pl.DataFrame) -> list[pl.DataFrame]:
    """One level after the other until one reaches so far; each asks the next."""
    names, limits = list(LEVELS), list(LEVELS.values())
    amount = pl.col("approved_amount")
    return [
        timed.filter(pl.col("ending") == "settled", amount > below).select(
            "claim",
            "customer",
            "city",
            number=pl.lit(place + 2),
            step=pl.lit("approved"),
            at=pl.col("approved") - pl.duration(minutes=(len(names) - place) * 5),
            amount=amount,
            over_limit="over",
            level=pl.lit(level),
            next_level=pl.when(amount > upto).then(pl.lit(after)),
            approver=_of(APPROVERS[level]),
        )
        for place, (level, below, upto, after) in enumerate(
            zip(names, [-1, *limits], limits, [*names[1:], None], strict=False)
        )
    ]
