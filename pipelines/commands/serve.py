"""`kefu serve [--host] [--port] [--workers N] [--mappings DIR]`: the GraphQL API and /events by uvicorn."""

import argparse
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from pipelines.commands.usage import BadUsage, Failed, whole_number
from pipelines.console import Console

APP = "pipelines.messages.workers:app_from_environment"
# A worker that says nothing for so long is replaced; a long answer in one holds the interpreter for less.
SECONDS_UNTIL_REPLACED = 30
# A client that takes an export slowly may go on for so long when serving is to end; then its line is cut.
SECONDS_TO_FINISH = 20
MOST_WORKERS = 64


@dataclass(frozen=True, kw_only=True)
class Listening:
    """Where to listen, and how many processes share that socket; with a certificate, by https."""

    host: str
    port: int
    workers: int = 1
    tls_cert: Path | None = None
    tls_key: Path | None = None

    @property
    def address(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.tls_cert else 'http'}://{host}:{self.port}"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="where to listen (default 127.0.0.1)")
    parser.add_argument("--port", type=whole_number, default=8000, help="the port (default 8000)")
    parser.add_argument(
        "--workers",
        type=whole_number,
        default=1,
        metavar="N",
        help="processes that share the port (default 1); budgets and caches are each one's own",
    )
    parser.add_argument("--tls-cert", type=Path, metavar="FILE", help="serve https with this chain (PEM)")
    parser.add_argument("--tls-key", type=Path, metavar="FILE", help="its private key (PEM)")
    parser.add_argument(
        "--mappings",
        type=Path,
        metavar="DIR",
        help="the folder of the mappings of messages (default mappings in the store's folder)",
    )


def run(arguments: argparse.Namespace, console: Console) -> int:
    serve(_listening(arguments), store=arguments.store, console=console, mappings=arguments.mappings)
    return 0


def _listening(arguments: argparse.Namespace) -> Listening:
    if not 1 <= arguments.workers <= MOST_WORKERS:
        raise BadUsage(f"--workers {arguments.workers}: say 1 to {MOST_WORKERS}, at most one for each core.")
    if (arguments.tls_cert is None) != (arguments.tls_key is None):
        raise BadUsage("--tls-cert and --tls-key go together; say both, or neither behind a proxy.")
    for file in (arguments.tls_cert, arguments.tls_key):
        if file is not None and not os.access(file, os.R_OK):
            raise BadUsage(f"{file} cannot be read; name a PEM file that this user may read.")
    return Listening(
        host=arguments.host,
        port=arguments.port,
        workers=arguments.workers,
        tls_cert=arguments.tls_cert,
        tls_key=arguments.tls_key,
    )


def serve(listening: Listening, *, store: str | None, console: Console, mappings: Path | None = None) -> None:
    """Serve until interrupted; Failed if the address cannot be had, MappingFault if a mapping is wrong."""
    import uvicorn

    from pipelines.messages.mappings import read_plans
    from pipelines.stores import open_store

    settings = console.settings(store)
    if mappings is not None:
        settings = replace(settings, mappings=mappings.absolute())
    types = sorted(read_plans(settings))
    _try_to_listen(listening)
    # Opened once here, so that what an erasure left undone is finished before anything is served.
    open_store(settings).close()
    # The application is found by its import string and reads the environment, as under any ASGI server.
    os.environ.update(settings.environ())
    address = listening.address
    console.note(f"GraphQL at {address}/graphql, health at {address}/healthz; Ctrl-C stops.")
    if types:
        console.note(f"Messages at {address}/events: {', '.join(types)}.")
    with _counted_together(listening.workers):
        uvicorn.run(
            APP,
            factory=True,
            host=listening.host,
            port=listening.port,
            workers=listening.workers,
            ssl_certfile=listening.tls_cert,
            ssl_keyfile=listening.tls_key,
            timeout_worker_healthcheck=SECONDS_UNTIL_REPLACED,
            timeout_graceful_shutdown=SECONDS_TO_FINISH,
            log_level="warning",
        )


@contextmanager
def _counted_together(workers: int) -> Iterator[None]:
    """Several processes count their requests into one folder, so that /metrics of any tells of all."""
    if workers == 1 or "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="kefu-metrics-") as folder:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        yield


def _try_to_listen(listening: Listening) -> None:
    import socket

    family = socket.AF_INET6 if ":" in listening.host else socket.AF_INET
    with socket.socket(family) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((listening.host, listening.port))
        except (OSError, OverflowError) as error:
            where = f"{listening.host}:{listening.port}"
            raise Failed(f"cannot listen on {where}: {error}; choose another --port.") from error
