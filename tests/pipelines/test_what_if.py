"""`kefu what-if`: three members by hand, who would have moved and what is at stake, in every format."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from domain.customer_service import CustomerService
from domain.member.commands import AccrueMemberPoints, EarnMemberPoints, EnrolMember, RedeemMemberPoints
from domain.organisation.commands import ConfigureOrganisation, Rule
from domain.organisation.state import ORGANISATION_ID
from domain.organisation.written import FROM_THE_BEGINNING
from domain.telling import Command
from infra.stores import Store
from tests.conftest import RunningServer, fresh_store
from tests.pipelines.given import Ran, kefu

ANNA, BO, CHEN = "member-desk:anna", "member-desk:bo", "member-desk:chen"

IN_FORCE = """\
{"tiers": [{"name": "silver"}, {"name": "gold", "threshold": 1000}],
 "qualification": {"by": "points_earned"},
 "expiry": {"months": 12},
 "accrual": {"bases": [{"activity": "spend", "per": 10, "rounding": {"mode": "floor"}}],
             "multipliers": [{"name": "gold", "factor": 1.5, "tiers": ["gold"]}]}}
"""
TRIED = """\
# Gold from 800 points on, twice the points for gold, two years to spend them.
tiers: [{name: silver}, {name: gold, threshold: 800}]
qualification: {by: points_earned}
expiry: {months: 24}
accrual:
  bases: [{activity: spend, per: 10, rounding: {mode: floor}}]
  multipliers: [{name: gold, factor: 2, tiers: [gold]}]
"""


def on(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}T04:00+00:00").astimezone(UTC)


def spend(member: str, lot: str, amount: int) -> Command:
    return AccrueMemberPoints(originator_id=member, lot_id=lot, activity="spend", amount=Decimal(amount))


def enrol(member: str) -> Command:
    return EnrolMember(originator_id=member, programme="club", tier="silver")


HISTORY: tuple[tuple[datetime, Command], ...] = (
    (
        on("2025-01-01"),
        ConfigureOrganisation(
            originator_id=ORGANISATION_ID,
            rules=(
                Rule("zone", "zone", FROM_THE_BEGINNING, '"Asia/Shanghai"'),
                Rule("programme", "club", FROM_THE_BEGINNING, IN_FORCE),
            ),
        ),
    ),
    (on("2025-01-10"), enrol(ANNA)),
    (on("2025-01-10"), enrol(BO)),
    (on("2025-01-10"), enrol(CHEN)),
    (on("2025-02-01"), spend(ANNA, "a1", 12_000)),
    (on("2025-02-01"), spend(BO, "b1", 9_000)),
    (on("2025-03-01"), spend(ANNA, "a2", 1_009)),
    (
        on("2025-04-01"),
        RedeemMemberPoints(originator_id=ANNA, redemption_id="r1", points=Decimal(500), venue="gift"),
    ),
)


def carry_out(store: Store, now: datetime, command: Command) -> None:
    with CustomerService(store.service_env(), protect=store.keys.protect, clock=lambda: now) as service:
        service.carry_out(command, idempotency_key=f"{now} {command}")


@pytest.fixture(scope="module")
def club(embedded_server: RunningServer) -> Iterator[Store]:
    for store in fresh_store(embedded_server):
        for now, command in HISTORY:
            carry_out(store, now, command)
        yield store


@pytest.fixture
def tried(tmp_path: Path) -> Path:
    path = tmp_path / "tried.yaml"
    path.write_text(TRIED, encoding="utf-8")
    return path


def what_if(store: Store, programme: Path | str, *argv: str, as_of: str = "2026-06-01") -> Ran:
    asked = ("--programme", programme, "--as-of", as_of, *argv)
    return kefu("what-if", *asked, environ=store.settings.environ())


def document(store: Store, programme: Path | str, *argv: str, as_of: str = "2026-06-01") -> dict[str, Any]:
    ran = what_if(store, programme, *argv, "--format", "json", as_of=as_of)
    assert ran.status == 0, ran.stderr
    answered: dict[str, Any] = json.loads(ran.stdout)
    return answered


def points(part: dict[str, Any]) -> dict[str, tuple[float, float]]:
    return {one["points"]: (one["happened"], one["would"]) for one in part["points"]}


def test_who_would_have_moved_when_and_the_points_at_stake(club: Store, tried: Path) -> None:
    answered = document(club, tried)
    assert (answered["members"], answered["otherwise"], answered["moving_otherwise"]) == (3, 2, 1)
    assert points(answered) == {
        "earned": (2250, 2300),
        "reversed": (0, 0),
        "redeemed": (500, 500),
        "refunded": (0, 0),
        "expired": (1750, 0),
        "balance": (0, 1800),
        "uncovered": (0, 0),
    }
    assert answered["tiers"] == [
        {"tier": "gold", "would": "gold", "members": 1},
        {"tier": "silver", "would": "gold", "members": 1},
        {"tier": "silver", "would": "silver", "members": 1},
    ]


def test_member_by_member_those_first_who_would_have_moved(club: Store, tried: Path) -> None:
    bo, anna = document(club, tried)["page"]
    reached = {"at": "2025-02-01T12:00:00+08:00", "from_tier": "silver", "to_tier": "gold"}
    assert (bo["member"], bo["moved"], bo["would_move"]) == ("desk:bo", [], [reached])
    assert (anna["member"], anna["moved"], anna["would_move"]) == ("desk:anna", [reached], [reached])
    assert (points(anna)["earned"], points(anna)["balance"]) == ((1350, 1400), (0, 900))
    assert (points(bo)["expired"], points(bo)["balance"]) == ((900, 0), (0, 900))


def test_before_anything_expired_only_the_factor_is_at_stake(club: Store, tried: Path) -> None:
    answered = points(document(club, tried, as_of="2025-03-15"))
    assert (answered["expired"], answered["balance"]) == ((0, 0), (2250, 2300))


def test_what_was_not_on_record_is_not_counted(club: Store, tried: Path) -> None:
    assert points(document(club, tried, "--known-at", "2025-02-15"))["earned"] == (2100, 2100)


def test_under_the_programme_in_force_nothing_differs(club: Store) -> None:
    answered = document(club, "club")
    assert (answered["members"], answered["otherwise"], answered["page"]) == (3, 0, [])
    assert all(one["difference"] == 0 for one in answered["points"])


def test_however_few_members_are_read_at_a_time_the_answer_is_the_same(
    club: Store, tried: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ("--known-at", "2026-01-01")
    at_once = document(club, tried, *asked)
    monkeypatch.setattr("pipelines.what_if.MEMBERS_AT_A_TIME", 1)
    assert document(club, tried, *asked) == at_once


def test_a_store_without_members_says_so(embedded_store: Store, tried: Path) -> None:
    ran = what_if(embedded_store, tried)
    assert (ran.status, "of 0 members 0 would stand otherwise" in ran.stdout) == (0, True)


def test_one_member(club: Store, tried: Path) -> None:
    answered = document(club, tried, "--member", "desk:bo", "--member", BO)
    assert (answered["members"], [row["member"] for row in answered["page"]]) == (1, ["desk:bo"])


def test_a_table_for_people(club: Store, tried: Path) -> None:
    lines = what_if(club, tried, "--limit", "1").stdout.splitlines()
    assert lines[0].endswith("of 3 members 2 would stand otherwise, 1 would have moved otherwise.")
    assert [line.split() for line in lines[2:4]] == [
        ["points", "happened", "would", "difference"],
        ["earned", "2250", "2300", "50"],
    ]
    assert lines[-3] == "Most concerned, 1 of 2:"
    assert " ".join(lines[-1].split()) == "desk:bo silver gold 2025-02-01 gold 900 900 900 0 0 900"


def test_a_line_per_member_as_csv(club: Store, tried: Path) -> None:
    assert what_if(club, tried, "--format", "csv").stdout.splitlines() == [
        "member,tier,would,moved,would_move,earned,would_earned,expired,would_expired,balance,would_balance",
        "desk:bo,silver,gold,,2025-02-01 gold,900,900,900,0,0,900",
        "desk:anna,gold,gold,2025-02-01 gold,2025-02-01 gold,1350,1400,850,0,0,900",
    ]


def test_earnings_whose_base_nobody_can_tell_stay_as_they_were(embedded_store: Store, tmp_path: Path) -> None:
    for now, command in HISTORY[:2]:
        carry_out(embedded_store, now, command)
    told = EarnMemberPoints(originator_id=ANNA, lot_id="a", points=Decimal("100.5"), reason="spend")
    carry_out(embedded_store, on("2025-02-01"), told)
    path = tmp_path / "twice.yaml"
    path.write_text(TRIED.replace("per: 10", "per: 5"), encoding="utf-8")
    answered = document(embedded_store, path)
    assert (answered["as_told"], points(answered)["earned"]) == (1, (100.5, 100.5))
    said = "Earnings left as they were told, since nobody can tell their base: 1."
    assert said in what_if(embedded_store, path).stdout


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("tiers: [{name: gold, level: 1}]", "level"),
        ("qualification: {by: balance}", "a qualification needs tiers"),
        ("- gold", "must hold what a programme says"),
        ("body:", "must hold what a programme says"),
        ("{", "cannot be read"),
    ],
)
def test_refused_a_file_that_is_no_programme(club: Store, tmp_path: Path, written: str, problem: str) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text(written, encoding="utf-8")
    ran = what_if(club, path)
    assert ran.status != 0
    assert problem in ran.stderr


def test_refused_what_nobody_configured_and_members_without_history(club: Store, tried: Path) -> None:
    assert "'clubs' is no .yaml file, and not configured (configured: club)" in what_if(club, "clubs").stderr
    assert "cannot be read" in what_if(club, "missing.yaml").stderr
    ran = what_if(club, tried, "--member", "desk:nobody")
    assert (ran.status, "1 of these members have no history" in ran.stderr) == (1, True)
