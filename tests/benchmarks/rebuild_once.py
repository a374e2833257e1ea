"""`python -m tests.benchmarks.rebuild_once CONNINFO` rebuilds every fact and prints what that took."""

import sys
from time import perf_counter

import msgspec

from projections.runner.rebuild import rebuild
from tests.benchmarks.processes import peak_memory


class Used(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds from first read to last commit, without the start of the process; bytes held at most."""

    seconds: float
    peak_bytes: int


def main() -> int:
    (_, conninfo) = sys.argv
    started = perf_counter()
    rebuild(conninfo)
    used = Used(seconds=perf_counter() - started, peak_bytes=peak_memory())
    sys.stdout.write(msgspec.json.encode(used).decode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
