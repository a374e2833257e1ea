"""What is configured: the organisation's state is its book of rules."""

from domain.envelope import Event, originator_id
from domain.organisation.events import OrganisationConfigured
from domain.organisation.rules import RuleBook, with_rule

# One organisation per store; this is its stream.
ORGANISATION_ID = originator_id("organisation", "kefu", "own")


def evolve(rules: RuleBook, event: Event) -> RuleBook:
    """Change the book by any event; those that configure nothing leave it as it is."""
    return with_rule(rules, event) if isinstance(event, OrganisationConfigured) else rules
