"""What the centre was to reach in the year, by metric."""

from collections.abc import Iterator

import polars as pl

from pipelines.sample.life_inbound_centre.counts import TARGETS
from pipelines.sample.request import Request


def target_rows(request: Request) -> Iterator[pl.DataFrame]:
    """One row per metric."""
    rows = [
        (
            metric,
            f"{request.year}-01-01",
            f"{request.year + 1}-01-01",
            float(target),
            direction,
            f"{request.year}-01-04",
        )
        for metric, (target, direction) in TARGETS.items()
    ]
    yield pl.DataFrame(rows, schema=["指标", "起始日", "截止日", "考核值", "方向", "下达日期"], orient="row")
