"""A telecom's customers: who leaves in September is told from what was known on the evening of its first."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import msgspec
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from domain.organisation.commands import Rule
from domain.organisation.written import read_written_rules
from infra.stores import Store
from pipelines.organisation import configure
from projections.runner.operate import project
from projections.storage.reader import stored_facts
from projections.views.churn.examples import examples, labelling
from projections.views.churn.in_force import KIND
from projections.views.churn.labels import Window
from projections.views.churn.model import CHURNED, ID
from projections.views.churn.reasons import adds_up
from projections.views.churn.training import Trained, train
from projections.views.churn_risk import CHURN_RISK
from projections.views.reading import ViewReading
from tests.conftest import RunningServer, fresh_store
from tests.pipelines.real_files.given import DATA, NOW, about, counts, take_in

FILE = DATA / "telco_churn" / "Telco-Customer-Churn.csv"
ZONE = ZoneInfo("America/Los_Angeles")
FIRST_DAY = date(2017, 9, 1)
SEPTEMBER = Window(cutoff=FIRST_DAY, gap_days=7, horizon_days=22, zone=ZONE)
"""Who left did so in September, no day is told: the window is the month without its first week and a day."""
BEGAN_LATER = 11
"""They began on the day that the file describes."""
SEED = 0

pytestmark = about(FILE)


@pytest.fixture(scope="module")
def store(embedded_server: RunningServer) -> Iterator[Store]:
    for opened in fresh_store(embedded_server):
        assert counts(take_in(FILE, "telco_churn", store=opened)) == (7_043, 7_043, 0, 0)
        configure(opened, read_written_rules({"zone": str(ZONE)}), clock=lambda: NOW)
        project(opened.conninfo)
        yield opened


@pytest.fixture(scope="module")
def told(store: Store) -> pl.DataFrame:
    with stored_facts(store.conninfo) as source:
        return examples(labelling(source, at=NOW), SEPTEMBER)


@pytest.fixture(scope="module")
def trained(store: Store) -> Trained:
    with stored_facts(store.conninfo) as source:
        return train(source, now=NOW, cutoffs=[FIRST_DAY], horizon_days=22, gap_days=7, seed=SEED)


def test_everybody_who_was_a_customer_is_an_example(told: pl.DataFrame) -> None:
    assert (told.height, told[CHURNED].sum()) == (7_043 - BEGAN_LATER, 1_869)
    assert told["has_contract"].all()


def test_what_september_was_charged_is_not_known_at_its_beginning(told: pl.DataFrame) -> None:
    file = pl.read_csv(FILE, infer_schema=False)
    august = pl.col("TotalCharges").str.strip_chars().replace("", None).cast(pl.Float64)
    tenure, charge = pl.col("tenure").cast(pl.Int64), pl.col("MonthlyCharges").cast(pl.Float64)
    expected = file.select(
        pl.format("telco:{}", "customerID").alias(ID),
        expected=pl.when(tenure > 1).then(((august - charge) / (tenure - 1)).round(4)),
    )
    both = told.select(ID, "spend_last_month").join(expected, on=ID)
    assert_frame_equal(
        both.select("spend_last_month"), both.select(spend_last_month="expected"), abs_tol=2e-4
    )


def test_who_leaves_is_told_in_five_folds(trained: Trained) -> None:
    (card,) = trained.models
    assert (card.report.quality.auc or 0) >= 0.845
    assert card.report.quality.calibration_error <= 0.02
    assert card.report.quality.calibration_error_by_width <= 0.02


def test_all_of_it_is_declared_history(told: pl.DataFrame, trained: Trained) -> None:
    training = trained.models[0].body.training
    assert told["history_declared"].all()
    assert training is not None
    assert training.history_declared
    assert trained.models[0].report.history_declared


def test_every_customer_has_reasons_that_add_up(store: Store, trained: Trained) -> None:
    body = msgspec.json.encode(trained.models[0].body).decode()
    adopted = Rule(kind=KIND, name="telco", valid_from=FIRST_DAY, body=body)
    assert configure(store, (adopted,), clock=lambda: NOW) == 1
    project(store.conninfo)
    with stored_facts(store.conninfo) as source:
        moment = datetime(2017, 9, 2, 7, tzinfo=UTC)
        reading = ViewReading(source=source, now=NOW, as_of=moment, known_at=moment)
        rows = CHURN_RISK.made(reading)
        differing = [one.differences(reading, rows) for one in CHURN_RISK.reconciliations]
    assert rows.height == 7_043 - BEGAN_LATER
    assert rows.filter(pl.col("reasons").is_null() | ~pl.col("is_calibrated")).is_empty()
    assert rows.filter(pl.col("base_points") + adds_up("reasons") != pl.col("score_points")).is_empty()
    assert rows.select("model", "model_version", "horizon_days").unique().rows() == [("telco", FIRST_DAY, 22)]
    assert all(rows.filter(~holds).is_empty() for holds in CHURN_RISK.ranges.values())
    assert all(frame.is_empty() for frame in differing)
