"""The pages a browser gets: a query box that needs nothing from elsewhere, and GraphiQL, which does."""

from functools import cache
from importlib.resources import files

from starlette.responses import HTMLResponse
from strawberry.http.ides import get_graphql_ide_html

OWN_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
# Strawberry's page takes React and GraphiQL from unpkg.com, pinned by hash; without that host it stays empty.
GRAPHIQL_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' https://unpkg.com; connect-src 'self'; img-src data: "
    "'self'; style-src 'unsafe-inline' https://unpkg.com; font-src data: https://unpkg.com; "
    "frame-ancestors 'none'"
)


def query_page() -> HTMLResponse:
    return HTMLResponse(_own_page(), headers={"content-security-policy": OWN_POLICY})


def graphiql_page() -> HTMLResponse:
    page = get_graphql_ide_html(graphql_ide="graphiql")
    return HTMLResponse(page, headers={"content-security-policy": GRAPHIQL_POLICY})


@cache
def _own_page() -> str:
    return files("graphql_api").joinpath("query_page.html").read_text(encoding="utf-8")
