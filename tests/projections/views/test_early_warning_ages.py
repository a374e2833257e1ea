"""A warning's row changes by events, rules and the ages that the view declares, and by no other time."""

from datetime import date, datetime, timedelta

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from projections.facts import SPECS
from projections.views.early_warnings import EARLY_WARNINGS
from projections.views.reading import ViewReading, customer_column
from projections.views.view import Age
from tests.projections.views.given import NOW, remembered
from tests.projections.views.warnings_told import (
    TODAY,
    Told,
    before,
    contact,
    contract,
    told,
    usage,
    warning,
)


def around(*days: float) -> st.SearchStrategy[float]:
    """Half a day before and after what lies so many days back: either side of a day on which time tells."""
    return st.sampled_from([day + half for day in days for half in (-0.5, 0.5)])


@st.composite
def told_about(draw: st.DrawFn, number: int) -> Told:
    """A warning, a contract, a complaint and four months of one customer, near where windows end."""
    warned_at = draw(around(10, 90, 365))
    due = draw(st.none() | around(-1, 0, 1, 90))
    filed, complaint_due = draw(around(10, 90, 365)), draw(st.none() | around(0, 90))
    signed, ends = draw(around(5, 31, 90, 700)), draw(around(-30, -1, 0, 1, 60))
    first = draw(st.sampled_from([date(2023, 11, 1), date(2023, 12, 1)]))
    months = [
        date(first.year + (first.month + n - 1) // 12, (first.month + n - 1) % 12 + 1, 1) for n in range(4)
    ]
    complaint = {
        "complaint": f"complaint-x:{number}",
        "customer_id": f"x:{number}",
        "filed_at": before(filed),
    }
    due_at = None if complaint_due is None else before(complaint_due)
    answers = [contact(number, warned_at - 0.1)] if draw(st.booleans()) else []
    return {
        "warnings": [
            warning(number, warned_at, due=due, kind=draw(st.sampled_from(["silent", "contract_ending"])))
        ],
        "contacts": answers,
        "contracts": [contract(number, "K1", signed=signed, ends=ends)],
        "complaints": [told(complaint | {"due_at": due_at}, before(filed))],
        "usage_months": [
            usage(number, month, spend) for month, spend in zip(months, [9, 9, 9, 1], strict=True)
        ],
        "customers": [told({"customer": f"customer-x:{number}", "registered_at": before(900)}, before(900))],
        "customer_classes": [
            told(
                {"customer": f"customer-x:{number}", "version": 2, "scheme": "value", "value": "mid"}
                | {"classified_at": before(800)},
                before(800),
            )
        ],
    }


@settings(max_examples=20, deadline=None)
@given(people=st.tuples(told_about(1), told_about(2)), later=st.sampled_from([-1, 0, 13, 14, 15]))
def test_time_alone_changes_nothing_but_what_an_age_tells(people: tuple[Told, Told], later: int) -> None:
    facts = {name: [*people[0][name], *people[1][name]] for name in people[0]}
    source = remembered(**facts)
    ends = [TODAY + timedelta(days=later + more) for more in (0, 1)]
    told_by = NOW + timedelta(days=900)
    before_it, after_it = (
        ViewReading(source=source, now=told_by, as_of=end, known_at=told_by) for end in ends
    )
    rows = [EARLY_WARNINGS.made(reading) for reading in (before_it, after_it)]
    moved = {
        *rows[0].join(rows[1], on=rows[0].columns, how="anti", nulls_equal=True)["customer_id"],
        *rows[1].join(rows[0], on=rows[0].columns, how="anti", nulls_equal=True)["customer_id"],
    }
    assert moved <= {who for age in EARLY_WARNINGS.ages or () for who in reached(after_it, age)} | told_since(
        facts, ends
    )


def reached(reading: ViewReading, age: Age) -> list[str]:
    """Whom an age reaches on the reading's day."""
    first = reading.day - timedelta(days=age.days)
    days = (first, first + timedelta(days=1))
    is_date = SPECS[age.fact].schema[age.column] == pl.Date
    start, end = days if is_date else map(reading.begin_of, days)
    column = customer_column(age.fact) or ""
    rows = reading.facts(age.fact, columns=(column,), time=(age.column, start, end))
    return rows[column].str.strip_prefix("customer-").to_list()


def told_since(facts: dict[str, list[Told]], ends: list[datetime]) -> set[str]:
    """Whose rows began on the day itself: events, which are no matter of time alone."""
    return {
        (row.get("customer") or f"customer-{row['customer_id']}").removeprefix("customer-")
        for rows in facts.values()
        for row in rows
        if ends[0] <= row["first_occurred_at"] < ends[1]
    }
