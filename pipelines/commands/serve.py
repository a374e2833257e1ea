"""`kefu serve [--host] [--port]`: the GraphQL API by uvicorn."""

import argparse
import os

from pipelines.commands.usage import Failed, whole_number
from pipelines.console import Console

APP = "graphql_api.app:app_from_environment"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="where to listen (default 127.0.0.1)")
    parser.add_argument("--port", type=whole_number, default=8000, help="the port (default 8000)")


def run(arguments: argparse.Namespace, console: Console) -> int:
    serve(arguments.host, arguments.port, store=arguments.store, console=console)
    return 0


def serve(host: str, port: int, *, store: str | None, console: Console) -> None:
    """Serve until interrupted; Failed if the address cannot be had."""
    import socket

    import uvicorn

    from pipelines.stores import open_store

    settings = console.settings(store)
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((host, port))
        except (OSError, OverflowError) as error:
            raise Failed(f"cannot listen on {host}:{port}: {error}; choose another --port.") from error
    # Opened once here, so that what an erasure left undone is finished before anything is served.
    open_store(settings).close()
    # The application is found by its import string and reads the environment, as under any ASGI server.
    os.environ.update(settings.environ())
    console.note(
        f"GraphQL at http://{host}:{port}/graphql, health at http://{host}:{port}/healthz; Ctrl-C stops."
    )
    uvicorn.run(APP, factory=True, host=host, port=port, log_level="warning")
