"""The PostgreSQL server a store lies in: the embedded one, or any other by DATABASE_URL."""

from infra.postgres.databases import create_database
from infra.postgres.server import (
    Server,
    ServerDescription,
    ServerUnavailableError,
    find_server,
    open_server,
)

__all__ = [
    "Server",
    "ServerDescription",
    "ServerUnavailableError",
    "create_database",
    "find_server",
    "open_server",
]
