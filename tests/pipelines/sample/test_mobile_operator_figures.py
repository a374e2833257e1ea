"""At scale 1 the branch's files give the counts of its report and the rates that follow from them."""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from pipelines.sample.mobile_operator.campaigns import contact_frames
from pipelines.sample.mobile_operator.complaints import complaint_frames
from pipelines.sample.mobile_operator.contracts import contract_frames
from pipelines.sample.mobile_operator.counts import MONTHS, SELF_SERVICE
from pipelines.sample.mobile_operator.customers import value_frames
from pipelines.sample.mobile_operator.departures import departure_frames
from pipelines.sample.mobile_operator.network import inspection_frames
from pipelines.sample.mobile_operator.population import population
from pipelines.sample.mobile_operator.ratings import rating_frames, survey_frames
from pipelines.sample.mobile_operator.service import line_call_frames, notice_frames
from pipelines.sample.mobile_operator.usage import usage_frames
from pipelines.sample.mobile_operator.volumes import volume_frames
from pipelines.sample.organisations import ORGANISATIONS
from pipelines.sample.request import Request
from tests.pipelines.sample.given import SHARED_FIGURES
from tests.pipelines.sample.told import fields_of, small, told_by

FILES = ORGANISATIONS["mobile_operator"].files

YEAR = 2010
NOVEMBER_ENDS = date(YEAR, 11, 30)
WHOLE = Request(year=YEAR, seed=7, scale=Fraction(1), out=Path())

needs_figures = pytest.mark.skipif(not SHARED_FIGURES.exists(), reason=f"there is no {SHARED_FIGURES}")


@pytest.fixture(scope="module")
def printed() -> dict[str, Any]:
    figures: dict[str, Any] = yaml.safe_load(SHARED_FIGURES.read_text(encoding="utf-8"))["mobile_operator"]
    return figures


@pytest.fixture(scope="module")
def values() -> pl.DataFrame:
    """Per customer the first and last day on which they were of middle or high value, null: still."""
    changes = rows_of(value_frames(WHOLE))
    churned = rows_of(departure_frames(WHOLE)).filter(pl.col("类型") == "离网")
    begun = changes.filter(pl.col("价值等级") != "普通").select("客户编号", begun="评定日期")
    lowered = changes.filter(pl.col("价值等级") == "普通").select("客户编号", ended="评定日期")
    gone = churned.select("客户编号", ended=pl.col("发生时间").dt.date())
    return begun.join(pl.concat([lowered, gone]), on="客户编号", how="left")


def rows_of(frames: Iterator[pl.DataFrame]) -> pl.DataFrame:
    return pl.concat(list(frames))


def percent(part: int | float, whole: int | float, *, places: int = 2) -> float:
    return round(100 * part / whole, places)


def qualified(values: pl.DataFrame, day: date) -> pl.DataFrame:
    """Those of middle or high value at the end of a day."""
    return values.filter(pl.col("begun") <= day, pl.col("ended").is_null() | (pl.col("ended") > day))


@needs_figures
def test_monthly_mean_of_mid_and_high_value_customers(printed: Any, values: pl.DataFrame) -> None:
    ends = [date(YEAR, month + 1, 1) for month in MONTHS]
    counts = [qualified(values, pl.Series([end]).dt.offset_by("-1d")[0]).height for end in ends]
    assert sum(counts) == printed["mid_high_customers"]["monthly_mean"] * len(MONTHS)


@needs_figures
def test_snapshot_retention(printed: Any, values: pl.DataFrame) -> None:
    snapshot = qualified(values, date(YEAR - 1, 12, 31))
    kept = snapshot.join(qualified(values, NOVEMBER_ENDS), on="客户编号", how="semi")
    wanted = printed["mid_high_customers"]["snapshot_retention"]
    assert percent(kept.height, snapshot.height, places=1) == wanted


@needs_figures
def test_bundles_held_at_the_end_of_november(printed: Any, values: pl.DataFrame) -> None:
    contracts = rows_of(contract_frames(WHOLE)).filter(pl.col("发生时间").dt.date() <= NOVEMBER_ENDS)
    signed, ended = (contracts.filter(pl.col("事项") == what) for what in ("签约", "终止"))
    base = qualified(values, NOVEMBER_ENDS)
    running = signed.join(ended, on="合同号", how="anti").join(base, on="客户编号", how="semi")
    held = {
        kind: set(running.filter(pl.col("捆绑类型") == kind)["客户编号"].to_list())
        for kind in ("硬捆绑", "软捆绑")
    }
    hard, soft = held["硬捆绑"], held["软捆绑"]
    bundle = printed["mid_high_customers"]["bundle"]
    shares = [percent(len(part), base.height, places=1) for part in (hard, soft, hard | soft, hard & soft)]
    assert shares == [bundle["hard"], bundle["soft"], bundle["total"], 35.8]


@needs_figures
def test_complaints_of_all_customers(printed: Any, tmp_path: Path) -> None:
    [file] = [file for file in FILES(WHOLE) if file.key == "complaints"]
    told = told_by(file, tmp_path)
    volumes = rows_of(volume_frames(WHOLE)).filter(pl.col("统计项") == "客户到达数")
    mean = volumes["数值"].cast(pl.Int64).sum() / len(MONTHS)
    filed = told.filter(pl.col("topic") == "complaint.filed").height
    assert round(filed / mean * 10_000, 1) == printed["complaint_rate_per_10k_customers"]["value"]
    escalated = fields_of(told, "complaint.escalated", level=pl.String).height
    assert escalated == printed["escalated_complaints"]["total"]


@needs_figures
def test_sensitive_customers_and_everybody_informed(printed: Any) -> None:
    register, contacts = printed["register"], rows_of(contact_frames(WHOLE))
    care = contacts.filter(pl.col("活动编号") == "HD01")
    assert (
        care.filter(pl.col("类型") == "接触")["客户编号"].n_unique()
        == register["sensitive_customers_cared_for"]
    )
    assert care.filter(pl.col("反馈") == "参与")["客户编号"].n_unique() == register["took_part"]
    assert sum(frame.height for frame in notice_frames(WHOLE)) == register["informed"]


@needs_figures
def test_satisfaction(printed: Any) -> None:
    stores, rated = printed["stores"], rows_of(rating_frames(WHOLE))
    by_survey = {
        survey: percent(frame.filter(pl.col("满意") == "是").height, frame.height)
        for (survey,), frame in rated.group_by("评价类型")
    }
    by_phone = rows_of(survey_frames(WHOLE))
    assert by_survey["双向评价"] == stores["mutual_evaluation"]
    assert by_survey["投诉满意度"] == printed["complaint_satisfaction"]["value"]
    satisfied = by_phone.filter(pl.col("满意") == "是").height
    assert percent(satisfied, by_phone.height) == stores["phone_callback_satisfaction"]


@needs_figures
def test_stores_and_top_ups(printed: Any) -> None:
    stores, visits = printed["stores"], rows_of(inspection_frames(WHOLE))
    assert percent(int(visits["得分"].sum()), int(visits["满分"].sum())) == stores["mystery_shopper"]
    assert visits["得分"].max() <= 100  # type: ignore[operator]
    volumes = rows_of(volume_frames(WHOLE)).filter(pl.col("统计项") == "充值笔数", pl.col("渠道") != "合计")
    top_ups = volumes.with_columns(pl.col("数值").cast(pl.Int64))
    by_themselves = top_ups.filter(pl.col("渠道").is_in(SELF_SERVICE))["数值"].sum()
    assert percent(float(by_themselves), float(top_ups["数值"].sum())) == stores["self_service_topup_share"]


@needs_figures
def test_first_contact_resolution_in_january_and_now(printed: Any) -> None:
    calls = (
        rows_of(line_call_frames(WHOLE))
        .group_by(month=pl.col("来电时间").dt.month())
        .agg(share=(pl.col("一次解决") == "是").mean() * 100)
    )
    shares, wanted = dict(calls.iter_rows()), printed["first_contact_resolution"]
    assert (shares[1], shares[11]) == (wanted["january"], wanted["now"])


@needs_figures
def test_target_of_mid_and_high_value_customers(printed: Any, tmp_path: Path) -> None:
    [file] = [file for file in FILES(WHOLE) if file.key == "targets"]
    targets = fields_of(told_by(file, tmp_path), "target.set", metric=pl.String, target=pl.String)
    [told] = targets.filter(pl.col("metric") == "customers")["target"].to_list()
    mean, attained = (printed["mid_high_customers"][name] for name in ("monthly_mean", "target_attainment"))
    assert round(mean / float(told) * 100, 1) == attained


def test_usage_falls_before_customers_leave_and_for_others_too(tmp_path: Path) -> None:
    request = small(YEAR, folder=tmp_path, scale="0.02")
    usage = rows_of(usage_frames(request)).with_columns(
        month=pl.col("账期").str.slice(5).cast(pl.Int64), spend=pl.col("消费金额").cast(pl.Float64)
    )
    people = population(request).select(
        "churns", "left", 客户编号="KH" + pl.col("number").cast(pl.String).str.zfill(8)
    )
    at = usage.join(people.filter(pl.col("left").is_null() | (pl.col("left") > 4)), on="客户编号")
    # Who leaves is looked at in the last month before, everybody else in July.
    last = at.filter(pl.col("month") == pl.when("churns").then(pl.col("left") - 1).otherwise(7))
    earlier = at.filter(pl.col("month") == pl.when("churns").then(pl.col("left") - 4).otherwise(4))
    both = last.join(earlier, on="客户编号", suffix="_before")
    falls = (
        both.with_columns(falls=pl.col("spend") < 0.75 * pl.col("spend_before"))
        .group_by("churns")
        .agg(pl.col("falls").mean())
    )
    shares = dict(falls.iter_rows())
    assert shares[True] > 3 * shares[False] > 0.05


def test_complaints_left_open_go_before_leaving(tmp_path: Path) -> None:
    request = small(YEAR, folder=tmp_path, scale="0.1")
    open_cases = rows_of(complaint_frames(request)).filter(
        pl.col("解决时间").is_null(), pl.col("受理时间").is_not_null()
    )
    gone = rows_of(departure_frames(request)).filter(pl.col("类型") == "离网")
    left_after = open_cases.join(gone, on="客户编号").filter(pl.col("发生时间") > pl.col("受理时间"))
    assert left_after.height > 0.3 * open_cases.height
    assert left_after.height < open_cases.height


def test_neither_contracts_nor_ratings_alone_tell_who_will_leave(tmp_path: Path) -> None:
    request = small(YEAR, folder=tmp_path, scale="0.05")
    people = population(request).filter(pl.col("left").is_null() | (pl.col("churns") & (pl.col("left") > 6)))
    known = people.select("churns", 客户编号="KH" + pl.col("number").cast(pl.String).str.zfill(8))
    before = pl.col("发生时间").dt.date() < date(YEAR, 4, 1)
    contracts = rows_of(contract_frames(request)).filter(before)
    running = contracts.filter(pl.col("事项") == "签约").join(
        contracts.filter(pl.col("事项") == "终止"), on="合同号", how="anti"
    )
    rated = rows_of(rating_frames(request))
    for rows in (running, rated):
        has = known.with_columns(has=pl.col("客户编号").is_in(rows["客户编号"].implode()))
        shares = dict(has.group_by("churns").agg(pl.col("has").mean()).iter_rows())
        assert abs(shares[True] - shares[False]) < 0.15
