"""The shipped mapping over a bank's real calls gives every published figure, and moves by exactly one row."""

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from infra.stores import Store
from tests.conftest import RunningServer, fresh_store
from tests.pipelines.given import Desk, kefu, log_of

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("KEFU_DATA", ROOT.parent / "shared" / "data"))
JANUARY = DATA / "bank_calls" / "january.txt"
MAPPING = ROOT / "pipelines" / "mappings" / "bank_calls.yaml"
PERIOD = ("--from", "1999-01-01", "--to", "1999-02-01")

pytestmark = pytest.mark.skipif(
    not JANUARY.exists(), reason=f"there is no {JANUARY}; set KEFU_DATA to its folder"
)

# Type: offered, answered, abandoned, answered within 20 s, mean wait.
TYPES = {
    "PS": (22_828, 20_374, 2_454, 12_612, 32.3423),
    "NE": (1_583, 1_476, 107, 858, 42.4682),
    "NW": (5_564, 4_017, 1_547, 2_106, 47.2465),
    "IN": (292, 207, 85, 90, 76.8792),
    "TT": (927, 852, 75, 662, 16.7782),
}

SHARES = {"PS": 0.89250, "NE": 0.93241, "NW": 0.72196, "IN": 0.70890, "TT": 0.91909}
"""The answer rate of each type, as the data's page gives it."""


@pytest.fixture(scope="module")
def bank(embedded_server: RunningServer) -> Iterator[Store]:
    """A store with January projected."""
    for store in fresh_store(embedded_server):
        ran = kefu("ingest", JANUARY, "--mapping", MAPPING, environ=store.settings.environ())
        assert ran.stdout.splitlines()[:2] == [
            f"{JANUARY}: 31,599 records = 31,359 appended + 0 already known + 240 rejected; 106,443 events.",
            "Rejected: phantom 240.",
        ]
        assert kefu("project", environ=store.settings.environ()).status == 0
        yield store


def ask(store: Store, *question: str) -> list[dict[str, Any]]:
    ran = kefu("metric", *question, *PERIOD, "--format", "json", environ=store.settings.environ())
    assert ran.status == 0, ran.stderr
    rows: list[dict[str, Any]] = json.loads(ran.stdout)
    return rows


@pytest.mark.parametrize(
    ("question", "numerator", "denominator", "value"),
    [
        (("calls",), 31_359, None, 31_359),
        (("calls", "--definition", "per_day"), 31_359, 31, 31_359 / 31),
        (("answer_rate",), 27_060, 31_359, 0.86291),
        (("abandonment_rate",), 4_299, 31_359, 0.13709),
        (("average_handle_seconds",), 4_964_204_000, 27_060, 183.4517),
        (("average_speed_of_answer",), 947_857_000, 27_060, 35.0280),
        (("average_talk_seconds",), 4_964_204_000, 27_060, 183.4517),
        (("average_talk_seconds", "--definition", "positive"), 4_964_204_000, 26_783, 185.3491),
        (("service_level", "--definition", "sl3"), 16_402, 31_359, 0.52304),
        (("service_level", "--definition", "sl2"), 16_402, 27_060, 0.60613),
        (("service_level", "--definition", "sl4"), 16_402, 29_155, 0.56258),
        (("first_contact_resolution", "--as-of", "1999-02-01T00:00+02:00"), 3_737, 9_606, 0.389028),
    ],
)
def test_figure(
    question: tuple[str, ...], numerator: int, denominator: int | None, value: float, bank: Store
) -> None:
    (row,) = ask(bank, *question)
    assert (row["numerator"], row["denominator"]) == (numerator, denominator)
    assert row["value"] == pytest.approx(value, abs=5e-5 if value > 1 else 5e-6)


def test_every_type_has_its_figures(bank: Store) -> None:
    rates = {row["queue"]: row for row in ask(bank, "answer_rate", "--by", "queue")}
    lost = {row["queue"]: row["numerator"] for row in ask(bank, "abandonment_rate", "--by", "queue")}
    waits = {row["queue"]: row["value"] for row in ask(bank, "average_speed_of_answer", "--by", "queue")}
    levels = ask(bank, "service_level", "--definition", "sl3", "--by", "queue")
    within = {row["queue"]: row["numerator"] for row in levels}
    for kind, (offered, answered, abandoned, quickly, wait) in TYPES.items():
        assert (rates[kind]["denominator"], rates[kind]["numerator"]) == (offered, answered)
        assert lost[kind] == abandoned
        assert rates[kind]["value"] == pytest.approx(SHARES[kind], abs=5e-6)
        assert within[kind] == quickly
        assert waits[kind] == pytest.approx(wait, abs=5e-5)


def test_every_day_has_its_calls(bank: Store) -> None:
    days = ask(bank, "calls", "--grain", "day")
    raw = pl.read_csv(JANUARY, separator="\t", infer_schema=False).filter(pl.col("outcome") != "PHANTOM")
    obvious = {f"1999-01-{day[4:]}": count for day, count in raw["date"].value_counts().iter_rows()}
    assert {row["period_start"]: row["value"] for row in days} == obvious
    assert sum(obvious.values()) == 31_359


def test_a_second_ingest_appends_nothing(bank: Store) -> None:
    before = log_of(bank).height
    ran = kefu("ingest", JANUARY, "--mapping", MAPPING, environ=bank.settings.environ())
    assert "0 appended + 31,359 already known + 240 rejected; 0 events. Nothing new." in ran.stdout
    assert log_of(bank).height == before


def changed(folder: Path, *, corrects: bool) -> Desk:
    """January with one answered call of type PS turned from 17 to 71 seconds of wait."""
    old = b"AA0101\t33118\t27997683\t2\tPS\t990101\t6:55:20\t6:55:26\t6\t6:55:26\t6:55:43\t17\tAGENT"
    content = JANUARY.read_bytes()
    assert content.count(old) == 1
    made = Desk(mapping=folder / "bank_calls.yaml", file=folder / "january.txt")
    made.file.write_bytes(content.replace(old, old.replace(b"\t17\tAGENT", b"\t71\tAGENT")))
    mapping = MAPPING.read_text(encoding="utf-8")
    made.mapping.write_text(mapping.replace("zone:", "on_change: correct\nzone:", 1) if corrects else mapping)
    return made


def test_one_changed_row_is_refused_and_named(bank: Store, tmp_path: Path) -> None:
    made = changed(tmp_path, corrects=False)
    ran = kefu("ingest", made.file, "--mapping", made.mapping, environ=bank.settings.environ())
    assert ran.status == 1
    assert "0 appended + 31,358 already known + 1 changed and refused + 240 rejected" in ran.stdout
    assert "  line 4: vru+line AA0101, call_id 33118, date 990101" in ran.stdout.splitlines()


def test_one_corrected_row_moves_the_figures_and_known_at_keeps_the_old(bank: Store, tmp_path: Path) -> None:
    before = datetime.now(UTC) - timedelta(seconds=1)
    made = changed(tmp_path, corrects=True)
    ran = kefu("ingest", made.file, "--mapping", made.mapping, environ=bank.settings.environ())
    assert ran.status == 0
    assert "31,358 already known + 1 corrected + 240 rejected; 8 events." in ran.stdout
    kefu("project", environ=bank.settings.environ())
    (wait,) = ask(bank, "average_speed_of_answer")
    (within,) = ask(bank, "service_level", "--definition", "sl3")
    assert (wait["numerator"], within["numerator"]) == (947_857_000 + 54_000, 16_401)
    known = ("--known-at", before.isoformat())
    (wait,) = ask(bank, "average_speed_of_answer", *known)
    (within,) = ask(bank, "service_level", "--definition", "sl3", *known)
    assert (wait["numerator"], within["numerator"]) == (947_857_000, 16_402)
