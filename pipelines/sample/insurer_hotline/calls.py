"""Calls to the hotline: what happened, and how the telephone system prints it, one row per call."""

from collections.abc import Iterator
from datetime import timedelta

import polars as pl

from pipelines.sample.dice import Dice
from pipelines.sample.insurer_hotline.counts import (
    COMPLAINTS,
    CONSULTATIONS,
    CUSTOMERS,
    REPORT_TALK_HUNDREDTHS,
    REPORTS,
    RING_MS,
    TEST_CALLS,
    UNANSWERED,
)
from pipelines.sample.insurer_hotline.customers import city_of, customer_code, tier_of
from pipelines.sample.insurer_hotline.staff import Roster
from pipelines.sample.insurer_hotline.stretches import HOTLINE, Stretch, over_stretches, stretches
from pipelines.sample.insurer_hotline.units import pick_cities
from pipelines.sample.people import customer_numbers
from pipelines.sample.profiles import midnight, moments
from pipelines.sample.request import Request
from pipelines.sample.shares import laid, portion

HOTLINES = {"95502": 0.82, "95502-9": 0.12, "4000-95502": 0.06}
LINES_ASKED_ABOUT = {"motor_compulsory": 0.3, "motor_commercial": 0.5, "personal": 0.15, "property": 0.05}
SCORES = {"5": 64.0, "4": 25.0, "3": 6.0, "2": 2.0, "1": 3.0}
LAST_CALL = timedelta(hours=23, minutes=30)
"""No call of the year's last day comes later, so that all it leads to is in the year."""
RESULTS = {
    "abandoned": "ABD",
    "callback_requested": "CBK",
    "voicemail": "VM",
    "overflow": "OVF",
}
QUEUES = {"report": "报案", "report_and_consultation": "报案", "complaint": "投诉"}
QUEUES_LEFT = {"报案": 0.55, "咨询": 0.42, "投诉": 0.03}
"""Where those wait who give up."""


def calls(request: Request) -> Iterator[tuple[Stretch, pl.DataFrame]]:
    """Stretch by stretch, what happened in its calls, in the order in which they came."""
    roster = Roster(request)
    for stretch in stretches(request):
        dice = request.dice("calls", stretch.number)
        yield stretch, _happened(stretch, roster=roster, population=_population(request), dice=dice)


def call_rows(request: Request) -> Iterator[pl.DataFrame]:
    """The file: every call, and a few of the testers, which are none."""
    parts = stretches(request)
    tests = over_stretches(request.scaled(TEST_CALLS), parts, lambda part: sum(part.calls))
    for (_, happened), number in zip(calls(request), tests, strict=True):
        printed = happened.select(_printed())
        yield pl.concat([printed, _test_calls(printed.head(number))])


def call_code(number: pl.Expr) -> pl.Expr:
    """The number under which the telephone system knows a call."""
    return number.cast(pl.String).str.zfill(9)


def claim_code(number: pl.Expr) -> pl.Expr:
    """The number under which the claims system knows a report."""
    return "BA" + number.cast(pl.String).str.zfill(9)


def _population(request: Request) -> int:
    return request.scaled(CUSTOMERS, least=10)


def _happened(stretch: Stretch, *, roster: Roster, population: int, dice: Dice) -> pl.DataFrame:
    count = sum(stretch.calls)
    came = _came(stretch, dice=dice)
    kind = dice.dealt(stretch.kinds)
    is_report, is_answered = kind.is_in(REPORTS), ~kind.is_in(UNANSWERED)
    customer = customer_numbers(count, population=population, dice=dice)
    is_known = dice.chances(count, share=0.8) | is_report
    day = came.dt.ordinal_day().cast(pl.Int64) - 1
    return pl.DataFrame(
        {
            "number": pl.int_range(stretch.calls_before + 1, stretch.calls_before + count + 1, eager=True),
            "came": came,
            "kind": kind,
            "is_report": is_report,
            "is_answered": is_answered,
            "claim": laid(is_report, pl.int_range(1, stretch.claims + 1, eager=True)) + stretch.claims_before,
            "customer": laid(is_known, customer.filter(is_known)),
            "city": city_of(customer).zip_with(is_known, pick_cities(count, dice=dice)),
            "line": _line(stretch, is_report, dice=dice),
            "agent": laid(is_answered, roster.on(day, dice=dice).filter(is_answered)),
            "ivr_s": dice.durations(count, mean=9.0) + 4,
            "wait_s": _waits(count, dice=dice),
            "ring_ms": laid(is_answered, _rings(stretch.answered, dice=dice)),
            "talk_s": _talk(stretch, is_report, dice=dice),
            "hold_s": dice.durations(count, mean=6.0),
            "wrap_s": dice.durations(count, mean=35.0),
            "hotline": dice.picks(count, HOTLINES),
            "queue_left": dice.picks(count, QUEUES_LEFT),
            "score": dice.picks(count, SCORES),
            "is_rated": dice.chances(count, share=0.3) & is_answered,
        }
    ).with_columns(answered=_answered_at())


def _answered_at() -> pl.Expr:
    before = pl.duration(seconds=pl.col("ivr_s") + pl.col("wait_s"), milliseconds=pl.col("ring_ms"))
    return pl.when("is_answered").then(pl.col("came") + before)


def _came(stretch: Stretch, *, dice: Dice) -> pl.Series:
    came = moments(stretch.days, stretch.calls, profile=HOTLINE, dice=dice)
    last = stretch.days[-1]
    is_last_of_year = (last.month, last.day) == (12, 31)
    return came.clip(upper_bound=midnight(last) + LAST_CALL) if is_last_of_year else came


def _waits(count: int, *, dice: Dice) -> pl.Series:
    """Most calls are put through at once."""
    waited = dice.durations(count, mean=26.0) + 1
    return waited.zip_with(dice.chances(count, share=0.14), pl.zeros(count, dtype=pl.Int64, eager=True))


def _rings(count: int, *, dice: Dice) -> pl.Series:
    return dice.parts(count, total=RING_MS * count, least=300)


def _talk(stretch: Stretch, is_report: pl.Series, *, dice: Dice) -> pl.Series:
    before, after = stretch.claims_before, stretch.claims_before + stretch.claims
    total = portion(REPORT_TALK_HUNDREDTHS, before=before, after=after, whole=100)
    of_reports = laid(is_report, dice.parts(stretch.claims, total=total, least=20))
    others = dice.durations(is_report.len(), mean=140.0) + 10
    return of_reports.zip_with(is_report, others)


def _line(stretch: Stretch, is_report: pl.Series, *, dice: Dice) -> pl.Series:
    reported = laid(is_report, dice.dealt(stretch.lines))
    return reported.zip_with(is_report, dice.picks(is_report.len(), LINES_ASKED_ABOUT))


def _printed() -> list[pl.Expr]:
    """Cells are empty where a call never got that far."""
    kind, is_known = pl.col("kind"), pl.col("customer").is_not_null()
    served = pl.when("is_answered")
    return [
        call_code(pl.col("number")).alias("流水号"),
        pl.col("came").alias("呼入时间"),
        pl.col("hotline").alias("专线"),
        pl.when(tier_of("customer") == "gold")
        .then(pl.lit("贵宾"))
        .when("is_answered")
        .then(kind.replace_strict(QUEUES, default="咨询"))
        .otherwise("queue_left")
        .alias("技能组"),
        pl.col("line").alias("险种"),
        pl.col("city").alias("机构"),
        pl.when(is_known).then(customer_code("customer")).alias("客户号"),
        pl.when(is_known).then(tier_of("customer")).alias("客户等级"),
        pl.col("ivr_s"),
        pl.col("wait_s"),
        pl.col("ring_ms").alias("振铃毫秒"),
        kind.replace_strict(RESULTS, default="ANS").alias("result"),
        pl.col("agent").alias("工号"),
        served.then("talk_s").alias("talk_s"),
        served.then("hold_s").alias("hold_s"),
        served.then("wrap_s").alias("acw_s"),
        _first_purpose().alias("目的1"),
        pl.when(kind.is_in(["report_and_consultation", "consultation_and_complaint"]))
        .then(pl.lit("咨询"))
        .alias("目的2"),
        claim_code(pl.col("claim")).alias("报案号"),
        pl.when(kind.is_in(COMPLAINTS)).then(pl.lit("Y")).otherwise(pl.lit("N")).alias("投诉键"),
        pl.when("is_rated").then("score").alias("评分"),
    ]


def _first_purpose() -> pl.Expr:
    kind = pl.col("kind")
    return (
        pl.when("is_report")
        .then(pl.lit("报案"))
        .when(kind.is_in(COMPLAINTS))
        .then(pl.lit("投诉"))
        .when(kind.is_in(CONSULTATIONS))
        .then(pl.lit("咨询"))
    )


def _test_calls(like: pl.DataFrame) -> pl.DataFrame:
    """What testers leave behind: calls of a line that is none."""
    return like.with_columns(流水号="T" + pl.col("流水号"), 专线=pl.lit("0000"))
