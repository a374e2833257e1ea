"""A churn model reads as a rule, and one that cannot score is refused when it is told."""

from datetime import date

import msgspec
import pytest

from domain.organisation.churn_bins import Calibration
from domain.organisation.churn_models import AdoptedChurnModel, RuleScore
from domain.organisation.commands import Rule
from domain.organisation.decide import RuleUnreadable, check_readable
from domain.organisation.rules import read_rules
from tests.examples import rule

BIN = '{"points":1,"examples":2}'
SPREAD = '{"edges":[0],"examples":[1,1]}'
TENURE = f'{{"kind":"number","feature":"tenure","edges":[1.5],"bins":[{BIN},{BIN}],"unknown":{BIN}}}'
BASIS = f'{{"kind":"category","feature":"basis","bins":{{"monthly":{BIN}}},"other":{BIN},"unknown":{BIN}}}'
MODELS = {
    "rule_score": '{"kind":"rule_score","base":-2200,'
    '"conditions":[{"feature":"open_complaints","at_least":1,"points":600}]}',
    "scorecard": f'{{"kind":"scorecard","base":-1000,"parts":[{TENURE},{BASIS}],'
    f'"calibration":{{"slope":0.9,"intercept":0.1}},"spread":{SPREAD}}}',
    "purchase_history": '{"kind":"purchase_history","r":0.2,"alpha":4.4,"a":0.8,"b":2.4,"horizon_days":90,'
    f'"base":-10,"calibration":null,"spread":{SPREAD}}}',
}
TRAINING = (
    '{"cutoffs":["2024-03-31"],"gap_days":7,"position":9,"examples":2,"churned":1,"examples_hash":"ab",'
    '"history_declared":false,"seed":1,"libraries":{"scikit-learn":"1.9.0"}}'
)


def body(model: str, *, medium: float = 0.2) -> str:
    return (
        f'{{"model":{model},"horizon_days":60,"medium_from":{medium},"high_from":0.5,"training":{TRAINING}}}'
    )


@pytest.mark.parametrize("kind", MODELS)
def test_a_model_reads_as_of_a_day_and_is_written_as_it_was_read(kind: str) -> None:
    march = date(2024, 3, 1)
    book = read_rules([rule("churn_model", "contract", body(MODELS[kind]), valid_from=march)])
    read = book.read("churn_model", "contract", on=march, body_type=AdoptedChurnModel, default=None)
    assert read is not None
    assert msgspec.json.decode(msgspec.json.encode(read), type=AdoptedChurnModel) == read
    assert msgspec.json.decode(msgspec.json.encode(read))["model"]["kind"] == kind


@pytest.mark.parametrize(
    ("told", "wrong"),
    [
        (body(MODELS["rule_score"], medium=0.6), "medium_from"),
        (body('{"kind":"rule_score","base":1,"conditions":[]}'), "has conditions"),
        (body(MODELS["rule_score"].replace('"at_least":1,', "")), "open_complaints has bounds or any_of"),
        (body(MODELS["scorecard"].replace("tenure", "basis")), "each feature once"),
        (body(MODELS["scorecard"].replace("[1.5]", "[1.5,2]")), "one bin more than edges"),
        (body(MODELS["scorecard"].replace("[1.5]", "[2,1.5]")), "ascend"),
        (body(MODELS["scorecard"].replace("0.9", "-0.9")), "slope -0.9 is positive"),
        (body(MODELS["scorecard"].replace("[1,1]", "[1]")), "one count more than edges"),
        (body(MODELS["purchase_history"].replace("4.4", "0")), "alpha 0"),
        (body(MODELS["purchase_history"].replace("90", "0")), "horizon_days 0"),
        (body(MODELS["scorecard"].replace("scorecard", "oracle")), "oracle"),
    ],
)
def test_a_model_that_cannot_score_is_refused(told: str, wrong: str) -> None:
    with pytest.raises(RuleUnreadable) as refusal:
        check_readable(Rule(kind="churn_model", name="contract", valid_from=date(2024, 1, 1), body=told))
    assert wrong in str(refusal.value)


def test_the_same_model_is_the_same_value() -> None:
    one, other = (msgspec.json.decode(MODELS["rule_score"], type=RuleScore) for _ in range(2))
    assert one == other
    assert Calibration(slope=1.0, intercept=0.0) != Calibration(slope=1.0, intercept=0.5)
