"""Complaints in their closed loop: asked at the station, asked at the customer, pressed on until resolved."""

from collections.abc import Iterator
from datetime import date

import polars as pl

from pipelines.sample.dice import Dice
from pipelines.sample.newspaper_hotline.counts import COMPLAINTS, ENFORCED, PENALTIES
from pipelines.sample.newspaper_hotline.stations import pick_stations
from pipelines.sample.people import customer_numbers, names
from pipelines.sample.profiles import Profile, days_between, entered, moments, over_days
from pipelines.sample.request import Request
from pipelines.sample.shares import portion

MORNING = Profile(
    weekdays=(1.3, 1.1, 1.0, 1.0, 1.0, 0.9, 0.5),
    hours=(0, 0, 0, 0, 0, 1, 8, 40, 70, 60, 44, 30, 16, 20, 24, 20, 16, 10, 4, 2, 0, 0, 0, 0),
)
"""Whoever finds no paper in the morning calls in the morning."""
CATEGORIES = {"漏投": 0.4, "迟投": 0.3, "错投": 0.14, "服务态度": 0.1, "冒领": 0.06}
GRAVE = "冒领"
STORIES = {"连续三天没有收到报纸": 0.5, "报纸每天九点后才到": 0.3, "投递员把报纸丢在楼下": 0.2}
MOST_CASES = 50_000
READERS = 90_000
DAYS_TO_CLOSE = 8


def cases(request: Request) -> Iterator[tuple[int, pl.DataFrame]]:
    """Every complaint of the year, in parts that fit in memory, with the moments of its loop."""
    kinds = request.scaled_parts(COMPLAINTS)
    days = days_between(date(request.year, 1, 1), date(request.year, 12, 31))
    dice = request.dice("complaints")
    total = sum(kinds.values())
    filed = moments(days, over_days(total, days, profile=MORNING, dice=dice), profile=MORNING, dice=dice)
    frame = pl.DataFrame({"filed": filed, "loop": dice.dealt(kinds)}).with_row_index("number", offset=1)
    for part, start in enumerate(range(0, total, MOST_CASES)):
        yield part, _case(frame.slice(start, MOST_CASES), request=request, dice=request.dice("case", part))


def complaint_rows(request: Request) -> Iterator[pl.DataFrame]:
    """The list of complaints: one row per case as it was filed and handed to its station."""
    for part, case in cases(request):
        dice = request.dice("complaints", "entered", part)
        yield case.select(
            code().alias("编号"),
            pl.col("filed").alias("受理时间"),
            pl.col("category").alias("投诉类型"),
            reader("reader").alias("订户号"),
            pl.col("station").alias("站"),
            pl.concat_str("who", pl.lit("："), "story").alias("内容"),
            (pl.col("filed") + pl.duration(minutes=10)).alias("派站时间"),
            (pl.col("filed") + pl.duration(hours=24)).alias("限时"),
            entered(case["filed"], dice=dice, late=0.03, days=3).alias("录入时间"),
        )


def follow_up_rows(request: Request) -> Iterator[pl.DataFrame]:
    """The follow-up log: one row per time that somebody was asked, until the loop is closed."""
    for part, case in cases(request):
        asked = pl.concat([_asked(case, step) for step in STEPS]).sort("number", "step")
        dice = request.dice("follow-ups", part)
        yield asked.select(
            code().alias("编号"),
            pl.col("step").alias("次序"),
            pl.col("whom").alias("回访对象"),
            pl.col("at").alias("回访时间"),
            "接通",
            "解决",
            pl.when("is_repeat").then(pl.lit("重复")).when("is_malignant").then(pl.lit("恶性")).alias("定级"),
            pl.when("is_last").then(pl.lit("是")).otherwise(pl.lit("否")).alias("结案"),
            reader("reader").alias("订户号"),
            pl.col("station").alias("站"),
            entered(asked["at"], dice=dice, late=0.04, days=3).alias("录入时间"),
        )


def penalty_rows(request: Request) -> Iterator[pl.DataFrame]:
    """The list of penalties on stations: some made and never enforced."""
    total = sum(request.scaled_parts(COMPLAINTS).values())
    made = min(request.scaled(PENALTIES), total)
    enforced = min(request.scaled(ENFORCED), made)
    for part, case in cases(request):
        dice = request.dice("penalties", part)
        before, after = part * MOST_CASES, part * MOST_CASES + case.height
        chosen = portion(made, before=before, after=after, whole=total)
        of_them = portion(enforced, before=before, after=after, whole=total)
        rows = case.filter(dice.exactly(case.height, chosen=chosen))
        yield rows.select(
            code().alias("编号"),
            pl.col("station").alias("站"),
            pl.col("closed").alias("处罚时间"),
            pl.Series("金额", 20 * (1 + dice.whole(chosen, below=5))),
            pl.Series("执行", dice.exactly(chosen, chosen=of_them)).replace_strict(
                {True: "已执行", False: "未执行"}
            ),
        )


def code() -> pl.Expr:
    """The number of a case."""
    return pl.concat_str(pl.lit("TS"), pl.col("number").cast(pl.String).str.zfill(6))


def reader(column: str) -> pl.Expr:
    """The number of a subscriber."""
    return pl.concat_str(pl.lit("D"), pl.col(column).cast(pl.String).str.zfill(7))


def _case(frame: pl.DataFrame, *, request: Request, dice: Dice) -> pl.DataFrame:
    """Cases with all that is known of them; nothing of them happens after the year."""
    count = frame.height
    room = pl.min_horizontal(
        pl.datetime(request.year + 1, 1, 1) - pl.col("filed"), pl.duration(days=DAYS_TO_CLOSE)
    )
    length = pl.lit(0.3 + 0.65 * dice.fractions(count))
    parts = {"replied": 0.2, "verified": 0.3, "first": 0.45, "second": 0.6, "third": 0.75, "fourth": 0.9}
    return (
        frame.with_columns(
            category=dice.picks(count, CATEGORIES),
            station=pick_stations(count, dice=dice),
            reader=customer_numbers(count, population=request.scaled(READERS, least=10), dice=dice),
            who=names(count, dice=dice),
            story=dice.picks(count, STORIES),
            **{
                name: (pl.col("filed") + room * length * part).dt.truncate("1s")
                for name, part in parts.items()
            },
        )
        .with_columns(closed=pl.col("fourth"))
        .with_columns(is_grave=pl.col("category") == GRAVE)
    )


Step = tuple[int, str, str, tuple[str, ...], tuple[str, ...], tuple[str, ...]]

EVERY = tuple(COMPLAINTS)
STEPS: tuple[Step, ...] = (
    (1, "站", "verified", EVERY, EVERY, ()),
    (2, "订户", "first", EVERY, ("settled",), ("settled",)),
    (
        3,
        "订户",
        "second",
        ("settled_later", "repeat", "unreached"),
        ("settled_later",),
        ("settled_later", "unreached"),
    ),
    (4, "订户", "third", ("repeat",), (), ()),
    (5, "订户", "fourth", ("repeat",), ("repeat",), ("repeat",)),
)
"""Order, whom, when; the loops that take the step, those in which it is resolved, those that it closes."""


def _asked(case: pl.DataFrame, one: Step) -> pl.DataFrame:
    step, whom, at, taken_by, resolved_in, closes = one
    is_reached = pl.lit(whom == "站") | (pl.col("loop") != "unreached")
    is_classed = pl.lit(step == 3) & (pl.col("loop") == "repeat")
    return case.filter(pl.col("loop").is_in(taken_by)).select(
        "number",
        "reader",
        "station",
        step=pl.lit(step),
        whom=pl.lit(whom),
        at=pl.col(at),
        接通=pl.when(is_reached).then(pl.lit("是")).otherwise(pl.lit("否")),
        解决=pl.when(is_reached).then(
            pl.when(pl.col("loop").is_in(resolved_in)).then(pl.lit("是")).otherwise(pl.lit("否"))
        ),
        is_repeat=is_classed & ~pl.col("is_grave"),
        is_malignant=is_classed & pl.col("is_grave"),
        is_last=pl.col("loop").is_in(closes),
    )
