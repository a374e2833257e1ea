"""How a key may be spelled in JSON, and whether one stands twice in an object."""

import re
from collections.abc import Sequence
from typing import Final

import msgspec
import polars as pl

SHORT_ESCAPES: Final = {'"': '"', "\\": "\\", "/": "/", "\b": "b", "\f": "f", "\n": "n", "\r": "r", "\t": "t"}


def key_pattern(key: str, *, is_escaped: bool) -> str:
    """A key with its colon, as it reads, or in any way it may be written."""
    spelled = "".join(map(_spelled, key)) if is_escaped else re.escape(key)
    return rf'"{spelled}"\s*:'


def _spelled(character: str) -> str:
    ways = [rf"\\u(?i:{ord(character):04x})"] if ord(character) < 1 << 16 else []
    if character in SHORT_ESCAPES:
        ways.append(re.escape("\\" + SHORT_ESCAPES[character]))
    if character not in '"\\' and character >= " ":
        ways.append(re.escape(character))
    return f"(?:{'|'.join(ways)})"


def have_a_key_twice(lines: pl.Series, patterns: Sequence[str]) -> pl.Series:
    """Whether in each line an object has a key of these patterns twice, so that only one of them is read.

    Read and written again, a record has each key of an object once. True for all where a line is no JSON.
    """
    read = pl.DataFrame({"told": lines})
    try:
        records = msgspec.json.Decoder().decode_lines("\n".join(lines.to_list()))
        again = msgspec.json.Encoder().encode_lines(records).decode().split("\n")[:-1]
    except (msgspec.DecodeError, RecursionError):
        again = []
    if len(again) != lines.len():
        return pl.repeat(value=True, n=lines.len(), eager=True)
    counted = (
        pl.col("told").str.count_matches(pattern) != pl.col("again").str.count_matches(pattern)
        for pattern in patterns
    )
    return read.with_columns(again=pl.Series(again)).select(pl.any_horizontal(counted)).to_series()
