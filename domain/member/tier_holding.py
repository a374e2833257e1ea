"""What keeps a member in a tier: points with their grace, and what somebody gave or extended."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from domain.organisation.programme import Programme, Qualification

UNKNOWN = -1


class Stretch:
    """One reading of a programme, with the rank of every tier."""

    def __init__(self, programme: Programme, zone: ZoneInfo) -> None:
        """Look the ranks up once."""
        self.programme, self.zone = programme, zone
        self.names = tuple(tier.name for tier in programme.tiers)
        self.ranks: Mapping[str, int] = {name: rank for rank, name in enumerate(self.names)}

    @property
    def rule(self) -> Qualification | None:
        """How tiers are reached; None where nobody moves by points."""
        return self.programme.qualification

    def rank(self, tier: str | None) -> int:
        """Say how high a tier is; UNKNOWN is below every other."""
        return UNKNOWN if tier is None else self.ranks.get(tier, UNKNOWN)


@dataclass(kw_only=True)
class KeptByPoints:
    """The rank that points keep, and until when those above the one that they reach are kept."""

    rank: int = UNKNOWN
    grace_ends: dict[int, datetime] = field(default_factory=dict)

    def follow(self, reached: int, *, at: datetime, grace_ends: datetime) -> None:
        """Raise what is kept at once to what points reach; lower it where a grace is over."""
        if reached >= self.rank:
            self.rank, self.grace_ends = reached, {}
            return
        for rank in range(reached + 1, self.rank + 1):
            self.grace_ends.setdefault(rank, grace_ends)
        self.grace_ends = {rank: end for rank, end in self.grace_ends.items() if rank > reached and end > at}
        self.rank = max(self.grace_ends, default=reached)

    def translate(self, before: Stretch, after: Stretch) -> None:
        """Go on by the names of tiers under another reading."""
        graces = ((after.rank(before.names[rank]), end) for rank, end in self.grace_ends.items())
        self.grace_ends = {rank: end for rank, end in graces if rank != UNKNOWN}
        self.rank = after.rank(before.names[self.rank]) if 0 <= self.rank < len(before.names) else UNKNOWN


class Held(NamedTuple):
    """A tier that is held until a moment (None: until another is told)."""

    tier: str
    until: datetime | None


class Gifts:
    """What somebody gave or extended: held at least, or, as a ceiling, whatever the points."""

    def __init__(self) -> None:
        """Begin with nothing given."""
        self.given: Held | None = None
        self.is_ceiling = False
        self.extended: list[Held] = []

    def __iter__(self) -> Iterator[Held]:
        """Go through all that is held."""
        if self.given is not None:
            yield self.given
        yield from self.extended

    def give(self, held: Held, *, is_ceiling: bool) -> None:
        """Hold a tier in place of what was given and extended before."""
        self.given, self.is_ceiling, self.extended = held, is_ceiling, []

    def let_go(self, moment: datetime) -> None:
        """End what was held until now."""
        if self.given is not None and _is_over(self.given, moment):
            self.given = None
        if self.extended:
            self.extended = [held for held in self.extended if not _is_over(held, moment)]

    def best(self, rank: int, stretch: Stretch) -> str:
        """Say which tier is due: the given one if it is a ceiling, else the highest that anything keeps."""
        if self.given is not None and self.is_ceiling:
            return self.given.tier
        return stretch.names[max([rank, *(stretch.rank(held.tier) for held in self)])]


def _is_over(held: Held, moment: datetime) -> bool:
    return held.until is not None and held.until <= moment
