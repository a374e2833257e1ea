"""Who is one person, who was erased, and which streams are about whom, as the log says."""

import json
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import Connection

from infra.event_store.persons import customers_of, erased_in_log, is_known, same_person, streams_about
from infra.stores import Store

CUSTOMERS = tuple(f"crm:{number}" for number in range(6))


class Told(NamedTuple):
    """One event: `one` was linked to `other`, was erased, or took its latest link back."""

    what: str
    one: str
    other: str


TOLD = st.builds(
    Told,
    what=st.sampled_from(["link", "link", "link", "erase", "void"]),
    one=st.sampled_from(CUSTOMERS),
    other=st.sampled_from(CUSTOMERS),
)


@pytest.fixture
def connection(embedded_store: Store) -> Iterator[Connection[Any]]:
    with embedded_store.connect() as opened:
        yield opened


def write(connection: Connection[Any], stream: str, version: int, told: str, /, **state: Any) -> None:
    connection.execute(
        "insert into stored_events (originator_id, originator_version, topic, state) "
        "values (%s, %s, %s, %s::text::bytea)",
        (stream, version, told, json.dumps(state, separators=(",", ":"))),
    )


def write_all(connection: Connection[Any], history: Sequence[Told]) -> None:
    connection.execute("truncate stored_events")
    links: dict[str, int] = {}
    for version, told in enumerate(history, start=1):
        stream = f"customer-{told.one}"
        if told.what == "link":
            write(connection, stream, version, "customer.linked", customer_id=told.one, to=told.other)
            links[told.one] = version
        elif told.what == "erase":
            write(connection, stream, version, "customer.erased", customer_id=told.one)
        elif told.one in links:
            linked = links.pop(told.one)
            write(connection, stream, version, "event.voided", topic="customer.linked", version=linked)


def obviously_same(history: Sequence[Told], customer: str) -> set[str]:
    """Step by step in the order of telling, and then from one to the next."""
    links: list[tuple[int, str, str]] = []
    latest: dict[str, int] = {}
    erased: set[str] = set()
    for place, told in enumerate(history):
        if told.what == "erase":
            erased.add(told.one)
        elif told.what == "void" and told.one in latest:
            gone = latest.pop(told.one)
            links = [link for link in links if link[0] != gone]
        elif told.what == "link":
            latest[told.one] = place
            if erased.isdisjoint({told.one, told.other}):
                links.append((place, told.one, told.other))
    person, grown = {customer}, True
    while grown:
        ends = {end for _, *pair in links if not person.isdisjoint(pair) for end in pair}
        grown = not ends <= person
        person |= ends
    return person


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=st.lists(TOLD, max_size=14), customer=st.sampled_from(CUSTOMERS))
def test_one_person_is_whoever_standing_links_lead_to(
    connection: Connection[Any], history: list[Told], customer: str
) -> None:
    write_all(connection, history)
    assert same_person(connection, [customer]) == obviously_same(history, customer)
    assert erased_in_log(connection) == {told.one for told in history if told.what == "erase"}


def test_streams_about_a_person_name_them_or_are_named_by_their_pseudonym(
    connection: Connection[Any],
) -> None:
    write(connection, "call-desk:1", 1, "call.offered", customer_id=None)
    write(connection, "call-desk:1", 2, "call.answered", customer_id="p:ab")
    write(connection, "call-desk:2", 1, "call.offered", customer_id="p:abc")
    write(connection, "member-p:ab", 1, "member.closed", customer_id=None)
    write(connection, "member-crm:1", 1, "member.closed", customer_id=None)
    assert streams_about(connection, ["p:ab"], issuer="p:") == {"call-desk:1", "member-p:ab"}
    assert streams_about(connection, ["crm:1"], issuer="p:") == set()
    streams = ["call-desk:1", "call-desk:2", "member-p:ab"]
    assert customers_of(connection, streams) == {"call-desk:1": {"p:ab"}, "call-desk:2": {"p:abc"}}
    assert is_known(connection, ["call-desk:9", "call-desk:1"])
    assert not is_known(connection, ["call-desk:9"])


def test_the_few_events_that_say_who_is_who_are_found_by_their_own_index(connection: Connection[Any]) -> None:
    write_all(connection, [Told("erase", "crm:1", "")])
    plan = connection.execute(
        "explain select originator_id from stored_events where topic = 'customer.erased'"
    ).fetchall()
    assert any("stored_events_persons_idx" in line for (line,) in plan)
