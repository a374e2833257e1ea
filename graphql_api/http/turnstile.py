"""How many requests are answered at once, of one caller and in all; who comes above that is told to wait."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from graphql_api.http.request_problems import RequestProblem

TOO_MANY_REQUESTS = "TOO_MANY_REQUESTS"
WAIT_SECONDS = "1"


class Turnstile:
    """Counts who is inside; of one event loop, which is why nothing is locked."""

    def __init__(self, *, in_all: int, per_caller: int) -> None:
        self._in_all, self._per_caller = in_all, per_caller
        self._inside: Counter[str] = Counter()

    @property
    def inside(self) -> int:
        return self._inside.total()

    @contextmanager
    def entering(self, caller: str) -> Iterator[None]:
        """While the caller's request is answered; RequestProblem (429, 503) where there is no room."""
        if self._inside[caller] >= self._per_caller:
            said = f"This key has {self._per_caller} requests under way: wait for one of them"
            raise _too_many(said, status=429)
        if self.inside >= self._in_all:
            raise _too_many(f"{self._in_all} requests are under way: try again in a moment", status=503)
        self._inside[caller] += 1
        try:
            yield
        finally:
            self._inside[caller] -= 1
            if not self._inside[caller]:
                del self._inside[caller]


def _too_many(message: str, *, status: int) -> RequestProblem:
    return RequestProblem(
        message, status=status, code=TOO_MANY_REQUESTS, headers={"retry-after": WAIT_SECONDS}
    )
