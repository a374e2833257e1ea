"""One PostgreSQL data folder and the life of the server in it: made once, started, found, stopped."""

import fcntl
import secrets
import shlex
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from psycopg.pq import PGconn, Ping

from infra.postgres.account import account_for, hand_over
from infra.postgres.configuration import configuration, free_disk, machine_memory
from infra.postgres.conninfo import address
from infra.postgres.postmaster import read_postmaster, remove_stale
from infra.postgres.programs import ClusterError, run_program

# A recovery after a crash replays up to max_wal_size.
START_SECONDS = 600
STOP_SECONDS = 120

FIRST_SOCKET_PORT = 50_000


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
        # Asked without logging in, so that a server whose connections are all taken still counts as up.
        if read_postmaster(self.data) is None:
            return False
        return PGconn.ping(self.conninfo("postgres").encode()) == Ping.OK

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
                self._control("stop", "-m", "fast", "-t", STOP_SECONDS)
            if self.socket_folder != self.data:
                shutil.rmtree(self.socket_folder, ignore_errors=True)

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
        self._run("initdb", "-D", ".", "-U", "postgres", "--auth=trust", *locale, folder=unfinished)
        _configure(unfinished)
        unfinished.rename(self.data)

    def _start_or_wait(self, *, deadline: float) -> None:
        running = read_postmaster(self.data)
        if time.monotonic() > deadline:
            raise ClusterError(f"it does not take connections after {START_SECONDS} s; its log is {self.log}")
        if running is not None and running.is_alive():
            time.sleep(0.05)
            return
        remove_stale(self.data, socket_folder=self.socket_folder)
        # Again at every start: somebody may have closed a folder above since the cluster was made.
        hand_over(self.data, account_for(self.data))
        self._prepare_socket_folder()
        self._start(deadline=deadline)

    def _start(self, *, deadline: float) -> None:
        begun = self.log.stat().st_size if self.log.exists() else 0
        try:
            self._control("start", "-l", self.log.name, "-t", START_SECONDS, "-o", self._options())
        except ClusterError as error:
            reason = self._fatal_reason(since=begun)
            # After a kill of the postmaster alone its children need a moment to notice and go.
            if "pre-existing shared memory block" not in reason or time.monotonic() > deadline:
                raise ClusterError(f"{reason or error}; its log is {self.log}") from error
            time.sleep(0.1)

    def _options(self) -> str:
        folder = str(self.socket_folder).replace('"', '""')
        settings = [
            f'unix_socket_directories="{folder}"',
            f"listen_addresses={'127.0.0.1' if self.port else ''}",
        ]
        if self.port:
            settings.append(f"port={self.port}")
        return " ".join(f"-c {shlex.quote(setting)}" for setting in settings)

    def _fatal_reason(self, *, since: int) -> str:
        if not self.log.exists():
            return ""
        with self.log.open("rb") as file:
            file.seek(since)
            lines = file.read().decode(errors="replace").splitlines()
        return next((line.partition("FATAL:")[2].strip() for line in lines if "FATAL:" in line), "")

    def _prepare_socket_folder(self) -> None:
        if self.socket_folder != self.data:
            self.socket_folder.mkdir(mode=0o700, exist_ok=True)
            hand_over(self.socket_folder, account_for(self.data))

    def _control(self, action: str, *arguments: object) -> None:
        # From within the folder: pg_ctl hands its path to a shell, which would read quotes and dollars in it.
        self._run("pg_ctl", action, "-D", ".", "-w", *arguments, folder=self.data)

    def _run(self, program: str, *arguments: object, folder: Path) -> None:
        run_program(self.programs / program, *arguments, folder=folder, account=account_for(self.data))


def _configure(folder: Path) -> None:
    text = configuration(memory=machine_memory(), free_disk=free_disk(folder))
    # The port is part of the socket's name. Were it always the same, a server whose folder was deleted under
    # it would, on noticing, take away the socket of the one made in its place.
    port = FIRST_SOCKET_PORT + secrets.randbelow(10_000)
    (folder / "kefu.conf").write_text(f"{text}port = {port}\n")
    (folder / "kefu.conf").chmod(0o644)
    with (folder / "postgresql.conf").open("a") as file:
        file.write("include = 'kefu.conf'\n")
