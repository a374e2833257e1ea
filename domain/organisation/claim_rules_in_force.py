"""The rules on claims as they read on a day: of the claim's line where it has its own, else of any."""

from datetime import date
from decimal import Decimal

from domain.organisation.claim_rules import (
    DEFAULT_APPROVAL_LEVELS,
    DEFAULT_DOCUMENT_LIST,
    DEFAULT_ONLINE_AGE_LIMIT,
    DEFAULT_ONLINE_LIMIT,
    ApprovalLevels,
    DocumentList,
    OnlineAgeLimit,
)
from domain.organisation.rules import RuleBook

ANY_LINE = "any"
CLAIMS = "claims"


def approval_levels(rules: RuleBook, *, line: str, on: date) -> ApprovalLevels:
    """Find who approves claims of a line, and up to how much."""
    kind = "approval_levels"
    name = _of_line(rules, kind, line, on=on)
    return rules.read(kind, name, on=on, body_type=ApprovalLevels, default=DEFAULT_APPROVAL_LEVELS)


def document_list(rules: RuleBook, *, line: str, on: date) -> DocumentList:
    """Find which documents a claim of a line needs."""
    kind = "document_list"
    name = _of_line(rules, kind, line, on=on)
    return rules.read(kind, name, on=on, body_type=DocumentList, default=DEFAULT_DOCUMENT_LIST)


def online_limit(rules: RuleBook, *, on: date) -> Decimal:
    """Find up to how many yuan a claim is taken online."""
    return rules.read("online_limit", CLAIMS, on=on, body_type=Decimal, default=DEFAULT_ONLINE_LIMIT)


def online_age_limit(rules: RuleBook, *, on: date) -> OnlineAgeLimit:
    """Find how many days after the loss a claim is still taken online."""
    return rules.read(
        "online_age_limit", CLAIMS, on=on, body_type=OnlineAgeLimit, default=DEFAULT_ONLINE_AGE_LIMIT
    )


def _of_line(rules: RuleBook, kind: str, line: str, *, on: date) -> str:
    return line if rules.body(kind, line, on=on) is not None else ANY_LINE
