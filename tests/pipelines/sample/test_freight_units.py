"""The carrier files complaints by store and books waybills by route district: the unit tree joins them."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipelines.sample.freight_carrier.network import unit_changes
from tests.pipelines.sample.answered import ask, memory_of
from tests.pipelines.sample.given import Told, request_for, told, written
from tests.projections.metrics.memory import Memory

YEAR = 2014
HALF_YEAR: dict[str, Any] = {"start": date(YEAR, 1, 1), "end": date(YEAR, 7, 1), "grain": "month"}
READ = ("complaints", "waybills", "units")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Told]:
    out: Path = tmp_path_factory.mktemp("carrier")
    request = request_for(out, scale="1/50", year=YEAR)
    return {name: told(written("freight_carrier", request, only=name)[0]) for name in READ}


@pytest.fixture(scope="module")
def store(files: dict[str, Told]) -> Memory:
    return memory_of(files.values(), "complaints", "volumes", "units", "unit_moves")


def parent_on(code: str, day: date) -> str | None:
    """Where the personnel system has a unit hang on a day, by its list of changes."""
    mine = [change for change in unit_changes(YEAR) if change.code == code and change.parent]
    before = [change for change in mine if change.on < day]
    return max(before, key=lambda change: change.on).parent if before else None


def next_month(day: date) -> date:
    return date(day.year, day.month + 1, 1)


def filed(files: dict[str, Told]) -> list[tuple[date, str]]:
    """The local month and the store of every complaint."""
    rows = files["complaints"].of("complaint.filed", "occurred_at", "unit")
    return [
        (_month(moment), unit.removeprefix("org:"))
        for _, moment, unit in rows.iter_rows()
        if unit is not None
    ]


def _month(text: str) -> date:
    local = datetime.fromisoformat(text).astimezone(UTC) + timedelta(hours=8)
    return date(local.year, local.month, 1)


def booked(files: dict[str, Told]) -> Counter[tuple[date, str]]:
    """Waybills by month and district."""
    rows = files["waybills"].of("volume.recorded", "unit", "period_start", "value")
    found: Counter[tuple[date, str]] = Counter()
    for _, unit, start, value in rows.iter_rows():
        found[date.fromisoformat(start), unit.removeprefix("org:")] += int(float(value))
    return found


def sides(store: Memory, by: str) -> tuple[Counter[Any], Counter[Any]]:
    above, below = Counter[Any](), Counter[Any]()
    for one in ask(store, "complaint_rate", **HALF_YEAR, by=(by,)):
        place = one.period_start, (one.by[by] or "").removeprefix("org:")
        above[place], below[place] = int(one.numerator or 0), int(one.denominator or 0)
        assert one.value == pytest.approx(10_000 * above[place] / below[place])
    return +above, +below


def test_the_rate_of_a_district_is_that_of_its_stores_at_the_months_end(
    files: dict[str, Told], store: Memory
) -> None:
    wanted = Counter((month, parent_on(unit, next_month(month))) for month, unit in filed(files))
    assert sides(store, "unit.route_district") == (wanted, booked(files))


def test_a_district_that_changed_its_region_takes_both_sides_along(
    files: dict[str, Told], store: Memory
) -> None:
    above, below = Counter[Any](), Counter[Any]()
    for month, unit in filed(files):
        district = parent_on(unit, next_month(month)) or ""
        above[month, parent_on(district, next_month(month))] += 1
    for (month, district), waybills in booked(files).items():
        below[month, parent_on(district, next_month(month))] += waybills
    assert sides(store, "unit.region") == (above, below)
    assert parent_on("R404", date(YEAR, 4, 1)) == "R4"
    assert parent_on("R404", date(YEAR, 5, 1)) == "R5"


def test_what_lies_under_a_business_unit_is_the_half_of_a_carrier(store: Memory) -> None:
    whole = ask(store, "complaint_rate", **HALF_YEAR)
    halves = [
        ask(store, "complaint_rate", **HALF_YEAR, where={"unit.under": [f"org:{top}"]})
        for top in ("B1", "B2")
    ]
    for month, east, west in zip(whole, *halves, strict=True):
        assert (east.denominator or 0) + (west.denominator or 0) == month.denominator
        assert (east.numerator or 0) + (west.numerator or 0) == month.numerator
