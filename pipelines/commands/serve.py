"""`kefu serve [--host] [--port] [--mappings DIR]`: the GraphQL API and /events by uvicorn."""

import argparse
import os
from dataclasses import replace
from pathlib import Path

from pipelines.commands.usage import Failed, whole_number
from pipelines.console import Console

APP = "pipelines.messages.app:app_from_environment"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="where to listen (default 127.0.0.1)")
    parser.add_argument("--port", type=whole_number, default=8000, help="the port (default 8000)")
    parser.add_argument(
        "--mappings",
        type=Path,
        metavar="DIR",
        help="the folder of the mappings of messages (default mappings in the store's folder)",
    )


def run(arguments: argparse.Namespace, console: Console) -> int:
    serve(
        arguments.host,
        arguments.port,
        store=arguments.store,
        console=console,
        mappings=arguments.mappings,
    )
    return 0


def serve(host: str, port: int, *, store: str | None, console: Console, mappings: Path | None = None) -> None:
    """Serve until interrupted; Failed if the address cannot be had, MappingFault if a mapping is wrong."""
    import socket

    import uvicorn

    from pipelines.messages.mappings import read_plans
    from pipelines.stores import open_store

    settings = console.settings(store)
    if mappings is not None:
        settings = replace(settings, mappings=mappings.absolute())
    types = sorted(read_plans(settings))
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
    if types:
        console.note(f"Messages at http://{host}:{port}/events: {', '.join(types)}.")
    uvicorn.run(APP, factory=True, host=host, port=port, log_level="warning")
