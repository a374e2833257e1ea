"""People who plainly do not exist: names like 张甲乙, telephone numbers that no network gives out."""

import polars as pl

from pipelines.sample.dice import Dice

SURNAMES = ("王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "欧阳", "司马")
STEMS = ("甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬", "癸")
"""Nobody is given a name of two heavenly stems; readers know them from 某甲 and 某乙."""
PHONE_PREFIX = "1000"
"""Mobile numbers begin with 13 to 19; none begins with 10."""
ID_REGION = "000000"
"""The region of an identity card; no region has this code."""


def names(count: int, *, dice: Dice) -> pl.Series:
    """Invented full names."""
    surname, first, second = (
        pl.Series(words).gather(dice.whole(count, below=len(words))) for words in (SURNAMES, STEMS, STEMS)
    )
    return surname + first + second


def phones(numbers: pl.Series) -> pl.Series:
    """An invented mobile number of eleven digits for each number below ten million; one to one."""
    return PHONE_PREFIX + numbers.cast(pl.String).str.zfill(7)


def id_numbers(numbers: pl.Series) -> pl.Series:
    """An invented identity number of 18 characters for each number; one to one below a hundred million."""
    return ID_REGION + "1900" + numbers.cast(pl.String).str.zfill(8)


def customer_numbers(count: int, *, population: int, dice: Dice) -> pl.Series:
    """Numbers below `population`: a few come often, most seldom."""
    drawn = dice.fractions(count)
    return (drawn * drawn * population).cast(pl.Int64)
