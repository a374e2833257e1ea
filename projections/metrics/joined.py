"""Dimensions that rows do not have themselves: joined by unit, customer or agent as of each row's time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import polars as pl

from projections.facts import SPECS
from projections.metrics.askable import MEMBER_TIER, SEGMENT, UNDER, own_column, root_column, root_of
from projections.metrics.derived_source import BoundReading
from projections.metrics.measures import DAYS, fact_of, measure_named
from projections.metrics.persons import Persons, customer_id, persons
from projections.metrics.question import Asked
from projections.metrics.segment_members import member_of
from projections.metrics.timelines import agent_id, agent_places, customer_classes, member_tiers, value_at
from projections.metrics.unit_tree import INSTANT, UnitTree, check_kinds, unit_id, unit_tree

JOINED_FACTS: dict[str, tuple[str, ...]] = {
    "unit": ("units", "unit_moves"),
    "agent_id": ("agent_moves",),
    MEMBER_TIER: ("member_tiers", "customer_links"),
    "customer_id": ("customer_classes", "customer_links"),
    SEGMENT: tuple(SPECS),
}
"""The stored facts that a dimension is joined from, by its own name or by what it is joined by."""


def joined_facts(asked: Asked) -> set[str]:
    """The stored facts that a question's dimensions are joined from."""
    facts = {fact_of(name) for name in asked.definition.measures} - {DAYS}
    found = {"customer_links"} if tells_persons_apart(asked) else set[str]()
    for name in (*asked.question.by, *asked.question.where):
        root = root_of(name)
        if root is not None and any(own_column(fact, name) is None for fact in facts):
            found.update(JOINED_FACTS.get(name) or JOINED_FACTS[root])
    return found


def tells_persons_apart(asked: Asked) -> bool:
    """Whether linked pseudonyms must be seen as one person: where customers are grouped, kept or counted.

    Stored sums that look at a customer's other rows look at pseudonyms, and so do the rows behind them.
    """
    neighbours = (measure_named(name).neighbours for name in asked.definition.measures)
    if any(spec is not None and spec.key == "customer_id" for spec in neighbours):
        return False
    counted = asked.definition.statistic.columns if asked.definition.statistic else ()
    return "customer_id" in (*asked.question.by, *asked.question.where, *counted)


@dataclass(frozen=True)
class Joins:
    """What one question joins to rows, read once and only if it is named."""

    reading: BoundReading

    @cached_property
    def tree(self) -> UnitTree:
        return unit_tree(self.reading)

    @cached_property
    def persons(self) -> Persons:
        return persons(self.reading)

    @cached_property
    def tree_moments(self) -> list[datetime]:
        """The moment whose tree is followed, for each period."""
        asked = self.reading.asked
        is_today = asked.question.tree == "today"
        return [asked.reference if is_today else end for _, end in self.reading.spans]

    def placed(
        self, rows: pl.DataFrame, names: Sequence[str], *, unit: str, period: pl.Series
    ) -> pl.DataFrame:
        """Rows with dimensions of the tree as it was for their periods."""
        if any(name != UNDER and not self.tree.has_kind(name) for name in names):
            check_kinds(self.reading, names)
        moments = pl.Series(self.tree.same_tree(self.tree_moments), dtype=INSTANT)
        places = rows.select(unit_id(unit), moments.gather(period).alias("tree_at"))
        wanted = self.reading.asked.question.where.get(UNDER, ())
        known = places.filter(pl.col("unit").is_not_null()).unique()
        found = self.tree.dimensions(known, names, wanted=wanted)
        joined = places.join(found, on=["unit", "tree_at"], how="left", maintain_order="left")
        return rows.with_columns(joined[name] for name in names)

    def value(self, rows: pl.DataFrame, name: str, *, fact: str, at: pl.Series) -> pl.Series:
        """One dimension of the customers or agents of rows, as of a time of each."""
        if own := own_column(fact, name):
            return rows[own].alias(name)
        root = root_of(name) or name
        column = root_column(fact, root) or root
        if root == "agent_id":
            agents = rows.select(agent_id(column), at.alias("at"))
            return value_at(agents, agent_places(self.reading, place=name)).alias(name)
        return self._of_customers(rows.select(customer_id("customer_id", column), at.alias("at")), name)

    def _of_customers(self, rows: pl.DataFrame, name: str) -> pl.Series:
        customers = rows["customer_id"].unique().to_list()
        if name == SEGMENT:
            who = self.persons.of(rows, column="customer_id", at="at", show="name").alias("customer_id")
            return member_of(self.reading, rows.select(who, "at"))
        if name == MEMBER_TIER:
            timeline = member_tiers(self.reading, self.persons, customers=customers)
        else:
            timeline = customer_classes(self.reading, self.persons, scheme=name, customers=customers)
        who = self.persons.of(rows, column="customer_id", at="at").alias("who")
        return value_at(rows.select(who, "at"), timeline).alias(name)

    def by_person(self, rows: pl.DataFrame, *, at: pl.Series) -> pl.DataFrame:
        """Rows whose customer is the person: the pseudonym asked for, else the one that stands for all."""
        question = self.reading.asked.question
        held = rows.select("customer_id", at.alias("at"))
        person = self.persons.of(held, column="customer_id", at="at").alias("person")
        name = self.persons.of(held, column="customer_id", at="at", show="name").alias("name")
        wanted = self.persons.asked_for(question.where.get("customer_id", ()))
        met = pl.DataFrame([person, name]).join(wanted, on="person", how="left", maintain_order="left")
        shown = pl.coalesce("wanted", "name" if "customer_id" in question.by else "person")
        return rows.with_columns(met.select(shown.alias("customer_id")).to_series())
