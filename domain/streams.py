"""The streams that take commands: what each starts as, how it changes, and who decides."""

from collections.abc import Callable
from typing import Any, NamedTuple

import domain.call.decide
import domain.call.state
import domain.complaint.decide
import domain.complaint.escalation
import domain.complaint.state
import domain.customer.decide
import domain.customer.state
import domain.organisation.decide
import domain.organisation.state
import domain.request.decide
import domain.request.state
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


class Stream(NamedTuple):
    """An aggregate: initial state, total evolve, and the function that answers its commands.

    `reads` names the other streams, by whole id, whose states the decision wants.
    """

    name: str
    initial: Any
    evolve: Callable[[Any, Event], Any]
    decide: Callable[[Any, Command, Situation], tuple[Event, ...]]
    reads: Callable[[Any, Command], tuple[str, ...]] = reads_nothing


CALL = Stream("call", domain.call.state.Call(), domain.call.state.evolve, domain.call.decide.decide)
COMPLAINT = Stream(
    "complaint",
    domain.complaint.state.Complaint(),
    domain.complaint.state.evolve,
    domain.complaint.decide.decide,
    domain.complaint.escalation.resolving_unit,
)
CUSTOMER = Stream(
    "customer",
    domain.customer.state.Customer(),
    domain.customer.state.evolve,
    domain.customer.decide.decide,
)
REQUEST = Stream(
    "request",
    domain.request.state.Request(),
    domain.request.state.evolve,
    domain.request.decide.decide,
)
UNIT = Stream("unit", domain.unit.state.Unit(), domain.unit.state.evolve, domain.unit.decide.decide)
VOLUME = Stream(
    "volume", domain.volume.state.Volume(), domain.volume.state.evolve, domain.volume.decide.decide
)
ORGANISATION = Stream(
    "organisation", RuleBook(), domain.organisation.state.evolve, domain.organisation.decide.decide
)

STREAMS = (CALL, COMPLAINT, CUSTOMER, REQUEST, UNIT, VOLUME, ORGANISATION)
