"""The API over HTTP for the pages that ask it so, and what Power Query and Grafana would send it."""

import csv
import io
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import httpx
import uvicorn

from graphql_api.app import create_app
from infra.settings import Settings

AS_SHOWN = "127.0.0.1:8000"
"""Where pages say that the API is."""
FROM, TO = datetime.fromisoformat("2025-01-01T00:00:00+08:00"), datetime.fromisoformat("2025-02-01T00:00:00Z")

Rows = list[dict[str, Any]]


@contextmanager
def served(settings: Settings) -> Iterator[str]:
    """Host and port at which the API over a store answers, in a thread of its own."""
    server = uvicorn.Server(
        uvicorn.Config(create_app(settings), host="127.0.0.1", port=0, log_level="error", ws="none")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the API did not start"
        thread.join(0.05)
    try:
        host, port = server.servers[0].sockets[0].getsockname()
        yield f"{host}:{port}"
    finally:
        server.should_exit = True
        thread.join()


def power_query_rows(text: str, *, key: str) -> Rows:
    """What `Web.Contents` with Basic sign-in gets and the query makes a table of; it names its columns."""
    (address,) = re.findall(r'Web\.Contents\("([^"]+)"', text)
    (path,) = re.findall(r'RelativePath = "([^"]+)"', text)
    answer = httpx.get(f"{address}/{path}", params=_record(text, "Query"), auth=("any", key), timeout=60)
    assert answer.status_code == 200, answer.text
    if "Csv.Document" in text:
        return list(csv.DictReader(io.StringIO(answer.text)))
    (steps,) = re.findall(r"Table\.FromRecords\(Answer((?:\[\w+\])+)\)", text)
    return _at(answer.json(), re.findall(r"\w+", steps))


def named_columns(text: str) -> set[str]:
    """The columns that a query gives types to."""
    (types,) = re.findall(r"TransformColumnTypes\(Rows, \{(.+)\}\)", text)
    return set(re.findall(r'\{"(\w+)", ', types))


def _record(text: str, name: str) -> dict[str, str]:
    """The texts of a record in M, in which a quotation mark is written twice."""
    place, found = text.index(f"{name} = [") + len(f"{name} = ["), {}
    field = re.compile(r'\s*(\w+) = "((?:[^"]|"")*)"\s*,?')
    while one := field.match(text, place):
        found[one[1]], place = one[2].replace('""', '"'), one.end()
    assert text[place:].lstrip().startswith("]"), text[place:]
    return found


def infinity_rows(text: str, *, address: str, key: str) -> Rows:
    """What Grafana's Infinity gets for the query of a panel, over some stretch of time."""
    model = json.loads(text)
    stretch = {"${__from}": FROM, "${__to}": TO}
    query = model["url_options"]["body_graphql_query"]
    for name, moment in stretch.items():
        query = query.replace(name, str(int(moment.timestamp() * 1000)))
    asked = {"query": query, "variables": {}}
    answer = httpx.post(f"http://{address}{model['url']}", json=asked, auth=("any", key), timeout=60)
    assert answer.status_code == 200, answer.text
    rows = _at(answer.json(), model["root_selector"].split("."))
    return [{one["text"]: row[one["selector"]] for one in model["columns"]} for row in rows]


def _at(answer: Any, steps: list[str]) -> Rows:
    for step in steps:
        answer = answer[step]
    rows: Rows = answer
    return rows
