"""The schemes by which an organisation classifies its customers, beside those that everybody has."""

from datetime import date

from domain.organisation.rules import RuleBook

CLASSIFICATION_SCHEMES = "classification_schemes"


def own_schemes(rules: RuleBook, *, on: date) -> tuple[str, ...]:
    """Find the schemes that the organisation added (`classification_schemes`), by name; none by default."""
    found: frozenset[str] = rules.read(
        CLASSIFICATION_SCHEMES, CLASSIFICATION_SCHEMES, on=on, body_type=frozenset[str], default=frozenset()
    )
    return tuple(sorted(found))
