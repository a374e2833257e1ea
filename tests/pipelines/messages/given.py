"""What the tests of messages are given: a mapping, records told in files and in CloudEvents, a server."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from httpx import Response

from infra.settings import Settings
from infra.stores import Store
from pipelines.ingest.plan import Plan
from pipelines.messages.app import create_app
from pipelines.messages.cloud_events import BATCH, SINGLE, read_event
from pipelines.messages.json_records import read_records
from pipelines.messages.orders import Order, order_for
from pipelines.messages.room import Room
from tests.graphql_api.given import Api, key_for, started
from tests.pipelines.given import CALLS, NOW

CALL_TYPE = "org.example.call"
MAPPING = CALLS.replace("version: 1\n", f"version: 1\nmessages: [{CALL_TYPE}]\n")
"""The mapping of the files of calls, which takes messages too."""


def call(number: int, **changes: Any) -> dict[str, Any]:
    """The record of one call, as the mapping of calls reads it."""
    record = {
        "id": str(number),
        "came": f"2026-01-05 09:{number // 60 % 60:02}:{number % 60:02}",
        "line": "95502",
        "customer": f"C{number}",
        "wait": 5,
    }
    return {**record, **changes}


def event(data: Any, **attributes: Any) -> dict[str, Any]:
    """A CloudEvent about a record; an attribute given as None is left out."""
    number = data.get("id", 0) if isinstance(data, dict) else 0
    told = {
        "specversion": "1.0",
        "id": f"e{number}",
        "source": "/desk",
        "type": CALL_TYPE,
        "data": data,
        **attributes,
    }
    return {name: value for name, value in told.items() if value is not None}


def ordered(number: int, plan: Plan) -> Order:
    """The message of one call, as it was read."""
    (value,) = read_records(json.dumps(event(call(number))).encode(), is_batch=False)
    order = order_for(read_event(value), {CALL_TYPE: plan})
    assert isinstance(order, Order)
    return order


def mappings_folder(folder: Path, **mappings: str) -> Path:
    """A folder with mappings by name."""
    made = folder / "mappings"
    made.mkdir(exist_ok=True)
    for name, text in mappings.items():
        (made / f"{name}.yaml").write_text(text, encoding="utf-8")
    return made


class Source:
    """A source system that sends messages to one application."""

    def __init__(self, api: Api, key: str) -> None:
        self.api, self.key = api, key

    def post(self, content: bytes | str, *, media_type: str = SINGLE, **headers: str) -> Response:
        """Send a body as it is."""
        sent = {"x-api-key": self.key, "content-type": media_type, **headers}
        return self.api.request("POST", "/events", content=content, headers=sent)

    def tell(self, message: dict[str, Any]) -> dict[str, Any]:
        """Send one message; its answer."""
        answer: dict[str, Any] = self.post(json.dumps(message)).json()
        return answer

    def tell_all(self, messages: Sequence[Any]) -> list[dict[str, Any]]:
        """Send a batch; its answers."""
        answers: list[dict[str, Any]] = self.post(json.dumps(messages), media_type=BATCH).json()
        return answers


@contextmanager
def source_of(store: Store, folder: Path, *, room: Room | None = None, **mappings: str) -> Iterator[Source]:
    """A source system of a started application with these mappings; its clock stands still."""
    settings = with_mappings(store, folder, **mappings)
    with started(create_app(settings, clock=lambda: NOW, room=room)) as api:
        yield Source(api, key_for(store, "source_system"))


def with_mappings(store: Store, folder: Path, **mappings: str) -> Settings:
    """The settings of a store whose messages these mappings take."""
    return replace(store.settings, mappings=mappings_folder(folder, **mappings))


def statuses(answers: Sequence[dict[str, Any]]) -> list[str]:
    return [answer["status"] for answer in answers]
