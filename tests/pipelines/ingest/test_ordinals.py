"""Rows of a source without ids: told apart by their place among rows with the same key, at any length."""

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.ingest.compile import read_mapping
from pipelines.ingest.faults import MappingFault
from pipelines.ingest.key_counts import KeyCounts
from pipelines.ingest.ordinals import Ordinals
from tests.pipelines.given import desk

CLAIMS = """\
version: 1
source: claim_list
issuer: desk
zone: UTC
key: [day, amount]
ordinal: true
recorded_at: occurred_at
types: {amount: decimal}
let:
  paid_at: {date: day}
stream: {parts: [day, amount, ordinal]}
events:
  - topic: claim.paid
    occurred_at: paid_at
    fields: {amount: amount}
"""
"""Payments without a number: day, amount."""

ROWS = "day,amount\n2026-01-05,10.00\n2026-01-06,10.00\n2026-01-05,10.00\nno day,10.00\n"

PIECES = st.lists(st.lists(st.sampled_from("abcdefgh"), max_size=12), max_size=12)


@given(PIECES)
@settings(max_examples=50)
def test_an_ordinal_is_how_often_the_key_stood_before(pieces: list[list[str]]) -> None:
    ordinals, before = Ordinals(), list[str]()
    for piece in pieces:
        told = ordinals.of(pl.DataFrame({"key": piece}, schema={"key": pl.String}))
        for key, ordinal in zip(piece, told, strict=True):
            assert ordinal == str(before.count(key))
            before.append(key)


@given(PIECES)
@settings(max_examples=50)
def test_keys_are_counted_over_any_pieces(pieces: list[list[str]]) -> None:
    counts, before = KeyCounts(), list[int]()
    for piece in pieces:
        keys = [ord(letter) for letter in piece]
        assert counts.before(pl.Series(keys, dtype=pl.UInt64)).to_list() == [before.count(k) for k in keys]
        counts.add(pl.Series(keys, dtype=pl.UInt64))
        before += keys


def test_an_empty_cell_is_a_key_like_any_other() -> None:
    keys = pl.DataFrame(
        {"a": ["x", None, None], "b": [None, "x", "x"]}, schema={"a": pl.String, "b": pl.String}
    )
    assert Ordinals().of(keys).to_list() == ["0", "0", "1"]


def test_identical_rows_are_streams_of_their_own(tmp_path: Path) -> None:
    told = desk(tmp_path, ROWS, mapping=CLAIMS).told()
    assert [one["stream"] for one in told] == [
        "claim-desk:2026-01-05/10.00/0",
        "claim-desk:2026-01-06/10.00/0",
        "claim-desk:2026-01-05/10.00/1",
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        CLAIMS.replace("key: [day, amount]", "key: [day, ordinal]"),
        CLAIMS.replace("let:\n", "let:\n  ordinal: day\n"),
        CLAIMS.replace("let:\n", "let:\n  place: ordinal\n"),
    ],
    ids=["in the key", "a name of its own", "too early"],
)
def test_the_ordinal_is_known_to_streams_and_events_alone(wrong: str, tmp_path: Path) -> None:
    made = desk(tmp_path, ROWS, mapping=wrong)
    with pytest.raises(MappingFault, match="'ordinal' is what streams and events call"):
        read_mapping(made.mapping)
