"""Decisions on what a customer thinks: asked for a rating, rated, dissatisfied, and put right."""

from domain.checks import check_score
from domain.customer import commands as c
from domain.customer.refusals import NothingToRepair
from domain.customer.state import Customer, what_is_repaired
from domain.customer.telling import tell_once
from domain.envelope import Event
from domain.telling import Situation, says_the_same, tell, tell_unless


def request_rating(
    customer: Customer, command: c.RequestCustomerRating, situation: Situation
) -> tuple[Event, ...]:
    """Ask for one rating, once."""
    return tell_once(customer.requested_ratings.get(command.rating_id), command, situation)


def record_rating(
    customer: Customer, command: c.RecordCustomerRating, situation: Situation
) -> tuple[Event, ...]:
    """Tell how the customer rated; the rating of one id may change."""
    check_score(command.originator_id, score=command.score, best=command.scale)
    known = customer.ratings.get(command.rating_id) if command.rating_id else None
    is_so = known is not None and says_the_same(command, known)
    return tell_unless(is_so, command, now=situation.now)


def record_dissatisfaction(
    customer: Customer, command: c.RecordCustomerDissatisfaction, situation: Situation
) -> tuple[Event, ...]:
    """Enter what the customer is dissatisfied with; the same about one rating again only after a repair."""
    is_so = command.rating_id is not None and any(
        says_the_same(command, wrong) for wrong in customer.dissatisfactions
    )
    return tell_unless(is_so, command, now=situation.now)


def repair(customer: Customer, command: c.RepairCustomer, situation: Situation) -> tuple[Event, ...]:
    """Put right what the customer was dissatisfied with: about that rating, or without one the first told."""
    if what_is_repaired(customer, command.rating_id):
        return (tell(command, now=situation.now),)
    if command.rating_id not in customer.repaired_ratings:
        raise NothingToRepair(originator_id=command.originator_id, rating_id=command.rating_id)
    return ()
