"""Where benchmarks run: a server, a folder and seeded files of their own, all gone at the end."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from time import perf_counter

import psycopg

from infra.postgres import find_server
from infra.postgres.account import let_through
from infra.settings import Settings, read_settings
from infra.stores import open_store
from projections.runner.rebuild import rebuild
from tests.benchmarks.call_file import MAPPING, write_calls
from tests.benchmarks.processes import CpuSeconds, cpu_seconds

SEED = 7
COUNT_CALL_EVENTS = "select count(*) from stored_events where originator_id like 'call-%'"
KEFU = (sys.executable, "-m", "pipelines.cli")


@dataclass(frozen=True, kw_only=True)
class Ingested:
    """A store whose log holds the calls of the generated file, and what ingesting it took."""

    settings: Settings
    conninfo: str
    calls: int
    events: int
    seconds: float
    cost: CpuSeconds


@dataclass(frozen=True)
class Workbench:
    """How large a run is to be, and the server that all its stores are on."""

    settings: Settings
    folder: Path
    calls: int
    seconds: float

    @cached_property
    def call_file(self) -> Path:
        """The generated file."""
        return write_calls(self.folder / "calls.csv", calls=self.calls, seed=SEED)

    @cached_property
    def ingested(self) -> Ingested:
        """A new store with the file's events, as `kefu ingest` appends them."""
        settings, conninfo = self.make_store("ingested")
        calls = str(self.call_file)
        before, started = self.cpu_seconds(), perf_counter()
        self.kefu(settings, "ingest", calls, "--mapping", str(MAPPING), "--check-rules", "0")
        seconds, cost = perf_counter() - started, self.cpu_seconds() - before
        with psycopg.connect(conninfo) as connection:
            (events,) = connection.execute(COUNT_CALL_EVENTS).fetchone() or (0,)
        return Ingested(
            settings=settings,
            conninfo=conninfo,
            calls=self.calls,
            events=events,
            seconds=seconds,
            cost=cost,
        )

    @cached_property
    def projected(self) -> Ingested:
        """The same store with its facts at the end of the log."""
        rebuild(self.ingested.conninfo)
        return self.ingested

    def store_settings(self, name: str) -> Settings:
        return replace(self.settings, store=name)

    def make_store(self, name: str) -> tuple[Settings, str]:
        """A new store, opened once: how to open it again, and its address."""
        settings = self.store_settings(name)
        with open_store(settings) as store:
            return settings, store.conninfo

    def kefu(self, settings: Settings, *arguments: str) -> None:
        """Run a command to its end; RuntimeError with what it said if it fails."""
        ran = subprocess.run(
            [*KEFU, *arguments],
            env=os.environ | settings.environ(),
            check=False,
            capture_output=True,
            text=True,
        )
        if ran.returncode:
            raise RuntimeError(f"kefu {' '.join(arguments)}: {ran.stderr}")

    def cpu_seconds(self) -> CpuSeconds:
        """Processor time so far: ours with our ended children, and the server's."""
        server = find_server(self.settings)
        return cpu_seconds(None if server is None else server.describe().pid)


@contextmanager
def workbench(*, calls: int, seconds: float) -> Iterator[Workbench]:
    """A workbench in a temporary folder, its server stopped at the end."""
    folder = Path(tempfile.mkdtemp(prefix="kefu-bench-"))
    let_through(folder)
    settings = read_settings({"KEFU_HOME": str(folder / "home")})
    try:
        yield Workbench(settings=settings, folder=folder, calls=calls, seconds=seconds)
    finally:
        if (server := find_server(settings)) is not None:
            server.stop()
        shutil.rmtree(folder)


@contextmanager
def running(settings: Settings, *arguments: str) -> Iterator[int]:
    """A command of kefu that stays up, until it is terminated at the end; gives its process id."""
    process = subprocess.Popen(
        [*KEFU, *arguments], env=os.environ | settings.environ(), stdout=subprocess.DEVNULL
    )
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait(timeout=30)
