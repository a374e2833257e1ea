"""A few processes that live and die together."""

import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

STOP_SECONDS = 15.0
POLL_SECONDS = 0.2


class ProcessEnded(Exception):
    """One of the processes ended, though nobody asked it to."""

    def __init__(self, *, name: str, status: int, log: Path) -> None:
        """Carry its name, its exit status and where it wrote."""
        super().__init__(f"the {name} ended with status {status}; what it said is in {log}")
        self.name, self.status, self.log = name, status, log


class NotAnswering(Exception):
    """A process does not answer in time."""

    def __init__(self, *, name: str, seconds: float, log: Path) -> None:
        """Carry its name, how long it was waited for and where it wrote."""
        super().__init__(f"the {name} does not answer after {seconds:g} s; what it says is in {log}")
        self.name, self.seconds, self.log = name, seconds, log


class Processes:
    """Started one after the other, each with its own log in `logs`; leaving the context ends them all.

    Each is the leader of a session of its own, so that Ctrl-C reaches only us and we end them in order.
    """

    def __init__(self, *, logs: Path, variables: Mapping[str, str]) -> None:
        """Name the folder for the logs and the environment of every process."""
        self.logs, self.variables = logs, variables
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        self.logs.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for process in reversed(self._running.values()):
            _end(process)

    def start(self, name: str, command: Sequence[str]) -> None:
        with self.log(name).open("wb") as log:
            self._running[name] = subprocess.Popen(  # noqa: S603 - our own programs, no shell
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=dict(self.variables),
                start_new_session=True,
            )

    def log(self, name: str) -> Path:
        return self.logs / f"{name.replace(' ', '-')}.log"

    def wait_until(self, name: str, answers: Callable[[], bool], *, seconds: float) -> None:
        """Return when it answers; raises NotAnswering, or ProcessEnded if any of them ends before."""
        deadline = time.monotonic() + seconds
        while not answers():
            self.check()
            if time.monotonic() > deadline:
                raise NotAnswering(name=name, seconds=seconds, log=self.log(name))
            time.sleep(POLL_SECONDS)

    def wait(self) -> None:
        """Wait for ever; raises ProcessEnded when one of them ends."""
        while True:
            self.check()
            time.sleep(POLL_SECONDS)

    def check(self) -> None:
        """Raise ProcessEnded if one of them has ended."""
        for name, process in self._running.items():
            status = process.poll()
            if status is not None:
                raise ProcessEnded(name=name, status=status, log=self.log(name))


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask it to end and then make it; a run that it started is told by it."""
    if process.poll() is not None:
        return
    process.send_signal(signal.SIGINT)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
