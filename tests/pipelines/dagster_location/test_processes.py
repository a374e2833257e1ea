"""Processes that live and die together."""

import os
import sys
import time
from pathlib import Path

import pytest

from pipelines.dagster_location.processes import NotAnswering, ProcessEnded, Processes

SLEEPS = [sys.executable, "-c", "import os, time; print(os.getpid(), flush=True); time.sleep(600)"]
ENDS = [sys.executable, "-c", "import sys; print('no port'); sys.exit(3)"]


@pytest.fixture
def processes(tmp_path_factory: pytest.TempPathFactory) -> Processes:
    return Processes(logs=tmp_path_factory.mktemp("logs"), variables=os.environ)


def pid_told(log: Path) -> int:
    """The process id that a sleeping process writes first."""
    while not log.read_text().endswith("\n"):
        time.sleep(0.05)
    return int(log.read_text())


def test_leaving_ends_every_process(processes: Processes) -> None:
    with processes:
        for name in ("code server", "daemon"):
            processes.start(name, SLEEPS)
        running = [pid_told(processes.log(name)) for name in ("code server", "daemon")]
        processes.check()
    for pid in running:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_one_that_ends_is_named_with_its_log(processes: Processes) -> None:
    with processes:
        processes.start("daemon", SLEEPS)
        processes.start("web server", ENDS)
        with pytest.raises(ProcessEnded, match="the web server ended with status 3") as ended:
            processes.wait()
    assert ended.value.log.read_text() == "no port\n"


def test_one_that_does_not_answer_in_time_is_named(processes: Processes) -> None:
    with processes:
        processes.start("daemon", SLEEPS)
        with pytest.raises(NotAnswering, match=r"the daemon does not answer after 0\.1 s"):
            processes.wait_until("daemon", lambda: False, seconds=0.1)
