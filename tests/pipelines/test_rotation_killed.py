"""`kefu rotate` killed at any moment: every store opens, and what was sealed is read."""

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from infra.key_store.master_key import next_master_key_file
from infra.stores import Store
from pipelines.stores import open_store

ROOT = Path(__file__).parents[2]
KILLS = 4
KEYS = 20_000
LONGEST_RUN = 120.0
LATEST_KILL = 1.5


@pytest.fixture
def own(embedded_store: Store, tmp_path: Path) -> Iterator[Store]:
    """A store whose master key no other store of the server has."""
    settings = replace(
        embedded_store.settings,
        store=f"{embedded_store.settings.store}_r",
        master_key_file=tmp_path / "master.key",
    )
    with open_store(settings) as store:
        store.keys.subject_keys(f"crm:{number}" for number in range(KEYS))
        yield store


def rotating(store: Store) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "pipelines.cli", "rotate"]
    environ = store.settings.environ() | {"PATH": ""}
    return subprocess.Popen(command, env=environ, cwd=ROOT, stdout=subprocess.DEVNULL)


def wait_for_the_next_key(process: "subprocess.Popen[bytes]", file: Path) -> None:
    while process.poll() is None and not next_master_key_file(file).exists():
        time.sleep(0.002)


def test_a_killed_rotation_loses_no_key(own: Store) -> None:
    chance, file, died = random.Random(20260106), own.settings.master_key_file, 0
    sealed = str(own.keys.protect("crm:1", "name", "王"))
    before = own.keys.subject_keys(f"crm:{number}" for number in range(0, KEYS, 100))
    # The first kill comes for certain before the rotation is over.
    for delay in (0.0, *(chance.uniform(0, LATEST_KILL) for _ in range(KILLS - 1))):
        process = rotating(own)
        wait_for_the_next_key(process, file)
        time.sleep(delay)
        process.kill()
        died += process.wait(LONGEST_RUN) == -9
        with open_store(own.settings) as again:
            assert again.keys.reveal("crm:1", "name", sealed) == "王"
            assert again.keys.subject_keys(before) == before
            assert again.append_key == own.append_key
        assert own.keys.reveal("crm:1", "name", sealed) == "王"
    assert died
    assert rotating(own).wait(LONGEST_RUN) == 0
    assert not next_master_key_file(file).exists()
    with open_store(own.settings) as again:
        assert again.keys.subject_keys(before) == before
