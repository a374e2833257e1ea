"""A day of churn risk from the day before is the day made whole, whichever models come into force."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.customer import CustomerContractSigned, CustomerRegistered
from domain.organisation import OrganisationConfigured
from domain.organisation.churn_bins import Bin, NumberBins
from domain.organisation.churn_models import AdoptedChurnModel
from infra.stores import Store
from projections.views.churn_risk import CHURN_RISK
from tests.effort import FACTOR
from tests.projections.logs import Log, Logged
from tests.projections.runner.stored import empty
from tests.projections.views.churn.lives import BEGAN, KINDS, TELLINGS, Telling, numbered
from tests.projections.views.churn.test_ages import PURCHASES, a_scorecard
from tests.projections.views.test_day_after_day import assert_as_whole, forget_days, tell

NOTHING = Bin(0, 0)
BINS = (Bin(0, 1), Bin(100, 1), Bin(300, 1))
CARD = a_scorecard(
    NumberBins(feature="contract_ends_in_days", edges=(355.0, 362.5), bins=BINS, unknown=NOTHING),
    NumberBins(feature="days_since_contact", edges=(0.5, 2.0), bins=BINS, unknown=NOTHING),
)
DAYS = 4
AFTER_ALL = 10_000
"""A position beyond those of the lives."""
SHRUNK = 25
"""A life of 400 days is told within 16."""


def in_days(told: list[Telling]) -> Log:
    """The same lives in a twenty-fifth of the time, of customers most of whom have a contract."""
    kinds = [one.event_class for one in KINDS]
    begun = [
        Telling(person, kinds.index(kind), hour=person, delay=0, taken_back_after=None)
        for kind, persons in ((CustomerRegistered, (1, 2, 3)), (CustomerContractSigned, (1, 2)))
        for person in persons
    ]
    return numbered(
        [*begun, *(one._replace(hour=one.hour // SHRUNK, delay=one.delay // SHRUNK) for one in told)]
    )


def adopted(model: Any, *, version: int, valid_from: date, told_on: date) -> OrganisationConfigured:
    told_at = datetime(told_on.year, told_on.month, told_on.day, 4, tzinfo=UTC)
    body = AdoptedChurnModel(model=model, horizon_days=60, medium_from=0.2, high_from=0.5)
    return OrganisationConfigured(
        originator_id="organisation-x",
        originator_version=version,
        occurred_at=told_at,
        recorded_at=told_at,
        source="test",
        kind="churn_model",
        name=f"model {version}",
        valid_from=valid_from,
        body=msgspec.json.encode(body).decode(),
    )


@settings(
    deadline=None,
    derandomize=True,
    max_examples=2 * FACTOR,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    log=st.lists(TELLINGS, min_size=30, max_size=60).map(in_days),
    first=st.integers(1, 14),
    adoptions=st.lists(st.tuples(st.integers(1, DAYS - 1), st.integers(0, 1)), min_size=2, max_size=2),
)
def test_a_day_from_the_day_before_is_the_day_made_whole(
    embedded_store: Store,
    monkeypatch: pytest.MonkeyPatch,
    log: Log,
    first: int,
    adoptions: list[tuple[int, int]],
) -> None:
    conninfo = embedded_store.conninfo
    empty(conninfo)
    forget_days(conninfo)
    monkeypatch.setattr("projections.storage.touched.MOST_SHARE", 1_000)
    tell(conninfo, log)
    begin = BEGAN.date() + timedelta(days=first)
    for number in range(DAYS):
        day = begin + timedelta(days=number)
        for version, (model, (after, late_by)) in enumerate(
            zip((CARD, PURCHASES), adoptions, strict=True), 1
        ):
            if after == number:
                rule = adopted(model, version=version, told_on=day, valid_from=day - timedelta(days=late_by))
                tell(conninfo, [Logged(AFTER_ALL + version, rule)])
        assert_as_whole(conninfo, CHURN_RISK, day=day)
