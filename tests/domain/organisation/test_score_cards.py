"""A score card has parts with positive weights and ascending bands, and reads as of a day."""

from datetime import date
from decimal import Decimal

import msgspec
import pytest

from domain.organisation.rules import RuleBook, read_rules
from domain.organisation.score_cards import Band, ScoreCard, ScoredMetric
from domain.organisation.score_cards_in_force import score_card
from tests.examples import rule

MARCH = date(2026, 3, 1)
BODY = (
    '{"parts":[{"metric":"complaint_rate","weight":0.4,'
    '"bands":[{"points":100},{"from_value":2,"points":60},{"from_value":5,"points":0}]}]}'
)


def test_read_as_of_a_day() -> None:
    book = read_rules([rule("score_card", "service", BODY, valid_from=MARCH)])
    card = score_card("service", rules=book, on=MARCH)
    assert card is not None
    assert [(part.metric, part.weight) for part in card.parts] == [("complaint_rate", Decimal("0.4"))]
    assert score_card("service", rules=book, on=date(2026, 2, 28)) is None
    assert score_card("sales", rules=RuleBook(), on=MARCH) is None


@pytest.mark.parametrize(
    ("value", "points"), [("-1", 100), ("1.99", 100), ("2", 60), ("4.99", 60), ("5", 0), ("9", 0)]
)
def test_a_value_gets_the_points_of_its_band(value: str, points: int) -> None:
    part = msgspec.json.decode(BODY, type=ScoreCard).parts[0]
    assert part.points_of(Decimal(value)) == points


def test_a_value_below_the_first_band_gets_none() -> None:
    part = ScoredMetric(
        metric="sl", weight=Decimal(1), bands=(Band(points=Decimal(5), from_value=Decimal(1)),)
    )
    assert part.points_of(Decimal(0)) is None


@pytest.mark.parametrize(
    "body",
    [
        '{"parts":[]}',
        '{"parts":[{"metric":"a","weight":0,"bands":[{"points":1}]}]}',
        '{"parts":[{"metric":"a","weight":1,"bands":[]}]}',
        '{"parts":[{"metric":"a","weight":1,"bands":[{"points":1},{"points":2}]}]}',
        '{"parts":[{"metric":"a","weight":1,"bands":[{"points":1,"from_value":2},{"points":2,"from_value":2}]}]}',
        BODY.replace("]}", ']},{"metric":"complaint_rate","weight":1,"bands":[{"points":1}]}', 1),
    ],
)
def test_refused_a_card_that_cannot_add_up(body: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(body, type=ScoreCard)
