"""The unit tree of any moment: who was above whom, followed for the units that a question meets.

A unit hangs where its last move before the moment put it. Before its first known place it has that place: a
unit is often told of long after it began to work. A chain of parents ends at a unit without a parent, at one
that nobody told of, or where it would come back to a unit that it passed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

import polars as pl

from projections.metrics.askable import OF_KIND, UNDER
from projections.metrics.derived.derived import Reading
from projections.metrics.derived_source import BoundReading
from projections.metrics.errors import QuestionError

INSTANT = pl.Datetime("us", "UTC")
BEGINNING = pl.lit(datetime(1, 1, 1, tzinfo=UTC), INSTANT)
STREAM = "unit-"


@dataclass
class UnknownUnitKind(QuestionError):
    """No unit is of the kind."""

    asked: str
    known: tuple[str, ...]

    def __str__(self) -> str:
        known = f"there are {', '.join(self.known)}" if self.known else "no unit has a kind yet"
        return f"there is no unit of the kind {self.asked!r}: {known}"


@dataclass(frozen=True)
class UnitTree:
    """Kinds [unit, kind] and places [unit, parent, moved_at]; units are written as events name them."""

    kinds: pl.DataFrame
    places: pl.DataFrame

    @cached_property
    def moves(self) -> pl.Series:
        """The moments at which some unit left a place, in order: between two of them the tree stays."""
        began = pl.col("moved_at").min().over("unit")
        return self.places.filter(pl.col("moved_at") > began)["moved_at"].unique().sort()

    def same_tree(self, moments: Sequence[datetime]) -> list[datetime]:
        """For each moment the first of those given at which the tree was the same."""
        moves = self.moves.search_sorted(pl.Series(moments, dtype=INSTANT), side="left").to_list()
        first = dict(reversed(list(zip(moves, moments, strict=True))))
        return [first[number] for number in moves]

    def above(self, units: pl.DataFrame) -> pl.DataFrame:
        """[unit, tree_at, above, steps] of [unit, tree_at]: itself (0 steps), its parent (1) and so on."""
        reached = units.select("unit", "tree_at", above="unit", steps=pl.lit(0, pl.Int64))
        levels, seen = [reached], reached
        while not reached.is_empty():
            reached = self._parents(reached).join(
                seen, on=["unit", "tree_at", "above"], how="anti", nulls_equal=True
            )
            levels.append(reached)
            seen = pl.concat([seen, reached])
        return pl.concat(levels)

    def _parents(self, reached: pl.DataFrame) -> pl.DataFrame:
        placed = reached.sort("tree_at").join_asof(
            self.places_by_time,
            left_on="tree_at",
            right_on="moved_at",
            by_left="above",
            by_right="unit",
            allow_exact_matches=False,
            check_sortedness=False,
        )
        return placed.filter(pl.col("parent").is_not_null()).select(
            "unit", "tree_at", above="parent", steps=pl.col("steps") + 1
        )

    @cached_property
    def places_by_time(self) -> pl.DataFrame:
        """Places in order of time; the first of each unit stands for the time before it too."""
        began = pl.col("moved_at").min().over("unit")
        moved_at = pl.when(pl.col("moved_at") == began).then(BEGINNING).otherwise("moved_at")
        return self.places.with_columns(moved_at=moved_at).sort("moved_at")

    def dimensions(
        self, units: pl.DataFrame, names: Sequence[str], *, wanted: Sequence[str | None] = ()
    ) -> pl.DataFrame:
        """[unit, tree_at, one column per name] of [unit, tree_at]: the ancestor of each kind.

        `unit.under` is the wanted unit that the row's is or lies beneath, else the row's own.
        """
        above = self.above(units)
        found = units
        for name in names:
            named = _under(above, wanted) if name == UNDER else self._of_kind(above, name)
            found = found.join(named, on=["unit", "tree_at"], how="left")
        return found.with_columns(pl.coalesce(name, "unit") for name in names if name == UNDER)

    def has_kind(self, name: str) -> bool:
        return name.removeprefix(OF_KIND) in self.kinds["kind"]

    def _of_kind(self, above: pl.DataFrame, name: str) -> pl.DataFrame:
        kind = self.kinds.filter(pl.col("kind") == name.removeprefix(OF_KIND))
        return _nearest(above.join(kind, left_on="above", right_on="unit", how="semi"), name)

    def beneath(self, wanted: Sequence[str | None], moments: Sequence[datetime]) -> list[str | None]:
        """Every unit that at one of the moments was one of the wanted or lay beneath it."""
        at = pl.DataFrame({"tree_at": self.same_tree(moments)}, schema={"tree_at": INSTANT}).unique()
        units = self.places.select("unit").unique().join(at, how="cross")
        found = self.above(units).filter(pl.col("above").is_in(list(wanted)))["unit"].unique()
        return list(dict.fromkeys([*wanted, *found.to_list()]))


def _under(above: pl.DataFrame, wanted: Sequence[str | None]) -> pl.DataFrame:
    return _nearest(above.filter(pl.col("above").is_in([unit for unit in wanted if unit])), UNDER)


def _nearest(above: pl.DataFrame, name: str) -> pl.DataFrame:
    """The fewest steps up, as a column of this name."""
    return (
        above.sort("steps")
        .unique(["unit", "tree_at"], keep="first", maintain_order=True)
        .select("unit", "tree_at", pl.col("above").alias(name))
    )


def unit_tree(reading: Reading) -> UnitTree:
    """The units and their moves as a question, or a view, sees them."""
    units = reading.facts("units", columns=["unit", "kind"])
    moves = reading.facts("unit_moves", columns=["unit", "parent", "moved_at"])
    return UnitTree(
        kinds=units.select(unit_id(), "kind"),
        places=moves.sort("last_position", "version")
        .select(unit_id(), "parent", "moved_at")
        .filter(pl.col("moved_at").is_not_null())
        .unique(["unit", "moved_at"], keep="last", maintain_order=True),
    )


def check_kinds(reading: BoundReading, names: Sequence[str]) -> None:
    """Raises UnknownUnitKind for a kind that no unit has today, whatever moment is asked about."""
    units = reading.source.facts(
        "units", columns=["kind"], time=None, equal={}, as_of=None, known_at=None, position=None
    )
    known = units["kind"].drop_nulls().unique().sort().to_list()
    for kind in (name.removeprefix(OF_KIND) for name in names if name != UNDER):
        if kind not in known:
            raise UnknownUnitKind(asked=kind, known=tuple(known))


def unit_id(column: str = "unit") -> pl.Expr:
    """A unit as events name it, without its stream's prefix."""
    return pl.col(column).cast(pl.String).str.strip_prefix(STREAM).alias("unit")
