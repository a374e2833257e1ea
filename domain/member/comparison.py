"""Many members under another programme: totals, tiers against tiers, and a page of those most concerned."""

from collections import Counter
from dataclasses import dataclass, field
from heapq import heappush, heappushpop
from typing import NamedTuple

from domain.member.what_if import Points, WhatIf


class Place(NamedTuple):
    """Where a member stands on the page: who would move otherwise first, then by the balance at stake."""

    moves: bool
    at_stake: object
    member: str


@dataclass(kw_only=True)
class Comparison:
    """What another programme would have made of all members; `page` keeps so many of them.

    `tiers` counts members by the tier at the end, as it is and as it would be; `as_told` counts earnings that
    are left as they were, since nobody can tell their base from their points.
    """

    page_size: int
    members: int = 0
    otherwise: int = 0
    moving_otherwise: int = 0
    as_told: int = 0
    happened: Points = field(default_factory=Points)
    would: Points = field(default_factory=Points)
    tiers: Counter[tuple[str | None, str | None]] = field(default_factory=Counter)
    _page: list[tuple[Place, WhatIf]] = field(default_factory=list)

    def add(self, member: str, found: WhatIf) -> None:
        """Count one member in."""
        moves = found.happened.steps != found.would.steps
        self.members += 1
        self.otherwise += found.is_otherwise
        self.moving_otherwise += moves
        self.as_told += found.as_told
        self.happened = added(self.happened, found.happened.points)
        self.would = added(self.would, found.would.points)
        self.tiers[found.happened.tier, found.would.tier] += 1
        if found.is_otherwise and self.page_size:
            at_stake = abs(found.would.points.balance - found.happened.points.balance)
            self._keep(Place(moves, at_stake, member), found)

    @property
    def page(self) -> list[tuple[str, WhatIf]]:
        """The members most concerned, the most first."""
        ordered = sorted(self._page, key=lambda one: one[0], reverse=True)
        return [(place.member, found) for place, found in ordered]

    def _keep(self, place: Place, found: WhatIf) -> None:
        # Places differ, since members do: what was found is never compared.
        keep = heappush if len(self._page) < self.page_size else heappushpop
        keep(self._page, (place, found))


def added(first: Points, second: Points) -> Points:
    """Add points up, side by side."""
    return Points(**{name: getattr(first, name) + getattr(second, name) for name in Points.__struct_fields__})
