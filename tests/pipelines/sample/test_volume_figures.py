"""The share of top-ups that a branch prints comes out of its recorded volumes."""

from datetime import date

import pytest
import yaml

from tests.pipelines.sample.answered import ask, memory_of, only
from tests.pipelines.sample.given import SHARED_FIGURES, request_for, told, written
from tests.projections.metrics.memory import Memory

ELEVEN_MONTHS = {"start": date(2010, 1, 1), "end": date(2010, 12, 1)}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Memory:
    request = request_for(tmp_path_factory.mktemp("branch"), year=2010)
    return memory_of([told(one) for one in written("mobile_operator", request, only="volumes")], "volumes")


@pytest.mark.skipif(not SHARED_FIGURES.exists(), reason=f"there is no {SHARED_FIGURES}")
def test_the_share_of_self_service_top_ups_is_that_printed(store: Memory) -> None:
    figures = yaml.safe_load(SHARED_FIGURES.read_text(encoding="utf-8"))["mobile_operator"]
    share = only(store, "channel_share", **ELEVEN_MONTHS).value
    assert share is not None
    assert round(100 * share, 2) == figures["stores"]["self_service_topup_share"]


def test_top_ups_add_up_over_channels_and_customers_are_a_mean(store: Memory) -> None:
    every = only(store, "volume.top_ups", **ELEVEN_MONTHS)
    by_channel = ask(store, "volume.top_ups", by=("channel",), **ELEVEN_MONTHS)
    assert {one.by["channel"] for one in by_channel} == {"web", "sms", "terminal", "ivr", "store", "agency"}
    assert sum(one.value or 0 for one in by_channel) == every.value
    months = ask(store, "volume.customers", grain="month", **ELEVEN_MONTHS)
    mean = sum(one.value or 0 for one in months) / len(months)
    assert only(store, "volume.customers", **ELEVEN_MONTHS).value == pytest.approx(mean)
