"""`python -m tests.soak [--kills 20] [--seed N] [--calls N]`: every kind of kill; the seed repeats a run."""

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

from tests.soak.kills import kill_ingest, kill_postgresql, kill_projector, trial

TRIALS = (kill_ingest, kill_projector, kill_postgresql)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.soak")
    parser.add_argument("--kills", type=int, default=20, help="how often each is killed")
    parser.add_argument("--seed", type=int, default=None, help="repeats the run that printed it")
    parser.add_argument("--calls", type=int, default=40_000, help="calls in the sample file")
    arguments = parser.parse_args()
    seed = random.SystemRandom().randrange(10**6) if arguments.seed is None else arguments.seed
    sys.stdout.write(f"seed {seed}: {arguments.kills} kills of each, {arguments.calls} calls\n")
    with (
        tempfile.TemporaryDirectory(prefix="kefu-soak-") as folder,
        trial(Path(folder), calls=arguments.calls, seed=seed, kills=arguments.kills) as made,
    ):
        for one in TRIALS:
            began = time.monotonic()
            one(made)
            sys.stdout.write(
                f"{one.__name__}: as if nothing had happened ({time.monotonic() - began:.0f} s)\n"
            )
            sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
