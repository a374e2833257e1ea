"""The streams that take commands: what each starts as, how it changes, and who decides."""

from collections.abc import Callable
from typing import Any, NamedTuple

import domain.agent.decide
import domain.agent.state
import domain.call.decide
import domain.call.state
import domain.callback.decide
import domain.callback.state
import domain.callback.suppression
import domain.campaign.decide
import domain.campaign.state
import domain.claim.approval
import domain.claim.decide
import domain.claim.state
import domain.complaint.decide
import domain.complaint.state
import domain.customer.decide
import domain.customer.person
import domain.customer.state
import domain.member.decide
import domain.member.state
import domain.organisation.decide
import domain.organisation.state
import domain.partner.decide
import domain.partner.state
import domain.request.decide
import domain.request.state
import domain.target.decide
import domain.target.state
import domain.unit.decide
import domain.unit.state
import domain.volume.decide
import domain.volume.state
from domain.envelope import Event
from domain.organisation.rules import RuleBook
from domain.telling import Command, Situation


def reads_nothing(_state: Any, _command: Command) -> tuple[str, ...]:
    """Decide on the stream's own state alone."""
    return ()


def leads_nowhere(_state: Any) -> tuple[str, ...]:
    """Whoever reads this stream needs no other for it."""
    return ()


class Stream(NamedTuple):
    """An aggregate: initial state, total evolve, and the function that answers its commands.

    `reads` names the other streams, by whole id, whose states the decision wants; `leads_to` those that
    whoever reads this one needs beside it. A decision may tell events of the streams it reads, too.
    """

    name: str
    initial: Any
    evolve: Callable[[Any, Event], Any]
    decide: Callable[[Any, Command, Situation], tuple[Event, ...]]
    reads: Callable[[Any, Command], tuple[str, ...]] = reads_nothing
    leads_to: Callable[[Any], tuple[str, ...]] = leads_nowhere


CALL = Stream("call", domain.call.state.Call(), domain.call.state.evolve, domain.call.decide.decide)
COMPLAINT = Stream(
    "complaint",
    domain.complaint.state.Complaint(),
    domain.complaint.state.evolve,
    domain.complaint.decide.decide,
    domain.complaint.decide.reads,
)
CUSTOMER = Stream(
    "customer",
    domain.customer.state.Customer(),
    domain.customer.state.evolve,
    domain.customer.decide.decide,
    domain.customer.decide.streams_read,
    domain.customer.person.linked_streams,
)
CALLBACK = Stream(
    "callback",
    domain.callback.state.Callback(),
    domain.callback.state.evolve,
    domain.callback.decide.decide,
    domain.callback.suppression.customer_asked,
)
AGENT = Stream("agent", domain.agent.state.Agent(), domain.agent.state.evolve, domain.agent.decide.decide)
PARTNER = Stream(
    "partner", domain.partner.state.Partner(), domain.partner.state.evolve, domain.partner.decide.decide
)
CAMPAIGN = Stream(
    "campaign", domain.campaign.state.Campaign(), domain.campaign.state.evolve, domain.campaign.decide.decide
)
TARGET = Stream(
    "target", domain.target.state.Target(), domain.target.state.evolve, domain.target.decide.decide
)
REQUEST = Stream(
    "request",
    domain.request.state.Request(),
    domain.request.state.evolve,
    domain.request.decide.decide,
)
CLAIM = Stream(
    "claim",
    domain.claim.state.Claim(),
    domain.claim.state.evolve,
    domain.claim.decide.decide,
    domain.claim.approval.approver,
)
UNIT = Stream(
    "unit",
    domain.unit.state.Unit(),
    domain.unit.state.evolve,
    domain.unit.decide.decide,
    domain.unit.decide.parent_asked_for,
    domain.unit.state.parent_of,
)
VOLUME = Stream(
    "volume", domain.volume.state.Volume(), domain.volume.state.evolve, domain.volume.decide.decide
)
MEMBER = Stream(
    "member", domain.member.state.Member(), domain.member.state.evolve, domain.member.decide.decide
)
ORGANISATION = Stream(
    "organisation", RuleBook(), domain.organisation.state.evolve, domain.organisation.decide.decide
)

STREAMS = (
    CALL,
    COMPLAINT,
    CUSTOMER,
    REQUEST,
    CLAIM,
    UNIT,
    VOLUME,
    CALLBACK,
    AGENT,
    PARTNER,
    CAMPAIGN,
    TARGET,
    MEMBER,
    ORGANISATION,
)
