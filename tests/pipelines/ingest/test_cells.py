"""Numbers and days are read from text exactly, or not at all."""

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.ingest.cells import parsed, stored


def read(text: str, kind: str) -> object:
    frame = pl.DataFrame({"text": [text]})
    return frame.select(parsed(pl.col("text"), kind)).item()  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["", "x", "1.5", "1 000", "1e3", "0x1", "--1", "1234567890123456"])
def test_not_a_whole_number(text: str) -> None:
    assert read(text, "integer") is None


@settings(deadline=None)
@given(st.integers(-(10**15) + 1, 10**15 - 1))
def test_a_whole_number_is_read_back(number: int) -> None:
    assert read(f"{number:f}", "decimal") == number


@pytest.mark.parametrize("text", ["", "1,5", "1.23456", "nan", "1e3", "."])
def test_not_an_exact_number(text: str) -> None:
    assert read(text, "decimal") is None


@settings(deadline=None)
@given(st.decimals(min_value=-(10**30) + 1, max_value=10**30 - 1, places=4))
def test_an_exact_number_is_read_back(number: Decimal) -> None:
    assert read(f"{number:f}", "decimal") == number


def test_zeros_beyond_four_places_say_nothing() -> None:
    assert read("1.500000", "decimal") == Decimal("1.5")


@pytest.mark.parametrize("text", ["2026-02-30", "20260201", "1.2.2026"])
def test_not_a_day(text: str) -> None:
    assert read(text, "date") is None


def test_a_float_is_never_stored_as_an_exact_number() -> None:
    with pytest.raises(ValueError, match="may not be exact"):
        stored(pl.col("x"), dtype=pl.Float64(), kind="decimal")


def test_a_share_that_is_no_whole_number_does_not_become_one() -> None:
    frame = pl.DataFrame({"x": [Decimal("2.0000"), Decimal("2.5000")]}, schema={"x": pl.Decimal(38, 4)})
    assert frame.select(stored(pl.col("x"), dtype=pl.Decimal(38, 4), kind="integer"))["x"].to_list() == [
        2,
        None,
    ]
