"""`kefu erase` killed at any moment leaves, after the next start, a complete erasure or none."""

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.stores import Store
from pipelines.stores import open_store
from tests.pipelines.test_erasure import Town, town_in

ROOT = Path(__file__).parents[2]
KILLS = 6
LONGEST_RUN = 120.0
LATEST_KILL = 0.15


@pytest.fixture
def town(embedded_store: Store) -> Iterator[Town]:
    yield from town_in(embedded_store)


def erasing(customer: str, store: Store) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "pipelines.cli", "erase", customer, "--yes"]
    environ = store.settings.environ() | {"PATH": ""}
    return subprocess.Popen(command, env=environ, cwd=ROOT, stdout=subprocess.DEVNULL)


def wait_for_request(process: "subprocess.Popen[bytes]", customer: str, store: Store) -> None:
    """Until the erasure has begun, or its process has ended."""
    while process.poll() is None and not store.keys.erased_among([customer]):
        time.sleep(0.002)


def is_untouched(town: Town, people: list[str], call: str) -> bool:
    return (
        not town.told_as_erased().intersection(people)
        and not town.store.keys.erased_among([*people, call])
        and town.store.keys.having_keys([*people, call]) == {*people, call}
    )


def is_complete(town: Town, people: list[str], call: str) -> bool:
    return all(map(town.is_forgotten, people)) and not town.store.keys.having_keys([*people, call])


def test_a_killed_erasure_is_complete_after_the_next_start(town: Town) -> None:
    chance = random.Random(20260105)
    died = 0
    for number in range(KILLS):
        phone = f"1380000{number:04}"
        people = [town.person(phone), town.person(f"1390000{number:04}"), town.person(f"1370000{number:04}")]
        call = town.call(number, phone)
        town.link(people[0], people[1])
        town.link(people[2], people[0])
        process = erasing(people[1], town.store)
        if number:
            wait_for_request(process, people[1], town.store)
        time.sleep(chance.uniform(0, LATEST_KILL))
        process.kill()
        died += process.wait(LONGEST_RUN) == -9
        with open_store(town.store.settings) as again:
            assert again.keys.unfinished_erasures() == set()
        assert is_complete(town, people, call) or (number == 0 and is_untouched(town, people, call))
        assert erasing(people[2], town.store).wait(LONGEST_RUN) == 0
        assert is_complete(town, people, call)
    assert died >= KILLS // 2
