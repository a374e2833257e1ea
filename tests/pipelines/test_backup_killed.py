"""`kefu backup` and `kefu restore` killed: no half backup passes for one, and no half store is left."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from infra.backup.names import existing, in_making, names_of, replaced
from infra.settings import Settings
from infra.stores import open_store
from tests.conftest import RunningServer
from tests.infra.backup.given import closed_store, contents, maintenance
from tests.pipelines.given import CALLS, Ran, desk, kefu, log_of

ROOT = Path(__file__).parents[2]
RECORDS = 20_000
LONGEST = 120.0
TRIES = 5
"""On a busy machine a kill that is meant for before the swap may come after it."""
CONNECTED = (
    "select count(*) from pg_stat_activity where backend_type = 'client backend' and datname = any(%s)"
)


@dataclass(frozen=True, kw_only=True)
class Killer:
    """A store of some size, and `kefu` as a process that is killed when something is so."""

    settings: Settings
    folder: Path

    def kefu(self, *argv: str | Path) -> Ran:
        return kefu(*argv, environ=self.settings.environ())

    def killed(self, *argv: str | Path, when: Callable[[], bool]) -> bool:
        """Whether the process was killed before it had ended by itself."""
        command = [sys.executable, "-m", "pipelines.cli", *map(str, argv)]
        environ = self.settings.environ() | {"PATH": ""}
        process = subprocess.Popen(
            command, env=environ, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        while process.poll() is None and not when():
            time.sleep(0.002)
        process.kill()
        return process.wait(LONGEST) == -9

    def there_is(self, *names: str) -> Callable[[], bool]:
        """Whether databases of all these names are there."""

        def look() -> bool:
            with maintenance(self.settings) as connection:
                stores = (in_making(self.settings), replaced(self.settings))
                return set(names) <= {name for store in stores for name in existing(connection, store)}

        return look

    def epoch(self) -> str:
        with open_store(self.settings) as store:
            return store.epoch()


@pytest.fixture
def killer(embedded_server: RunningServer, tmp_path: Path) -> Iterator[Killer]:
    for settings in closed_store(embedded_server):
        made = desk(tmp_path, many_calls(), mapping=CALLS)
        found = Killer(settings=settings, folder=tmp_path)
        assert found.kefu("ingest", made.file, "--mapping", made.mapping).status == 0
        yield found


def many_calls() -> str:
    numbers = pl.select(pl.int_range(RECORDS).cast(pl.String).alias("id"))
    return numbers.select(
        "id",
        came=pl.lit("2026-01-05 09:00:00"),
        line=pl.lit("95502"),
        customer=pl.lit("C") + pl.col("id"),
        wait=pl.lit("5"),
    ).write_csv()


def test_a_killed_backup_is_none_and_takes_pg_dump_with_it(killer: Killer) -> None:
    folder = killer.folder / "b"
    moments = {
        "events": (folder / "events.dump").exists,
        "events written": lambda: _size(folder / "events.dump") > 200_000,
        "keys": (folder / "keys.dump").exists,
    }
    for moment, when in moments.items():
        assert killer.killed("backup", folder, when=when), moment
        refused = killer.kefu("restore", folder, "--check")
        assert (refused.status, "holds no backup" in refused.stderr) == (1, True), moment
        assert nobody_is_connected(killer.settings), moment
    assert killer.kefu("backup", folder).status == 0
    assert killer.kefu("restore", folder, "--check").status == 0


def _size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0


def nobody_is_connected(settings: Settings) -> bool:
    deadline = time.monotonic() + 10
    with maintenance(settings) as connection:
        while connection.execute(CONNECTED, (list(names_of(settings)),)).fetchone() != (0,):
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
    return True


def test_a_killed_restore_leaves_the_old_store_or_the_new_one(killer: Killer) -> None:
    folder = killer.folder / "b"
    backed_up = contents(killer.settings)
    killer.kefu("backup", folder)
    events, keys = names_of(in_making(killer.settings))
    more = desk(
        killer.folder, "id,came,line,customer,wait\nlate,2026-01-07 09:00:00,1,C,1\n", name="more.csv"
    )
    killer.kefu("ingest", more.file, "--mapping", more.mapping)
    moments = {
        "the first database": killer.there_is(events),
        "both databases": killer.there_is(events, keys),
        "the swap": killer.there_is(*names_of(replaced(killer.settings))),
    }
    died = []
    for moment, when in moments.items():
        for _ in range(TRIES):
            old, before = contents(killer.settings), killer.epoch()
            is_killed = killer.killed("restore", folder, "--replace", when=when)
            is_new = killer.epoch() != before
            assert contents(killer.settings) == (backed_up if is_new else old), moment
            if moment == "the swap" or not is_new:
                break
            assert killer.kefu("restore", "--finish").status == 0
        assert is_new == (moment == "the swap"), moment
        died.append(is_killed)
    assert died[:2] == [True, True]
    told = killer.kefu("status").stdout
    assert ("kefu restore --finish tidies up" in told) == died[2]
    assert killer.kefu("restore", "--finish").status == 0
    assert "restore" not in killer.kefu("status").stdout
    assert contents(killer.settings) == backed_up
    assert killer.kefu("restore", folder, "--replace").status == 0
    with open_store(killer.settings) as store:
        assert log_of(store).height == 2 * RECORDS + 1
