"""The public keys of an OpenID Connect issuer: fetched beside the event loop, remembered, renewed."""

import asyncio
import json
import logging
import urllib.request
from collections.abc import Callable, Mapping
from http.client import HTTPException
from time import monotonic
from typing import IO, Any

from jwt import PyJWK, PyJWTError

from graphql_api.sign_in import nobody_can_be_checked
from infra.settings import is_safe_address

log = logging.getLogger("kefu.sign_in")

DISCOVERY = "/.well-known/openid-configuration"
LARGEST_DOCUMENT = 512 * 1024
SECONDS_TO_FETCH = 5.0
# Keys are asked for again when they are old, and when a token names one that is not among them.
FRESH = 600.0
PAUSE = 10.0
# While the issuer does not answer, its keys are good for so long: an issuer that is away revokes none.
LONGEST = 86_400.0

Keys = Mapping[str, PyJWK]
FetchKeys = Callable[[str], Keys]


class UnusableAnswer(Exception):
    """The issuer answered what its specification does not allow."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """An issuer's documents lie where it says; nobody is followed elsewhere."""

    def redirect_request(self, req: urllib.request.Request, fp: IO[bytes], *told: Any) -> None:
        return None


class SigningKeys:
    """The issuer's keys by `kid`. One fetch at a time, at most one every ten seconds, whoever asks."""

    def __init__(
        self, issuer: str, *, fetch: FetchKeys | None = None, seconds: Callable[[], float] = monotonic
    ) -> None:
        self._issuer, self._fetch, self._seconds = issuer, fetch or fetch_keys, seconds
        self._keys: Keys = {}
        self._fetched_at = self._tried_at = float("-inf")
        self._turn = asyncio.Lock()
        self._renewal: asyncio.Task[None] | None = None

    async def find(self, kid: str) -> PyJWK | None:
        """The key of that name, or None if the issuer has none such.

        Raises SignInRefused 503 where the issuer does not answer and the key is not known from before.
        """
        if kid in self._keys and self._age() <= LONGEST:
            # Nobody waits because keys are merely old.
            if self._age() > FRESH and self._is_due():
                self._renewal = asyncio.create_task(self._renew())
            return self._keys[kid]
        await self._renew()
        if kid in self._keys and self._age() <= LONGEST:
            return self._keys[kid]
        if self._fetched_at < self._tried_at:
            raise nobody_can_be_checked("The issuer of tokens")
        return None

    def _age(self) -> float:
        return self._seconds() - self._fetched_at

    def _is_due(self) -> bool:
        return self._seconds() - self._tried_at >= PAUSE

    async def _renew(self) -> None:
        """Fetch, unless somebody did just now."""
        async with self._turn:
            if not self._is_due():
                return
            self._tried_at = tried_at = self._seconds()
            try:
                async with asyncio.timeout(2 * SECONDS_TO_FETCH):
                    self._keys = await asyncio.to_thread(self._fetch, self._issuer)
            except (OSError, HTTPException, ValueError, UnusableAnswer) as error:
                log.warning("the keys of %s cannot be fetched: %s", self._issuer, error)
            else:
                self._fetched_at = tried_at


def fetch_keys(issuer: str) -> Keys:
    """The signing keys that the issuer's discovery document leads to.

    OSError or HTTPException where nobody answers, ValueError or UnusableAnswer where the answer is no good.
    """
    document = _fetch_json(issuer.rstrip("/") + DISCOVERY)
    if document.get("issuer") != issuer:
        raise UnusableAnswer(f"its document says it is {document.get('issuer')!r}")
    address = document.get("jwks_uri")
    if not isinstance(address, str) or not is_safe_address(address):
        raise UnusableAnswer(f"its jwks_uri is {address!r}")
    listed = _fetch_json(address).get("keys")
    if not isinstance(listed, list):
        raise UnusableAnswer(f"{address} lists no keys")
    return {key["kid"]: made for key in listed if (made := _signing_key(key)) is not None}


def _signing_key(key: Any) -> PyJWK | None:
    """None for what signs nothing: keys to encrypt with, secrets, kinds unknown to us."""
    if not isinstance(key, dict) or not isinstance(key.get("kid"), str) or key.get("use", "sig") != "sig":
        return None
    if key.get("kty") not in {"RSA", "EC", "OKP"}:
        return None
    try:
        return PyJWK.from_dict(key)
    except PyJWTError:
        return None


def _fetch_json(address: str) -> dict[str, Any]:
    request = urllib.request.Request(address, headers={"accept": "application/json"})  # noqa: S310 - checked
    with urllib.request.build_opener(_NoRedirect).open(request, timeout=SECONDS_TO_FETCH) as answer:
        body = answer.read(LARGEST_DOCUMENT + 1)
    if len(body) > LARGEST_DOCUMENT:
        raise UnusableAnswer(f"{address} is larger than {LARGEST_DOCUMENT} bytes")
    document = json.loads(body)
    if not isinstance(document, dict):
        raise UnusableAnswer(f"{address} is no JSON object")
    return document
