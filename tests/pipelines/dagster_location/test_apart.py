"""In containers each process of Dagster is started as by `make dagster`; the page listens elsewhere."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipelines.dagster_location import apart, dead_runs


class Started:
    """What would be started, in order, with its variables."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
        self.commands: list[list[str]] = []
        self.variables: dict[str, str] = {}
        monkeypatch.setenv("KEFU_HOME", str(home))
        monkeypatch.delenv("DATABASE_URL", raising=False)
        monkeypatch.setattr(os, "execve", self._become)
        monkeypatch.setattr(subprocess, "run", self._run)

    def _become(self, program: str, command: list[str], variables: dict[str, str]) -> None:
        assert program == command[0]
        self.commands.append(command)
        self.variables = variables

    def _run(self, command: list[str], **told: Any) -> None:
        assert (Path(told["env"]["DAGSTER_HOME"]) / "dagster.yaml").exists()
        self.commands.append(command)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Started:
    return Started(monkeypatch, tmp_path)


def test_code_ends_dead_runs_before_it_takes_new_ones(started: Started, tmp_path: Path) -> None:
    apart.main(["code"])
    first, then = started.commands
    assert first == [sys.executable, "-m", dead_runs.__name__]
    assert then[1:5] == ["-m", "dagster", "code-server", "start"]
    assert then[then.index("--port") + 1] == "4000"
    (server,) = yaml.safe_load((tmp_path / "dagster/default/workspace.yaml").read_text())["load_from"]
    assert server["grpc_server"]["port"] == 4000


@pytest.mark.parametrize(
    ("process", "part"),
    [("daemon", "dagster._daemon"), ("web", "0.0.0.0"), ("alive", "liveness-check")],  # noqa: S104
)
def test_the_others_look_where_code_wrote_and_write_nothing(
    started: Started, tmp_path: Path, process: str, part: str
) -> None:
    apart.main([process])
    (command,) = started.commands
    assert part in command
    assert started.variables["DAGSTER_HOME"] == str(tmp_path / "dagster/default")
    assert list(tmp_path.iterdir()) == []
