"""The dated rules of reaching out to people: purposes that are service, lawful bases, and how long to try."""

from datetime import date, timedelta

from domain.organisation.rule_bodies import ANY_PURPOSE
from domain.organisation.rules import RuleBook

# What the person asked for by calling, complaining or claiming, and what concerns their safety.
DEFAULT_EXEMPT_PURPOSES = frozenset(
    {"callback_requested", "complaint_follow_up", "claim_follow_up", "safety"}
)

# GDPR article 6(1) and PIPL article 13; `opt_in` is a consent that the person ticked or sent of their own.
DEFAULT_LAWFUL_BASES = frozenset(
    {
        "consent",
        "opt_in",
        "contract",
        "legal_obligation",
        "vital_interests",
        "public_task",
        "legitimate_interests",
    }
)

# A callback that nobody tried is over at its due moment, unless the organisation allows more time.
DEFAULT_CALLBACK_TERM = 0


def exempt_purposes(rules: RuleBook, *, on: date) -> frozenset[str]:
    """Find the purposes that are service to the person, and that no cap stops (`contact_exemptions`)."""
    return rules.read(
        "contact_exemptions",
        "contact_exemptions",
        on=on,
        body_type=frozenset[str],
        default=DEFAULT_EXEMPT_PURPOSES,
    )


def lawful_bases(rules: RuleBook, *, on: date) -> frozenset[str]:
    """Find the codes of the bases on which a person may be contacted (`lawful_bases`)."""
    return rules.read(
        "lawful_bases", "lawful_bases", on=on, body_type=frozenset[str], default=DEFAULT_LAWFUL_BASES
    )


def callback_term(rules: RuleBook, *, purpose: str, on: date) -> timedelta:
    """Find how long after its due moment a callback may still be tried (`callback_term`, in minutes).

    The rule is named for the purpose, or `any`.
    """
    for_any = rules.read("callback_term", ANY_PURPOSE, on=on, body_type=int, default=DEFAULT_CALLBACK_TERM)
    minutes = rules.read("callback_term", purpose, on=on, body_type=int, default=for_any)
    return timedelta(minutes=minutes)
