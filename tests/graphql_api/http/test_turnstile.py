"""So many requests of one caller and in all at once; the next is told to wait, and places are given back."""

from contextlib import ExitStack

import pytest

from graphql_api.http.request_problems import RequestProblem
from graphql_api.http.turnstile import Turnstile


@pytest.mark.parametrize(("caller", "status"), [("a", 429), ("c", 503)])
def test_who_comes_when_there_is_no_room_is_told_to_wait(caller: str, status: int) -> None:
    turnstile = Turnstile(in_all=3, per_caller=2)
    with ExitStack() as inside:
        for name in ("a", "a", "b"):
            inside.enter_context(turnstile.entering(name))
        with pytest.raises(RequestProblem) as refused, turnstile.entering(caller):
            pass
        problem = refused.value
        assert (problem.status, problem.code) == (status, "TOO_MANY_REQUESTS")
        assert problem.headers == {"retry-after": "1"}
    assert turnstile.inside == 0


def test_a_place_is_given_back_after_a_fault() -> None:
    turnstile = Turnstile(in_all=1, per_caller=1)
    for _ in range(3):
        with pytest.raises(ValueError, match="a fault"), turnstile.entering("a"):
            raise ValueError("a fault")
    assert turnstile.inside == 0
