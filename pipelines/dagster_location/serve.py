"""`make dagster`: our code, Dagster's daemon and its web server, until Ctrl-C.

The web server needs an older graphql-core than our API, so it runs in an environment of its own and asks our
code over gRPC. It knows no users: it listens on the loopback interface only.
"""

import argparse
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from infra.key_store import MasterKeyError
from infra.postgres import ServerUnavailableError
from infra.schema import ChangedMigrationError
from infra.settings import SettingError, Settings, read_settings
from pipelines.dagster_location.instance_home import InstanceHome, make_home
from pipelines.dagster_location.processes import NotAnswering, ProcessEnded, Processes
from pipelines.stores import open_store

LOOPBACK = "127.0.0.1"
DEFINITIONS = "pipelines.dagster_location.definitions"
DEAD_RUNS = "pipelines.dagster_location.dead_runs"
START_SECONDS = 120.0
REASONS_NOT_TO_SERVE = (
    ChangedMigrationError,
    MasterKeyError,
    NotAnswering,
    ProcessEnded,
    ServerUnavailableError,
    SettingError,
)
"""Each is one sentence: what, where, what to do."""
CODE, DAEMON, WEB = "code server", "daemon", "web server"


@dataclass(frozen=True)
class Served:
    """What to start: the web server's program and the two ports."""

    web_server: Path
    web_port: int
    code_port: int

    @property
    def address(self) -> str:
        return f"http://{LOOPBACK}:{self.web_port}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until Ctrl-C (status 0), or until something fails (status 1, one sentence)."""
    asked = _parser().parse_args(arguments)
    for asked_to_end in (signal.SIGINT, signal.SIGTERM):
        # SIGINT too: whoever starts us in the background makes it ignored, by us and by our children.
        signal.signal(asked_to_end, _as_ctrl_c)
    if not asked.web_server.exists():
        return _failed(f"there is no {asked.web_server}: `make dagster` makes it")
    served = Served(web_server=asked.web_server, web_port=asked.port, code_port=free_port())
    try:
        serve(read_settings(os.environ), served, environ=os.environ)
    except KeyboardInterrupt:
        return 0
    except REASONS_NOT_TO_SERVE as error:
        return _failed(str(error))
    return 0


def serve(settings: Settings, served: Served, *, environ: Mapping[str, str]) -> None:
    """Start the three processes, say where they answer, and wait until one of them ends or we are told to."""
    open_store(settings).close()
    home = make_home(settings, code_server_port=served.code_port)
    variables = {**environ, **settings.environ(), **home.variables}
    subprocess.run([sys.executable, "-m", DEAD_RUNS], check=True, env=variables)  # noqa: S603 - our own program
    with Processes(logs=home.folder / "logs", variables=variables) as processes:
        processes.start(CODE, code_server_command(served))
        processes.wait_until(CODE, lambda: _listens(served.code_port), seconds=START_SECONDS)
        processes.start(DAEMON, daemon_command(home))
        processes.start(WEB, web_server_command(served, home))
        processes.wait_until(WEB, lambda: _answers(served.address), seconds=START_SECONDS)
        print(f"Dagster for the store {settings.store}: {served.address} (Ctrl-C ends it)", flush=True)
        processes.wait()


def code_server_command(served: Served) -> list[str]:
    """Our code in this environment; runs are started by this Python, not by the `dagster` on the path."""
    return [
        *(sys.executable, "-m", "dagster", "code-server", "start", "--module-name", DEFINITIONS),
        *("--host", LOOPBACK, "--port", str(served.code_port), "--use-python-environment-entry-point"),
    ]


def daemon_command(home: InstanceHome) -> list[str]:
    return [sys.executable, "-m", "dagster._daemon", "run", "--workspace", str(home.workspace)]


def web_server_command(served: Served, home: InstanceHome) -> list[str]:
    return [
        *(str(served.web_server), "--workspace", str(home.workspace)),
        *("--host", LOOPBACK, "--port", str(served.web_port)),
    ]


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind((LOOPBACK, 0))
        port: int = listener.getsockname()[1]
    return port


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make dagster", description=__doc__)
    parser.add_argument("--port", type=int, default=3000, help="port of the web page (default: 3000)")
    parser.add_argument(
        "--web-server",
        type=Path,
        default=Path(".venv-dagster/bin/dagster-webserver"),
        help="the program of the web server's own environment",
    )
    return parser


def _listens(port: int) -> bool:
    with socket.socket() as caller:
        return caller.connect_ex((LOOPBACK, port)) == 0


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/server_info", timeout=2) as answer:  # noqa: S310 - our own address
            return bool(answer.status == 200)
    except (urllib.error.URLError, TimeoutError):
        return False


def _as_ctrl_c(signal_number: int, frame: FrameType | None) -> None:
    """Once: a second one would interrupt the ending of the processes, and leave some behind."""
    for asked_to_end in (signal.SIGINT, signal.SIGTERM):
        signal.signal(asked_to_end, signal.SIG_IGN)
    raise KeyboardInterrupt


def _failed(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
