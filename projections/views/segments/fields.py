"""Fields of a customer as values over time: one row per event that changed one, and what it was from then on.

Rows are [customer, at, value, order, topic, stream, version]; a null value is none. Of linked pseudonyms the
last word of any counts.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from domain.organisation.segment_words import SCHEMES
from projections.views.reading import ViewReading
from projections.views.segments.counted import PARTS, parts

VALUE = "value"
"""The scheme whose classes end by leaving."""
ANY_PURPOSE = "any"
COLUMNS = ("customer", "at", "value", "order", "topic", "stream", "version")

Rows = Callable[[ViewReading], pl.DataFrame]


@dataclass(frozen=True, kw_only=True)
class Field:
    """The facts read, and how; `before` is the value of whom nothing was told yet.

    `settled` makes the value of a row of all rows of a person so far; numbers are kept as whole multiples of
    one over `scale`.
    """

    facts: tuple[str, ...]
    rows: Rows
    settled: pl.Expr | None = None
    before: bool | None = None
    scale: int = 1


def values(
    rows: pl.DataFrame, *, at: str, value: str | pl.Expr, topic: str, stream: str = "customer"
) -> pl.DataFrame:
    """A fact's rows as values from a moment on."""
    told = pl.col(value) if isinstance(value, str) else value
    version = pl.col("version") if "version" in rows.columns else pl.lit(None)
    return rows.filter(pl.col(at).is_not_null()).select(
        pl.col("customer" if stream == "customer" else "customer_id").alias("customer"),
        at=pl.col(at),
        value=told,
        order=pl.col("last_position"),
        topic=pl.lit(topic),
        stream=pl.col(stream),
        version=version.cast(pl.Int64),
    )


def _told(
    reading: ViewReading, fact: str, *columns: str, equal: Mapping[str, Sequence[str]] | None = None
) -> pl.DataFrame:
    """A fact's rows with the order in which they were told."""
    return reading.facts(fact, columns=(*columns, "last_position"), equal=equal, envelope=False)


def class_of(scheme: str) -> Field:
    """The class in a scheme; that of `value` ends by leaving."""

    def rows(reading: ViewReading) -> pl.DataFrame:
        told = _told(reading, "customer_classes", "value", "classified_at", equal={"scheme": [scheme]})
        classes = values(told, at="classified_at", value="value", topic="customer.classified")
        if scheme != VALUE:
            return classes
        left = _told(reading, "churns", "churned_at")
        ended = values(left, at="churned_at", value=pl.lit(None, pl.String), topic="customer.churned")
        return pl.concat([classes, ended])

    return Field(facts=("customer_classes", "churns"), rows=rows)


def registered(column: str) -> Field:
    """What the registration says."""

    def rows(reading: ViewReading) -> pl.DataFrame:
        found = _told(reading, "customers", "registered_at", column)
        told = values(found, at="registered_at", value=column, topic="customer.registered")
        return told.filter(pl.col("value").is_not_null())

    return Field(facts=("customers",), rows=rows)


def registered_at(reading: ViewReading) -> pl.DataFrame:
    """The first registration."""
    found = _told(reading, "customers", "registered_at")
    return values(found, at="registered_at", value="registered_at", topic="customer.registered")


def manager(role: str) -> Field:
    """Who looks after a customer in a role."""

    def rows(reading: ViewReading) -> pl.DataFrame:
        found = _told(reading, "manager_assignments", "manager_id", "assigned_at", equal={"role": [role]})
        return values(found, at="assigned_at", value="manager_id", topic="customer.manager_assigned")

    return Field(facts=("manager_assignments",), rows=rows)


def consent_for(purpose: str) -> Field:
    """The last word on a purpose, or on contact of any."""

    def rows(reading: ViewReading) -> pl.DataFrame:
        asked = list(dict.fromkeys([purpose, ANY_PURPOSE]))
        found = _told(reading, "consents", "granted", "changed_at", equal={"purpose": asked})
        return values(found, at="changed_at", value="granted", topic="customer.consent_changed")

    return Field(facts=("consents",), rows=rows)


def member_tier(reading: ViewReading) -> pl.DataFrame:
    """The tier that a membership moved to last; none once it is closed. Moves do not name the customer."""
    members = reading.facts("members", columns=["customer_id"], envelope=False)
    mine = None if reading.customers is None else {"member": members["member"].to_list()}
    everybody = replace(reading, customers=None)
    found = _told(everybody, "member_tiers", "tier", "to_tier", "move", "moved_at", equal=mine)
    named = found.join(members, on="member")
    topics = {"enrolled": "member.enrolled", "changed": "member.tier_changed", "closed": "member.closed"}
    tier = (
        pl.when(pl.col("move") == "enrolled").then("tier").when(pl.col("move") == "changed").then("to_tier")
    )
    told = values(named, at="moved_at", value=tier, topic="", stream="member")
    moves = named.filter(pl.col("moved_at").is_not_null())["move"].replace_strict(topics)
    return told.with_columns(topic=moves)


def is_customer(reading: ViewReading) -> pl.DataFrame:
    """One more for a registration and a return, one less for a leaving: of several with one return one."""
    found = _told(reading, "customers", "registered_at")
    known = found.filter(pl.col("registered_at").is_not_null())
    told = _told(reading, "churns", "churned_at", "won_back_at").sort("churned_at", "last_position")
    left = (
        told.unique(["customer", "won_back_at"], keep="first", maintain_order=True)
        .join(known.select("customer", "registered_at"), on="customer")
        .with_columns(
            churned_at=_later("churned_at", "registered_at"),
            won_back_at=_later("won_back_at", "registered_at"),
        )
    )
    one = pl.lit(1, pl.Int64)
    return pl.concat(
        [
            values(known, at="registered_at", value=one, topic="customer.registered"),
            values(left, at="churned_at", value=-one, topic="customer.churned"),
            values(left.drop("version"), at="won_back_at", value=one, topic="customer.won_back"),
        ]
    )


def _later(moment: str, bound: str) -> pl.Expr:
    """A moment, or the bound where it is before; none where there is none."""
    return pl.when(pl.col(moment).is_not_null()).then(pl.max_horizontal(moment, bound))


def churned_at(reading: ViewReading) -> pl.DataFrame:
    """When they left, until they come back."""
    left = _told(reading, "churns", "churned_at", "won_back_at")
    nothing = pl.lit(None, pl.Datetime("us", "UTC"))
    return pl.concat(
        [
            values(left, at="churned_at", value="churned_at", topic="customer.churned"),
            values(left.drop("version"), at="won_back_at", value=nothing, topic="customer.won_back"),
        ]
    )


def points_balance(reading: ViewReading) -> pl.DataFrame:
    """What each event gives to or takes from all points of a member, in parts."""
    lots = _told(reading, "member_lots", "customer_id", "earned_at", "earned")
    spent = _told(reading, "point_redemptions", "customer_id", "redeemed_at", "points")
    moved = _told(reading, "point_adjustments", "customer_id", "adjusted_at", "kind", "points")
    kinds = {"expired": -1, "reversed": -1, "refunded": 1}
    sign = pl.col("kind").replace_strict(kinds, return_dtype=pl.Int64)
    adjusted = values(moved, at="adjusted_at", value=sign * parts("points"), topic="", stream="member")
    topics = "member.points_" + moved.filter(pl.col("adjusted_at").is_not_null())["kind"]
    return pl.concat(
        [
            values(
                lots, at="earned_at", value=parts("earned"), topic="member.points_earned", stream="member"
            ),
            values(
                spent,
                at="redeemed_at",
                value=-parts("points"),
                topic="member.points_redeemed",
                stream="member",
            ),
            adjusted.with_columns(topic=topics),
        ]
    )


TOTAL = pl.col("value").cum_sum()
EARLIEST = pl.col("value").cum_min().over("who")
FIELDS: Mapping[str, Field] = {
    **{name: class_of(scheme) for name, scheme in SCHEMES.items()},
    "unit": registered("unit"),
    "tier": registered("tier"),
    "member_tier": Field(facts=("member_tiers", "members"), rows=member_tier),
    "manager_a": manager("A"),
    "manager_b": manager("B"),
    "is_customer": Field(
        facts=("customers", "churns"), rows=is_customer, settled=TOTAL.over("who") > 0, before=False
    ),
    "registered_at": Field(facts=("customers",), rows=registered_at, settled=EARLIEST),
    "churned_at": Field(facts=("churns",), rows=churned_at),
    "consent_marketing": consent_for("marketing"),
    "points_balance": Field(
        facts=("member_lots", "point_redemptions", "point_adjustments"),
        rows=points_balance,
        settled=TOTAL.over("who"),
        scale=PARTS,
    ),
}
PREFIXES: Mapping[str, Callable[[str], Field]] = {"class": class_of, "consent": consent_for}


def field_of(name: str) -> Field | None:
    """How a field's values are read; None where the facts do not tell it."""
    prefix, _, rest = name.partition(".")
    return FIELDS.get(name) or (PREFIXES[prefix](rest) if rest and prefix in PREFIXES else None)


def all_facts(fields: Sequence[Field]) -> tuple[str, ...]:
    """Every fact that these fields are read from."""
    return tuple(dict.fromkeys(fact for one in fields for fact in one.facts))
