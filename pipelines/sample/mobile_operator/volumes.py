"""Bases of rates and plain counts by month: all customers, and top-ups by the way that they were made."""

from collections.abc import Iterator
from datetime import date

import polars as pl

from pipelines.sample.mobile_operator.counts import CUSTOMERS, MONTHS, TOP_UPS
from pipelines.sample.request import Request
from pipelines.sample.shares import shares


def volume_frames(request: Request) -> Iterator[pl.DataFrame]:
    """One line per month and count; the monthly report also has a line of remarks."""
    by_channel = {
        channel: shares(request.scaled(total), [1.0] * len(MONTHS)) for channel, total in TOP_UPS.items()
    }
    rows = [
        row
        for place, month in enumerate(MONTHS)
        for row in [
            (date(request.year, month, 1), "客户到达数", None, str(request.scaled(CUSTOMERS[place]))),
            *(
                (date(request.year, month, 1), "充值笔数", channel, str(counts[place]))
                for channel, counts in by_channel.items()
            ),
        ]
    ]
    remark = (date(request.year, MONTHS[-1], 1), "充值笔数", "合计", "见附注")
    yield pl.DataFrame(
        [*rows, remark], schema=["月份首日", "统计项", "渠道", "数值"], orient="row", infer_schema_length=None
    ).with_columns(入账日期=pl.col("月份首日").dt.offset_by("1mo").dt.offset_by("5d"))
