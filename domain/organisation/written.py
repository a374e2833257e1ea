"""What a person writes in organisation.yaml, parsed, as the rules it means.

```yaml
zone: Asia/Shanghai              # short for the rule (zone, zone) from the beginning
rules:
  - {kind: liability, name: late_shipment, valid_from: 2011-07-01, body: own_overrun}
  - {kind: grave_categories, name: grave_categories, body: [safety, privacy]}   # from the beginning
  - {kind: contact_cap, name: weekly, valid_from: 2026-01-01, body: null}   # withdrawn from this day on
```

A rule left out of the file stays in force; a withdrawn one reads as if it had never been configured.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec

from domain.errors import DomainError
from domain.organisation.commands import Rule
from domain.organisation.decide import check_readable

FROM_THE_BEGINNING = date(1900, 1, 1)
WRITTEN = frozenset({"zone", "rules"})


class WrittenRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One entry under `rules`."""

    kind: str
    name: str
    body: Any
    valid_from: date = FROM_THE_BEGINNING


@dataclass(kw_only=True)
class OrganisationUnreadable(DomainError):
    """The organisation's file is a `zone` and a list of `rules`: kind, name, body, valid_from."""

    problem: str


def read_written_rules(written: Mapping[str, Any]) -> tuple[Rule, ...]:
    """Turn the parsed file into rules with canonical JSON bodies; a DomainError says what is wrong."""
    unknown = sorted(set(written) - WRITTEN)
    if unknown:
        raise OrganisationUnreadable(problem=f"unknown: {', '.join(unknown)}")
    try:
        entries = msgspec.convert(written.get("rules") or [], list[WrittenRule])
    except msgspec.ValidationError as error:
        raise OrganisationUnreadable(problem=str(error)) from error
    if "zone" in written:
        entries = [WrittenRule(kind="zone", name="zone", body=written["zone"]), *entries]
    rules = tuple(_rule(entry) for entry in entries)
    for rule in rules:
        check_readable(rule)
    return rules


def _rule(entry: WrittenRule) -> Rule:
    body = msgspec.json.encode(entry.body, order="sorted").decode()
    return Rule(kind=entry.kind, name=entry.name, valid_from=entry.valid_from, body=body)
