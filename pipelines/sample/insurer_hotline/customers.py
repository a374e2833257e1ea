"""The insurer's customers: what follows from a customer's number, and the list of key customers."""

from collections.abc import Iterator

import polars as pl

from pipelines.sample.insurer_hotline.counts import CUSTOMERS, KEY_CUSTOMERS
from pipelines.sample.insurer_hotline.units import CITIES
from pipelines.sample.people import id_numbers, names, phones
from pipelines.sample.profiles import entered
from pipelines.sample.request import Request

TIERS = {"gold": 0.06, "silver": 0.2, "standard": 0.74}
ROWS_A_CHUNK = 100_000
SPREAD_TIER, SPREAD_CITY = 7_919, 104_729
"""Primes by which neighbouring numbers fall far apart."""


def customer_code(column: str) -> pl.Expr:
    """The number under which the customer system knows somebody."""
    return "C" + pl.col(column).cast(pl.String).str.zfill(8)


def tier_of(column: str) -> pl.Expr:
    """A customer keeps the tier that the number gives."""
    drawn = (pl.col(column) * SPREAD_TIER) % 1_000 / 1_000
    return (
        pl.when(drawn < TIERS["gold"])
        .then(pl.lit("gold"))
        .when(drawn < TIERS["gold"] + TIERS["silver"])
        .then(pl.lit("silver"))
        .when(drawn.is_not_null())
        .then(pl.lit("standard"))
    )


def city_of(customer: pl.Series) -> pl.Series:
    """A customer keeps the branch that the number gives."""
    ends = pl.Series([share for _, share in CITIES.values()]).cum_sum()
    drawn = (customer * SPREAD_CITY) % 1_000 / 1_000
    place = pl.Series(ends.search_sorted(drawn, side="right")).clip(0, len(CITIES) - 1)
    return pl.Series(list(CITIES)).gather(place)


def key_customer_rows(request: Request) -> Iterator[pl.DataFrame]:
    """One row per customer whom a manager looks after: known by phone, with name and identity number."""
    wanted = min(request.scaled(KEY_CUSTOMERS), request.scaled(CUSTOMERS, least=10))
    dice = request.dice("key customers")
    for start in range(0, wanted, ROWS_A_CHUNK):
        number = pl.int_range(start, min(start + ROWS_A_CHUNK, wanted), eager=True)
        count = number.len()
        since = pl.DataFrame({"day": dice.whole(count, below=340), "second": dice.whole(count, below=30_000)})
        at = since.select(
            pl.datetime(request.year, 1, 2) + pl.duration(days="day", seconds=pl.col("second") + 30_600)
        ).to_series()
        frame = pl.DataFrame({"customer": number, "city": city_of(number), "at": at})
        yield frame.select(
            pl.Series("手机号", phones(number)),
            pl.Series("姓名", names(count, dice=dice)),
            pl.Series("证件号", id_numbers(number)),
            customer_code("customer").alias("客户号"),
            pl.col("city").alias("机构"),
            pl.lit("贵宾").alias("类别"),
            pl.col("at").alias("建档时间"),
            pl.Series("录入时间", entered(at, dice=dice, late=0.1)),
        )
