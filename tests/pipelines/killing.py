"""`kefu ingest` killed at random moments and run again until it is through."""

import random
import subprocess
import sys
import time
from pathlib import Path

from infra.stores import Store
from tests.pipelines.given import Desk

ROOT = Path(__file__).parents[2]
LONGEST_RUN = 120.0


def ingest_with_kills(made: Desk, store: Store, *, events: int, kills: int, seed: int) -> int:
    """Kill -9 at random points of what is left of `events`, then let it finish; how many runs died.

    The seed is printed, so that a failure can be seen again.
    """
    chance, died = random.Random(seed), 0
    sys.stdout.write(f"kefu ingest is killed {kills} times, seed {seed}\n")
    for _ in range(kills):
        stored = _highest(store)
        process = _started(made, store)
        _wait_for(process, store, position=stored + int(chance.random() ** 2 * (events - stored)))
        time.sleep(chance.uniform(0.0, 0.2))
        process.kill()
        died += process.wait(LONGEST_RUN) == -9
    assert _started(made, store).wait(LONGEST_RUN) == 0
    return died


def _wait_for(process: "subprocess.Popen[bytes]", store: Store, *, position: int) -> None:
    """Until the log has passed a position, or the process has ended."""
    while process.poll() is None and _highest(store) <= position:
        time.sleep(0.005)


def _highest(store: Store) -> int:
    with store.log() as log:
        return log.highest()


def _started(made: Desk, store: Store) -> "subprocess.Popen[bytes]":
    command = [
        sys.executable,
        "-m",
        "pipelines.cli",
        "ingest",
        str(made.file),
        "--mapping",
        str(made.mapping),
    ]
    return subprocess.Popen(
        command, env=store.settings.environ() | {"PATH": ""}, cwd=ROOT, stdout=subprocess.DEVNULL
    )
