"""One row per rule of the organisation and the date from which it holds."""

from datetime import date, datetime
from typing import Annotated

from projections.facts.row import Key, Last, Row


class OrganisationRule(Row, stream="organisation", name="organisation_rules", version=1):
    """`body` is the rule as JSON text."""

    organisation: Annotated[str, Key()]
    """The organisation's stream id."""
    kind: Annotated[str, Key("kind")]
    """What the rule is about, such as programme, ladder, process_owner or segment."""
    name: Annotated[str, Key("name")]
    """Which rule of its kind, such as a programme's name."""
    valid_from: Annotated[date, Key("valid_from")]
    """The local day from which it holds, until a later one of its kind and name."""
    body: Annotated[str | None, Last("organisation.configured")]
    """The rule as JSON text, as configured last."""
    configured_at: Annotated[datetime | None, Last("organisation.configured", field="occurred_at")]
    """When it was configured last."""
