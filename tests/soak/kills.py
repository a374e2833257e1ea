"""SIGKILL at random moments: of ingest, of the projector, of PostgreSQL; then all is as if nothing had been.

Two stores share one server: `clean` is never disturbed, `killed` is. What they hold is compared.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from psycopg.sql import SQL

from infra.settings import read_settings
from infra.stores import open_store
from pipelines.sample.organisations import ORGANISATIONS
from pipelines.sample.request import Request
from pipelines.sample.write import Written, write_sample
from projections.storage.database import open_database
from tests.projections.runner.stored import assert_same, everything

CLEAN, KILLED = "clean", "killed"
PATIENCE = 300
"""Seconds after which a command that should have ended is a failure."""


@dataclass(frozen=True)
class Trial:
    """A home of its own with sample files, a seeded choice of moments, and how often to kill."""

    home: Path
    files: tuple[Written, ...]
    dice: random.Random
    kills: int

    def run(self, store: str, *arguments: str) -> str:
        """Run a command to its end; it must succeed."""
        ended = subprocess.run(
            self._command(*arguments),
            check=False,
            env=self._environment(store),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        assert ended.returncode == 0, (arguments, ended.stdout, ended.stderr)
        return ended.stdout + ended.stderr

    @contextmanager
    def started(self, store: str, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
        """Start a command, and end it by SIGKILL if it has not ended by itself."""
        process = subprocess.Popen(
            self._command(*arguments),
            env=self._environment(store),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait()

    def killed_during(self, *arguments: str, within: float) -> None:
        """Start a command on the killed store and kill it at a random moment, `kills` times over."""
        for _ in range(self.kills):
            with self.started(KILLED, *arguments):
                time.sleep(self.dice.uniform(0.1, 1.0) * within)

    def conninfo(self, store: str) -> str:
        with open_store(read_settings(self._environment(store))) as opened:
            return opened.conninfo

    def ingest(self) -> tuple[tuple[str, ...], ...]:
        """The commands that tell everything there is to tell."""
        return tuple(("ingest", str(one.path), "--mapping", str(one.mapping)) for one in self.files)

    def _command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "pipelines.cli", *arguments]

    def _environment(self, store: str) -> dict[str, str]:
        return {**os.environ, "KEFU_HOME": str(self.home), "KEFU_STORE": store}


@contextmanager
def trial(folder: Path, *, calls: int, seed: int, kills: int) -> Iterator[Trial]:
    """Write the files, fill the clean store, and stop the server at the end."""
    files = write_files(folder / "files", calls=calls, seed=seed)
    made = Trial(home=folder / "home", files=files, dice=random.Random(seed), kills=kills)
    try:
        for command in made.ingest():
            made.run(CLEAN, *command)
        made.run(CLEAN, "project")
        yield made
    finally:
        made.run(CLEAN, "stop")


def write_files(folder: Path, *, calls: int, seed: int) -> tuple[Written, ...]:
    """The insurer's policies, calls and petitions."""
    insurer = ORGANISATIONS["insurer_hotline"]
    request = Request(year=2025, seed=seed, scale=insurer.scale_for(calls=calls), out=folder)
    return tuple(
        one
        for name in ("policies", "calls", "petitions")
        for one in write_sample(insurer, request, only=name)
    )


def kill_ingest(made: Trial) -> None:
    """Kill ingest again and again, then let it finish: the log is as if told once."""
    seconds = _seconds(made, *made.ingest()[1], store="timed")
    for command in made.ingest():
        made.killed_during(*command, within=seconds)
        made.run(KILLED, *command)
    assert told(made, KILLED).equals(told(made, CLEAN))


def kill_projector(made: Trial) -> None:
    """Kill the projector and a rebuild again and again, then let them finish: facts and sums are right."""
    seconds = _seconds(made, "project", store=CLEAN) + 2
    made.killed_during("project", within=seconds)
    made.run(KILLED, "project")
    assert_facts_alike(made)
    made.killed_during("rebuild", within=2 * seconds)
    made.run(KILLED, "project")
    assert_facts_alike(made)


def kill_postgresql(made: Trial) -> None:
    """Kill the server under ingest and projector again and again: what was acknowledged is there, once."""
    for _ in range(made.kills):
        acknowledged = told(made, KILLED).height
        with made.started(KILLED, *made.ingest()[1]), made.started(KILLED, "project", "--follow"):
            time.sleep(made.dice.uniform(0.5, 3.0))
            kill_server(made.home)
        assert told(made, KILLED).height >= acknowledged
    for command in made.ingest():
        made.run(KILLED, *command)
    made.run(KILLED, "project")
    assert told(made, KILLED).equals(told(made, CLEAN))
    assert_facts_alike(made)


def kill_server(home: Path) -> None:
    """SIGKILL to the postmaster; its children see it gone and end."""
    pid = int((home / "postgres" / "postmaster.pid").read_text().split()[0])
    os.kill(pid, signal.SIGKILL)


def told(made: Trial, store: str) -> pl.DataFrame:
    """The log without what differs by chance: positions, ciphertext, pseudonyms, our own rule's moment."""
    statement = SQL(
        "select originator_id, originator_version, topic,"
        " regexp_replace((convert_from(state, 'UTF8')::jsonb - 'narrative')::text, '\"p:[0-9a-f]+\"', 'null')"
        " as state from stored_events"
        " where originator_id not like 'organisation-%'"
        " order by originator_id, originator_version"
    )
    with open_database(made.conninfo(store)) as database:
        return database.query(statement)


def assert_facts_alike(made: Trial) -> None:
    """The killed store's facts equal the clean one's but for positions, and their own rebuild bit for bit."""
    killed = everything(made.conninfo(KILLED))
    clean = everything(made.conninfo(CLEAN))
    assert_same(
        {name: _without_chance(frame) for name, frame in killed.items() if name != "organisation_rules"},
        {name: _without_chance(frame) for name, frame in clean.items() if name != "organisation_rules"},
    )
    made.run(KILLED, "rebuild")
    assert_same(everything(made.conninfo(KILLED)), killed)


def _without_chance(frame: pl.DataFrame) -> pl.DataFrame:
    told = frame.select(pl.exclude("^.*_position$", "narrative"))
    pseudonymous = pl.col("^customer_id$")
    return told.with_columns(pl.when(~pseudonymous.str.starts_with("p:")).then(pseudonymous))


def _seconds(made: Trial, *arguments: str, store: str) -> float:
    began = time.monotonic()
    made.run(store, *arguments)
    return time.monotonic() - began
