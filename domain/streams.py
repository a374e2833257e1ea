"""The streams that take commands: what each starts as, how it changes, and who decides."""

from collections.abc import Callable
from typing import Any, NamedTuple

import domain.call.decide
import domain.call.state
import domain.complaint.decide
import domain.complaint.state
import domain.customer.decide
import domain.customer.state
import domain.organisation.decide
import domain.organisation.state
import domain.unit.decide
import domain.unit.state
import domain.volume.decide
import domain.volume.state
from domain.envelope import Event
from domain.organisation.rules import RuleBook
from domain.telling import Command, Situation


class Stream(NamedTuple):
    """An aggregate: initial state, total evolve, and the function that answers its commands."""

    name: str
    initial: Any
    evolve: Callable[[Any, Event], Any]
    decide: Callable[[Any, Command, Situation], tuple[Event, ...]]


CALL = Stream("call", domain.call.state.Call(), domain.call.state.evolve, domain.call.decide.decide)
COMPLAINT = Stream(
    "complaint",
    domain.complaint.state.Complaint(),
    domain.complaint.state.evolve,
    domain.complaint.decide.decide,
)
CUSTOMER = Stream(
    "customer",
    domain.customer.state.Customer(),
    domain.customer.state.evolve,
    domain.customer.decide.decide,
)
UNIT = Stream("unit", domain.unit.state.Unit(), domain.unit.state.evolve, domain.unit.decide.decide)
VOLUME = Stream(
    "volume", domain.volume.state.Volume(), domain.volume.state.evolve, domain.volume.decide.decide
)
ORGANISATION = Stream(
    "organisation", RuleBook(), domain.organisation.state.evolve, domain.organisation.decide.decide
)

STREAMS = (CALL, COMPLAINT, CUSTOMER, UNIT, VOLUME, ORGANISATION)
