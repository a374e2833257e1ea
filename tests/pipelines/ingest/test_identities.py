"""Streams named by column are named as the domain names them."""

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.envelope import originator_id
from pipelines.ingest.identities import name_streams, percent_encoded
from pipelines.ingest.plan import Identity

PARTS = st.text(min_size=1) | st.sampled_from(["AA0101", "a/b", "客户 1", "%41", "~-._", "\x00\n"])


@settings(deadline=None)
@given(st.lists(st.tuples(PARTS, PARTS), min_size=1, max_size=5))
def test_stream_ids_are_the_domains(rows: list[tuple[str, str]]) -> None:
    frame = pl.DataFrame(rows, schema={"a": pl.String, "b": pl.String}, orient="row")
    identity = Identity(column="id", prefix="call-desk:", parts=(pl.col("a"), pl.col("b")))
    named = name_streams(frame, [identity])["id"].to_list()
    assert named == [originator_id("call", "desk", *parts) for parts in rows]


def test_a_missing_part_leaves_no_name() -> None:
    frame = pl.DataFrame({"a": ["1", None]})
    identity = Identity(column="id", prefix="desk:", parts=(pl.col("a"),))
    assert name_streams(frame, [identity])["id"].to_list() == ["desk:1", None]


def test_plain_text_stays_as_it_is() -> None:
    plain = pl.Series(["AA0101", None, "x-1_2.3~"])
    assert percent_encoded(plain).to_list() == plain.to_list()


def test_a_name_without_columns_is_every_rows() -> None:
    frame = pl.DataFrame({"a": ["1", "2", "3"]})
    identity = Identity(column="id", prefix="desk:", parts=(pl.lit("P00"),))
    assert name_streams(frame, [identity])["id"].to_list() == ["desk:P00"] * 3
