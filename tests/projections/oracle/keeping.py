"""Keeping customers, as the clerk writes it: contracts, usage, warnings, contacts, leaving, repairs."""

from typing import Any

from domain.customer.events import CustomerChurned, CustomerDissatisfied, CustomerRepaired, CustomerWonBack
from domain.envelope import Event
from tests.projections.oracle.clerk import Clerk, Key, StreamClerk, at, earliest, field, fields, latest


def _contract_key(event: Event) -> Key:
    return (event.originator_id, field(event, "contract_id"))


def _contract(events: list[Event]) -> dict[str, Any]:
    """Only an end after the last signature ends it."""
    signed = latest(events, "customer.contract_signed")
    signatures = [n for n, event in enumerate(events) if event.TOPIC == "customer.contract_signed"]
    standing = events[signatures[-1] + 1 :] if signatures else events
    return {
        "signed_at": at(earliest(events, "customer.contract_signed")),
        **fields(signed, "product", "bundle", "ends_at", "unit", "agent_id", "tier"),
        "ended_at": at(latest(standing, "customer.contract_ended")),
    }


def _contract_turn(events: list[Event]) -> dict[str, Any]:
    told = next(iter(events), None)
    return {
        **fields(told, "contract_id", "product", "bundle", "ends_at"),
        "turn": told and {"contract_signed": "signed", "contract_ended": "ended"}[told.TOPIC.split(".")[1]],
        "turned_at": at(told),
    }


def _usage_key(event: Event) -> Key:
    return (event.originator_id, field(event, "period_start"))


def _usage(events: list[Event]) -> dict[str, Any]:
    recorded = latest(events, "customer.usage_recorded")
    return {
        **fields(recorded, "period_end", "spend", "volume", "balance", "plan", "channel", "unit", "tier"),
        "told_at": at(recorded),
    }


def _telling_key(event: Event) -> Key:
    return (event.originator_id, event.originator_version)


def _telling(topic: str, name: str, *, time: str, columns: tuple[str, ...]) -> Clerk:
    """A fact of one row per event: the event's own fields, and when it happened."""

    def write(events: list[Event]) -> dict[str, Any]:
        told = earliest(events, topic)
        return {**fields(told, *columns), time: at(told)}

    return Clerk(name=name, keys=("customer", "version"), topics=(topic,), key=_telling_key, columns=write)


def _churns(events: list[Event]) -> dict[Key, dict[str, Any]]:
    """Whoever comes back ends every leaving that had no return yet."""
    rows: dict[Key, dict[str, Any]] = {}
    for event in events:
        if isinstance(event, CustomerChurned):
            rows[(event.originator_version,)] = {
                **fields(event, "reason", "to_competitor", "unit", "tier"),
                "churned_at": event.occurred_at,
                "won_back_at": None,
            }
        elif isinstance(event, CustomerWonBack):
            for row in rows.values():
                row["won_back_at"] = row["won_back_at"] or event.occurred_at
    return rows


def _dissatisfactions(events: list[Event]) -> dict[Key, dict[str, Any]]:
    """A register: entries are struck off by the rating that a repair names, else the first that is open."""
    rows: dict[Key, dict[str, Any]] = {}
    for event in events:
        if isinstance(event, CustomerDissatisfied):
            rows[(event.originator_version,)] = {
                **fields(event, "process", "reason", "rating_id", "subject_id", "unit", "agent_id", "tier"),
                "dissatisfied_at": event.occurred_at,
                "repaired_how": None,
                "repaired_at": None,
            }
        elif isinstance(event, CustomerRepaired):
            still_open = [row for row in rows.values() if row["repaired_at"] is None]
            about = [row for row in still_open if row["rating_id"] == event.rating_id]
            for row in still_open[:1] if event.rating_id is None else about:
                row.update(repaired_how=event.how, repaired_at=event.occurred_at)
    return rows


CONTRACTS = Clerk(
    name="contracts",
    keys=("customer", "contract_id"),
    topics=("customer.contract_signed", "customer.contract_ended"),
    key=_contract_key,
    columns=_contract,
)
CONTRACT_TURNS = Clerk(
    name="contract_turns",
    keys=("customer", "version"),
    topics=("customer.contract_signed", "customer.contract_ended"),
    key=_telling_key,
    columns=_contract_turn,
)
USAGE_MONTHS = Clerk(
    name="usage_months",
    keys=("customer", "period_start"),
    topics=("customer.usage_recorded",),
    key=_usage_key,
    columns=_usage,
)
WARNINGS = _telling(
    "customer.warned", "warnings", time="warned_at", columns=("kind", "due_at", "unit", "agent_id", "tier")
)
MANAGER_ASSIGNMENTS = _telling(
    "customer.manager_assigned",
    "manager_assignments",
    time="assigned_at",
    columns=("role", "manager_id", "unit", "tier"),
)
CONTACTS = _telling(
    "customer.contacted",
    "contacts",
    time="contacted_at",
    columns=("channel", "purpose", "campaign_id", "unit", "agent_id", "tier"),
)
RETENTION_ACTIONS = _telling(
    "customer.retention_action_taken",
    "retention_actions",
    time="taken_at",
    columns=("kind", "outcome", "campaign_id", "unit", "agent_id", "tier"),
)
CONSENTS = _telling(
    "customer.consent_changed",
    "consents",
    time="changed_at",
    columns=("purpose", "granted", "basis", "unit"),
)
CHURNS = StreamClerk(
    name="churns",
    keys=("customer", "version"),
    topics=("customer.churned", "customer.won_back"),
    rows=_churns,
)
DISSATISFACTIONS = StreamClerk(
    name="dissatisfactions",
    keys=("customer", "version"),
    topics=("customer.dissatisfied", "customer.repaired"),
    rows=_dissatisfactions,
)
