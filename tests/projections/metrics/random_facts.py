"""Hypothesis strategies: small random stores of calls, complaints, liabilities and volumes, and questions."""

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from projections.metrics.definitions import METRICS
from projections.metrics.periods import GRAINS
from projections.metrics.question import Question
from tests.projections.metrics.examples import at, call, complaint, frame, volume
from tests.projections.metrics.memory import Memory

START = at("2024-01-01T00:00")
units = st.sampled_from([None, "east", "west"])
lines = st.sampled_from([None, "motor"])
times = st.integers(0, 90 * 4).map(lambda quarters: START + timedelta(hours=6 * quarters))

Rows = st.SearchStrategy[dict[str, Any]]

call_rows: Rows = st.builds(
    dict,
    direction=st.sampled_from(["inbound", "inbound", "inbound", "outbound"]),
    outcome=st.sampled_from([None, "answered", "answered", "abandoned", "flowed_out"]),
    offered_at=times,
    queued_at=st.none() | times,
    flow_kind=st.sampled_from([None, "callback_requested", "voicemail"]),
    wait_ms=st.sampled_from([None, 0, 5_000, 5_001, 20_000, 20_001]),
    talk_ms=st.sampled_from([None, 0, 1, 60_000]),
    customer_id=st.sampled_from([None, "ann", "bo"]),
    key_presses=st.sampled_from([None, 1, 2]),
    queue=st.sampled_from([None, "motor", "property"]),
    agent_id=st.sampled_from([None, "a1"]),
    unit=units,
    line=lines,
)
complaint_rows: Rows = st.builds(
    dict,
    filed_at=times,
    closed_at=st.none() | times,
    unit=units,
    line=lines,
    category=st.sampled_from(["late", "lost"]),
    escalations=st.sampled_from([None, 1]),
    attributions=st.sampled_from([None, 2]),
    regulator_outcome=st.sampled_from([None, "upheld", "overturned"]),
)
liability_rows: Rows = st.builds(
    dict,
    filed_at=times,
    unit=units,
    category=st.sampled_from(["late", "lost"]),
    in_force=st.booleans(),
    is_lead=st.booleans(),
)


@st.composite
def month_volumes(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Every base by month, unit and line, here and there."""
    chosen = draw(
        st.lists(
            st.tuples(
                st.sampled_from(["waybills", "customers", "policies", "copies"]),
                st.integers(1, 3),
                units,
                lines,
                st.integers(0, 500),
            ),
            max_size=6,
            unique_by=lambda drawn: drawn[:4],
        )
    )
    return [
        volume(
            base,
            at(f"2024-0{month}-01T00:00"),
            at(f"2024-0{month + 1}-01T00:00"),
            value,
            unit=unit,
            line=line,
        )
        for base, month, unit, line, value in chosen
    ]


@st.composite
def memories_of(draw: st.DrawFn) -> Memory:
    calls = draw(st.lists(call_rows, max_size=14))
    complaints = draw(st.lists(complaint_rows, max_size=6))
    liabilities = draw(st.lists(liability_rows, max_size=4))
    named = [
        {"complaint": f"complaint-x:{n}", "attribution_id": "1", "party": "sales"} | row
        for n, row in enumerate(liabilities)
    ]
    return Memory(
        {
            "calls": frame("calls", [call(n, **row) for n, row in enumerate(calls)]),
            "complaints": frame("complaints", [complaint(n, **row) for n, row in enumerate(complaints)]),
            "complaint_liabilities": frame("complaint_liabilities", named),
            "volumes": frame("volumes", draw(month_volumes())),
        }
    )


@st.composite
def questions_of(draw: st.DrawFn) -> Question:
    definition = draw(st.sampled_from(METRICS))
    dimensions = [name for name in ("unit", "line", "queue", "category") if name in definition.dimensions]
    by = draw(st.lists(st.sampled_from(dimensions), max_size=2, unique=True))
    units_kept: list[list[str | None] | None] = [None, None, ["east"], ["west", None]]
    kept = draw(st.sampled_from(units_kept))
    start = date(2024, draw(st.integers(1, 3)), 1)
    end = draw(st.sampled_from([date(2024, 4, 1), date(2024, 5, 1)]))
    return Question(
        metric=definition.metric,
        definition=definition.id,
        start=start,
        end=end,
        grain=draw(st.sampled_from(GRAINS)),
        by=tuple(by),
        where={"unit": kept} if kept else {},
        fill_gaps=draw(st.booleans()),
    )


memories = memories_of()
questions = questions_of()
