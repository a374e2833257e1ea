"""A score card as it reads on a day."""

from datetime import date

from domain.organisation.rules import RuleBook
from domain.organisation.score_cards import ScoreCard

SCORE_CARD = "score_card"


def score_card(name: str, *, rules: RuleBook, on: date) -> ScoreCard | None:
    """Find a score card; None where there is none."""
    return rules.read(SCORE_CARD, name, on=on, body_type=ScoreCard, default=None)
