"""A label is a leaving within the window: from the end of the gap on, and before the end of the horizon."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from projections.views.churn.examples import examples, labelling
from projections.views.churn.labels import Window
from tests.projections.metrics.examples import at, frame
from tests.projections.metrics.memory import Memory

SHANGHAI = ZoneInfo("Asia/Shanghai")
WINDOW = Window(cutoff=date(2024, 3, 31), gap_days=7, horizon_days=30, zone=SHANGHAI)
CUT_AT, BEGINS, ENDS = at("2024-03-31T16:00"), at("2024-04-07T16:00"), at("2024-05-07T16:00")
LABELLED_AT = at("2024-06-01T00:00")
TICK = timedelta(microseconds=1)


def envelope(happened: datetime, recorded: datetime | None = None) -> dict[str, Any]:
    entered = recorded or happened
    return {
        "first_occurred_at": happened,
        "last_occurred_at": happened,
        "first_recorded_at": entered,
        "last_recorded_at": entered,
    }


def registered(name: str, **columns: Any) -> dict[str, Any]:
    happened = at("2023-01-01T00:00")
    return {"customer": f"customer-x:{name}", "registered_at": happened, **envelope(happened), **columns}


def left(name: str, when: datetime, *, recorded: datetime | None = None, **columns: Any) -> dict[str, Any]:
    row = {"customer": f"customer-x:{name}", "version": 2, "churned_at": when}
    return {**row, **envelope(when, recorded), **columns}


TOLD_OF_TO_THE_END = registered("seen-later", registered_at=ENDS, **envelope(ENDS))


def labelled(*churns: dict[str, Any], labelled_at: datetime = LABELLED_AT, **facts: Any) -> dict[str, bool]:
    names = {row["customer"].removeprefix("customer-x:") for row in churns}
    told = {
        "customers": [*(registered(name) for name in sorted(names | {"stays"})), TOLD_OF_TO_THE_END],
        "churns": list(churns),
        **facts,
    }
    source = Memory({fact: frame(fact, rows) for fact, rows in told.items()})
    found = examples(labelling(source, at=labelled_at), WINDOW)
    return dict(found.select(pl.col("customer_id").str.strip_prefix("x:"), "churned").rows())


def test_a_window_is_of_whole_local_days_after_the_end_of_the_cutoff_s_day() -> None:
    assert (WINDOW.cut_at, WINDOW.begins, WINDOW.ends) == (CUT_AT, BEGINS, ENDS)


def test_days_of_a_window_are_local_where_clocks_are_put_forward() -> None:
    berlin = Window(cutoff=date(2024, 3, 30), gap_days=1, horizon_days=1, zone=ZoneInfo("Europe/Berlin"))
    assert (berlin.begins, berlin.ends) == (at("2024-03-31T22:00"), at("2024-04-01T22:00"))


@pytest.mark.parametrize(
    ("when", "label"),
    [
        (CUT_AT - TICK, None),
        (CUT_AT, None),
        (BEGINS - TICK, None),
        (BEGINS, True),
        (ENDS - TICK, True),
        (ENDS, False),
    ],
    ids=["gone at the cutoff", "at the cutoff", "gap's end", "begin", "last moment", "horizon's end"],
)
def test_the_edges_of_the_window(when: datetime, label: bool | None) -> None:
    assert labelled(left("one", when)).get("one") is label


def test_whoever_stays_is_an_example_too() -> None:
    assert labelled(left("one", BEGINS)) == {"one": True, "stays": False}


def test_without_a_gap_the_first_moment_after_the_cutoff_counts() -> None:
    window = Window(cutoff=WINDOW.cutoff, gap_days=0, horizon_days=30, zone=SHANGHAI)
    rows = {"customers": [registered("one"), TOLD_OF_TO_THE_END], "churns": [left("one", CUT_AT)]}
    source = Memory({fact: frame(fact, told) for fact, told in rows.items()})
    assert examples(labelling(source, at=LABELLED_AT), window)["churned"].to_list() == [True]


def test_won_back_inside_the_window_has_left_all_the_same() -> None:
    assert labelled(left("one", BEGINS, won_back_at=BEGINS + TICK))["one"] is True


def test_of_two_leavings_the_first_one_counts() -> None:
    in_the_gap = left("one", CUT_AT, won_back_at=CUT_AT + TICK)
    assert "one" not in labelled(in_the_gap, left("one", BEGINS, version=4))


def test_whoever_had_left_by_the_cutoff_and_was_told_of_later_is_no_example() -> None:
    late = left("one", CUT_AT - timedelta(days=9), recorded=CUT_AT + TICK)
    assert "one" not in labelled(late)


def test_a_leaving_that_is_not_known_at_the_labelling_is_no_leaving() -> None:
    assert labelled(left("one", BEGINS, recorded=LABELLED_AT))["one"] is False


def test_a_window_that_is_not_over_gives_no_labels() -> None:
    assert labelled(left("one", BEGINS), labelled_at=ENDS - TICK) == {}
    assert labelled(left("one", BEGINS), labelled_at=ENDS + TICK) == {"one": True, "stays": False}


def test_a_window_of_which_nobody_told_the_end_gives_no_labels() -> None:
    customers = [registered("one"), registered("stays")]
    assert labelled(left("one", BEGINS), customers=customers) == {}


def test_whoever_was_erased_is_no_example() -> None:
    customers = [registered("one", erased_at=LABELLED_AT - TICK), registered("stays"), TOLD_OF_TO_THE_END]
    assert labelled(left("one", BEGINS), customers=customers) == {"stays": False}


def test_whoever_registers_after_the_cutoff_is_no_example() -> None:
    assert "seen-later" not in labelled()


@pytest.mark.parametrize(("gap", "horizon"), [(-1, 30), (0, 0)])
def test_a_window_of_nothing_is_refused(gap: int, horizon: int) -> None:
    with pytest.raises(ValueError, match="a gap has 0 days or more"):
        Window(cutoff=WINDOW.cutoff, gap_days=gap, horizon_days=horizon, zone=SHANGHAI)
