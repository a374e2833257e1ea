"""Calls about broadband and group lines, and the messages by which everybody was informed."""

from collections.abc import Iterator
from datetime import datetime

import polars as pl

from pipelines.sample.mobile_operator.counts import (
    CUSTOMERS,
    INFORMED,
    LINE_CALLS,
    LINE_CALLS_RESOLVED,
    MONTHS,
)
from pipelines.sample.mobile_operator.network import AGENTS
from pipelines.sample.mobile_operator.telling import customer_number, in_month, with_entry
from pipelines.sample.request import Request

CHUNK = 100_000
LINES = {"宽带": 0.6, "集团": 0.4}
HOURS_OF_SENDING = 11


def line_call_frames(request: Request) -> Iterator[pl.DataFrame]:
    """Answered calls with the word whether it was resolved at once, exactly so often in each month."""
    for month, resolved in zip(MONTHS, LINE_CALLS_RESOLVED, strict=True):
        dice = request.dice("mobile_operator", "line_calls", month)
        count = request.scaled(LINE_CALLS)
        is_resolved = dice.exactly(count, chosen=request.scaled(resolved))
        running = pl.int_range(1, count + 1, eager=True).cast(pl.String).str.zfill(6)
        rows = pl.DataFrame({"number": f"ZX{month:02d}" + running}).select(
            流水号="number",
            来电时间=in_month(pl.lit(month), year=request.year, count=count, dice=dice),
            专线=pl.lit(dice.picks(count, LINES)),
            排队秒=pl.lit(dice.durations(count, mean=16.0)),
            通话秒=pl.lit(dice.durations(count, mean=210.0) + 15),
            工号="HW" + pl.lit(dice.whole(count, below=AGENTS)).cast(pl.String).str.zfill(3),
            一次解决=pl.when(pl.lit(is_resolved)).then(pl.lit("是")).otherwise(pl.lit("否")),
        )
        yield with_entry(rows, "来电时间", dice=dice, late=0.01)


def notice_frames(request: Request) -> Iterator[pl.DataFrame]:
    """One message each to so many customers, months apart; senders' machines write down every one."""
    informed = min(request.scaled(INFORMED), request.scaled(CUSTOMERS[0]))
    a_month = -(-informed // len(MONTHS))
    for place, month in enumerate(MONTHS):
        first, last = place * a_month, min((place + 1) * a_month, informed)
        start = datetime(request.year, month, 12, 9)  # noqa: DTZ001  a local time, as the source prints it
        for begin in range(first, last, CHUNK):
            numbers = pl.int_range(begin, min(begin + CHUNK, last), eager=True)
            dice = request.dice("mobile_operator", "notices", begin)
            wait = (dice.fractions(numbers.len()) * HOURS_OF_SENDING * 3_600).cast(pl.Int64)
            yield pl.DataFrame({"number": numbers, "wait": wait}).select(
                短信编号=f"DX{month:02d}" + pl.col("number").cast(pl.String).str.zfill(8),
                客户编号=customer_number(pl.col("number")),
                发送时间=pl.lit(start) + pl.duration(seconds="wait"),
                内容类别=pl.lit("业务告知"),
            )
