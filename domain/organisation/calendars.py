"""On which days the organisation works: weekdays, less holidays, and the weekend days worked instead.

```yaml
- kind: calendar
  name: working_days
  valid_from: 2026-01-01
  body: {holidays: [2026-01-01, 2026-01-02], working_days: [2026-01-04]}
```
"""

from datetime import date

import msgspec

MONDAY_TO_FRIDAY = frozenset({1, 2, 3, 4, 5})
ISO_WEEKDAYS = frozenset(range(1, 8))


class Calendar(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Weekdays worked (1 Monday to 7 Sunday), the holidays among them, and other days worked all the same."""

    weekdays: frozenset[int] = MONDAY_TO_FRIDAY
    holidays: frozenset[date] = frozenset()
    working_days: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        """Refuse a weekday that is none, and a day that is both a holiday and worked."""
        if not self.weekdays <= ISO_WEEKDAYS:
            raise ValueError("weekdays are 1 (Monday) to 7 (Sunday)")
        if self.holidays & self.working_days:
            raise ValueError("a day is a holiday or worked, not both")

    def is_working_day(self, day: date) -> bool:
        """Say whether a day is worked."""
        return day in self.working_days or (day.isoweekday() in self.weekdays and day not in self.holidays)


DEFAULT_CALENDAR = Calendar()
