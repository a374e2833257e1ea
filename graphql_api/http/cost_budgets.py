"""A budget of values per caller, which fills again as time passes; what is asked for is set aside first."""

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from graphql_api.http.request_problems import RequestProblem

COST_BUDGET_SPENT = "COST_BUDGET_SPENT"
MOST_CALLERS = 10_000


@dataclass(slots=True)
class Purse:
    """What a caller has left, as it was at a moment."""

    left: float
    at: datetime


@dataclass(slots=True)
class Spending:
    """What one request set aside, and what it turned out to use."""

    requested: int
    used: int = 0


class CostBudgets:
    """`limit` values a minute for each caller: all at once, or spread; of one process."""

    def __init__(self, *, per_minute: int) -> None:
        self.limit = per_minute
        self._purses: OrderedDict[str, Purse] = OrderedDict()

    @contextmanager
    def spending(self, caller: str, requested: int, *, now: datetime) -> Iterator[Spending]:
        """Sets `requested` aside and gives back what was not used; RequestProblem (429) where it lacks."""
        purse = self._purse(caller, now)
        if requested > purse.left:
            raise self._spent(purse, requested)
        purse.left -= requested
        spending = Spending(requested)
        try:
            yield spending
        finally:
            purse.left = min(self.limit, purse.left + max(requested - spending.used, 0))

    def told(self, caller: str, spending: Spending, *, now: datetime) -> dict[str, Any]:
        """`extensions.cost` of an answer: `remaining` until more is used, all of it again at `resetsAt`."""
        purse = self._purse(caller, now)
        return {"requested": spending.requested, "used": spending.used, **self._state(purse)}

    def _purse(self, caller: str, now: datetime) -> Purse:
        """The caller's, filled up to now; who has not asked for longest has a full one again."""
        purse = self._purses.setdefault(caller, Purse(left=self.limit, at=now))
        self._purses.move_to_end(caller)
        if len(self._purses) > MOST_CALLERS:
            self._purses.popitem(last=False)
        passed = max((now - purse.at).total_seconds(), 0)
        purse.left = min(self.limit, purse.left + passed * self.limit / 60)
        purse.at = max(now, purse.at)
        return purse

    def _state(self, purse: Purse) -> dict[str, Any]:
        full_in = timedelta(seconds=ceil(self._seconds_for(self.limit - purse.left)))
        return {
            "limit": self.limit,
            "remaining": int(purse.left),
            "resetsAt": (purse.at + full_in).isoformat(),
        }

    def _seconds_for(self, cost: float) -> float:
        return max(cost, 0) * 60 / self.limit

    def _spent(self, purse: Purse, requested: int) -> RequestProblem:
        if requested > self.limit:
            advice = "which is more than a whole minute's: ask for fewer fields or rows at once"
        else:
            wait = max(1, ceil(self._seconds_for(requested - purse.left)))
            advice = f"try again in {wait} s, ask for less, or take /export/ for whole tables"
        message = f"This asks for {requested:,} values, and the key has {int(purse.left):,} left: {advice}"
        return RequestProblem(
            message,
            status=429,
            code=COST_BUDGET_SPENT,
            headers={"retry-after": str(max(1, ceil(self._seconds_for(requested - purse.left))))},
            extensions={"cost": {"requested": requested, "used": 0, **self._state(purse)}},
        )


def values_in(data: Any) -> int:
    """How many values an answer holds. Rows of one list have the same fields, so the first stands for all."""
    if isinstance(data, dict):
        return len(data) + sum(values_in(value) for value in data.values() if isinstance(value, dict | list))
    if not isinstance(data, list):
        return 0
    rows = [row for row in data if row is not None]
    if set(map(type, rows)) != {dict}:
        return sum(values_in(row) for row in rows)
    below = [name for name, value in rows[0].items() if isinstance(value, dict | list)]
    return sum(map(len, rows)) + sum(values_in([row.get(name) for row in rows]) for name in below)
