"""One row per campaign: what it is, and from when until when it runs."""

from datetime import datetime
from typing import Annotated

from projections.facts.row import First, Key, Last, Row

LAUNCHED = "campaign.launched"


class Campaign(Row, stream="campaign", name="campaigns", version=1):
    """An offer, survey or event; `control_share` in parts per million is left alone on purpose."""

    campaign: Annotated[str, Key()]
    kind: Annotated[str | None, First(LAUNCHED)]
    control_share: Annotated[int | None, First(LAUNCHED)]
    ends_at: Annotated[datetime | None, First(LAUNCHED)]
    unit: Annotated[str | None, First(LAUNCHED)]
    launched_at: Annotated[datetime | None, First(LAUNCHED, field="occurred_at")]
    ended_at: Annotated[datetime | None, Last("campaign.ended", field="occurred_at")]
