"""The words of segment definitions: fields of a customer, what is counted, what is added up."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Literal

Kind = Literal["text", "number", "flag", "day"]

SCHEMES: Mapping[str, str] = {
    "value_class": "value",
    "brand": "brand",
    "market": "market",
    "account": "account",
    "account_class": "account_class",
    "lifecycle": "lifecycle",
    "sensitivity": "sensitivity",
    "relation": "relation",
}
"""Fields that are a customer's class in a scheme; any other scheme is `class.SCHEME`."""

FIELDS: Mapping[str, Kind] = {
    **dict.fromkeys(SCHEMES, "text"),
    "unit": "text",
    "tier": "text",
    "member_tier": "text",
    "manager_a": "text",
    "manager_b": "text",
    "is_customer": "flag",
    "registered_at": "day",
    "churned_at": "day",
    "consent_marketing": "flag",
    "points_balance": "number",
    "churn_band": "text",
    "churn_probability": "number",
    "points_expiring_90_days": "number",
    "spend_last_month": "number",
    "spend_mean_3_months": "number",
    "open_warnings": "number",
}
PREFIXES: Mapping[str, Kind] = {"class": "text", "consent": "flag"}
"""Fields `class.SCHEME` and `consent.PURPOSE`, whatever the scheme or the purpose."""

COMPLAINT: Mapping[str, Kind] = dict.fromkeys(
    ("kind", "channel", "category", "subcategory", "line", "product", "unit"), "text"
)
COUNTS: Mapping[str, Mapping[str, Kind]] = {
    "calls": dict.fromkeys(("purpose", "queue", "hotline", "channel", "line", "outcome"), "text"),
    "complaints": COMPLAINT,
    "open_complaints": COMPLAINT,
    "contacts": dict.fromkeys(("channel", "purpose"), "text"),
    "ratings": {**dict.fromkeys(("survey", "process", "channel", "reason"), "text"), "satisfied": "flag"},
    "dissatisfactions": dict.fromkeys(("process", "reason"), "text"),
    "open_dissatisfactions": dict.fromkeys(("process", "reason"), "text"),
    "warnings": {"kind": "text"},
    "contracts": dict.fromkeys(("product", "bundle"), "text"),
    "retention_actions": dict.fromkeys(("kind", "outcome"), "text"),
    "requests": dict.fromkeys(("kind", "channel"), "text"),
    "claims": dict.fromkeys(("line", "channel", "cause"), "text"),
    "redemptions": dict.fromkeys(("venue", "partner_id"), "text"),
    "club_visits": {"kind": "text"},
    "campaigns": dict.fromkeys(("campaign_id", "arm"), "text"),
    "churns": {"reason": "text"},
}
"""What is counted, and by what it may be narrowed."""
STANDING = frozenset({"open_complaints", "open_dissatisfactions", "contracts"})
"""Of these, those that stand now: they have a beginning and an end, and no window behind."""
COMING = frozenset({"contracts", "warnings"})
"""Those with a day that may come `in_next_days`: a contract's end, the day by which a warning is due."""

SUMS: Mapping[str, Mapping[str, Kind]] = {
    "spend": {"plan": "text"},
    "points_earned": {"reason": "text"},
    "points_redeemed": {"venue": "text"},
}


def field_kind(name: str) -> Kind | None:
    """Say of which kind a field's values are; None where there is no such field."""
    prefix, dot, rest = name.partition(".")
    return FIELDS.get(name) or (PREFIXES.get(prefix) if dot and rest else None)


def known_words(asked: str, known: Mapping[str, object]) -> str:
    """Name the nearest of the known words, and all of them."""
    near = get_close_matches(asked, known, n=1)
    return (f"did you mean {near[0]}? " if near else "") + f"Known are {', '.join(known)}"
