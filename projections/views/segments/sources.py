"""What segments count and add up: one row per event, when it happened, and from when until when it stands.

Rows are [customer, at, happened, until, until_topic, until_version, due, amount, topic, stream, version] and
what they may be narrowed by. `at` is from when a row counts, `happened` what windows of days go by.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from projections.facts import SPECS
from projections.metrics.catalogue.rating_rule import is_satisfied
from projections.views.reading import ViewReading
from projections.views.segments.days import INSTANT

CALLBACK_CHANNEL = "callback"
"""A contact on this channel repeats an attempt that the callback's own stream tells."""
PARTS = 10_000
"""Money and points are added up in whole ten-thousandths."""
COUNTED: Mapping[str, pl.DataType] = {
    "customer": pl.String(),
    "at": INSTANT,
    "happened": INSTANT,
    "until": INSTANT,
    "until_topic": pl.String(),
    "until_version": pl.Int64(),
    "due": INSTANT,
    "amount": pl.Int64(),
    "topic": pl.String(),
    "stream": pl.String(),
    "version": pl.Int64(),
}

Rows = Callable[[ViewReading, Sequence[str]], pl.DataFrame]


@dataclass(frozen=True, kw_only=True)
class Source:
    """The facts read, and how: `rows(reading, columns)`, the columns being those to narrow by.

    Rows that are `plain` count once each as of their event, by whose time windows go, and stand for good: no
    window that opens later closes earlier.
    """

    facts: tuple[str, ...]
    rows: Rows
    is_plain: bool = True


def counted(rows: pl.DataFrame, narrowed: Sequence[str], **told: pl.Expr | str) -> pl.DataFrame:
    """Rows with the columns of COUNTED as told; the rest goes without saying (`stands`)."""
    columns = {name: _expression(one).cast(COUNTED[name]) for name, one in told.items()}
    version = columns.pop("version", pl.lit(None, pl.Int64))
    return rows.select(*(name for name in narrowed if name not in columns), **columns, version=version)


def stands(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with all that standing needs: what was not told happened at its time, once, and has no end."""
    unsaid = {
        "happened": pl.col("at"),
        "amount": pl.lit(1, pl.Int64),
        "until": pl.lit(None, INSTANT),
        "due": pl.lit(None, INSTANT),
    }
    return rows.with_columns(one.alias(name) for name, one in unsaid.items() if name not in rows.columns)


def _expression(told: pl.Expr | str) -> pl.Expr:
    return pl.col(told) if isinstance(told, str) else told


def own(fact: str, at: str, topic: str, *, due: str | None = None) -> Source:
    """Rows in the customer's own stream, one per event."""

    def rows(reading: ViewReading, narrowed: Sequence[str]) -> pl.DataFrame:
        found = reading.facts(fact, columns=[at, *narrowed, *([due] if due else [])])
        told = {"due": due} if due else {}
        version = pl.col("version") if "version" in found.columns else pl.lit(None)
        return counted(
            found,
            narrowed,
            customer="customer",
            stream="customer",
            at=at,
            topic=pl.lit(topic),
            version=version,
            **told,
        )

    return Source(facts=(fact,), rows=rows)


def about(fact: str, at: str, topic: str, **options: Mapping[str, Sequence[str]]) -> Source:
    """Rows in other streams that name the customer; `equal` keeps some of them."""

    def rows(reading: ViewReading, narrowed: Sequence[str]) -> pl.DataFrame:
        found = reading.facts(fact, columns=["customer_id", at, *narrowed], **options)  # type: ignore[arg-type]
        stream = SPECS[fact].key_names[0]
        version = pl.col("version") if "version" in found.columns else pl.lit(None)
        return counted(
            found,
            narrowed,
            customer="customer_id",
            stream=stream,
            at=at,
            topic=pl.lit(topic),
            version=version,
        )

    return Source(facts=(fact,), rows=rows)


def calls_by_outcome(reading: ViewReading, narrowed: Sequence[str]) -> pl.DataFrame:
    """Inbound calls as of their outcome, which is not known before."""
    columns = ["customer_id", "outcome_at", *narrowed]
    calls = reading.facts("calls", columns=columns, equal={"direction": ["inbound"]})
    topic = "call." + pl.col("outcome")
    return counted(calls, narrowed, customer="customer_id", stream="call", at="outcome_at", topic=topic)


def contacts(reading: ViewReading, narrowed: Sequence[str]) -> pl.DataFrame:
    """Contacts, and attempts to call back under the callback's purpose."""
    told = reading.facts("contacts", columns=["channel", "purpose", "contacted_at"])
    others = told.filter(pl.col("channel").ne_missing(CALLBACK_CHANNEL))
    attempts = reading.facts("callback_attempts", columns=["customer_id", "attempted_at"])
    scheduled = reading.facts("callbacks", columns=["customer_id", "purpose"])
    called = attempts.join(
        scheduled.select("callback", "purpose", whom="customer_id"), on="callback", how="left"
    ).with_columns(channel=pl.lit(CALLBACK_CHANNEL), customer=pl.coalesce("customer_id", "whom"))
    return pl.concat(
        [
            counted(
                others,
                narrowed,
                customer="customer",
                stream="customer",
                at="contacted_at",
                topic=pl.lit("customer.contacted"),
                version="version",
            ),
            counted(
                called,
                narrowed,
                customer="customer",
                stream="callback",
                at="attempted_at",
                topic=pl.lit("callback.attempted"),
                version="version",
            ),
        ]
    )


def ratings(reading: ViewReading, narrowed: Sequence[str]) -> pl.DataFrame:
    """Ratings in surveys and of calls; satisfied by the customer's word, else by the two top boxes."""
    surveys = reading.facts(
        "customer_ratings",
        columns=["rated_at", "survey", "process", "channel", "reason", "score", "scale", "satisfied"],
    ).with_columns(satisfied=is_satisfied("satisfied", "score", "scale"))
    of_calls = reading.facts(
        "calls",
        columns=[
            "customer_id",
            "rated_at",
            "purpose",
            "channel",
            "rating_score",
            "rating_scale",
            "rating_satisfied",
        ],
        time=("rated_at", None, None),
    )
    calls = of_calls.filter(pl.col("rated_at").is_not_null()).with_columns(
        survey=pl.lit("call"),
        process=pl.col("purpose"),
        reason=pl.lit(None, pl.String),
        satisfied=is_satisfied("rating_satisfied", "rating_score", "rating_scale"),
    )
    return pl.concat(
        [
            counted(
                surveys,
                narrowed,
                customer="customer",
                stream="customer",
                at="rated_at",
                topic=pl.lit("customer.rated"),
                version="version",
            ),
            counted(
                calls,
                narrowed,
                customer="customer_id",
                stream="call",
                at="rated_at",
                topic=pl.lit("call.rated"),
            ),
        ]
    )


def contracts(reading: ViewReading, narrowed: Sequence[str]) -> pl.DataFrame:
    """Contracts as signed, each until it is signed again or ended."""
    turns = reading.facts(
        "contract_turns", columns=["contract_id", "turn", "product", "bundle", "ends_at", "turned_at"]
    ).sort("customer", "contract_id", "turned_at", "last_position")
    of_one = ["customer", "contract_id"]
    following = pl.col("turned_at", "turn", "version").shift(-1).over(of_one).name.prefix("next_")
    signed = turns.with_columns(following).filter(pl.col("turn") == "signed")
    return counted(
        signed,
        narrowed,
        customer="customer",
        stream="customer",
        at="turned_at",
        topic=pl.lit("customer.contract_signed"),
        version="version",
        until="next_turned_at",
        until_topic="customer.contract_" + pl.col("next_turn"),
        until_version="next_version",
        due="ends_at",
    )


def open_complaints(reading: ViewReading, narrowed: Sequence[str]) -> pl.DataFrame:
    """Complaints from filing or reopening until they are closed."""
    told = reading.facts("complaints", columns=["customer_id", *narrowed])
    turns = reading.facts("complaint_turns", columns=["turn", "turned_at"]).sort(
        "complaint", "turned_at", "last_position"
    )
    moved = turns.with_columns(is_open=pl.col("turn") != "closed").filter(
        pl.col("is_open").ne_missing(pl.col("is_open").shift(1).over("complaint"))
    )
    following = pl.col("turned_at", "version").shift(-1).over("complaint").name.prefix("next_")
    stood = moved.with_columns(following).filter("is_open")
    return counted(
        stood.join(told.select("complaint", "customer_id", *narrowed), on="complaint"),
        narrowed,
        customer="customer_id",
        stream="complaint",
        at="turned_at",
        topic="complaint." + pl.col("turn"),
        version="version",
        until="next_turned_at",
        until_topic=pl.lit("complaint.closed"),
        until_version="next_version",
    )


def open_dissatisfactions(reading: ViewReading, narrowed: Sequence[str]) -> pl.DataFrame:
    """Entries of the register of dissatisfied customers until they are repaired."""
    found = reading.facts("dissatisfactions", columns=["dissatisfied_at", "repaired_at", *narrowed])
    return counted(
        found,
        narrowed,
        customer="customer",
        stream="customer",
        at="dissatisfied_at",
        topic=pl.lit("customer.dissatisfied"),
        version="version",
        until="repaired_at",
        until_topic=pl.lit("customer.repaired"),
        until_version=pl.lit(None),
    )


def spend(reading: ViewReading, narrowed: Sequence[str]) -> pl.DataFrame:
    """Spend of each period of usage as it was last told, at noon of the period's last local day."""
    found = reading.facts("usage_months", columns=["period_end", "spend", "told_at", *narrowed])
    noon = pl.col("period_end").cast(pl.Datetime("us")) - pl.duration(hours=12)
    return counted(
        found.filter(pl.col("spend").is_not_null()),
        narrowed,
        customer="customer",
        stream="customer",
        at="told_at",
        happened=noon.dt.replace_time_zone(str(reading.zone)).dt.convert_time_zone("UTC"),
        amount=parts("spend"),
        topic=pl.lit("customer.usage_recorded"),
    )


def points(fact: str, at: str, amount: str, topic: str) -> Source:
    """Points of a fact's rows, in parts."""

    def rows(reading: ViewReading, narrowed: Sequence[str]) -> pl.DataFrame:
        found = reading.facts(fact, columns=["customer_id", at, amount, *narrowed])
        return counted(
            found,
            narrowed,
            customer="customer_id",
            stream="member",
            at=at,
            amount=parts(amount),
            topic=pl.lit(topic),
        )

    return Source(facts=(fact,), rows=rows, is_plain=False)


def parts(column: str) -> pl.Expr:
    """An exact decimal of four places as a whole number."""
    return (pl.col(column) * pl.lit(PARTS).cast(pl.Decimal(38, 4))).cast(pl.Int64)


INBOUND = {"direction": ["inbound"]}
SOURCES: Mapping[str, Source] = {
    "calls": about("calls", "offered_at", "call.offered", equal=INBOUND),
    "calls_by_outcome": Source(facts=("calls",), rows=calls_by_outcome),
    "complaints": about("complaints", "filed_at", "complaint.filed"),
    "open_complaints": Source(facts=("complaints", "complaint_turns"), rows=open_complaints, is_plain=False),
    "contacts": Source(facts=("contacts", "callback_attempts", "callbacks"), rows=contacts),
    "ratings": Source(facts=("customer_ratings", "calls"), rows=ratings),
    "dissatisfactions": own("dissatisfactions", "dissatisfied_at", "customer.dissatisfied"),
    "open_dissatisfactions": Source(facts=("dissatisfactions",), rows=open_dissatisfactions, is_plain=False),
    "warnings": own("warnings", "warned_at", "customer.warned", due="due_at"),
    "contracts": Source(facts=("contract_turns",), rows=contracts, is_plain=False),
    "retention_actions": own("retention_actions", "taken_at", "customer.retention_action_taken"),
    "requests": about("requests", "raised_at", "request.raised"),
    "claims": about("claims", "reported_at", "claim.reported"),
    "redemptions": about("point_redemptions", "redeemed_at", "member.points_redeemed"),
    "club_visits": about("club_visits", "visited_at", "member.club_visited"),
    "campaigns": own("campaign_assignments", "assigned_at", "customer.campaign_assigned"),
    "churns": own("churns", "churned_at", "customer.churned"),
    "spend": Source(facts=("usage_months",), rows=spend, is_plain=False),
    "points_earned": points("member_lots", "opened_at", "earned", "member.points_earned"),
    "points_redeemed": points("point_redemptions", "redeemed_at", "points", "member.points_redeemed"),
}
"""By the word of a definition; `calls_by_outcome` is `calls` narrowed by outcome."""
