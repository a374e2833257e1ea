"""What readers ask for by phone: orders, address changes, mailboxes, papers held while they are away."""

from collections.abc import Iterator
from datetime import date

import polars as pl

from pipelines.sample.newspaper_hotline.complaints import MORNING, READERS, reader
from pipelines.sample.newspaper_hotline.counts import REQUESTS, SPOILT_REQUESTS
from pipelines.sample.newspaper_hotline.stations import pick_stations
from pipelines.sample.people import customer_numbers
from pipelines.sample.profiles import days_between, entered, moments, over_days
from pipelines.sample.request import Request
from pipelines.sample.shares import portion

MOST_ROWS = 100_000
WRITTEN = "%Y-%m-%d %H:%M:%S"
DAYS_ALLOWED = {"order": 3, "address_change": 2, "mailbox": 7, "paper_hold": 1}
ENDINGS = {"fulfilled": 0.91, "late": 0.05, "returned": 0.02, "cancelled": 0.02}


def request_rows(request: Request) -> Iterator[pl.DataFrame]:
    """One object per request with what became of it, and a few that name no kind of request."""
    kinds = request.scaled_parts(REQUESTS)
    total, spoilt = sum(kinds.values()), request.scaled(SPOILT_REQUESTS)
    days = days_between(date(request.year, 1, 1), date(request.year, 12, 31))
    dice = request.dice("requests")
    raised = moments(days, over_days(total, days, profile=MORNING, dice=dice), profile=MORNING, dice=dice)
    frame = pl.DataFrame({"raised": raised, "kind": dice.dealt(kinds)}).with_row_index("number", offset=1)
    for part, start in enumerate(range(0, total, MOST_ROWS)):
        rows = _printed(frame.slice(start, MOST_ROWS), request=request, part=part)
        bad = portion(spoilt, before=start, after=start + rows.height, whole=total)
        unclear = rows.head(bad).with_columns(
            pl.concat_str(pl.lit("?"), "id").alias("id"), pl.lit("咨询").alias("type")
        )
        yield pl.concat([rows, unclear])


def _printed(frame: pl.DataFrame, *, request: Request, part: int) -> pl.DataFrame:
    dice, count = request.dice("requests", part), frame.height
    allowed = frame["kind"].replace_strict(
        list(DAYS_ALLOWED), list(DAYS_ALLOWED.values()), return_dtype=pl.Int64
    )
    drawn = frame.with_columns(
        due=pl.col("raised") + pl.duration(days=pl.lit(allowed)),
        ending=dice.picks(count, ENDINGS),
        taken=dice.fractions(count),
        reader=customer_numbers(count, population=request.scaled(READERS, least=10), dice=dice),
        station=pick_stations(count, dice=dice),
        copies=1 + dice.choices(count, weights=[90, 8, 2]).cast(pl.Int64),
        away=dice.whole(count, below=25) + 3,
        entered=entered(frame["raised"], dice=dice, late=0.05, days=2),
    ).with_columns(done=_done())
    within = pl.when(pl.col("done") < pl.datetime(request.year + 1, 1, 1))
    return drawn.select(
        pl.concat_str(pl.lit("QQ"), pl.col("number").cast(pl.String).str.zfill(7)).alias("id"),
        pl.col("kind").replace_strict(KINDS).alias("type"),
        reader("reader").alias("reader.id"),
        pl.col("station").alias("reader.station"),
        pl.col("raised").dt.strftime(WRITTEN).alias("raised"),
        pl.col("due").dt.strftime(WRITTEN).alias("due"),
        pl.when(pl.col("kind") == "paper_hold")
        .then((pl.col("raised") + pl.duration(days="away")).dt.strftime("%Y-%m-%d"))
        .alias("until"),
        pl.when(pl.col("kind") == "order").then(pl.col("copies") * 288).alias("amount"),
        within.then(pl.col("ending").replace_strict({"late": "fulfilled"}, default=pl.col("ending"))).alias(
            "end.how"
        ),
        within.then(pl.col("done").dt.strftime(WRITTEN)).alias("end.at"),
        pl.col("entered").dt.strftime(WRITTEN).alias("entered"),
    )


def _done() -> pl.Expr:
    allowed = pl.col("due") - pl.col("raised")
    share = (
        pl.when(pl.col("ending") == "late")
        .then(1.05 + pl.col("taken"))
        .otherwise(0.1 + 0.8 * pl.col("taken"))
    )
    return (pl.col("raised") + allowed * share).dt.truncate("1s")


KINDS = {"order": "订报", "address_change": "转址", "mailbox": "报箱", "paper_hold": "存报"}
