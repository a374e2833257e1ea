"""`python -m tests.benchmarks.intake` takes in every real file there is and a generated one; prints a table.

Each file goes into a store of its own, in a process of its own, so that peak memory is that of its ingest.
What follows an ingest (projections, the look for broken rules) is not part of it. Stores and the generated
file are gone afterwards.
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
import psycopg
from psycopg.sql import SQL, Identifier

from infra.postgres import open_server
from infra.settings import Settings
from infra.stores import events_database, keys_database
from tests.benchmarks.intake_once import Taken
from tests.benchmarks.workbench import SEED, Workbench, workbench

ROOT = Path(__file__).parents[2]
MAPPINGS = ROOT / "pipelines" / "mappings"
ORGANISATION = "insurer_hotline"
MIB = 1 << 20

REAL_FILES = (
    ("bank_calls/january.txt", "bank_calls"),
    ("airline_loyalty/Customer Loyalty History.csv", "airline_members"),
    ("airline_loyalty/Customer Flight Activity.csv", "airline_loyalty"),
    ("injury_claims/ausautoBI8999.csv", "injury_claims"),
    ("telco_churn/Telco-Customer-Churn.csv", "telco_churn"),
    ("consumer_complaints/Consumer_Complaints_2016-09.csv", "consumer_complaints"),
)
"""Files below the folder of real data, and the mapping of each."""

HEAD = (
    "file",
    "MiB",
    "records",
    "appended",
    "known",
    "rejected",
    "events",
    "seconds",
    "events/s",
    "peak memory, MiB",
    "database, MiB",
)


class Source(NamedTuple):
    """A file to take in, and what it is called in the table."""

    name: str
    file: Path
    mapping: Path


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.intake", description=__doc__)
    parser.add_argument(
        "--calls", type=int, default=200_000, help="calls of the generated file; 0: no such file"
    )
    parser.add_argument(
        "--data", type=Path, default=ROOT.parent / "shared" / "data", help="the real files' folder"
    )
    parser.add_argument("--twice", action="store_true", help="take every file in a second time, too")
    arguments = parser.parse_args()
    with workbench(calls=arguments.calls, seconds=0.0) as bench:
        _say(_line(HEAD))
        _say(_line(["---", *["---:"] * (len(HEAD) - 1)]))
        for number, source in enumerate(_sources(arguments.data, bench)):
            for row in _measured(source, bench, store=f"intake{number}", times=1 + arguments.twice):
                _say(_line(row))
    _say(f"\nLoad average at the end: {', '.join(f'{load:.1f}' for load in os.getloadavg())}.")
    return 0


def _sources(data: Path, bench: Workbench) -> Iterator[Source]:
    for name, mapping in REAL_FILES:
        if (data / name).exists():
            yield Source(name, data / name, MAPPINGS / f"{mapping}.yaml")
    if bench.calls:
        yield _generated(bench)


def _generated(bench: Workbench) -> Source:
    """A file of calls as an organisation's telephone system exports them."""
    folder = bench.folder / "sample"
    size = ("--calls", str(bench.calls), "--only", "calls", "--seed", str(SEED))
    bench.kefu(bench.settings, "sample", "--organisation", ORGANISATION, *size, "--out", str(folder))
    return Source(f"generated calls ({bench.calls:,})", folder / "calls.csv", folder / "calls.yaml")


def _measured(source: Source, bench: Workbench, *, store: str, times: int) -> Iterator[Sequence[str]]:
    """One row for each time that the file is taken in; the store is dropped at the end."""
    settings, conninfo = bench.make_store(store)
    for time in range(times):
        taken = _take_in(source, settings)
        with psycopg.connect(conninfo) as connection:
            (size,) = connection.execute("select pg_database_size(current_database())").fetchone() or (0,)
        yield _row(source._replace(name=f"{source.name}, again") if time else source, taken, database=size)
    _drop(settings)


def _take_in(source: Source, settings: Settings) -> Taken:
    ran = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.intake_once", str(source.file), str(source.mapping)],
        env=os.environ | settings.environ(),
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    if ran.returncode:
        raise RuntimeError(f"{source.file} was not taken in: {ran.stderr}")
    return msgspec.json.decode(ran.stdout, type=Taken)


def _drop(settings: Settings) -> None:
    """Give the disk back before the next file comes."""
    with psycopg.connect(open_server(settings).maintenance_conninfo, autocommit=True) as connection:
        for database in (events_database(settings.store), keys_database(settings.store)):
            connection.execute(SQL("drop database {} with (force)").format(Identifier(database)))


def _row(source: Source, taken: Taken, *, database: int) -> Sequence[str]:
    counts = (taken.records, taken.appended, taken.known, taken.rejected, taken.events)
    return (
        source.name,
        f"{source.file.stat().st_size / MIB:,.1f}",
        *(f"{count:,}" for count in counts),
        f"{taken.seconds:,.1f}",
        f"{taken.events / taken.seconds:,.0f}" if taken.events else "",
        f"{taken.peak_bytes / MIB:,.0f}",
        f"{database / MIB:,.0f}",
    )


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
