"""Who keeps failing waits longer each time; nobody is locked out, and waiting fills nothing."""

import asyncio
from time import monotonic

import pytest

from graphql_api import failed_sign_ins
from graphql_api.failed_sign_ins import FREE, LONGEST_WAIT, MOST_ADDRESSES, WINDOW, FailedSignIns


class Clock:
    seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def test_a_few_failures_cost_nothing_and_each_further_one_twice_the_time() -> None:
    failed = FailedSignIns(seconds=Clock())
    assert [failed.count("a") for _ in range(FREE)] == [0.0] * FREE
    assert [failed.count("a") for _ in range(7)] == [0.1, 0.2, 0.4, 0.8, 1.6, LONGEST_WAIT, LONGEST_WAIT]
    assert failed.count("b") == 0.0


def test_it_is_logged_once_that_an_address_keeps_failing(caplog: pytest.LogCaptureFixture) -> None:
    failed = FailedSignIns(seconds=Clock())
    for _ in range(FREE + 5):
        failed.count("10.0.0.7")
    assert [record.getMessage()[:23] for record in caplog.records] == ["10.0.0.7 failed to sign"]


def test_a_minute_later_failures_are_forgotten() -> None:
    clock = Clock()
    failed = FailedSignIns(seconds=clock)
    assert [failed.count("a") for _ in range(FREE + 1)][-1] > 0
    clock.seconds += WINDOW
    assert failed.count("a") == 0.0


def test_only_so_many_addresses_are_remembered() -> None:
    failed = FailedSignIns(seconds=Clock())
    for number in range(MOST_ADDRESSES + 5):
        failed.count(f"10.0.{number}")
    assert len(failed._failures) == MOST_ADDRESSES
    assert "10.0.0" not in failed._failures


def test_beyond_a_hundred_nobody_waits() -> None:
    failed = FailedSignIns(seconds=Clock())
    for _ in range(FREE + 2):
        failed.count("a")

    async def many() -> float:
        began = monotonic()
        waiting = [asyncio.create_task(failed.wait("a")) for _ in range(failed_sign_ins.MOST_WAITING)]
        await asyncio.sleep(0)
        await failed.wait("a")
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        return monotonic() - began

    assert asyncio.run(many()) < LONGEST_WAIT / 2
    assert failed._waiting == 0
