"""Calls to the centre, and what they made of each agent's day."""

from collections.abc import Iterator

import polars as pl

from pipelines.sample.dice import Dice
from pipelines.sample.life_inbound_centre.counts import CUSTOMERS, RATINGS, WAIT_SECONDS
from pipelines.sample.life_inbound_centre.shifts import CENTRE, Roster, Stretch, stretches
from pipelines.sample.people import customer_numbers
from pipelines.sample.profiles import entered, moments
from pipelines.sample.request import Request
from pipelines.sample.shares import Deck, laid

PURPOSES = {
    "policy_question": 0.34,
    "premium": 0.22,
    "policy_change": 0.18,
    "claim_progress": 0.14,
    "surrender": 0.08,
    "complaint": 0.04,
}
QUEUES = {"综合": 0.6, "保全": 0.22, "理赔": 0.14, "VIP": 0.04}
PRODUCTS = {"traditional": 0.45, "participating": 0.35, "health": 0.2}
SCORES = {"satisfied": {"5": 0.7, "4": 0.3}, "dissatisfied": {"3": 0.5, "2": 0.2, "1": 0.3}}
RESULTS = {"answered": "接通", "abandoned": "放弃", "callback_requested": "留言回拨"}
HOURS_A_SHIFT = 8
MS = 1_000


def calls(request: Request) -> Iterator[tuple[Stretch, pl.DataFrame, pl.DataFrame]]:
    """Stretch by stretch, its shifts and what happened in its calls."""
    roster, ratings = Roster(request), Deck(request.scaled_parts(RATINGS))
    parts = stretches(request)
    answered = sum(part.outcomes["answered"] for part in parts)
    for part in parts:
        rated = ratings.left * part.outcomes["answered"] // max(answered, 1)
        answered -= part.outcomes["answered"]
        shifts = roster.on(part)
        dice = request.dice("calls", part.number)
        hand = ratings.take(rated)
        yield (
            part,
            shifts,
            _happened(part, shifts, hand, population=request.scaled(CUSTOMERS, least=10), dice=dice),
        )


def call_rows(request: Request) -> Iterator[pl.DataFrame]:
    """The file of calls."""
    for part, _, happened in calls(request):
        dice = request.dice("calls", "entered", part.number)
        yield happened.select(_columns()).with_columns(
            entered(happened["came"], dice=dice, late=0.01).alias("入库时间")
        )


def agent_day_rows(request: Request) -> Iterator[pl.DataFrame]:
    """The file of agents' days: one row per shift, its times those of its calls."""
    for part, shifts, happened in calls(request):
        dice = request.dice("agent days", part.number)
        busy = (
            happened.filter("is_answered")
            .group_by("day", "agent")
            .agg(
                talk=pl.col("talk_s").sum(),
                handling=(pl.col("talk_s") + pl.col("hold_s") + pl.col("wrap_s")).sum(),
                taken=pl.len(),
            )
        )
        worked = shifts.join(busy, on=["day", "agent"], how="left").fill_null(0).sort("day", "agent")
        yield worked.select(_day_columns(worked.height, dice=dice))


def _happened(
    part: Stretch, shifts: pl.DataFrame, rated: dict[str, int], *, population: int, dice: Dice
) -> pl.DataFrame:
    count = sum(part.calls)
    came = moments(part.days, part.calls, profile=CENTRE, dice=dice)
    outcome = dice.dealt(part.outcomes)
    is_answered = outcome == "answered"
    answered = part.outcomes["answered"]
    rating = laid(is_answered, dice.dealt({**rated, "": answered - sum(rated.values())}))
    frame = pl.DataFrame(
        {
            "number": pl.int_range(part.calls_before + 1, part.calls_before + count + 1, eager=True),
            "came": came,
            "outcome": outcome,
            "is_answered": is_answered,
            "customer": customer_numbers(count, population=population, dice=dice),
            "is_known": dice.chances(count, share=0.9),
            "queue": dice.picks(count, QUEUES),
            "product": dice.picks(count, PRODUCTS),
            "purpose": dice.picks(count, PURPOSES),
            "answered_wait": laid(is_answered, _waits(answered, dice=dice)),
            "lost_wait": dice.durations(count, mean=38.0) + 1,
            "ring_s": 1 + dice.whole(count, below=4),
            "talk_s": dice.durations(count, mean=130.0) + 15,
            "hold_s": dice.durations(count, mean=7.0),
            "wrap_s": dice.durations(count, mean=22.0),
            "satisfied": dice.picks(count, SCORES["satisfied"]),
            "dissatisfied": dice.picks(count, SCORES["dissatisfied"]),
            "rating": rating,
            "drawn": dice.fractions(count),
        }
    )
    return _with_agents(frame, shifts)


def _with_agents(frame: pl.DataFrame, shifts: pl.DataFrame) -> pl.DataFrame:
    """Each call with one of the agents at work on its day."""
    at_work = shifts.group_by("day").len("at_work")
    return (
        frame.with_columns(day=pl.col("came").dt.date(), wait_s=pl.coalesce("answered_wait", "lost_wait"))
        .join(at_work, on="day", how="left", maintain_order="left")
        .with_columns(place=(pl.col("drawn") * pl.col("at_work")).cast(pl.Int64))
        .join(shifts, on=["day", "place"], how="left", maintain_order="left")
    )


def _waits(answered: int, *, dice: Dice) -> pl.Series:
    """Two in three are put through at once; all together they add up to the printed mean."""
    waited = dice.exactly(answered, chosen=-(-answered // 3))
    waits = laid(waited, dice.parts(int(waited.sum()), total=WAIT_SECONDS * answered, least=1))
    return waits.fill_null(0)


def _columns() -> list[pl.Expr]:
    served = pl.when("is_answered")
    score = pl.when(pl.col("rating") == "satisfied").then("satisfied")
    return [
        pl.col("number").cast(pl.String).str.zfill(9).alias("话务流水"),
        pl.col("came").dt.strftime("%Y%m%d").alias("日期"),
        pl.col("came").dt.strftime("%H:%M:%S").alias("呼入时间"),
        pl.col("queue").alias("技能队列"),
        pl.col("product").alias("产品"),
        pl.when("is_known")
        .then(pl.format("L{}", pl.col("customer").cast(pl.String).str.zfill(8)))
        .alias("客户号"),
        pl.col("outcome").replace_strict(RESULTS).alias("结果"),
        pl.col("wait_s").alias("排队秒"),
        served.then("ring_s").alias("振铃秒"),
        served.then("agent").alias("员工号"),
        served.then("talk_s").alias("通话秒"),
        served.then("hold_s").alias("保持秒"),
        served.then("wrap_s").alias("后处理秒"),
        served.then("purpose").alias("业务类型"),
        score.when(pl.col("rating") == "dissatisfied").then("dissatisfied").alias("评价"),
    ]


def _day_columns(count: int, *, dice: Dice) -> list[pl.Expr | pl.Series]:
    scheduled = HOURS_A_SHIFT * 3_600
    login = pl.max_horizontal(
        pl.lit(scheduled - 900 + dice.whole(count, below=2_400)), pl.col("handling") + 600
    )
    at = pl.col("day").cast(pl.Datetime("us")) + pl.duration(hours=23, minutes=50)
    late = pl.lit(dice.chances(count, share=0.05))
    return [
        pl.col("agent"),
        pl.col("day").cast(pl.String),
        pl.lit(scheduled * MS).alias("time.scheduled_ms"),
        pl.lit(scheduled * MS).alias("time.paid_ms"),
        (login * MS).alias("time.login_ms"),
        ((login - pl.col("handling")) * MS).alias("time.available_ms"),
        (pl.col("handling") * MS).alias("time.handling_ms"),
        (pl.col("talk") * MS).alias("time.talk_ms"),
        pl.col("taken").alias("calls"),
        (at + pl.duration(days=pl.when(late).then(3).otherwise(0)))
        .dt.strftime("%Y-%m-%d %H:%M:%S")
        .alias("entered"),
    ]
