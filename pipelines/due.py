"""What fell due, told at its due moment, once, however long nobody asked: the work of a scheduled job."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from domain.customer_service import CustomerService
from domain.due import DUES, Due, settle
from domain.errors import DomainError
from domain.organisation.rules import local_day
from domain.organisation.settled_sources import settled_sources
from domain.organisation.state import ORGANISATION_ID
from domain.streams import ORGANISATION
from infra.stores import Store
from projections.facts import SPECS
from projections.facts.spec import FactSpec
from projections.runner.operate import project
from projections.storage.database import Database, open_database
from projections.storage.due_streams import Asked, Candidate, candidates, note

FACT_OF_STREAM = {"complaint": "complaints", "callback": "callbacks", "member": "members"}
LISTED = 20


def ignore_stream(_: str) -> None:
    """Show no progress."""


@dataclass(kw_only=True)
class DueAccount:
    """How many streams were asked, what was told by topic, and which streams refused (the first few)."""

    asked: int = 0
    told: Counter[str] = field(default_factory=Counter)
    refused: int = 0
    refusals: list[str] = field(default_factory=list)


def settle_due(
    store: Store,
    *,
    clock: Callable[[], datetime],
    on_stream: Callable[[str], None] = ignore_stream,
    dues: tuple[Due, ...] = DUES,
) -> DueAccount:
    """Tell everything that fell due by now in the streams that are settled here.

    Facts are brought to the end of the log first; they only say which streams to ask. Streams that another
    system tells are left alone (rule `settled_sources`): what falls due there, that system tells.
    """
    project(store.conninfo)
    account = DueAccount()
    service = CustomerService(store.service_env(), protect=store.keys.protect, clock=clock)
    with service, open_database(store.conninfo) as database:
        job = _Job(service=service, database=database, account=account, on_stream=on_stream)
        for due in dues:
            job.settle_all(due, SPECS[FACT_OF_STREAM[due.stream.name]], now=clock())
    return account


@dataclass(frozen=True, kw_only=True)
class _Job:
    service: CustomerService
    database: Database
    account: DueAccount
    on_stream: Callable[[str], None]

    def settle_all(self, due: Due, fact: FactSpec, *, now: datetime) -> None:
        rules = self.service.load(ORGANISATION, ORGANISATION_ID).state
        sources = settled_sources(rules, on=local_day(now, rules=rules))
        for page in candidates(self.database, fact, sources=sources, now=now):
            asked = [self._settle(due, candidate, now=now) for candidate in page]
            note(self.database, [one for one in asked if one is not None])

    def _settle(self, due: Due, candidate: Candidate, *, now: datetime) -> Asked | None:
        stream = candidate.originator_id
        self.account.asked += 1
        self.on_stream(stream)
        try:
            done = settle(self.service, due, stream, now=now)
        except DomainError as refusal:
            self._refuse(stream, refusal)
            return None
        self.account.told.update(event.TOPIC for event in done.events)
        return Asked(candidate=candidate, due_at=done.next_due)

    def _refuse(self, stream: str, refusal: DomainError) -> None:
        self.account.refused += 1
        if len(self.account.refusals) < LISTED:
            self.account.refusals.append(f"{stream}: {refusal}")
