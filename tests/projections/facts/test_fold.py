"""Folding is free of the order and the split of batches: merged partial rows are the fold of everything."""

import random
from itertools import pairwise
from typing import Any

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from projections.facts.fold import empty_rows, fold, merge
from projections.facts.plain import Told, fold_plain
from projections.facts.refold import refold
from projections.facts.spec import FactSpec
from tests.projections.facts.given import (
    LAW,
    by_key,
    events_of,
    in_order,
    logs_of,
    mergeable_facts,
    public,
)
from tests.projections.logs import Log, of_stream
from tests.projections.oracle import recount

shuffles = st.randoms(use_true_random=False)
cuts = st.lists(st.integers(0, 40), max_size=4)


def batches(events: pl.DataFrame, cuts: list[int]) -> list[pl.DataFrame]:
    """Cut a log's events at these places; a batch may be empty."""
    ends = sorted({0, events.height, *(min(cut, events.height) for cut in cuts)})
    return [events.slice(start, end - start) for start, end in pairwise(ends)] or [events]


@mergeable_facts
def test_without_voids_the_fold_writes_what_the_clerk_writes_whichever_way_it_is_made(spec: FactSpec) -> None:
    @LAW
    @given(log=logs_of(spec, voids=False), cut=st.integers(0, 40), seed=st.integers(0, 99))
    def law(log: Log, cut: int, seed: int) -> None:
        events = events_of(log, spec)
        folded = fold(spec, events)
        rows, ordered = by_key(spec, folded), in_order(spec, folded)
        assert public(rows) == recount(log)[spec.name]
        assert in_order(spec, refold(spec, events)).equals(ordered), "from whole streams"
        assert one_at_a_time(spec, log, cut) == rows, "one event at a time"
        mixed = events.sample(fraction=1.0, shuffle=True, seed=seed)
        assert in_order(spec, fold(spec, mixed)).equals(ordered), "from events in any order"

    law()


def one_at_a_time(spec: FactSpec, log: Log, cut: int) -> dict[tuple[Any, ...], dict[str, Any]]:
    """What folding event by event writes, with the rows so far stored at the cut."""
    told = [Told(position, event) for position, event in of_stream(log, spec.stream)]
    stored = fold_plain(spec, {}, told[:cut])
    return stored | fold_plain(spec, stored, told[cut:])


@mergeable_facts
def test_any_split_merges_in_any_order_to_the_fold_of_everything(spec: FactSpec) -> None:
    @LAW
    @given(log=logs_of(spec, voids=False), cuts=cuts, shuffle=shuffles)
    def law(log: Log, cuts: list[int], shuffle: random.Random) -> None:
        events = events_of(log, spec)
        partials = [fold(spec, batch) for batch in batches(events, cuts)]
        shuffle.shuffle(partials)
        whole = in_order(spec, fold(spec, events))
        at_once = merge(spec, pl.concat(partials))
        one_by_one = empty_rows(spec)
        for partial in partials:
            one_by_one = merge(spec, pl.concat([one_by_one, partial]))
        assert in_order(spec, at_once).equals(whole)
        assert in_order(spec, one_by_one).equals(whole)

    law()


@mergeable_facts
def test_merging_is_associative_and_commutative_and_leaves_a_single_partial_as_it_is(spec: FactSpec) -> None:
    @LAW
    @given(log=logs_of(spec, voids=False), cuts=st.tuples(st.integers(0, 40), st.integers(0, 40)))
    def law(log: Log, cuts: tuple[int, int]) -> None:
        events = events_of(log, spec)
        first, second = sorted(cuts)
        a, b, c = (
            fold(spec, part)
            for part in (events.head(first), events.slice(first, second - first), events.slice(second))
        )

        def merged(*rows: pl.DataFrame) -> pl.DataFrame:
            return in_order(spec, merge(spec, pl.concat(rows)))

        assert merged(merged(a, b), c).equals(merged(a, merged(b, c)))
        assert merged(a, b).equals(merged(b, a))
        assert merged(a).equals(in_order(spec, a))

    law()


@mergeable_facts
def test_merging_a_row_with_nothing_keeps_it_marked_void(spec: FactSpec) -> None:
    @LAW
    @given(log=logs_of(spec))
    def law(log: Log) -> None:
        rows = refold(spec, events_of(log, spec))
        assert in_order(spec, merge(spec, rows)).equals(in_order(spec, rows))

    law()
