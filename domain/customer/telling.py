"""How what is told of a customer once is told: the same again is so already, anything else is refused."""

from domain.customer.refusals import CustomerToldOtherwise
from domain.envelope import Event
from domain.telling import Command, Situation, says_the_same, tell


def tell_once(told: Event | None, command: Command, situation: Situation) -> tuple[Event, ...]:
    """Tell what is told of a customer once; raises CustomerToldOtherwise."""
    if told is None:
        return (tell(command, now=situation.now),)
    if not isinstance(told, command.EVENT) or not says_the_same(command, told):
        raise CustomerToldOtherwise(originator_id=command.originator_id, told=told.TOPIC)
    return ()
