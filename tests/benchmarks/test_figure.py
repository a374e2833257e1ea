"""Figures say what was reached, beside what, and whether that passes."""

import pytest

from tests.benchmarks.figure import Bar, Figure, table

FAST = Figure(
    benchmark="ingest",
    name="file to commit",
    value=160.0,
    unit="k events/s",
    yardstick=200.0,
    beside="bare COPY",
    ratio=0.8,
    bar=Bar(limit=150.0),
    note="idle machine",
)


@pytest.mark.parametrize(
    ("bar", "verdict"),
    [
        (Bar(limit=160.0), "met"),
        (Bar(limit=160.1), "not met"),
        (Bar(limit=160.0, is_floor=False), "met"),
        (Bar(limit=159.9, is_floor=False), "not met"),
        (Bar(limit=0.8, is_of_ratio=True), "met"),
        (Bar(limit=0.81, is_of_ratio=True), "not met"),
        (None, ""),
    ],
)
def test_a_bar_is_met_by_the_value_or_by_its_ratio(bar: Bar | None, verdict: str) -> None:
    assert Figure(benchmark="b", name="n", value=160.0, unit="u", ratio=0.8, bar=bar).verdict == verdict


def test_a_line_holds_everything() -> None:
    assert FAST.line() == (
        "ingest: file to commit: 160 k events/s | bare COPY 200 | 0.8 | bar ≥ 150 k events/s | met "
        "| (idle machine)"
    )


def test_a_table_has_a_row_for_each_figure() -> None:
    bare = Figure(benchmark="as_of", name="first", value=12.34, unit="ms")
    head, first, second = table([FAST, bare]).splitlines()
    assert head.split() == ["benchmark", "figure", "reached", "yardstick", "ratio", "bar"]
    assert first.endswith("met")
    assert second.split() == ["as_of", "first", "12.3", "ms"]
