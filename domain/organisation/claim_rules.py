"""What the rules on claims say: who approves how much, which documents are needed, what is taken online.

```yaml
- kind: approval_levels
  name: any                      # or one line of business, which goes before `any`
  body:
    levels:                      # ascending; the last may be without limit
      - {level: station, up_to: 1000, roles: [station_claims]}
      - {level: branch, up_to: 10000}
      - {level: headquarters}
- kind: document_list
  name: any
  body:
    bands:                       # every band that the amount has reached counts
      - {from_amount: 0, documents: [identity_card_copy]}
      - {from_amount: 1000, documents: [claim_letter, [value_invoice, repair_invoice]]}   # either invoice
- {kind: online_limit, name: claims, valid_from: 2011-07-01, body: 3000}
- {kind: online_age_limit, name: claims, valid_from: 2011-07-01, body: {days: null}}   # as old as it may be
```
"""

from collections.abc import Collection
from decimal import Decimal
from itertools import pairwise

import msgspec

Alternatives = str | tuple[str, ...]


class ApprovalLevel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A level of approval: up to how many yuan (None: any), and which roles have it beside its namesake."""

    level: str
    up_to: Decimal | None = None
    roles: tuple[str, ...] = ()

    def reaches(self, amount: Decimal) -> bool:
        """Say whether this level's word on an amount is the last."""
        return self.up_to is None or amount <= self.up_to


class ApprovalLevels(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The levels of approval, lowest first."""

    levels: tuple[ApprovalLevel, ...]

    def __post_init__(self) -> None:
        """Refuse levels that do not ascend, and a level or role that comes twice."""
        names = [name for level in self.levels for name in {level.level, *level.roles}]
        if not self.levels or len(set(names)) < len(names):
            raise ValueError("there is at least one level, and each level and role comes once")
        if not all(_is_below(lower, upper) for lower, upper in pairwise(self.levels)):
            raise ValueError("levels ascend by up_to; only the last is without limit")

    def of_role(self, role: str | None) -> ApprovalLevel | None:
        """Find the level that a role has."""
        return next((known for known in self.levels if role == known.level or role in known.roles), None)

    def of_name(self, name: str) -> ApprovalLevel | None:
        """Find a level by its name."""
        return next((known for known in self.levels if known.level == name), None)

    def height_of(self, level: str | None) -> int:
        """Say how high a level is: 0 the lowest; -1 where it is no level."""
        return next((height for height, known in enumerate(self.levels) if known.level == level), -1)

    def above(self, level: str | None) -> ApprovalLevel | None:
        """Find the next level; above no level is the lowest, above the highest is None."""
        height = self.height_of(level) + 1
        return self.levels[height] if height < len(self.levels) else None


class DocumentBand(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a claim from this amount on needs beside what smaller ones need; a list is an either-or."""

    from_amount: Decimal
    documents: tuple[Alternatives, ...]


class DocumentList(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which documents a claim needs, by its amount."""

    bands: tuple[DocumentBand, ...]

    def __post_init__(self) -> None:
        """Refuse an either-or of nothing."""
        if any(not needed for band in self.bands for needed in band.documents):
            raise ValueError("a document is named, or at least one of several")

    def missing(self, received: Collection[str], *, amount: Decimal) -> tuple[str, ...]:
        """Name what a claim of this amount lacks; one of several reads `value_invoice or repair_invoice`."""
        needed = (entry for band in self.bands if band.from_amount <= amount for entry in band.documents)
        either = ((entry,) if isinstance(entry, str) else entry for entry in needed)
        return tuple(" or ".join(kinds) for kinds in either if not set(kinds) & set(received))


class OnlineAgeLimit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many days after the loss a claim is still taken online; None: however many."""

    days: int | None


def _is_below(lower: ApprovalLevel, upper: ApprovalLevel) -> bool:
    return lower.up_to is not None and (upper.up_to is None or lower.up_to < upper.up_to)


DEFAULT_APPROVAL_LEVELS = ApprovalLevels(
    levels=(
        ApprovalLevel(level="station", up_to=Decimal(1000)),
        ApprovalLevel(level="branch", up_to=Decimal(10_000)),
        ApprovalLevel(level="headquarters"),
    )
)
DEFAULT_DOCUMENT_LIST = DocumentList(
    bands=(
        DocumentBand(
            from_amount=Decimal(0),
            documents=("receipt_voucher_copy", "identity_card_copy", "signed_agreement"),
        ),
        DocumentBand(
            from_amount=Decimal(1000),
            documents=("claim_letter", "waybill_copy", ("value_invoice", "repair_invoice")),
        ),
    )
)
DEFAULT_ONLINE_LIMIT = Decimal(1000)
DEFAULT_ONLINE_AGE_LIMIT = OnlineAgeLimit(days=60)
