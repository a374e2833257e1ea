"""What a told history of points breaks: the breaches of its ledger, each said of the event that made it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from domain.envelope import Event
from domain.errors import DomainError
from domain.member.ledger import ledger_of
from domain.member.lots import Breach
from domain.member.proof import proof
from domain.member.terms import terms_of
from domain.organisation.rules import RuleBook


@dataclass(kw_only=True)
class LedgerIsBroken(DomainError):
    """The points told do not go together."""

    originator_id: str
    rule: str
    told: Decimal
    held: Decimal
    lot_id: str | None
    redemption_id: str | None


def ledger_breaches(
    live: Sequence[Event], *, programme: str | None, rules: RuleBook
) -> Iterator[tuple[Event, LedgerIsBroken]]:
    """Read the ledger of live events, in their order; a sum that fails is said of the last of them."""
    by_version = {event.originator_version: event for event in live}
    for breach in proof(ledger_of(live, terms_of(rules, programme))):
        event = by_version.get(breach.version or 0, live[-1])
        yield event, _said(breach, originator_id=event.originator_id)


def _said(breach: Breach, *, originator_id: str) -> LedgerIsBroken:
    return LedgerIsBroken(
        originator_id=originator_id,
        rule=breach.rule,
        told=breach.told,
        held=breach.held,
        lot_id=breach.lot_id,
        redemption_id=breach.redemption_id,
    )
