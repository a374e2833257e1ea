"""A TCP proxy that cuts a connection between a request and its answer, once what was asked has been done."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from infra.postgres.conninfo import address, parameters

Connect = Callable[[], socket.socket]
"""Opens a connection to the server behind the proxy."""

CHUNK = 1 << 16


class Proxy:
    """Passes bytes on; once it is armed, the answer to the next request with `last_words` is withheld.

    The server has the whole request and has begun to answer when both connections are cut, so whatever
    the request did is done. `cuts` counts the answers that were lost.
    """

    def __init__(self, connect: Connect, *, last_words: bytes) -> None:
        self._connect, self._last_words = connect, last_words
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._armed = threading.Semaphore(0)
        self.cuts = 0
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def port(self) -> int:
        port: int = self._listener.getsockname()[1]
        return port

    def arm(self) -> None:
        """Lose the next answer."""
        self._armed.release()

    def close(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._pass_on, args=(client, self._connect()), daemon=True).start()

    def _pass_on(self, client: socket.socket, server: socket.socket) -> None:
        withheld = threading.Event()
        back = threading.Thread(target=self._pass_back, args=(client, server, withheld), daemon=True)
        back.start()
        with suppress(OSError):
            while part := client.recv(CHUNK):
                if self._last_words in part and self._armed.acquire(blocking=False):
                    withheld.set()
                server.sendall(part)
        _close(server)

    def _pass_back(self, client: socket.socket, server: socket.socket, withheld: threading.Event) -> None:
        with suppress(OSError):
            while part := server.recv(CHUNK):
                if withheld.is_set():
                    self.cuts += 1
                    break
                client.sendall(part)
        _close(client)
        _close(server)


@contextmanager
def proxy_to(connect: Connect, *, last_words: bytes) -> Iterator[Proxy]:
    """A proxy in front of a server, as long as it is wanted."""
    proxy = Proxy(connect, last_words=last_words)
    try:
        yield proxy
    finally:
        proxy.close()


@contextmanager
def proxied(conninfo: str) -> Iterator[tuple[Proxy, str]]:
    """A proxy in front of PostgreSQL that loses answers to COMMIT, and the address through it."""
    parts = parameters(conninfo)
    host, port = parts["host"], int(parts.get("port", "5432"))

    def connect() -> socket.socket:
        if not host.startswith("/"):
            return socket.create_connection((host, port))
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(f"{host}/.s.PGSQL.{port}")
        return connection

    with proxy_to(connect, last_words=b"COMMIT") as proxy:
        through = {**parts, "host": "127.0.0.1", "port": proxy.port, "sslmode": "disable"}
        yield proxy, address(through, database=parts["dbname"])


def _close(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()
