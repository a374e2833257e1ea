"""A frame of activities earns what the plain rule says of each, and nothing wraps around."""

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given as for_any
from hypothesis import strategies as st

from domain.member.accrual import Activity, accrue
from domain.organisation.programme import Accrual, AccrualBase, Multiplier, Rounding
from projections.views.accrued_points import ACTIVITIES, accrued_points

MODES = st.sampled_from(["floor", "ceiling", "half_up", "half_even"])
ROUNDINGS = st.builds(Rounding, mode=MODES, places=st.integers(0, 4))
POSITIVE = st.decimals("0.01", 50, places=2) | st.sampled_from([Decimal(1), Decimal(10), Decimal("1.08")])
DAYS = st.dates(date(2026, 1, 1), date(2026, 1, 9))
NAMES = st.sampled_from(["a", "b"])
CHOICE = st.lists(NAMES, max_size=1).map(tuple)


@st.composite
def multipliers(draw: st.DrawFn) -> tuple[Multiplier, ...]:
    drawn = []
    for name in range(draw(st.integers(0, 3))):
        start, end = sorted([draw(DAYS), draw(DAYS)])
        months, until = sorted([draw(st.integers(0, 5)), draw(st.integers(0, 5))])
        drawn.append(
            Multiplier(
                name=str(name),
                factor=draw(POSITIVE),
                activities=draw(CHOICE),
                tiers=draw(CHOICE),
                campaigns=draw(CHOICE),
                period_start=start,
                period_end=end if end > start else None,
                tenure_from=months,
                tenure_until=until if until > months else None,
            )
        )
    return tuple(drawn)


ACCRUALS = st.builds(
    Accrual,
    bases=st.tuples(
        *(
            st.builds(
                AccrualBase,
                activity=st.just(name),
                per=POSITIVE,
                points=POSITIVE,
                rounding=st.none() | ROUNDINGS,
            )
            for name in ("a", "b")
        )
    ),
    multipliers=multipliers(),
    combine=st.sampled_from(["multiply", "best_of"]),
    rounding=ROUNDINGS,
)
ROWS = st.fixed_dictionaries(
    {
        "activity": st.sampled_from(["a", "b", "c"]),
        "amount": st.decimals(-(10**7), 10**7, places=4),
        "on": DAYS,
        "tier": st.none() | NAMES,
        "tenure": st.integers(0, 6),
        "campaign": st.none() | NAMES,
    }
)


def plainly(row: dict[str, Any], accrual: Accrual) -> Decimal | None:
    accrued = accrue(Activity(kind=row.pop("activity"), **row), accrual=accrual)
    return None if accrued is None else accrued.points


@for_any(st.lists(ROWS, max_size=8), ACCRUALS)
def test_a_frame_earns_what_the_plain_rule_says(rows: list[dict[str, Any]], accrual: Accrual) -> None:
    frame = pl.DataFrame(rows, schema=ACTIVITIES).with_row_index()
    points = accrued_points(frame, accrual=accrual)
    assert points["index"].to_list() == list(range(len(rows)))
    assert points["points"].to_list() == [plainly(dict(row), accrual) for row in rows]
    assert points.schema["points"] == pl.Decimal(38, 4)


def test_what_cannot_be_counted_exactly_is_refused() -> None:
    row = {"activity": "a", "amount": Decimal(10) ** 28, "on": date(2026, 1, 1), "tenure": 0}
    frame = pl.DataFrame([row], schema=ACTIVITIES)
    with pytest.raises(OverflowError, match="amounts to 1"):
        accrued_points(frame, accrual=Accrual(bases=(AccrualBase(activity="a"),)))
