"""`kefu stop`: stop the embedded PostgreSQL that commands leave running."""

import argparse

from pipelines.console import Console


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """It takes none."""


def run(arguments: argparse.Namespace, console: Console) -> int:
    from infra.postgres import find_server

    settings = console.settings(arguments.store)
    server = find_server(settings)
    if settings.database_url:
        console.say("The server of DATABASE_URL is not ours to stop.")
    elif server is None:
        console.say("No embedded server is running.")
    else:
        server.stop()
        console.say("The embedded server is stopped.")
    return 0
