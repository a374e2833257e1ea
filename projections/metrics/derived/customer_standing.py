"""How customers stand at a moment: here or gone, of which value and population, holding what.

Classes and populations end by leaving: whoever comes back is of no value until classified again.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import msgspec
import polars as pl

from domain.organisation.rules import RuleBook
from projections.metrics.derived.derived import Reading
from projections.metrics.derived.spans import ENVELOPE_COLUMNS, INSTANT, customer_id, rule_book
from projections.metrics.errors import QuestionError

POPULATION = "population"
VALUE = "value"
CLASSIFIED = "classified"
"""The population of everybody with a value, where the organisation has no rule of the kind `population`."""
MOST_ROWS = 8_000_000


class Population(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Customers whose class in a scheme is one of these values: a rule of the kind `population`."""

    values: frozenset[str]
    scheme: str = VALUE


class TooManyCustomers(QuestionError):
    """Customers are counted one by one at each moment, and there would be too many rows of that."""

    def __init__(self, *, customers: int, moments: int) -> None:
        """Carry how many customers are asked for at how many moments."""
        super().__init__(
            f"{customers} customers at {moments} moments are more than {MOST_ROWS} rows: "
            "ask for a coarser grain or a shorter time"
        )


def standing(reading: Reading, moments: Sequence[datetime]) -> pl.DataFrame:
    """Everybody registered before each moment, with registered_at, unit, tier, is_here and left_at.

    `left_at` is the last leaving before the moment, whether they came back or not. With the envelope of the
    customer's row.
    """
    found = reading.facts("customers", columns=("registered_at", "unit", "tier"))
    customers = found.filter(pl.col("registered_at").is_not_null())
    if customers.height * len(moments) > MOST_ROWS:
        raise TooManyCustomers(customers=customers.height, moments=len(moments))
    asked = pl.DataFrame({"moment": moments}, schema={"moment": INSTANT}).unique()
    known = customers.join(asked, how="cross").filter(pl.col("registered_at") < pl.col("moment"))
    return with_presence(reading, known).select(
        "customer",
        customer_id(),
        "registered_at",
        "moment",
        "unit",
        "tier",
        "is_here",
        "left_at",
        *ENVELOPE_COLUMNS,
    )


def with_presence(reading: Reading, known: pl.DataFrame) -> pl.DataFrame:
    """Add `left_at` and `is_here`: no leaving before the moment is without a return before it."""
    moves = known.select("customer", "moment").join(churns_of(reading), on="customer")
    left = (
        moves.filter(pl.col("churned_at") < pl.col("moment"))
        .group_by("customer", "moment")
        .agg(left_at=pl.col("churned_at").max(), is_gone=is_gone("moment").any())
    )
    return known.join(left, on=["customer", "moment"], how="left").with_columns(
        is_here=~pl.col("is_gone").fill_null(value=False)
    )


def churns_of(reading: Reading) -> pl.DataFrame:
    """[customer, churned_at, won_back_at] of every leaving."""
    told = reading.facts("churns", envelope=False, columns=("churned_at", "won_back_at"))
    return told.select("customer", "churned_at", "won_back_at")


def is_gone(moment: str) -> pl.Expr:
    """Whether a leaving is before a moment, and no return that ended it."""
    is_back = (pl.col("won_back_at") < pl.col(moment)).fill_null(value=False)
    return (pl.col("churned_at") < pl.col(moment)) & ~is_back


def with_classes(reading: Reading, rows: pl.DataFrame) -> pl.DataFrame:
    """Add `value`, the class in the scheme `value`, and `population`, as they are at the moment."""
    asked = populations(reading, rows.get_column("moment").unique())
    schemes = sorted({VALUE, *asked["scheme"]})
    classes = reading.facts(
        "customer_classes",
        envelope=False,
        columns=("scheme", "value", "classified_at", "last_position"),
        equal={"scheme": schemes},
    )
    classed = {scheme: class_at(rows, classes.filter(scheme=scheme)) for scheme in schemes}
    valued = rows.with_columns(classed[VALUE].alias(VALUE))
    found = [
        valued.select("moment", scheme=pl.lit(scheme), class_of=classed[scheme]).join(
            asked, on=["moment", "scheme", "class_of"], how="left", maintain_order="left"
        )[POPULATION]
        for scheme in schemes
    ]
    has_rule = asked["moment"].unique().implode()
    otherwise = pl.when(pl.col(VALUE).is_not_null() & ~pl.col("moment").is_in(has_rule))
    return valued.with_columns(pl.coalesce(*found, otherwise.then(pl.lit(CLASSIFIED))).alias(POPULATION))


def class_at(rows: pl.DataFrame, classes: pl.DataFrame) -> pl.Series:
    """For each row the class given last before its moment, if the customer has not left since."""
    given = classes.filter(pl.col("classified_at").is_not_null()).sort("classified_at", "last_position")
    asked = rows.select("customer", "moment", "left_at").with_row_index()
    found = asked.sort("moment").join_asof(
        given.select("customer", "classified_at", "value"),
        left_on="moment",
        right_on="classified_at",
        by="customer",
        allow_exact_matches=False,
        check_sortedness=False,
    )
    has_left = (pl.col("left_at") >= pl.col("classified_at")).fill_null(value=False)
    return found.sort("index").select(pl.when(~has_left).then("value").alias("class_of")).to_series()


def populations(reading: Reading, moments: Iterable[datetime]) -> pl.DataFrame:
    """[moment, scheme, class_of, population] by the rules in force on the day before each moment.

    A class in two populations is in the first by name.
    """
    book, zone = rule_book(reading, POPULATION), reading.zone
    told = [
        (moment, body.scheme, value, name)
        for moment in moments
        for name, body in sorted(in_force(book, on=day_before(moment.astimezone(zone))).items())
        for value in sorted(body.values)
    ]
    schema: dict[str, pl.DataType] = {
        "moment": INSTANT,
        "scheme": pl.String(),
        "class_of": pl.String(),
        POPULATION: pl.String(),
    }
    frame = pl.DataFrame(told, schema=schema, orient="row")
    return frame.unique(["moment", "scheme", "class_of"], keep="first", maintain_order=True)


def in_force(book: RuleBook, *, on: date) -> Mapping[str, Population]:
    """The populations of a day, by name."""
    bodies: dict[str, Any] = {name: book.body(POPULATION, name, on=on) for name in book.names(POPULATION)}
    return {
        name: msgspec.json.decode(body, type=Population) for name, body in bodies.items() if body is not None
    }


def day_before(moment: datetime) -> date:
    """The day that a moment at its end closes."""
    return (moment - moment.resolution).date()
