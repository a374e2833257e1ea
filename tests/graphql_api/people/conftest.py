"""A store in which a few people are told of, projected, and callers who ask about them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from domain.complaint.commands import FileComplaint
from domain.customer.commands import (
    AssignCustomerManager,
    ChangeCustomerConsent,
    ClassifyCustomer,
    LinkCustomer,
    RegisterCustomer,
    SignCustomerContract,
)
from domain.customer_service import CustomerService
from domain.member.commands import EarnMemberPoints, EnrolMember, EntitleMember, RedeemMemberPoints
from domain.organisation.commands import ConfigureOrganisation, Rule
from domain.organisation.state import ORGANISATION_ID
from domain.telling import Command, command_name
from graphql_api.app import create_app
from infra.api_keys import create_key
from infra.stores import Store
from projections.storage.views import refresh_view
from projections.views.segments.day_views import SEGMENT_MEMBERS, SEGMENTS
from tests.conftest import RunningServer, fresh_store
from tests.graphql_api.given import Api, Asking, key_for, started
from tests.projections.runner.stored import project_in_batches

NOW = datetime(2026, 3, 5, 2, tzinfo=UTC)
DAY = date(2026, 3, 3)
ONE, OTHER, THIRD = "customer-crm:1", "customer-crm:2", "customer-crm:3"
MEMBER = "member-desk:1"


def at(day: int, hour: int = 2) -> datetime:
    """A moment of March, in UTC."""
    return datetime(2026, 3, day, hour, tzinfo=UTC)


RULES = (
    Rule("programme", "club", date(1900, 1, 1), '{"expiry":{"months":12}}'),
    Rule(
        "segment",
        "complained",
        date(2026, 1, 1),
        '{"condition":{"count":"complaints","in_last_days":2,"at_least":1}}',
    ),
    Rule("segment", "quiet", date(2026, 1, 1), '{"condition":{"not":{"segment":"complained"}}}'),
    Rule("segment", "broken", date(2026, 1, 1), '{"condition":{"segment":"nowhere"}}'),
)
TOLD: tuple[Command, ...] = (
    ConfigureOrganisation(originator_id=ORGANISATION_ID, rules=RULES),
    RegisterCustomer(originator_id=ONE, occurred_at=at(1), name="王小明", phone="13912345678", id_number="1"),
    RegisterCustomer(originator_id=OTHER, occurred_at=at(1), name="Li", phone="13887654321", id_number="2"),
    LinkCustomer(originator_id=OTHER, occurred_at=at(1, 3), to="crm:1"),
    ClassifyCustomer(originator_id=ONE, occurred_at=at(1, 4), scheme="value", value="gold"),
    SignCustomerContract(originator_id=OTHER, occurred_at=at(1, 5), contract_id="c1", product="fibre"),
    ChangeCustomerConsent(originator_id=ONE, occurred_at=at(1, 6), purpose="marketing", granted=True),
    AssignCustomerManager(originator_id=ONE, occurred_at=at(1, 7), role="A", manager_id="m7"),
    EnrolMember(
        originator_id=MEMBER, occurred_at=at(1, 8), customer_id="crm:1", programme="club", tier="silver"
    ),
    EarnMemberPoints(
        originator_id=MEMBER, occurred_at=at(2), lot_id="a", points=Decimal(100), reason="spend"
    ),
    EarnMemberPoints(originator_id=MEMBER, occurred_at=at(3), lot_id="b", points=Decimal(50), reason="spend"),
    RedeemMemberPoints(
        originator_id=MEMBER, occurred_at=at(4), redemption_id="r", points=Decimal(120), venue="gift"
    ),
    EntitleMember(originator_id=MEMBER, occurred_at=at(4, 3), kind="lounge", quantity=4, until=at(30)),
    FileComplaint(
        originator_id="complaint-desk:1",
        occurred_at=at(3, 4),
        customer_id="crm:1",
        kind="external",
        channel="hotline",
        category="late",
        unit="desk:u1",
    ),
    RegisterCustomer(
        originator_id=THIRD,
        occurred_at=at(1),
        name="Zhao",
        phone="13700000000",
        id_number="3",
        unit="desk:u1",
    ),
    SignCustomerContract(originator_id=THIRD, occurred_at=at(2), contract_id="of u1", unit="desk:u1"),
    SignCustomerContract(originator_id=THIRD, occurred_at=at(3), contract_id="of u2", unit="desk:u2"),
)


def tell(store: Store, command: Command, *, key: str) -> None:
    """The command is told at the moment at which it happened."""
    happened = command.occurred_at or at(1)
    with CustomerService(store.service_env(), protect=store.keys.protect, clock=lambda: happened) as service:
        outcome = getattr(service, command_name(type(command)))(command, idempotency_key=key)
    assert outcome.status == "done", command


@pytest.fixture(scope="package")
def people_store(embedded_server: RunningServer) -> Iterator[Store]:
    """Two pseudonyms of one person, a membership with two lots, and three segments, one of which fails."""
    for store in fresh_store(embedded_server):
        for number, command in enumerate(TOLD):
            tell(store, command, key=str(number))
        project_in_batches(store.conninfo, 1_000)
        for view in (SEGMENT_MEMBERS, SEGMENTS):
            refresh_view(store.conninfo, view, DAY, now=NOW)
        yield store


@pytest.fixture(scope="package")
def people_api(people_store: Store) -> Iterator[Api]:
    with started(create_app(people_store.settings, clock=lambda: NOW)) as api:
        yield api


@pytest.fixture(scope="package")
def desk(people_api: Api, people_store: Store) -> Asking:
    """A service desk, who reads every case."""
    return Asking(people_api, key_for(people_store, "service_desk"))


@pytest.fixture(scope="package")
def seller(people_api: Api, people_store: Store) -> Asking:
    """Somebody of marketing, who reads no complaints and sees members of segments."""
    return Asking(people_api, key_for(people_store, "marketing"))


@pytest.fixture(scope="package")
def account_manager(people_api: Api, people_store: Store) -> Asking:
    """Who looks after the person."""
    with people_store.connect() as connection:
        return Asking(people_api, create_key(connection, role="account_manager", now=NOW, manager_id="m7"))


@pytest.fixture(scope="package")
def stranger(people_api: Api, people_store: Store) -> Asking:
    """An account manager who looks after nobody here."""
    with people_store.connect() as connection:
        return Asking(people_api, create_key(connection, role="account_manager", now=NOW, manager_id="m8"))


@pytest.fixture(scope="package")
def branch(people_api: Api, people_store: Store) -> Asking:
    """A service manager whose key is limited to unit u1."""
    with people_store.connect() as connection:
        return Asking(people_api, create_key(connection, role="service_manager", now=NOW, units=["desk:u1"]))
