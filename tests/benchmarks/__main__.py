"""`python -m tests.benchmarks [NAME…]` measures, one line per figure, and prints a table at the end."""

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from importlib import import_module

from tests.benchmarks.figure import Figure, table
from tests.benchmarks.workbench import Workbench, workbench

NAMES = (
    "ingest",
    "rebuild",
    "segments",
    "as_of",
    "graphql",
    "page",
    "beside",
    "export",
    "live",
    "series",
    "messages",
    "views",
)
"""Each is a module whose `measure` gives its figures; `live` appends to the log that those before it read."""


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks", description="Every figure beside its yardstick, in one run."
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(NAMES)}; all if left out")
    parser.add_argument("--calls", type=int, default=500_000, help="how many calls the generated file has")
    parser.add_argument("--seconds", type=float, default=20.0, help="how long a rate is held")
    arguments = parser.parse_args()
    if unknown := set(arguments.names) - set(NAMES):
        parser.error(f"there is no benchmark {min(unknown)!r}; there are {', '.join(NAMES)}")
    asked = [name for name in NAMES if not arguments.names or name in arguments.names]
    with workbench(calls=arguments.calls, seconds=arguments.seconds) as bench:
        figures = [figure for name in asked for figure in _measured(name, bench)]
    _say("\n" + table(figures))
    return 0


def _measured(name: str, bench: Workbench) -> Iterator[Figure]:
    measure: Callable[[Workbench], Iterator[Figure]] = import_module(f"tests.benchmarks.{name}").measure
    for figure in measure(bench):
        _say(figure.line())
        yield figure
    _say(f"{name}: load average {', '.join(f'{load:.1f}' for load in os.getloadavg())}")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
