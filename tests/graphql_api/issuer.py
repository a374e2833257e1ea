"""A tiny OpenID Connect issuer on the loopback interface, whose keys tests rotate and tokens they forge."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as generate_rsa_key
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

from tests.graphql_api.given import NOW

AUDIENCE = "kefu"


class Issuer:
    """Signs as `kid` says: one key of each kind, and whatever is rotated in."""

    def __init__(self) -> None:
        self.rsa = generate_rsa_key(public_exponent=65537, key_size=2048)
        self.private: dict[str, tuple[str, Any]] = {
            "rsa": ("RS256", self.rsa),
            "ec": ("ES256", generate_private_key(SECP256R1())),
            "ed": ("EdDSA", Ed25519PrivateKey.generate()),
        }
        self.shown = ["rsa", "ec", "ed"]
        self.others: list[Any] = []
        self.is_down = False
        self.asked = 0
        self.address = ""
        self.says_it_is: str | None = None

    def documents(self) -> dict[str, Any]:
        keys = f"{self.address}/keys"
        return {
            "/.well-known/openid-configuration": {
                "issuer": self.says_it_is or self.address,
                "jwks_uri": keys,
            },
            "/keys": {"keys": [*map(self._public, self.shown), *self.others]},
        }

    def _public(self, kid: str) -> dict[str, Any]:
        algorithm, key = self.private[kid]
        kinds: dict[str, Any] = {"RS256": RSAAlgorithm, "ES256": ECAlgorithm, "EdDSA": OKPAlgorithm}
        shown: dict[str, Any] = json.loads(kinds[algorithm].to_jwk(key.public_key()))
        return {**shown, "kid": kid, "use": "sig", "alg": algorithm}

    def rotate(self, kid: str) -> None:
        """Sign with a new key, and show no other."""
        self.private[kid] = ("ES256", generate_private_key(SECP256R1()))
        self.shown = [kid]

    def claims(self, *, now: datetime = NOW, **changes: Any) -> dict[str, Any]:
        """Good ones, but for what is changed; a claim changed to None is left out."""
        claims = {
            "iss": self.address,
            "aud": AUDIENCE,
            "sub": "wang",
            "iat": int(now.timestamp()),
            "exp": int((now + timedelta(minutes=5)).timestamp()),
            "kefu_role": "service_manager",
        }
        return {name: value for name, value in {**claims, **changes}.items() if value is not None}

    def token(self, kid: str = "rsa", **changes: Any) -> str:
        algorithm, key = self.private[kid]
        return jwt.encode(self.claims(**changes), key, algorithm=algorithm, headers={"kid": kid})


@contextmanager
def running_issuer() -> Iterator[Issuer]:
    """An issuer that answers on a free port until the end of the block."""
    issuer = Issuer()

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            issuer.asked += 1
            document = None if issuer.is_down else issuer.documents().get(self.path)
            self.send_response(503 if document is None else 200)
            self.end_headers()
            self.wfile.write(json.dumps(document).encode())

        def log_message(self, *told: Any) -> None:
            """Nothing to say."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    issuer.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield issuer
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
