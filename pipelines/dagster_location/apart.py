"""`python -m pipelines.dagster_location.apart code|daemon|web`: a process of Dagster in its own container.

They share one network, so that they find each other on the loopback interface as under `make dagster`.
`code` is started first: it writes where the others look. `alive` asks whether the daemon beats.
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from infra.settings import Settings, read_settings
from pipelines.dagster_location.instance_home import InstanceHome, find_home, make_home
from pipelines.dagster_location.serve import (
    DEAD_RUNS,
    LOOPBACK,
    Served,
    code_server_command,
    daemon_command,
    web_server_command,
)

SERVED = Served(web_server=Path("/opt/dagster-web/bin/dagster-webserver"), web_port=3000, code_port=4000)
# A published port leads to the container's own address, not to its loopback interface.
ANYWHERE = "0.0.0.0"  # noqa: S104


def web_command(home: InstanceHome) -> list[str]:
    return [ANYWHERE if part == LOOPBACK else part for part in web_server_command(SERVED, home)]


def alive_command(home: InstanceHome) -> list[str]:
    return [sys.executable, "-m", "dagster._daemon", "liveness-check"]


COMMANDS: Mapping[str, Callable[[InstanceHome], list[str]]] = {
    "code": lambda home: code_server_command(SERVED),
    "daemon": daemon_command,
    "web": web_command,
    "alive": alive_command,
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Become the process that is asked for."""
    parser = argparse.ArgumentParser(prog="python -m pipelines.dagster_location.apart", description=__doc__)
    parser.add_argument("process", choices=COMMANDS)
    process = parser.parse_args(arguments).process
    settings = read_settings(os.environ)
    home = _made(settings) if process == "code" else find_home(settings)
    command = COMMANDS[process](home)
    os.execve(command[0], command, _variables(settings, home))  # noqa: S606 - our own programs


def _made(settings: Settings) -> InstanceHome:
    """Where Dagster keeps its runs, and none of them under way: no code server works yet."""
    home = make_home(settings, code_server_port=SERVED.code_port)
    subprocess.run([sys.executable, "-m", DEAD_RUNS], check=True, env=_variables(settings, home))  # noqa: S603
    return home


def _variables(settings: Settings, home: InstanceHome) -> dict[str, str]:
    return {**os.environ, **settings.environ(), **home.variables}


if __name__ == "__main__":
    main()
