"""The carrier's customers: low numbers are key accounts, then those with a contract, then everybody else."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

import polars as pl

from pipelines.sample.dice import Dice
from pipelines.sample.durations import DAY
from pipelines.sample.request import Request

CUSTOMERS = 180_000
"""Shippers who call or claim at all, at scale 1; those with low numbers do so most."""
LEAST_CUSTOMERS = 30
KEY_ACCOUNT_IN, CONTRACT_IN = 600, 9
"""One in so many is a key account, or has another contract."""
CLASS_NAMES = {"key_account": "大客户", "contract": "月结", "casual": "散客"}
CHUNK = 100_000


class Numbers(NamedTuple):
    """Customer numbers from `first` on, before `end`."""

    first: int
    end: int


def numbers_of(request: Request) -> dict[str | None, Numbers]:
    """The customer numbers of each class; what is of no known class ships as casual customers do."""
    everybody = max(request.scaled(CUSTOMERS), LEAST_CUSTOMERS)
    key = max(everybody // KEY_ACCOUNT_IN, 1)
    contract = key + max(everybody // CONTRACT_IN, 1)
    casual = Numbers(contract, everybody)
    return {
        "key_account": Numbers(0, key),
        "contract": Numbers(key, contract),
        "casual": casual,
        None: casual,
    }


def callers(count: int, *, request: Request, dice: Dice) -> pl.Series:
    """Customers who come by themselves: a few often, most seldom."""
    drawn = dice.fractions(count)
    return (drawn * drawn * max(request.scaled(CUSTOMERS), LEAST_CUSTOMERS)).cast(pl.Int64)


def customers_of(count: int, customer_class: str | None, *, request: Request, dice: Dice) -> pl.Series:
    """Customers of one class, all as likely."""
    numbers = numbers_of(request)[customer_class]
    return numbers.first + dice.whole(count, below=numbers.end - numbers.first)


def customer_number(number: pl.Expr) -> pl.Expr:
    """The number in the carrier's files."""
    return "K" + number.cast(pl.String).str.zfill(7)


def shipper_frames(request: Request) -> Iterator[pl.DataFrame]:
    """Everybody with a contract, and since when."""
    dice = request.dice("freight_carrier", "shippers")
    end = numbers_of(request)["contract"].end
    key = numbers_of(request)["key_account"].end
    for first in range(0, end, CHUNK):
        number = pl.int_range(first, min(first + CHUNK, end), eager=True)
        signed = pl.lit(date(request.year - 4, 1, 1)) + pl.duration(
            seconds=pl.lit(dice.whole(number.len(), below=3 * 365) * DAY)
        )
        yield pl.DataFrame({"number": number}).select(
            客户编号=customer_number(pl.col("number")),
            客户类型=pl.when(pl.col("number") < key).then(pl.lit("大客户")).otherwise(pl.lit("月结")),
            签约日期=signed.cast(pl.Date),
        )
