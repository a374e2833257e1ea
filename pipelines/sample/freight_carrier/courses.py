"""What became of each complaint and when: every step some time after what came before it."""

from functools import lru_cache

import polars as pl

from pipelines.sample.dice import Dice
from pipelines.sample.durations import DAY, HOUR, MINUTE, some_time
from pipelines.sample.freight_carrier.cases import complaint_cases
from pipelines.sample.freight_carrier.counts import CLOSED_UNASKED
from pipelines.sample.freight_carrier.network import DEPOTS
from pipelines.sample.request import Request

LATE = "时效"
OUTCOMES = {"道歉解释": 0.5, "赔偿": 0.28, "加急派送": 0.16, "减免运费": 0.06}
PROMISED_FOR = 48 * HOUR
ANSWER_WITHIN = 24 * HOUR


@lru_cache(maxsize=1)
def with_courses(request: Request) -> pl.DataFrame:
    """The cases with the moments of every step; a null moment: it did not happen."""
    cases, dice = complaint_cases(request), request.dice("freight_carrier", "courses")
    return _with_liability(_with_follow_ups(_with_answers(cases, dice=dice), dice=dice), dice=dice)


def some(share: float, moment: pl.Expr, *, count: int, dice: Dice) -> pl.Expr:
    """The moment in about that share of rows, else none."""
    return pl.when(pl.lit(dice.chances(count, share=share))).then(moment)


def _with_answers(cases: pl.DataFrame, *, dice: Dice) -> pl.DataFrame:
    """From assigning to what is put to the customer."""
    count = cases.height

    def later(mean: float, *, least: int = MINUTE) -> pl.Expr:
        return some_time(count, mean=mean, dice=dice, least=least)

    return (
        cases.with_columns(assigned=pl.col("filed_at") + later(20 * MINUTE))
        .with_columns(
            due=pl.col("assigned") + pl.duration(seconds=ANSWER_WITHIN),
            handed_over=some(0.12, pl.col("assigned") + later(2 * HOUR), count=count, dice=dice),
            depot=pl.lit(pl.Series(DEPOTS).gather(dice.whole(count, below=len(DEPOTS)))),
        )
        .with_columns(
            escalated=some(
                0.08, pl.max_horizontal("assigned", "handed_over") + later(2 * HOUR), count=count, dice=dice
            )
        )
        .with_columns(replied=pl.max_horizontal("assigned", "handed_over", "escalated") + later(8 * HOUR))
        .with_columns(reviewed=pl.col("replied") + later(HOUR))
        .with_columns(replied_again=some(0.12, pl.col("reviewed") + later(5 * HOUR), count=count, dice=dice))
        .with_columns(reviewed_again=pl.col("replied_again") + later(HOUR / 2))
        .with_columns(answered=pl.coalesce("reviewed_again", "reviewed"))
        .with_columns(
            promised=some(0.14, pl.col("answered") + pl.duration(minutes=5), count=count, dice=dice)
        )
        .with_columns(solution_due=pl.col("promised") + pl.duration(seconds=PROMISED_FOR))
        .with_columns(resolved=_resolved(count, dice=dice), outcome=pl.lit(dice.picks(count, OUTCOMES)))
        # Promised, and no solution within half an hour: one level up.
        .with_columns(
            escalated_unsolved=pl.when(
                pl.col("resolved") > pl.col("promised") + pl.duration(minutes=30)
            ).then(pl.col("promised") + pl.duration(minutes=30))
        )
    )


def _resolved(count: int, *, dice: Dice) -> pl.Expr:
    """At once for some of those promised, for others and without a promise later; a few never."""
    soon = pl.col("promised") + some_time(count, mean=3 * MINUTE, dice=dice)
    late = pl.coalesce("promised", "answered") + some_time(
        count, mean=14 * HOUR, dice=dice, least=40 * MINUTE
    )
    in_time = pl.lit(dice.chances(count, share=0.4)) & pl.col("promised").is_not_null()
    return some(0.985, pl.when(in_time).then(soon).otherwise(late), count=count, dice=dice)


def _with_follow_ups(cases: pl.DataFrame, *, dice: Dice) -> pl.DataFrame:
    """The customer is asked until they say that it is resolved; twice unreached may do, unless promised."""
    count = cases.height

    def later(mean: float) -> pl.Expr:
        return some_time(count, mean=mean, dice=dice)

    def chance(share: float) -> pl.Expr:
        return pl.lit(dice.chances(count, share=share))

    unreached_twice = ~pl.col("reached_1") & ~pl.col("reached_2")
    gives_up = unreached_twice & pl.col("promised").is_null()
    return (
        cases.with_columns(asked_1=pl.col("resolved") + later(20 * HOUR), reached_1=chance(0.86))
        .with_columns(content_1=pl.when("reached_1").then(chance(0.88)))
        .with_columns(reopened=pl.when(~pl.col("content_1")).then("asked_1"))
        .with_columns(resolved_again=pl.col("reopened") + later(16 * HOUR))
        .with_columns(
            asked_2=pl.when(~pl.col("content_1").fill_null(value=False)).then(
                pl.coalesce("resolved_again", "asked_1") + later(20 * HOUR)
            ),
            # Who was asked to wait for a better solution is called until reached.
            reached_2=chance(0.8) | pl.col("reopened").is_not_null(),
        )
        .with_columns(
            asked_3=pl.when(unreached_twice & pl.col("promised").is_not_null()).then(
                pl.col("asked_2") + later(20 * HOUR)
            ),
            gave_up=pl.when(gives_up).then(pl.col("asked_2")),
        )
        .with_columns(closed=pl.coalesce("asked_3", "asked_2", "asked_1") + pl.duration(minutes=2))
        .with_columns(_unasked(count, dice=dice))
        .with_columns(*_without_asking())
    )


def _unasked(count: int, *, dice: Dice) -> pl.Expr:
    """A handful that somebody closed without asking the customer: the desk's slip, and meant."""
    return pl.lit(dice.exactly(count, chosen=min(CLOSED_UNASKED, count))).alias("is_unasked")


def _without_asking() -> list[pl.Expr]:
    asked = ("asked_1", "asked_2", "asked_3", "reopened", "resolved_again")
    resolved = pl.coalesce("resolved", pl.col("answered") + pl.duration(hours=1))
    return [
        pl.when("is_unasked").then(resolved).otherwise("resolved").alias("resolved"),
        pl.when("is_unasked").then(resolved + pl.duration(minutes=2)).otherwise("closed").alias("closed"),
        *(pl.when(~pl.col("is_unasked")).then(name).alias(name) for name in asked),
    ]


def _with_liability(cases: pl.DataFrame, *, dice: Dice) -> pl.DataFrame:
    """When it was said who answers, who appealed, what came of it, and what it cost."""
    count = cases.height
    blamed = pl.col("first_party").is_not_null()

    def later(mean: float) -> pl.Expr:
        return some_time(count, mean=mean, dice=dice)

    return (
        cases.with_columns(attributed=pl.when(blamed).then(pl.col("answered") + later(1.2 * DAY)))
        .with_columns(appealed=pl.when("is_appealed").then(pl.col("attributed") + later(1.5 * DAY)))
        .with_columns(arbitrated=pl.when("is_arbitrated").then(pl.col("appealed") + later(2.0 * DAY)))
        .with_columns(
            replaced=pl.when(pl.col("is_overturned") & pl.col("party").is_not_null()).then(
                pl.col("arbitrated") + pl.duration(minutes=10)
            ),
            fined=some(0.05, pl.col("attributed") + later(2.0 * DAY), count=count, dice=dice),
            fine=pl.lit((dice.whole(count, below=10) + 1) * 50),
            enforced=pl.lit(dice.picks(count, {"已执行": 0.8, "未执行": 0.2})),
        )
    )
