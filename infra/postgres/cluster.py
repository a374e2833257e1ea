"""One PostgreSQL data folder and the life of the server in it: made once, started, found, stopped."""

import fcntl
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from psycopg import Connection, OperationalError

from infra.postgres.account import account_for, hand_over, let_through
from infra.postgres.conninfo import address
from infra.postgres.configuration import configuration, free_disk, machine_memory
from infra.postgres.postmaster import Postmaster, read_postmaster, remove_stale

# A recovery after a crash replays up to max_wal_size.
START_SECONDS = 600
STOP_SECONDS = 120


class ClusterError(Exception):
    """A cluster cannot be made, started or stopped; the sentence names the log."""


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """A data folder, the programs that serve it and where it listens (a port on loopback: also TCP)."""

    programs: Path
    data: Path
    socket_folder: Path
    port: int | None = None

    def conninfo(self, database: str) -> str:
        """A URI for psycopg and ADBC; by the socket of the running server where one runs."""
        if self.port is not None:
            return address({"host": "127.0.0.1", "port": self.port, "user": "postgres"}, database=database)
        running = read_postmaster(self.data)
        folder = running.socket_folder if running else self.socket_folder
        port = running.port if running else 5432
        return address({"host": folder, "port": port, "user": "postgres"}, database=database)

    def pid(self) -> int | None:
        """The postmaster's process id as its data folder says."""
        running = read_postmaster(self.data)
        return running.pid if running else None

    def answers(self) -> bool:
        """Whether a server of this folder takes connections now."""
        if read_postmaster(self.data) is None:
            return False
        try:
            Connection[Any].connect(self.conninfo("postgres"), connect_timeout=10).close()
        except OperationalError:
            return False
        return True

    def start(self) -> None:
        """Make the cluster if it is not there, start it unless it runs, return when it takes connections."""
        if self.answers():
            return
        with self._lock():
            if not (self.data / "PG_VERSION").exists():
                self._make()
            deadline = time.monotonic() + START_SECONDS
            while not self.answers():
                self._start_or_wait(deadline=deadline)

    def stop(self) -> None:
        """End every connection and stop the server, whoever started it; nothing if none runs."""
        if read_postmaster(self.data) is None:
            return
        with self._lock():
            running = read_postmaster(self.data)
            if running is not None and running.is_alive():
                self._run("pg_ctl", "-D", self.data, "-m", "fast", "-w", "-t", STOP_SECONDS, "stop")

    @property
    def log(self) -> Path:
        """What the server has to say."""
        return self.data / "server.log"

    @contextmanager
    def _lock(self) -> Iterator[None]:
        self.data.parent.mkdir(parents=True, exist_ok=True)
        lock_file = self.data.with_name(f"{self.data.name}.lock")
        with lock_file.open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _make(self) -> None:
        # Beside its place and then renamed, so that a killed start leaves nothing half made there.
        account = account_for(self.data)
        unfinished = self.data.with_name(f"{self.data.name}.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir()
        hand_over(unfinished, account)
        locale = ["--encoding=UTF8", "--locale=C"]
        self._run("initdb", "-D", unfinished, "-U", "postgres", "--auth=trust", *locale)
        text = configuration(memory=machine_memory(), free_disk=free_disk(unfinished))
        (unfinished / "kefu.conf").write_text(text)
        (unfinished / "kefu.conf").chmod(0o644)
        with (unfinished / "postgresql.conf").open("a") as file:
            file.write("include = 'kefu.conf'\n")
        unfinished.rename(self.data)

    def _start_or_wait(self, *, deadline: float) -> None:
        running = read_postmaster(self.data)
        if time.monotonic() > deadline:
            raise ClusterError(f"it does not take connections after {START_SECONDS} s; its log is {self.log}")
        if running is not None and running.is_alive():
            time.sleep(0.05)
            return
        remove_stale(self.data)
        self._prepare_socket_folder()
        self._start(deadline=deadline)

    def _start(self, *, deadline: float) -> None:
        listen = (
            f"-c port={self.port} -c listen_addresses=127.0.0.1" if self.port else "-c listen_addresses=''"
        )
        options = f"{listen} -c unix_socket_directories='{self.socket_folder}'"
        begun = self.log.stat().st_size if self.log.exists() else 0
        try:
            self._run(
                "pg_ctl", "-D", self.data, "-l", self.log, "-w", "-t", START_SECONDS, "-o", options, "start"
            )
        except ClusterError:
            # After a kill of the postmaster alone its children need a moment to notice and go.
            if not self._is_held_by_orphans(since=begun) or time.monotonic() > deadline:
                raise
            time.sleep(0.2)

    def _is_held_by_orphans(self, *, since: int) -> bool:
        with self.log.open("rb") as file:
            file.seek(since)
            return b"pre-existing shared memory block" in file.read()

    def _prepare_socket_folder(self) -> None:
        if self.socket_folder != self.data:
            self.socket_folder.mkdir(mode=0o700, exist_ok=True)
            hand_over(self.socket_folder, account_for(self.data))

    def _run(self, program: str, *arguments: object) -> None:
        account = account_for(self.data)
        if account is not None:
            let_through(self.programs)
        finished = subprocess.run(  # noqa: S603 (our own programs)
            [str(self.programs / program), *map(str, arguments)],
            check=False,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            cwd="/",
            env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"},
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )
        if finished.returncode != 0:
            reason = " ".join((finished.stderr or finished.stdout).split())
            raise ClusterError(f"{program} failed ({reason}); its log is {self.log}")
