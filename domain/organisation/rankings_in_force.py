"""Which rankings of units are in force on a day."""

from datetime import date

from domain.organisation.rankings import DEFAULT_RANKINGS, Ranking
from domain.organisation.rules import RuleBook

RANKING = "ranking"


def rankings_on(day: date, *, rules: RuleBook) -> dict[str, Ranking]:
    """Find the rankings in force on a day by name; the default ones where none is configured."""
    names = rules.names(RANKING, on=day)
    configured = {name: ranking for name in names if (ranking := _ranking(name, rules=rules, on=day))}
    return configured or DEFAULT_RANKINGS


def _ranking(name: str, *, rules: RuleBook, on: date) -> Ranking | None:
    return rules.read(RANKING, name, on=on, body_type=Ranking, default=None)
