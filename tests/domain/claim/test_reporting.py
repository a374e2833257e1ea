"""A loss is reported once; what is taken online is limited by amount and age, each by a dated rule."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from msgspec.structs import replace

from domain.amounts import AmountNegative
from domain.claim.refusals import (
    ClaimReportedOtherwise,
    LossNotYetHappened,
    OnlineClaimIncomplete,
    OnlineClaimTooLarge,
    OnlineClaimTooOld,
)
from domain.streams import CLAIM
from tests.domain.claim.examples import report
from tests.examples import CUSTOMER, NOW, reported, rule
from tests.given import given, payload, said

TODAY = NOW.date()
LAST_DAY = TODAY - timedelta(days=60)
online = replace(report, channel="online", amount_claimed=Decimal(1000), loss_on=LAST_DAY)
too_old = replace(online, loss_on=LAST_DAY - timedelta(days=1))


def test_reported() -> None:
    (event,) = given(CLAIM).when(report)
    assert payload(event) == payload(reported)
    assert (event.customer_id, event.agent_id, event.occurred_at) == (CUSTOMER, "desk:zhang", NOW)


def test_reported_with_the_same_content_is_so_already_whatever_the_rules_of_the_day() -> None:
    after = given(CLAIM).and_(online)
    assert after.at(NOW + timedelta(days=90)).when(online) == ()


def test_refused_to_report_with_other_content() -> None:
    given(CLAIM, reported).when_refused(replace(report, cause="theft"), ClaimReportedOtherwise)


def test_refused_a_loss_that_is_still_to_happen() -> None:
    tomorrow = replace(report, loss_on=TODAY + timedelta(days=1))
    refused = given(CLAIM).when_refused(tomorrow, LossNotYetHappened)
    assert (refused.loss_on, refused.reported_on) == (TODAY + timedelta(days=1), TODAY)


def test_the_day_of_the_report_is_the_organisations() -> None:
    evening = NOW.replace(hour=17)
    tomorrow_here = replace(report, loss_on=date(2026, 3, 6), occurred_at=evening)
    assert given(CLAIM).at(evening).when(tomorrow_here)
    utc = rule("zone", "zone", '"UTC"')
    given(CLAIM).under(utc).at(evening).when_refused(tomorrow_here, LossNotYetHappened)


def test_refused_a_claim_of_less_than_nothing() -> None:
    refused = given(CLAIM).when_refused(replace(report, amount_claimed=Decimal(-1)), AmountNegative)
    assert refused.field == "amount_claimed"


def test_taken_online_up_to_the_limits() -> None:
    assert said(given(CLAIM).when(online))[0][1]["channel"] == "online"


def test_refused_online_above_the_limit_that_another_channel_does_not_have() -> None:
    larger = replace(online, amount_claimed=Decimal("1000.01"))
    refused = given(CLAIM).when_refused(larger, OnlineClaimTooLarge)
    assert (refused.amount_claimed, refused.online_limit) == (Decimal("1000.01"), Decimal(1000))
    assert given(CLAIM).when(replace(larger, channel="phone"))


def test_taken_online_up_to_three_thousand_from_the_day_of_the_new_limit() -> None:
    new_limit = rule("online_limit", "claims", "3000", valid_from=TODAY)
    larger = replace(online, amount_claimed=Decimal(3000))
    assert given(CLAIM).under(new_limit).when(larger)
    yesterday = replace(larger, occurred_at=NOW - timedelta(days=1))
    given(CLAIM).under(new_limit).when_refused(yesterday, OnlineClaimTooLarge)


def test_refused_online_older_than_sixty_days() -> None:
    refused = given(CLAIM).when_refused(too_old, OnlineClaimTooOld)
    assert (refused.loss_on, refused.reported_on, refused.days_limit) == (too_old.loss_on, TODAY, 60)
    assert given(CLAIM).when(replace(too_old, channel="phone"))


def test_taken_online_however_old_from_the_day_the_age_limit_ends() -> None:
    ended = rule("online_age_limit", "claims", '{"days":null}', valid_from=TODAY)
    assert given(CLAIM).under(ended).when(too_old)
    assert given(CLAIM).under(ended).when(replace(online, loss_on=None))
    yesterday = replace(too_old, occurred_at=NOW - timedelta(days=1), loss_on=LAST_DAY - timedelta(days=2))
    given(CLAIM).under(ended).when_refused(yesterday, OnlineClaimTooOld)


@pytest.mark.parametrize("field", ["amount_claimed", "loss_on"])
def test_refused_online_without_what_the_limits_are_held_against(field: str) -> None:
    refused = given(CLAIM).when_refused(replace(online, **{field: None}), OnlineClaimIncomplete)
    assert refused.missing == (field,)
