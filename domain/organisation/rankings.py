"""On which metrics units are ranked against each other: one dated rule per ranking.

```yaml
- {kind: ranking, name: late_replies, body: {metric: complaints_on_time, unit_kind: branch, minimum_base: 10}}
```

Where none is configured, units are ranked on the shares of complaints answered on time, of calls answered
within 20 s and of customers content with a callback, each from 30 on.
"""

from typing import Literal

import msgspec

Period = Literal["month", "quarter", "year"]


class Ranking(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A metric under a definition (None: the one in force) of the period so far, by units.

    `unit_kind`: each unit's nearest of that kind in the unit tree; None: units as they are told. A unit with
    less than `minimum_base` (the denominator; the numerator where there is none) is listed unranked.
    """

    metric: str
    definition: str | None = None
    period: Period = "month"
    unit_kind: str | None = None
    minimum_base: int = 1


DEFAULT_RANKINGS = {
    metric: Ranking(metric=metric, minimum_base=30)
    for metric in ("complaints_on_time", "service_level", "satisfaction")
}
