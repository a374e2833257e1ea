"""`kefu customer`: one person's row and timeline, whichever pseudonym is asked; sealed fields stay sealed."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.call import CallOffered
from domain.customer import CustomerLinked, CustomerRegistered
from tests.conftest import RunningServer, fresh_store
from tests.pipelines.given import kefu
from tests.projections.logs import Logged
from tests.projections.runner.stored import project_in_batches, put

START = datetime(2026, 1, 5, 2, tzinfo=UTC)
SEALED = "v1:sealed"


def told(stream: str, version: int, *, day: int) -> dict[str, Any]:
    at = START + timedelta(days=day)
    return {
        "originator_id": stream,
        "originator_version": version,
        "occurred_at": at,
        "recorded_at": at,
        "source": "test",
    }


EVENTS = (
    CustomerRegistered(**told("customer-crm:1", 1, day=0), name=SEALED, unit="east"),
    CustomerRegistered(**told("customer-crm:2", 1, day=1)),
    CallOffered(
        **told("call-pbx:1", 1, day=2),
        customer_id="crm:2",
        direction="inbound",
        hotline="1",
        channel="phone",
    ),
    CustomerLinked(**told("customer-crm:2", 2, day=3), to="crm:1"),
)


@pytest.fixture(scope="module")
def environ(embedded_server: RunningServer) -> Iterator[dict[str, str]]:
    """One person under two pseudonyms, who called once."""
    for store in fresh_store(embedded_server):
        put(store.conninfo, [Logged(place, event) for place, event in enumerate(EVENTS, start=1)])
        project_in_batches(store.conninfo, 1000)
        yield {**store.settings.environ()}


def test_any_pseudonym_shows_the_person(environ: dict[str, str]) -> None:
    shown = [kefu("customer", one, "--format", "json", environ=environ) for one in ("crm:1", "crm:2")]
    assert shown[0].stdout == shown[1].stdout
    document = json.loads(shown[0].stdout)
    assert (document["customer"]["customer_id"], document["customer"]["registrations"]) == ("crm:1", 2)
    topics = [line["topic"] for line in document["timeline"]]
    assert topics == ["customer.linked", "call.offered", "customer.registered", "customer.registered"]
    assert SEALED not in shown[0].stdout


def test_a_page_says_how_to_go_on(environ: dict[str, str]) -> None:
    page = kefu("customer", "crm:1", "--limit", "1", environ=environ)
    assert "linked" in page.stdout
    assert page.stderr == "1 lines; --before 2026-01-08T02:00:00+00:00 goes on.\n"
    rest = kefu("customer", "crm:1", "--before", "2026-01-08T02:00:00+00:00", environ=environ)
    assert rest.stderr.startswith("3 lines")


def test_a_past_moment_knows_two_people(environ: dict[str, str]) -> None:
    past = kefu("customer", "crm:2", "--as-of", "2026-01-08", "--format", "json", environ=environ)
    document = json.loads(past.stdout)
    assert (document["customer"]["customer_id"], len(document["timeline"])) == ("crm:2", 2)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [(["crm:9"], "nothing is known"), (["crm:1", "--limit", "0"], "--limit 0")],
    ids=str,
)
def test_nobody_is_refused_in_a_sentence(environ: dict[str, str], arguments: list[str], says: str) -> None:
    ran = kefu("customer", *arguments, environ=environ)
    assert (ran.status, ran.stdout, says in ran.stderr) == (2, "", True)
