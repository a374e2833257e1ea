"""The pages a browser gets: a query box of our own, and GraphiQL; neither needs anything from elsewhere."""

import base64
import gzip
import re
from functools import cache
from hashlib import sha256
from importlib.resources import files

from starlette.responses import HTMLResponse

INLINE = {kind: re.compile(rf"<{kind}>(.*?)</{kind}>", re.DOTALL) for kind in ("script", "style")}
# Only what the page came with runs, it asks nobody but us, and it is shown in no other page.
POLICY = (
    "default-src 'none'; script-src {script}; style-src {style}; img-src data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
# GraphiQL's menus and its editor write styles as they go.
STYLES_OF_ITS_OWN = "'unsafe-inline'"


def query_page() -> HTMLResponse:
    page, policy = _query_page()
    return HTMLResponse(page, headers=_headers(policy))


def graphiql_page() -> HTMLResponse:
    """It is 1.3 MB, and kept and sent compressed, which every browser understands."""
    page, policy = _graphiql_page()
    return HTMLResponse(page, headers={**_headers(policy), "content-encoding": "gzip"})


def _headers(policy: str) -> dict[str, str]:
    return {
        "content-security-policy": policy,
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
    }


@cache
def _query_page() -> tuple[bytes, str]:
    page = files("graphql_api").joinpath("query_page.html").read_bytes()
    text = page.decode()
    return page, POLICY.format(script=_hashes(text, "script"), style=_hashes(text, "style"))


@cache
def _graphiql_page() -> tuple[bytes, str]:
    page = files("graphql_api").joinpath("graphiql", "graphiql.html.gz").read_bytes()
    script = _hashes(gzip.decompress(page).decode(), "script")
    return page, POLICY.format(script=script, style=STYLES_OF_ITS_OWN)


def _hashes(page: str, kind: str) -> str:
    """What a policy calls the scripts, or the styles, that stand in a page."""
    digests = (sha256(content.encode()).digest() for content in INLINE[kind].findall(page))
    return " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
