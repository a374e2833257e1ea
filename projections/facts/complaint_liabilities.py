"""One row per attribution and party of a complaint: who answered for which share, and if it still stands.

An appeal names its attribution, an arbitration names only the appeal, and a new attribution replaces the
one before: what a row says depends on other events of its stream, so rows are folded from whole streams.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, ClassVar

import polars as pl

from projections.facts.row import First, Key, Last, Row

ATTRIBUTED = "complaint.liability_attributed"
ARBITRATED = "complaint.arbitrated"
OWN = (("role", "own"),)


class ComplaintLiability(Row, stream="complaint", name="complaint_liabilities", version=2):
    """`share` in parts per million; `in_force` until overturned or replaced; one lead per attribution."""

    WHOLE_STREAM = True
    WIDEN_FIELDS = ("attribution_id", "party", "share", "appeal_id", "by", "outcome")
    WIDENED: ClassVar[Mapping[str, pl.DataType]] = {
        "is_lead": pl.Boolean(),
        "in_force": pl.Boolean(),
        "role": pl.String(),
    }
    INDEXES = (("attributed_at",), ("filed_at",))

    complaint: Annotated[str, Key()]
    attribution_id: Annotated[str, Key("attribution_id")]
    party: Annotated[str, Key("party")]
    share: Annotated[int | None, First(ATTRIBUTED, where=OWN)]
    """The party's share of the liability, in parts per million."""
    rule: Annotated[str | None, First(ATTRIBUTED, where=OWN)]
    """The rule by which it was found, such as own_overrun or first_late."""
    attributed_at: Annotated[datetime | None, First(ATTRIBUTED, field="occurred_at", where=OWN)]
    """When the party was held liable."""
    is_lead: Annotated[bool | None, First(ATTRIBUTED, where=OWN)]
    """Whether the party leads: it has the largest share, of equals the first by name."""
    in_force: Annotated[bool | None, Last(ATTRIBUTED, ARBITRATED, present=True)]
    """Whether it stands: not overturned, and not replaced by a later attribution."""
    appealed_at: Annotated[datetime | None, First("complaint.appealed", field="occurred_at")]
    arbitrated_at: Annotated[datetime | None, Last(ARBITRATED, field="occurred_at")]
    arbitration_outcome: Annotated[str | None, Last(ARBITRATED, field="outcome")]
    """What arbitration decided last, such as overturned or upheld; null before."""
    kind: Annotated[str | None, First("complaint.filed")]
    channel: Annotated[str | None, First("complaint.filed")]
    category: Annotated[str | None, First("complaint.filed")]
    subcategory: Annotated[str | None, First("complaint.filed")]
    line: Annotated[str | None, First("complaint.filed")]
    product: Annotated[str | None, First("complaint.filed")]
    unit: Annotated[str | None, First("complaint.filed")]
    tier: Annotated[str | None, First("complaint.filed")]
    customer_id: Annotated[str | None, First("complaint.filed")]
    filed_at: Annotated[datetime | None, First("complaint.filed", field="occurred_at")]

    @staticmethod
    def widen(events: pl.DataFrame) -> pl.DataFrame:
        """Give each event of whole streams the (attribution_id, party) of every row that it touches."""
        own = _own(events)
        parties = own.select("originator_id", "attribution_id", "party").unique()
        arbitrated = _arbitrations(events, parties)
        widened = [own, _replacements(own), _filed(events, parties), _appeals(events, parties), arbitrated]
        return pl.concat(widened, how="diagonal").select(*events.columns, *ComplaintLiability.WIDENED)


def _own(events: pl.DataFrame) -> pl.DataFrame:
    own = events.filter(pl.col("topic") == ATTRIBUTED)
    return own.join(_leads(own), on=["originator_id", "attribution_id"]).with_columns(
        is_lead=pl.col("party") == pl.col("lead"), in_force=pl.lit(value=True), role=pl.lit("own")
    )


def _leads(own: pl.DataFrame) -> pl.DataFrame:
    """The largest share leads, of equals the first by name; a share told twice counts as first told."""
    attribution = ["originator_id", "attribution_id"]
    shares = own.sort("occurred_at", "position").unique(
        [*attribution, "party"], keep="first", maintain_order=True
    )
    by_share = shares.sort("share", "party", descending=[True, False])
    leads = by_share.unique(attribution, keep="first", maintain_order=True)
    return leads.select(*attribution, pl.col("party").alias("lead"))


def _replacements(own: pl.DataFrame) -> pl.DataFrame:
    """A later attribution of the stream touches the rows of every earlier one: they no longer stand."""
    began = own.group_by("originator_id", "attribution_id", "party").agg(
        began_at=pl.col("occurred_at").min(), began_position=pl.col("position").min()
    )
    pairs = own.join(began, on="originator_id", suffix="_earlier").filter(
        pl.col("attribution_id") != pl.col("attribution_id_earlier"),
        (pl.col("began_at") < pl.col("occurred_at"))
        | ((pl.col("began_at") == pl.col("occurred_at")) & (pl.col("began_position") < pl.col("position"))),
    )
    return pairs.with_columns(
        attribution_id=pl.col("attribution_id_earlier"),
        party=pl.col("party_earlier"),
        is_lead=pl.lit(None, dtype=pl.Boolean),
        in_force=pl.lit(value=False),
        role=pl.lit("replaces"),
    ).select(own.columns)


def _filed(events: pl.DataFrame, parties: pl.DataFrame) -> pl.DataFrame:
    filed = events.filter(pl.col("topic") == "complaint.filed").drop("attribution_id", "party")
    return filed.join(parties, on="originator_id")


def _appeals(events: pl.DataFrame, parties: pl.DataFrame) -> pl.DataFrame:
    appealed = events.filter(pl.col("topic") == "complaint.appealed").drop("party")
    return appealed.join(parties, on=["originator_id", "attribution_id"])


def _arbitrations(events: pl.DataFrame, parties: pl.DataFrame) -> pl.DataFrame:
    """An arbitration reaches its attribution by the appeal; a regulator's ruling changes no attribution."""
    appeals = (
        events.filter(pl.col("topic") == "complaint.appealed")
        .sort("occurred_at", "position")
        .unique(["originator_id", "appeal_id"], keep="first", maintain_order=True)
        .select("originator_id", "appeal_id", "attribution_id")
    )
    decided = events.filter((pl.col("topic") == ARBITRATED) & (pl.col("by") == "arbitration"))
    return (
        decided.drop("attribution_id", "party")
        .join(appeals, on=["originator_id", "appeal_id"])
        .join(parties, on=["originator_id", "attribution_id"])
        .with_columns(in_force=pl.when(pl.col("outcome") == "overturned").then(pl.lit(value=False)))
    )
