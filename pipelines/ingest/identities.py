"""How stream ids and references are named from columns, encoded as the domain encodes them."""

from collections.abc import Sequence
from urllib.parse import quote

import polars as pl

from pipelines.ingest.plan import HIDDEN, Identity

STREAM_OF_FIELD = {
    "customer_id": "customer",
    "unit": "unit",
    "to_unit": "unit",
    "from_unit": "unit",
    "parent": "unit",
    "agent_id": "agent",
    "agent": "agent",
    "manager_id": "agent",
    "surveyor": "agent",
    "campaign_id": "campaign",
    "partner_id": "partner",
    "repair_shop": "partner",
    "call_id": "call",
    "to": "customer",
}
"""Fields that hold a stream id without its prefix, and the kind of stream each names."""

WHOLE_ID_FIELDS = frozenset({"subject_id"})
"""Fields that hold a whole stream id."""

PSEUDONYM_ISSUER = "p"
UNRESERVED = r"[A-Za-z0-9\-._~]+"
RESERVED = r"[^A-Za-z0-9\-._~]"


def name_streams(rows: pl.DataFrame, identities: Sequence[Identity]) -> pl.DataFrame:
    """Add each identity's column; null where a part is missing."""
    return rows.with_columns([_named(rows, identity) for identity in identities])


def _named(rows: pl.DataFrame, identity: Identity) -> pl.Series:
    named = {f"{HIDDEN}part:{place}": part for place, part in enumerate(identity.parts)}
    # Not by select alone: a part that reads no column would be one row.
    parts = rows.with_columns(**named).select(list(named))
    encoded = pl.DataFrame([percent_encoded(part) for part in parts])
    joined = encoded.select(pl.concat_str(pl.all(), separator="/"))
    return joined.select(pl.lit(identity.prefix) + pl.first()).to_series().alias(identity.column)


def percent_encoded(texts: pl.Series) -> pl.Series:
    """Percent-encode a column as `domain.envelope.originator_id` does a part (RFC 3986).

    Only the distinct characters that need it pass through Python, so a column costs no loop over rows.
    """
    if not texts.str.contains(RESERVED).any():
        return texts
    reserved = texts.unique().str.replace_all(UNRESERVED, "").str.split("").explode().unique().drop_nulls()
    characters = [character for character in reserved.to_list() if character]
    return texts.str.replace_many(characters, [quote(character, safe="") for character in characters])
