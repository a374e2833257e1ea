"""What is joined comes out of a real store: of its sums and rows, now, as of a moment and at a position."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from domain.agent.events import AgentJoined, AgentMoved
from domain.call.events import CallAnswered, CallOffered
from domain.customer.events import CustomerClassified, CustomerLinked
from domain.envelope import Event
from domain.member.events import MemberEnrolled, MemberTierChanged
from domain.unit.events import UnitMoved, UnitOpened
from infra.stores import Store
from projections.metrics.answer import answer
from projections.metrics.explain import explain
from projections.metrics.question import Question
from projections.storage.reader import StoredFacts, stored_facts
from tests.projections.logs import Logged
from tests.projections.metrics.examples import at
from tests.projections.runner.stored import project_in_batches, put

NOW = at("2024-06-01T00:00")
JANUARY, FEBRUARY = at("2024-01-10T00:00"), at("2024-02-10T00:00")


class Teller:
    """Tells events one after another, each on record when it happened."""

    def __init__(self) -> None:
        self.log: list[Logged] = []

    def tell(self, told: type[Event], stream: str, when: datetime, /, **fields: Any) -> None:
        version = 1 + sum(one.event.originator_id == stream for one in self.log)
        event = told(
            originator_id=stream,
            originator_version=version,
            occurred_at=when,
            recorded_at=when,
            source="told",
            **fields,
        )
        self.log.append(Logged(len(self.log) + 1, event))


def told() -> list[Logged]:
    """A store that moves between districts, a caller of two names who becomes gold, an agent who moves."""
    teller, began = Teller(), at("2023-01-01T00:00")
    for unit, kind, parent in (("d1", "district", None), ("d2", "district", None), ("s1", "store", "org:d1")):
        teller.tell(UnitOpened, f"unit-org:{unit}", began, name=unit, kind=kind, parent=parent)
    teller.tell(UnitMoved, "unit-org:s1", at("2024-02-01T00:00"), parent="org:d2")
    teller.tell(AgentJoined, "agent-hr:1", began, role="phone", team="1", trainee=False)
    teller.tell(AgentMoved, "agent-hr:1", at("2024-02-01T00:00"), role="lead")
    teller.tell(MemberEnrolled, "member-crm:7", began, programme="p", tier="silver", customer_id="crm:1")
    teller.tell(
        MemberTierChanged,
        "member-crm:7",
        at("2024-02-01T00:00"),
        from_tier="silver",
        to_tier="gold",
        reason="reached",
    )
    teller.tell(CustomerClassified, "customer-crm:1", began, scheme="value", value="high")
    teller.tell(CustomerLinked, "customer-app:1", began, to="crm:1")
    for number, when in enumerate((JANUARY, FEBRUARY)):
        shared = {"unit": "org:s1", "customer_id": "app:1"}
        stream = f"call-x:{number}"
        teller.tell(CallOffered, stream, when, direction="inbound", hotline="1", channel="phone", **shared)
        teller.tell(
            CallAnswered, stream, when + timedelta(seconds=9), wait_ms=9_000, agent_id="hr:1", **shared
        )
    return teller.log


@pytest.fixture
def source(embedded_store: Store) -> Iterator[StoredFacts]:
    put(embedded_store.conninfo, told())
    project_in_batches(embedded_store.conninfo, 100)
    with stored_facts(embedded_store.conninfo) as facts:
        yield facts


def by(source: StoredFacts, name: str, **more: Any) -> list[tuple[int, str | None]]:
    """The month and the value of a dimension for each of the calls, from answer and explanation alike."""
    question = Question(
        metric="calls", start=date(2024, 1, 1), end=date(2024, 3, 1), grain="month", by=(name,), **more
    )
    found = answer(source, question, now=NOW)
    assert [one.numerator for one in found] == [1, 1]
    rows = explain(source, question, now=NOW).rows
    shown = rows[f"by_{name}" if name == "role" else name].to_list()
    assert shown == [one.by[name] for one in found]
    at_position = answer(source, replace(question, position=found[0].position), now=NOW)
    assert [one.by for one in at_position] == [one.by for one in found]
    return [(one.period_start.month, one.by[name]) for one in found]


JOINED: dict[str, list[str | None]] = {
    "unit.store": ["org:s1", "org:s1"],
    "unit.district": ["org:d1", "org:d2"],
    "role": ["phone", "lead"],
    "team": ["1", "1"],
    "member_tier": ["silver", "gold"],
    "value": ["high", "high"],
    "customer_id": ["crm:1", "crm:1"],
    "brand": [None, None],
}


def test_everything_joined_is_as_it_was(source: StoredFacts) -> None:
    for name, values in JOINED.items():
        assert by(source, name) == list(zip((1, 2), values, strict=True)), name


def test_the_tree_and_the_names_can_be_asked_otherwise(source: StoredFacts) -> None:
    assert by(source, "unit.district", tree="today") == [(1, "org:d2"), (2, "org:d2")]
    assert by(source, "unit.district", where={"unit.under": ["org:d1", "org:d2"]}) == [
        (1, "org:d1"),
        (2, "org:d2"),
    ]
    assert by(source, "customer_id", where={"customer_id": ["app:1"]}) == [(1, "app:1"), (2, "app:1")]
    as_of = Question(
        metric="calls",
        start=date(2024, 1, 1),
        end=date(2024, 3, 1),
        by=("unit.district", "member_tier"),
        as_of=at("2024-01-31T00:00"),
        tree="today",
    )
    (only,) = answer(source, as_of, now=NOW)
    assert (only.numerator, only.by) == (1, {"unit.district": "org:d1", "member_tier": "silver"})
