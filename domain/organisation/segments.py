"""Segments of customers as data: a condition over fields, counts and sums, composed and saved by name.

```yaml
- kind: segment
  name: about_to_leave
  valid_from: 2026-01-01
  body:
    title: Valuable, unhappy, and free to go
    condition:
      all:
        - {field: value_class, in: [gold, platinum]}
        - {count: complaints, where: {category: billing}, in_last_days: 90, at_least: 2}
        - any: [{count: contracts, in_next_days: 30, at_least: 1}, {field: churn_band, is: high}]
        - not: {segment: on_holiday}
```
"""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from domain.organisation.segment_conditions import Condition, InSegment, within
from domain.organisation.segment_reading import read_condition

SEGMENT = "segment"


class Segment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who belongs to a segment; `title` and `title_zh` are what people call it."""

    condition: Any
    title: str | None = None
    title_zh: str | None = None

    def __post_init__(self) -> None:
        """Refuse a condition that cannot be read."""
        read_condition(self.condition)

    @property
    def read(self) -> Condition:
        """The condition as a tree."""
        return read_condition(self.condition)

    def names(self) -> Iterator[str]:
        """The segments that this one is made of."""
        return (part.segment for part in within(self.read) if isinstance(part, InSegment))


def read_segment(written: Mapping[str, Any] | str) -> Segment:
    """Read a body, parsed or as JSON text; a ValueError names the path and what is known there."""
    if isinstance(written, str):
        return msgspec.json.decode(written, type=Segment)
    return msgspec.convert(written, Segment)
