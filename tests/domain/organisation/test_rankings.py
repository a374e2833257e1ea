"""Rankings are those configured for the day, else the default ones."""

from datetime import date

import msgspec
import pytest

from domain.organisation.rankings import DEFAULT_RANKINGS, Ranking
from domain.organisation.rankings_in_force import rankings_on
from domain.organisation.rules import RuleBook, read_rules
from tests.examples import rule

MARCH = date(2026, 3, 1)
BODY = '{"metric":"complaint_rate","unit_kind":"branch","minimum_base":10}'


def test_what_is_configured_stands_for_the_default_from_its_day_on() -> None:
    book = read_rules([rule("ranking", "rate", BODY, valid_from=MARCH)])
    told = {"rate": Ranking(metric="complaint_rate", unit_kind="branch", minimum_base=10)}
    assert rankings_on(MARCH, rules=book) == told
    assert rankings_on(date(2026, 2, 28), rules=book) == DEFAULT_RANKINGS
    assert rankings_on(MARCH, rules=RuleBook()) == DEFAULT_RANKINGS


def test_rankings_that_are_withdrawn_give_way_to_the_default() -> None:
    book = read_rules(
        [
            rule("ranking", "rate", BODY, valid_from=MARCH),
            rule("ranking", "rate", "null", valid_from=date(2026, 4, 1)),
        ]
    )
    assert rankings_on(date(2026, 4, 1), rules=book) == DEFAULT_RANKINGS


@pytest.mark.parametrize(
    "body", ['{"unit_kind":"branch"}', '{"metric":"x","period":"week"}', '{"metric":"x","z":1}']
)
def test_a_ranking_names_a_metric_and_a_known_period(body: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(body, type=Ranking)
