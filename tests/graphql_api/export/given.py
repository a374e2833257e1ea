"""Calls whose texts are hard to write, and somebody who exports them."""

from typing import Any

from httpx import Response

from tests.graphql_api.given import Api, call_row

TEXTS = (
    "plain",
    'with "quotes", commas',
    "two\nlines",
    "",
    "报案，咨询",
    "back\\slash",
    "\ttab \x01 \x02 end",
)
CALLS = [
    call_row(number, queue=TEXTS[number % len(TEXTS)], resolved=(None, True, False)[number % 3])
    for number in range(210)
]


class Exporting:
    """One caller of one application's exports."""

    def __init__(self, api: Api, key: str) -> None:
        self.api, self.key = api, key

    def response(self, path: str, *, method: str = "GET", **headers: str) -> Response:
        sent = {"x-api-key": self.key, "accept-encoding": "identity"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        return self.api.request(method, f"/export/{path}", headers=sent)

    def got(self, path: str, **headers: str) -> Response:
        """An answer that is an export."""
        response = self.response(path, **headers)
        assert response.status_code == 200, response.text
        return response

    def refused(self, path: str, *, status: int, **headers: str) -> dict[str, Any]:
        """The one error of an answer."""
        response = self.response(path, **headers)
        assert response.status_code == status, response.text
        (error,) = response.json()["errors"]
        found: dict[str, Any] = error
        return found
