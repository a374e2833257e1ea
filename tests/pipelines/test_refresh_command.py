"""`kefu refresh` makes several views at once, and tells of them in their order."""

from datetime import date

import pytest

from pipelines.commands.refresh import in_order
from projections.storage.views import Refreshed
from projections.storage.views_of_a_day import Outcome
from projections.views import VIEWS


def done(place: int) -> Outcome:
    made = Refreshed(
        view=VIEWS[place].name, day=date(2026, 1, 1), position=1, rows=0, status="stored", remade=0
    )
    return Outcome(view=VIEWS[place], refreshed=made)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0), (1, 0, 2)])
def test_views_are_told_of_in_their_order_whichever_is_done_first(order: tuple[int, ...]) -> None:
    outcomes = [done(place) for place in order]
    told = list(in_order(outcomes, VIEWS[:3]))
    assert [outcome.view for outcome in told] == list(VIEWS[:3])


def test_a_view_is_told_of_as_soon_as_those_before_it_are() -> None:
    outcomes = iter([done(1), done(0), done(2)])
    telling = in_order(outcomes, VIEWS[:3])
    assert [next(telling).view, next(telling).view] == list(VIEWS[:2])
    assert [outcome.view for outcome in outcomes] == [VIEWS[2]]
