"""Which roles may tell which commands; an admin may tell every one."""

from collections.abc import Mapping

from domain.customer.commands import (
    AssignCustomerManager,
    AssignCustomerToCampaign,
    ChangeCustomerConsent,
    ClassifyCustomer,
    ContactCustomer,
    EraseCustomer,
    RecordCustomerCampaignResponse,
    TakeCustomerRetentionAction,
    WarnOfCustomer,
)
from domain.telling import Command
from domain.voiding import VoidEvent

ADMIN = frozenset({"admin"})
SERVICE = frozenset({"service_desk", "service_manager"})
SERVICE_MANAGER = frozenset({"service_manager"})
MARKETING = frozenset({"marketing"})
CLUB = frozenset({"club_manager"})
ACCOUNTS = frozenset({"account_manager"})

STREAM_TELLERS: Mapping[str, frozenset[str]] = {
    "call": SERVICE,
    "complaint": SERVICE,
    "callback": SERVICE,
    "claim": SERVICE,
    "request": SERVICE,
    "customer": SERVICE,
    "agent": SERVICE_MANAGER,
    "unit": SERVICE_MANAGER,
    "volume": SERVICE_MANAGER,
    "target": SERVICE_MANAGER,
    "member": CLUB,
    "partner": CLUB,
    "campaign": MARKETING,
    "organisation": frozenset(),
}
"""Stream -> who tells what happens on it, if the command is not below."""

COMMAND_TELLERS: Mapping[type[Command], frozenset[str]] = {
    ChangeCustomerConsent: SERVICE | MARKETING,
    ClassifyCustomer: SERVICE | MARKETING,
    WarnOfCustomer: SERVICE | MARKETING,
    AssignCustomerManager: SERVICE_MANAGER | MARKETING,
    ContactCustomer: SERVICE | MARKETING | ACCOUNTS,
    TakeCustomerRetentionAction: SERVICE | MARKETING | ACCOUNTS,
    AssignCustomerToCampaign: MARKETING,
    RecordCustomerCampaignResponse: SERVICE | MARKETING,
    EraseCustomer: frozenset({"privacy_officer"}),
    VoidEvent: frozenset(),
}
"""Command -> who tells it."""


def tellers(command_class: type[Command]) -> frozenset[str]:
    """The roles that may tell a command; raises KeyError for a stream that nobody was named for."""
    named = COMMAND_TELLERS.get(command_class)
    stream = command_class.EVENT.TOPIC.partition(".")[0]
    return (STREAM_TELLERS[stream] if named is None else named) | ADMIN
