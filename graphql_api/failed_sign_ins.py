"""Failed sign-ins counted by address, so that guessing is dull; who holds a good key never waits."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable
from time import monotonic

log = logging.getLogger("kefu.sign_in")

FREE = 10
"""Failures of one address within a minute that are answered at once: a person types wrongly now and then."""
WINDOW = 60.0
FIRST_WAIT, LONGEST_WAIT = 0.1, 2.0
MOST_ADDRESSES = 10_000
MOST_WAITING = 100
"""Beyond these nobody waits: answers held back must not become what fills the server."""


class FailedSignIns:
    """How long an address that keeps failing waits for its next refusal.

    Nobody is locked out: behind a proxy everybody may have one address, and a good key is answered at once.
    """

    def __init__(self, *, seconds: Callable[[], float] = monotonic) -> None:
        self._seconds = seconds
        self._failures: OrderedDict[str, tuple[float, int]] = OrderedDict()
        self._waiting = 0

    def count(self, address: str) -> float:
        """Note a failure; answers the seconds that its refusal should wait, doubling up to two."""
        now = self._seconds()
        began, failures = self._failures.pop(address, (now, 0))
        if now - began >= WINDOW:
            began, failures = now, 0
        self._failures[address] = (began, failures + 1)
        if len(self._failures) > MOST_ADDRESSES:
            self._failures.popitem(last=False)
        over = failures + 1 - FREE
        if over == 1:
            log.warning("%s failed to sign in %d times within a minute; its refusals wait now", address, FREE)
        return min(FIRST_WAIT * 2.0 ** min(over - 1, 10), LONGEST_WAIT) if over > 0 else 0.0

    async def wait(self, address: str) -> None:
        """Note a failure and wait as long as it should."""
        pause = self.count(address)
        if pause == 0.0 or self._waiting >= MOST_WAITING:
            return
        self._waiting += 1
        try:
            await asyncio.sleep(pause)
        finally:
            self._waiting -= 1
