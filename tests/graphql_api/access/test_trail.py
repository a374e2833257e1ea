"""The access log ends when the application does, and has by then what was to be on record."""

import asyncio
import time
from datetime import timedelta

import pytest

from graphql_api.access.looks import Looks
from graphql_api.access.trail import Trail
from graphql_api.access.trail_entry import Asked
from graphql_api.sign_in import Caller
from infra.stores import Store
from tests.graphql_api.given import NOW


def trail_of(store: Store) -> Trail:
    return Trail(store.conninfo, days=30, clock=lambda: NOW + timedelta(days=1))


@pytest.mark.parametrize("turns", range(12))
def test_it_closes_while_it_is_given_its_first_connection(embedded_store: Store, turns: int) -> None:
    """Python 3.11's `wait_for`, by which the pool waits, forgets a cancellation if it just succeeded."""

    async def is_closed() -> bool:
        trail = trail_of(embedded_store)
        await trail.open()
        for _ in range(turns):
            await asyncio.sleep(0)
            time.sleep(0.001)  # noqa: ASYNC251 - so that what the server answers comes in one turn of the loop
        closing = asyncio.create_task(trail.close())
        done, _ = await asyncio.wait({closing}, timeout=4)
        return bool(done)

    assert asyncio.run(is_closed())


def test_what_waits_is_written_when_it_closes(embedded_store: Store) -> None:
    asked = Asked(at=NOW, request_id="r1", caller=Caller(name="a key", role="admin"), kind="query")

    async def note_and_close() -> None:
        trail = trail_of(embedded_store)
        await trail.open()
        await trail.note(asked.entry(Looks(), outcome="OK", bytes=1, ms=1.0))
        await trail.close()

    asyncio.run(note_and_close())
    with embedded_store.connect() as connection:
        assert connection.execute("select request_id from access_log").fetchall() == [("r1",)]
