"""Complaints attributed anew: the vectors of the domain page, and the frames against the domain's rule."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.complaint.liability import LIABILITY_RULES, Stage
from domain.organisation.rule_bodies import LiabilityRule
from projections.metrics.answer import answer
from projections.metrics.derived.liability_readings import blamed
from projections.metrics.question import Question
from tests.projections.metrics.examples import at, complaint, frame
from tests.projections.metrics.memory import Memory

NOW = at("2024-06-01T00:00")
HOUR_MS = 3_600_000
Row = dict[str, Any]


def depot(ordinal: int, standard: int, actual: int) -> Row:
    return {
        "stage": f"depot_{ordinal}",
        "party": f"depot_{ordinal}",
        "ordinal": ordinal,
        "standard_ms": standard * HOUR_MS,
        "actual_ms": actual * HOUR_MS,
    }


def leg(ordinal: int, stage: str, due: str, ended: str) -> Row:
    return {
        "stage": stage,
        "party": stage,
        "ordinal": ordinal,
        "due_at": at(f"2024-01-{due}"),
        "ended_at": at(f"2024-01-{ended}"),
    }


DEPOTS = [depot(1, 36, 1), depot(2, 48, 42), depot(3, 48, 3), depot(4, 48, 30)]
LEGS = [
    leg(1, "pick_up", "16T19:50", "16T18:21"),
    leg(2, "origin_hub", "17T05:00", "17T04:52"),
    leg(3, "linehaul", "18T04:00", "18T10:05"),
    leg(4, "destination_hub", "18T12:00", "19T02:00"),
    leg(5, "delivery", "18T17:30", "19T11:07"),
]
"""Both vectors of the domain page."""


def stages(number: int, *rows: Row) -> list[Row]:
    told = at("2024-01-20T00:00")
    return [{"complaint": f"complaint-x:{number}", "measured_at": told} | row for row in rows]


def liable(number: int, party: str, share: int, **columns: Any) -> Row:
    return {
        "complaint": f"complaint-x:{number}",
        "attribution_id": "a1",
        "party": party,
        "share": share,
        "in_force": True,
        "is_lead": True,
        "filed_at": at("2024-01-10T02:00"),
    } | columns


def asked(
    metric: str, *, by: tuple[str, ...], measured: Sequence[Row] = (), attributed: Sequence[Row] = ()
) -> list[Any]:
    """The answers of January as (group, numerator, denominator, value)."""
    complaints = {row["complaint"] for row in (*measured, *attributed)}
    source = Memory(
        {
            "complaints": frame("complaints", [complaint(0) | {"complaint": name} for name in complaints]),
            "complaint_stages": frame("complaint_stages", measured),
            "complaint_liabilities": frame("complaint_liabilities", attributed),
        }
    )
    question = Question(metric=metric, start=date(2024, 1, 1), end=date(2024, 2, 1), by=by)
    return [(*one.by.values(), one.value) for one in answer(source, question, now=NOW)]


@pytest.mark.parametrize(
    ("reading", "vector", "stage"),
    [
        ("positive_overrun", DEPOTS, None),
        ("own_overrun", DEPOTS, "depot_2"),
        ("first_late", LEGS, "linehaul"),
        ("against_clock", LEGS, "delivery"),
        ("own_overrun", LEGS, "destination_hub"),
    ],
)
def test_the_vectors_of_the_domain_page(reading: str, vector: list[Row], stage: str | None) -> None:
    found = asked(f"complaint_share.party_{reading}", by=("party", "stage"), measured=stages(1, *vector))
    assert found == ([] if stage is None else [(stage, stage, 1.0)])


def test_shares_under_a_reading_sum_to_one_and_complaints_count_once() -> None:
    measured = [*stages(1, *DEPOTS), *stages(2, *LEGS), *stages(3, *LEGS)]
    attributed = [
        liable(4, "sales", 700_000),
        liable(4, "group", 300_000, is_lead=False),
        liable(1, "sales", 1_000_000),
    ]
    told = {"measured": measured, "attributed": attributed}
    assert asked("complaint_share.party_first_late", by=("party",), **told) == [
        ("group", 0.1),
        ("linehaul", 2 / 3),
        ("sales", pytest.approx(0.7 / 3)),
    ]
    assert asked("attributed_complaints.first_late", by=(), **told) == [(3,)]
    assert asked("attributed_complaints.own_overrun", by=(), **told) == [(4,)]


def test_shares_as_attributed_are_those_in_force() -> None:
    attributed = [
        liable(1, "sales", 1_000_000),
        liable(2, "sales", 250_000, is_lead=False),
        liable(2, "operations", 750_000),
        liable(3, "group", 1_000_000, in_force=False),
    ]
    found = asked("complaint_share.party_as_attributed", by=("party",), attributed=attributed)
    assert found == [("operations", 0.375), ("sales", 0.625)]
    leading = asked("complaint_share.party_leading", by=("party",), attributed=attributed)
    assert leading == [("operations", 0.5), ("sales", 0.5)]


moments = st.none() | st.integers(0, 40).map(lambda n: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(hours=n))
spans = st.none() | st.integers(0, 6).map(lambda n: n * HOUR_MS // 2)
shipments = st.lists(
    st.lists(
        st.fixed_dictionaries(
            {
                "ordinal": st.integers(1, 4),
                "standard_ms": spans,
                "actual_ms": spans,
                "due_at": moments,
                "ended_at": moments,
            }
        ),
        max_size=5,
    ),
    min_size=1,
    max_size=4,
)


@pytest.mark.parametrize("reading", LIABILITY_RULES)
@settings(max_examples=50, deadline=None)
@given(drawn=shipments)
def test_the_frames_blame_whom_the_domain_blames(reading: LiabilityRule, drawn: list[list[Row]]) -> None:
    rows = [
        {"stage": f"stage_{place}", "party": f"party_{place}"} | row
        for number, shipment in enumerate(drawn)
        for place, row in enumerate(stages(number, *shipment))
    ]
    found = blamed(frame("complaint_stages", rows), reading)
    assert dict(found.select("complaint", "stage").rows()) == by_the_domain(rows, reading)
    assert found.height == found["complaint"].n_unique()


def by_the_domain(rows: list[Row], reading: LiabilityRule) -> dict[str, str]:
    told: dict[str, list[Stage]] = {}
    for row in rows:
        one = Stage(**{name: row[name] for name in Stage.__struct_fields__})
        told.setdefault(row["complaint"], []).append(one)
    liable = {name: LIABILITY_RULES[reading](of_one) for name, of_one in told.items()}
    return {name: overrun.stage.stage for name, overrun in liable.items() if overrun}


def test_no_stages_blame_nobody() -> None:
    assert blamed(frame("complaint_stages", []), "own_overrun").equals(
        pl.DataFrame(schema={"complaint": pl.String, "stage": pl.String, "party": pl.String})
    )
