"""Budgets: set aside before, given back after, filled by time, told in answers, refused with what to do."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphql_api.http.cost_budgets import MOST_CALLERS, CostBudgets, values_in
from graphql_api.http.request_problems import RequestProblem

NOW = datetime(2026, 3, 1, tzinfo=UTC)
ROWS = st.integers(0, 4).flatmap(
    lambda width: st.lists(st.fixed_dictionaries({f"k{n}": st.integers() for n in range(width)}), max_size=5)
)
EDGES = ROWS.map(lambda rows: [{"cursor": "c", "node": row} for row in rows])
ANSWERS = st.recursive(
    st.one_of(st.none(), st.integers(), st.text(max_size=2), ROWS, EDGES),
    lambda below: st.dictionaries(st.text(max_size=3), below, max_size=4),
    max_leaves=12,
)


def spend(budgets: CostBudgets, requested: int, used: int, *, now: datetime = NOW) -> dict[str, Any]:
    with budgets.spending("me", requested, now=now) as spending:
        spending.used = used
    return budgets.told("me", spending, now=now)


def test_what_was_set_aside_and_not_used_is_given_back() -> None:
    assert spend(CostBudgets(per_minute=600), 500, 60) == {
        "requested": 500,
        "used": 60,
        "limit": 600,
        "remaining": 540,
        "resetsAt": (NOW + timedelta(seconds=6)).isoformat(),
    }


def test_a_budget_fills_as_time_passes_and_never_above_its_limit() -> None:
    budgets = CostBudgets(per_minute=600)
    assert spend(budgets, 600, 600)["remaining"] == 0
    assert spend(budgets, 0, 0, now=NOW + timedelta(seconds=3))["remaining"] == 30
    assert spend(budgets, 0, 0, now=NOW)["remaining"] == 30
    assert spend(budgets, 0, 0, now=NOW + timedelta(hours=1))["remaining"] == 600


@pytest.mark.parametrize(
    ("requested", "retry", "advice"),
    [(300, "20", "try again in 20 s"), (601, "51", "more than a whole minute's: ask for fewer fields")],
)
def test_who_has_spent_the_budget_is_told_when_and_what_to_do(
    requested: int, retry: str, advice: str
) -> None:
    budgets = CostBudgets(per_minute=600)
    spend(budgets, 500, 500)
    with pytest.raises(RequestProblem, match=advice) as refused, budgets.spending("me", requested, now=NOW):
        pass
    problem = refused.value
    assert (problem.status, problem.code) == (429, "COST_BUDGET_SPENT")
    assert problem.headers == {"retry-after": retry}
    assert problem.extensions["cost"]["remaining"] == 100


def test_others_have_budgets_of_their_own_and_few_are_remembered() -> None:
    budgets = CostBudgets(per_minute=600)
    spend(budgets, 600, 600)
    for number in range(MOST_CALLERS):
        with budgets.spending(f"caller {number}", 600, now=NOW):
            pass
    assert spend(budgets, 0, 0)["remaining"] == 600


def test_what_a_fault_left_unused_is_given_back() -> None:
    budgets = CostBudgets(per_minute=600)
    with pytest.raises(ValueError, match="a fault"), budgets.spending("me", 600, now=NOW):
        raise ValueError("a fault")
    assert spend(budgets, 0, 0)["remaining"] == 600


def counted_one_by_one(data: Any) -> int:
    if isinstance(data, dict):
        return sum(1 + counted_one_by_one(value) for value in data.values())
    return sum(map(counted_one_by_one, data)) if isinstance(data, list) else 0


@settings(max_examples=60)
@given(ANSWERS)
def test_values_are_counted_as_they_are_one_by_one(data: Any) -> None:
    assert values_in(data) == counted_one_by_one(data)
