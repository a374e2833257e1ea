"""One row per rule of the organisation and the date from which it holds."""

from datetime import date, datetime
from typing import Annotated

from projections.facts.row import Key, Last, Row


class OrganisationRule(Row, stream="organisation", name="organisation_rules", version=1):
    """`body` is the rule as JSON text."""

    organisation: Annotated[str, Key()]
    kind: Annotated[str, Key("kind")]
    name: Annotated[str, Key("name")]
    valid_from: Annotated[date, Key("valid_from")]
    body: Annotated[str | None, Last("organisation.configured")]
    configured_at: Annotated[datetime | None, Last("organisation.configured", field="occurred_at")]
