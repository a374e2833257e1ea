"""`kefu churn` trains, adopts and shows models, and says in one sentence why it learnt nothing."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from infra.stores import Store
from projections.runner.operate import project
from tests.conftest import RunningServer, fresh_store
from tests.pipelines.given import Ran, desk, kefu

MAPPING = """\
version: 1
source: shop_customer
issuer: shop
zone: Asia/Shanghai
key: [id]
recorded_at: occurred_at
types: {complained: integer, left: integer}
let:
  began_at: {at: began}
  complained_at: {at: "'2024-06-20 10:00:00'"}
  left_at: {at: "'2024-07-20 10:00:00'"}
  seen_at: {at: "'2024-10-20 10:00:00'"}
stream: {parts: [id]}
events:
  - topic: customer.registered
    occurred_at: began_at
  - topic: customer.contract_signed
    occurred_at: began_at
    fields: {contract_id: id, product: "'year'"}
  - topic: customer.dissatisfied
    when: complained = 1
    occurred_at: complained_at
    fields: {process: "'bill'", reason: "'price'"}
  - topic: customer.churned
    when: left = 1
    occurred_at: left_at
  - topic: customer.contacted
    when: left = 0
    occurred_at: seen_at
    fields: {channel: "'phone'", purpose: "'care'"}
"""
CUSTOMERS = 300
CUTOFF = "2024-06-30"


def rows() -> str:
    dice = np.random.default_rng(3)
    lines = ["id,began,complained,left"]
    for number in range(CUSTOMERS):
        complained = int(dice.random() < 0.4)
        left = int(dice.random() < (0.5 if complained else 0.15))
        lines.append(f"{number:03},2023-0{1 + number % 9}-05 09:00:00,{complained},{left}")
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="module")
def store(embedded_server: RunningServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("shop")
    for opened in fresh_store(embedded_server):
        desk(folder, rows(), mapping=MAPPING, name="customers.csv").ingest(opened)
        project(opened.conninfo)
        yield opened


def ran(store: Store, *arguments: str) -> Ran:
    return kefu("churn", *arguments, environ=store.settings.environ())


def document(store: Store, *arguments: str) -> Any:
    told = ran(store, *arguments, "--format", "json")
    assert told.status == 0, told.stderr
    return json.loads(told.stdout)


def test_training_tells_how_good_a_model_is_and_adopts_it(store: Store, tmp_path: Path) -> None:
    asked = ("train", "--cutoffs", CUTOFF, "--horizon", "60")
    told = document(store, *asked, "--report", str(tmp_path / "plots"))
    (card,) = told["models"]
    assert (card["model"], card["examples"], card["history_declared"]) == ("scorecard", CUSTOMERS, True)
    assert card["auc"] > 0.6
    assert told["adopted"] == []
    assert {Path(path).name for path in told["written"]} == {
        "scorecard-reliability.svg",
        "scorecard-drift.svg",
        "scorecard-points.svg",
    }
    page = tmp_path / "report.html"
    adopted = ran(store, *asked, "--adopt", "shop", "--valid-from", "2024-09-10", "--report", str(page))
    assert "Adopted as shop: it scores customers from 2024-09-10 on" in adopted.stdout
    assert "History declared" in adopted.stdout
    assert page.read_text().count("<svg") == 3
    project(store.conninfo)
    shown = document(store, "models")
    assert [(row["name"], row["in_force"]) for row in shown] == [("shop", True), ("rule_score", True)]
    watched = document(store, "report")
    assert [(row["name"], row["kind"]) for row in watched] == [("shop", "scorecard")]


def test_why_a_customer_is_at_risk(store: Store) -> None:
    told = document(store, "why", "shop:001", "--as-of", "2024-06-25")
    points = sum(one["points"] for one in told["reasons"])
    assert told["base_points"] + points == told["score_points"]
    assert told["model"] == "rule_score"
    shown = ran(store, "why", "shop:001", "--as-of", "2024-06-25").stdout
    assert "shop:001 on 2024-06-25" in shown
    assert "not calibrated" in shown


def test_who_is_no_customer_has_no_reasons(store: Store) -> None:
    told = ran(store, "why", "shop:001", "--as-of", "2022-01-01")
    assert told.status == 1
    assert "shop:001 is no customer at the end of 2022-01-01" in told.stderr


def test_without_labels_nothing_is_learnt_and_it_says_why(store: Store) -> None:
    told = ran(store, "train", "--cutoffs", "2024-10-19")
    assert (told.status, told.stdout) == (1, "")
    assert "choose earlier cutoffs or a shorter horizon" in told.stderr
    assert "the rule score stays in force." in told.stderr


def test_a_model_is_not_adopted_before_it_could_be_known(store: Store) -> None:
    asked = (
        "train",
        "--cutoffs",
        CUTOFF,
        "--horizon",
        "60",
        "--adopt",
        "early",
        "--valid-from",
        "2024-07-01",
    )
    told = ran(store, *asked)
    assert told.status == 2
    assert "a model cannot hold from 2024-07-01" in told.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("train", "--valid-from", "2024-01-01"), "--valid-from goes with --adopt NAME"),
        (("train", "--horizon", "0"), "--horizon is a day or more"),
        (("why", "x", "--as-of", "2999-01-01"), "is not over before"),
    ],
)
def test_what_cannot_be_asked(store: Store, arguments: tuple[str, ...], said: str) -> None:
    told = ran(store, *arguments)
    assert told.status == 2
    assert said in told.stderr
