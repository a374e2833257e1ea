"""Finding who asks: by an API key or a token, wherever the client of a request is able to put it."""

from starlette.requests import Request

from graphql_api.failed_sign_ins import FailedSignIns
from graphql_api.keys import KeyRing
from graphql_api.sign_in import Caller, SignInRefused, nobody_signed_in
from graphql_api.tokens import Tokens, is_token
from infra.api_keys import given_key


class Callers:
    """Signs callers in; `tokens` is None where no issuer is believed."""

    def __init__(self, keys: KeyRing, *, tokens: Tokens | None, failures: FailedSignIns) -> None:
        self._keys, self._tokens, self._failures = keys, tokens, failures

    async def find(self, request: Request) -> Caller:
        """The caller; SignInRefused, which the application answers, for anybody else."""
        given = given_key(request.headers)
        if given is None:
            raise nobody_signed_in()
        try:
            if self._tokens is not None and is_token(given):
                return await self._tokens.read(given)
            return await self._keys.find(given)
        except SignInRefused as refused:
            if refused.status == 401:
                await self._failures.wait(request.client.host if request.client else "")
            raise
