"""The saved segments as they read on any day: which condition was in force from when until when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from domain.organisation.rules import WITHDRAWN
from domain.organisation.segment_conditions import All, AnyOf, Condition, InSegment, Not, within
from domain.organisation.segment_words import known_words
from domain.organisation.segments import SEGMENT, Segment, read_segment
from projections.views.reading import ViewReading

Ruling = Literal["then", "today"]
MOST_PARTS = 500
"""Of a definition with those that it names."""


class Unreadable(ValueError):
    """A definition cannot be evaluated; the text says why."""


@dataclass(frozen=True, kw_only=True)
class Piece:
    """One condition, other segments' put in for their names, from an instant to before another, or on."""

    start: datetime
    end: datetime | None
    condition: Condition


@dataclass(frozen=True, kw_only=True)
class Definitions:
    """Every body that was saved, by name, in the order of the days from which it holds; null: withdrawn."""

    bodies: Mapping[str, Sequence[tuple[date, str]]]

    def names(self, *, on: date) -> list[str]:
        """The segments that there are on a day, in order."""
        return sorted(name for name in self.bodies if self.body(name, on=on) is not None)

    def check_known(self, name: str) -> None:
        """Raise Unreadable where no such segment was ever saved."""
        if name not in self.bodies:
            raise Unreadable(
                f"there is no segment {name!r}: {known_words(name, self.bodies) or 'none is saved'}"
            )

    def body(self, name: str, *, on: date) -> tuple[date, str] | None:
        """Which body of a segment is in force on a day, and since when."""
        told = [dated for dated in self.bodies.get(name, ()) if dated[0] <= on]
        return told[-1] if told and told[-1][1] != WITHDRAWN else None

    def segment(self, name: str, *, on: date) -> Segment:
        """A segment as it reads on a day; Unreadable where there is none, or no program can read it."""
        found = self.body(name, on=on)
        if found is None:
            raise Unreadable(f"there is no segment {name!r} on {on}")
        try:
            return read_segment(found[1])
        except ValueError as error:
            raise Unreadable(f"the definition of {name!r} from {found[0]}: {error}") from error

    def title(self, name: str, *, on: date) -> str | None:
        """What people call a segment; None where it does not say, or cannot be read."""
        try:
            return self.segment(name, on=on).title
        except Unreadable:
            return None

    def condition(self, name: str, *, on: date, inside: tuple[str, ...] = ()) -> Condition:
        """A segment's condition with those of the segments that it names; Unreadable for a circle."""
        if name in inside:
            raise Unreadable(f"segments go in a circle: {' > '.join((*inside, name))}")
        read = self.segment(name, on=on).read
        whole = self._put_in(read, on=on, inside=(*inside, name))
        if sum(1 for _ in within(whole)) > MOST_PARTS:
            raise Unreadable(f"segment {name!r} with those it names has over {MOST_PARTS} conditions")
        return whole

    def _put_in(self, condition: Condition, *, on: date, inside: tuple[str, ...]) -> Condition:
        match condition:
            case InSegment(segment=name):
                return self.condition(name, on=on, inside=inside)
            case All(parts=parts):
                return All(tuple(self._put_in(part, on=on, inside=inside) for part in parts))
            case AnyOf(parts=parts):
                return AnyOf(tuple(self._put_in(part, on=on, inside=inside) for part in parts))
            case Not(part=part):
                return Not(self._put_in(part, on=on, inside=inside))
            case _:
                return condition

    def pieces(self, name: str, reading: ViewReading, *, ruling: Ruling) -> list[Piece]:
        """The conditions of a segment over time, as ruled then, or today's for all time; Unreadable."""
        if ruling == "today":
            beginning = reading.begin_of(date(1900, 1, 1))
            return [Piece(start=beginning, end=None, condition=self.condition(name, on=reading.day))]
        days = self._days(name, upto=reading.day)
        starts = [reading.begin_of(day) for day in days]
        return [
            Piece(start=start, end=end, condition=self.condition(name, on=day))
            for day, start, end in zip(days, starts, [*starts[1:], None], strict=True)
            if self.body(name, on=day) is not None
        ]

    def _days(self, name: str, *, upto: date) -> list[date]:
        """The days on which a segment's condition, or that of one behind it, may change."""
        behind, waiting = set[str](), [name]
        while waiting:
            one = waiting.pop()
            if one not in behind:
                behind.add(one)
                waiting += self._named_by(one)
        return sorted({day for one in behind for day, _ in self.bodies.get(one, ()) if day <= upto})

    def _named_by(self, name: str) -> list[str]:
        named = []
        for day, _ in self.bodies.get(name, ()):
            if self.body(name, on=day) is not None:
                named += list(self.segment(name, on=day).names())
        return named


def saved_segments(reading: ViewReading) -> Definitions:
    """Every segment that the organisation saved, as the reading's position knows them."""
    bodies: dict[str, dict[date, str]] = {}
    for name, valid_from, body in reading.rules(SEGMENT).iter_rows():
        bodies.setdefault(name, {})[valid_from] = body
    return Definitions(bodies={name: sorted(dated.items()) for name, dated in bodies.items()})
