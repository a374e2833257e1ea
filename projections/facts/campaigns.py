"""One row per campaign: what it is, and from when until when it runs."""

from datetime import datetime
from typing import Annotated

from projections.facts.row import First, Key, Last, Row

LAUNCHED = "campaign.launched"


class Campaign(Row, stream="campaign", name="campaigns", version=1):
    """An offer, survey or event; `control_share` in parts per million is left alone on purpose."""

    campaign: Annotated[str, Key()]
    """The campaign's stream id: campaign-<issuer>:<its number there>."""
    kind: Annotated[str | None, First(LAUNCHED)]
    """What it is: an offer, a survey, an event."""
    control_share: Annotated[int | None, First(LAUNCHED)]
    """How many of those assigned are left alone on purpose, in parts per million."""
    ends_at: Annotated[datetime | None, First(LAUNCHED)]
    unit: Annotated[str | None, First(LAUNCHED)]
    launched_at: Annotated[datetime | None, First(LAUNCHED, field="occurred_at")]
    """When it began."""
    ended_at: Annotated[datetime | None, Last("campaign.ended", field="occurred_at")]
    """When it ended; null while it runs."""
