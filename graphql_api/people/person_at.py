"""Somebody at a moment: who they are, and their rows of facts as a caller may see them."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from graphql_api.access.rows import Limits, limited_frame
from graphql_api.people.asked_moment import AskedMoment
from graphql_api.people.nested_rows import fact_rows
from projections.facts import SPECS
from projections.metrics.persons import Persons
from projections.storage.reader import StoredFacts
from projections.storage.row_security import limits_of_fact
from projections.views.reading import ViewReading

INSTANT = pl.Datetime("us", "UTC")


@dataclass(frozen=True, kw_only=True)
class PersonAt:
    """Somebody by any of their pseudonyms, at a moment, as a caller within `limits` sees them."""

    customer: str
    name: str
    pseudonyms: Sequence[str]
    known: Persons
    moment: AskedMoment
    limits: Limits | None

    def own(self, facts: StoredFacts) -> ViewReading:
        """The facts about their pseudonyms alone."""
        return self.moment.reading(facts).only(self.pseudonyms)

    def rows(self, facts: StoredFacts, fact: str) -> pl.DataFrame:
        """Their rows of a fact: those of a pseudonym that was theirs when the row began."""
        rows = fact_rows(self.own(facts), fact)
        held = self.known.of(rows, column="customer", at="first_occurred_at")
        asked = {"customer": [self.customer], "at": [self.moment.as_of or self.moment.now]}
        frame = pl.DataFrame(asked, schema={"customer": pl.String, "at": INSTANT})
        mine = rows.filter(held == self.known.of(frame, column="customer", at="at").item())
        return limited_frame(mine, limits_of_fact(SPECS[fact]), self.limits)
