"""The command on the organisation, accepted, and what it gets right after."""

from datetime import date

from domain.organisation.commands import ConfigureOrganisation, Rule
from domain.organisation.state import ORGANISATION_ID
from tests.examples import rule
from tests.given import CommandExample

BEGINNING = date(1900, 1, 1)
zone = Rule("zone", "zone", BEGINNING, '"Asia/Shanghai"')
limit = Rule("limit", "failed_limit", BEGINNING, "3")


def configure(*rules: Rule) -> ConfigureOrganisation:
    """The command to have these rules."""
    return ConfigureOrganisation(originator_id=ORGANISATION_ID, rules=rules)


EXAMPLES = (CommandExample(command=configure(zone, limit), rules=(rule("zone", "zone", '"UTC"'),)),)
