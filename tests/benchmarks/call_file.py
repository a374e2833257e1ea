"""The file of calls that benchmarks measure with: of any size, and the same since the first measurement."""

from datetime import date, datetime, timedelta
from pathlib import Path

import polars as pl

from pipelines.sample.dice import Dice

MAPPING = Path(__file__).parent / "calls.yaml"
FIRST_DAY = date(2025, 1, 1)
CALLS_PER_CUSTOMER = 4

HOURS = (2, 1, 1, 1, 1, 2, 4, 10, 28, 48, 55, 50, 36, 38, 46, 48, 44, 36, 26, 20, 16, 12, 7, 4)
"""Calls by the hour of the day."""
WEEKDAYS = (1.2, 1.1, 1.0, 1.0, 1.05, 0.6, 0.5)
"""Calls by the day of the week, Monday first."""

QUEUES = {"报案": 0.30, "咨询": 0.34, "查勘调度": 0.12, "投诉": 0.08, "vip": 0.06, "订单": 0.10}
HOTLINES = {"95502": 0.7, "95502-9": 0.2, "400-820": 0.1}
LINES = {"motor_compulsory": 0.3, "motor_commercial": 0.35, "personal": 0.15, "property": 0.2}
UNITS = {f"{city}{number:02d}": 1.0 / number for city in ("SH", "BJ", "GZ", "CD") for number in range(1, 6)}
TIERS = {"gold": 0.08, "silver": 0.22, "standard": 0.70}
RESULTS = {"ANS": 0.84, "ABD": 0.10, "CBK": 0.02, "VM": 0.01, "OVF": 0.015, "IVR": 0.015}
PURPOSES = {
    "report_claim": 0.3,
    "policy_question": 0.3,
    "claim_progress": 0.2,
    "complaint": 0.08,
    "order": 0.12,
}


def span_days(calls: int) -> int:
    """How many days a sample of this size covers: three months at least, a year at most."""
    return min(365, max(90, calls // 1000))


def write_calls(path: Path, *, calls: int, seed: int) -> Path:
    """Write the file: about 3.5 events a call, three months at least and a year at most."""
    make_calls(calls, dice=Dice(seed)).write_csv(path)
    return path


def make_calls(count: int, *, dice: Dice) -> pl.DataFrame:
    """Calls in the order they came in, every cell as the source would print it."""
    came = _arrivals(count, dice=dice)
    customer = _customers(count, dice=dice)
    result = dice.picks(count, RESULTS)
    answered = result == "ANS"
    wait = _waits(count, dice=dice)
    frame = pl.DataFrame(
        {
            "流水号": pl.int_range(1, count + 1, eager=True).cast(pl.String).str.zfill(9),
            "呼入时间": came.dt.strftime("%Y-%m-%d %H:%M:%S"),
            "专线": dice.picks(count, HOTLINES),
            "skill_group": dice.picks(count, QUEUES),
            "险种": dice.picks(count, LINES),
            "机构": dice.picks(count, UNITS),
            "客户号": customer,
            "客户等级": tier_of(customer),
            "ivr_s": dice.durations(count, mean=12.0),
            "wait_s": wait,
            "ring_s": dice.durations(count, mean=3.0),
            "result": result,
            "工号": "A" + dice.choices(count, weights=[1.0] * 120).cast(pl.String).str.zfill(3),
            "talk_s": dice.durations(count, mean=185.0) + 5,
            "hold_s": dice.durations(count, mean=8.0),
            "acw_s": dice.durations(count, mean=40.0),
            "purpose_1": dice.picks(count, PURPOSES).zip_with(
                dice.chances(count, share=0.25), _nothing(count)
            ),
            "purpose_2": dice.picks(count, PURPOSES).zip_with(
                dice.chances(count, share=0.05), _nothing(count)
            ),
            "投诉键": dice.chances(count, share=0.02),
            "评分": (1 + dice.choices(count, weights=[3, 2, 6, 25, 64])).cast(pl.String),
            "is_rated": dice.chances(count, share=0.12),
        }
    )
    return frame.with_columns(answered=answered).select(_printed())


def _printed() -> list[pl.Expr]:
    """Cells are empty where the call never got that far."""
    served = ("ring_s", "工号", "talk_s", "hold_s", "acw_s", "purpose_1", "purpose_2")
    plain = (
        "流水号",
        "呼入时间",
        "专线",
        "skill_group",
        "险种",
        "机构",
        "客户号",
        "客户等级",
        "ivr_s",
        "wait_s",
        "result",
    )
    return [
        *map(pl.col, plain),
        *(pl.when("answered").then(pl.col(name)).alias(name) for name in served),
        pl.when("投诉键").then(pl.lit("Y")).otherwise(pl.lit("N")).alias("投诉键"),
        pl.when(pl.col("answered") & pl.col("is_rated")).then("评分").alias("评分"),
    ]


def _arrivals(count: int, *, dice: Dice) -> pl.Series:
    """Local times in order, more on workdays and in office hours; no zone with summer time is meant."""
    days = [FIRST_DAY + timedelta(days=number) for number in range(span_days(count))]
    day = dice.choices(count, weights=[WEEKDAYS[one.weekday()] for one in days]).cast(pl.Int64)
    hour = dice.choices(count, weights=HOURS).cast(pl.Int64)
    second = (dice.fractions(count) * 3600).cast(pl.Int64)
    seconds = (day * 86_400 + hour * 3_600 + second).sort()
    start = pl.lit(datetime.combine(FIRST_DAY, datetime.min.time()))
    return pl.DataFrame({"s": seconds}).select(start + pl.duration(seconds="s")).to_series()


def _customers(count: int, *, dice: Dice) -> pl.Series:
    """A few customers call often, most seldom; one caller in five is nobody the system knows."""
    population = max(count // CALLS_PER_CUSTOMER, 1)
    drawn = dice.fractions(count)
    number = (drawn * drawn * population).cast(pl.Int64)
    name = "C" + number.cast(pl.String).str.zfill(8)
    return name.zip_with(dice.chances(count, share=0.8), _nothing(count))


def tier_of(customer: pl.Series) -> pl.Series:
    """A customer keeps the tier that the number gives."""
    number = customer.str.slice(1).cast(pl.Int64)
    edges = pl.Series(list(TIERS.values())).cum_sum()
    place = pl.Series(edges.search_sorted((number % 1000).fill_null(999) / 1000.0, side="right")).clip(0, 2)
    return pl.Series(list(TIERS)).gather(place).zip_with(customer.is_not_null(), _nothing(customer.len()))


def _waits(count: int, *, dice: Dice) -> pl.Series:
    """Two calls in three are put through at once, the others wait."""
    waited = dice.durations(count, mean=45.0) + 1
    return waited.zip_with(dice.chances(count, share=0.35), pl.zeros(count, dtype=pl.Int64, eager=True))


def _nothing(count: int) -> pl.Series:
    return pl.Series([None], dtype=pl.String).extend_constant(None, count - 1)
