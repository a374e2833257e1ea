"""Several processes on one port: each answers and takes messages, a killed one is replaced, none is left."""

import os
import signal
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from infra.api_keys import create_key
from infra.stores import Store
from tests.pipelines.given import NOW, kefu
from tests.pipelines.messages.serving import KEFU, ROOT, free_port

SECONDS = 60
OURS = os.environ | {"PYTHONPATH": str(ROOT)}
FAMILY = """
import multiprocessing, os, time
from pipelines.messages.parent import end_with_its_parent

def work():
    end_with_its_parent()
    print(os.getpid(), flush=True)
    time.sleep(600)

if __name__ == "__main__":
    multiprocessing.get_context("spawn").Process(target=work).start()
"""


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with cert.pem, good for an hour on 127.0.0.1, and key.pem."""
    folder = tmp_path_factory.mktemp("tls")
    key, now = generate_private_key(SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "kefu.test")])
    made = (
        x509.CertificateBuilder(issuer_name=name, subject_name=name, public_key=key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, SHA256())
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(Encoding.PEM))
    (folder / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return folder


class Served:
    """A parent with two workers behind https."""

    def __init__(self, store: Store, certificate: Path) -> None:
        self.address = f"https://127.0.0.1:{free_port()}"
        self.trust = ssl.create_default_context(cafile=certificate / "cert.pem")
        with store.connect() as connection:
            self.key = create_key(connection, role="admin", now=NOW)
        tls = ["--tls-cert", str(certificate / "cert.pem"), "--tls-key", str(certificate / "key.pem")]
        self.parent = subprocess.Popen(
            [*KEFU, "--workers", "2", "--port", self.address.rpartition(":")[2], *tls],
            env=os.environ | store.settings.environ(),
            cwd=ROOT,
            stderr=subprocess.DEVNULL,
        )

    def workers(self) -> set[int]:
        """Those of the parent's children that serve; multiprocessing has another that tracks resources."""
        listed = Path(f"/proc/{self.parent.pid}/task/{self.parent.pid}/children").read_text().split()
        return {int(pid) for pid in listed if b"spawn_main" in command_of(pid)}

    def statuses(self) -> set[int]:
        """Of requests over connections of their own."""
        headers = {"x-api-key": self.key}
        query = {"query": "{ __typename }"}
        asked = [
            httpx.get(f"{self.address}{path}", params=query, headers=headers, verify=self.trust, timeout=30)
            for path in ("/graphql", "/graphql", "/graphql", "/healthz", "/events")
        ]
        return {answer.status_code for answer in asked}

    def is_up(self) -> bool:
        try:
            return self.statuses() == {200, 405}
        except httpx.TransportError:
            return False


def command_of(pid: str) -> bytes:
    """Nothing of a process that has just ended."""
    with suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.fixture
def served(embedded_store: Store, certificate: Path) -> Iterator[Served]:
    served = Served(embedded_store, certificate)
    try:
        until(served.is_up)
        yield served
    finally:
        served.parent.kill()
        served.parent.wait()


def is_running(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False


def test_two_workers_serve_one_is_replaced_and_all_stop_when_told(served: Served) -> None:
    first = served.workers()
    assert len(first) == 2
    killed = min(first)
    os.kill(killed, signal.SIGKILL)
    until(lambda: len(served.workers() - {killed}) == 2)
    until(served.is_up)
    second = served.workers()
    assert served.parent.poll() is None
    served.parent.send_signal(signal.SIGTERM)
    assert served.parent.wait(SECONDS) == 0
    until(lambda: not any(map(is_running, second)))


def test_workers_end_with_a_parent_that_was_killed(tmp_path: Path) -> None:
    (tmp_path / "family.py").write_text(FAMILY)
    parent = subprocess.Popen([sys.executable, "family.py"], cwd=tmp_path, stdout=subprocess.PIPE, env=OURS)
    assert parent.stdout is not None
    with parent.stdout:
        worker = int(parent.stdout.readline())
        assert is_running(worker)
        parent.kill()
        parent.wait()
        until(lambda: not is_running(worker))


@pytest.mark.parametrize(
    ("argv", "problem"),
    [
        (["--workers", "0"], "--workers 0: say 1 to 64"),
        (["--tls-cert", "cert.pem"], "go together"),
        (["--tls-cert", "none.pem", "--tls-key", "none.pem"], "none.pem cannot be read"),
        (["--host", "::1", "--port", "99999"], "choose another --port"),
    ],
)
def test_what_cannot_be_served_is_refused(embedded_store: Store, argv: list[str], problem: str) -> None:
    ran = kefu("serve", *argv, environ=embedded_store.settings.environ())
    assert (ran.status != 0, problem in ran.stderr) == (True, True)
