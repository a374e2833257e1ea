"""Local times become instants: summer time, midnight, sentinels, ends of periods."""

from pathlib import Path

import pytest

from pipelines.ingest.faults import MappingFault
from tests.pipelines.given import CALLS, desk

HEADER = "id,came,line,customer,wait\n"

TWICE = "2025-10-26 02:30:00"

TWO_COLUMNS = """\
version: 1
source: desk_call
issuer: desk
zone: Asia/Jerusalem
key: [id]
let:
  came_at: {date: day, time: came, format: "%y%m%d %H:%M:%S"}
  LEFT
stream: {parts: [id]}
events:
  - topic: call.offered
    occurred_at: came_at
    fields: {direction: "'inbound'", hotline: "'1'", channel: "'phone'"}
  - topic: call.abandoned
    when: left_at IS NOT NULL
    occurred_at: left_at
    fields: {wait_ms: 0}
"""


def occurred(folder: Path, rows: str, *, mapping: str) -> list[str]:
    return [event["occurred_at"] for event in desk(folder, rows, mapping=mapping).told()]


def test_a_local_time_is_an_instant_of_its_zone(tmp_path: Path) -> None:
    rows = f"{HEADER}1,2026-01-05 09:00:00,95502,,\n2,2025-07-05 09:00:00,95502,,\n"
    assert occurred(tmp_path, rows, mapping=CALLS) == [
        "2026-01-05T08:00:00.000000Z",
        "2025-07-05T07:00:00.000000Z",
    ]


def test_a_time_that_clocks_jumped_over_rejects_its_row(tmp_path: Path) -> None:
    made = desk(tmp_path, f"{HEADER}1,2025-03-30 02:30:00,95502,,\n")
    (reject,) = made.rehearse().account.listed_rejects
    assert (reject.line, reject.reason) == (2, "no_such_time")
    assert (
        reject.detail
        == "came '2025-03-30 02:30:00' does not exist in Europe/Berlin, where clocks went forward"
    )


def test_a_time_that_came_twice_rejects_its_row(tmp_path: Path) -> None:
    assert desk(tmp_path, f"{HEADER}1,{TWICE},95502,,\n").rejects() == [(2, "ambiguous_time")]


@pytest.mark.parametrize(
    ("choice", "instant"),
    [("earliest", "2025-10-26T00:30:00.000000Z"), ("latest", "2025-10-26T01:30:00.000000Z")],
)
def test_a_mapping_may_choose_of_two_times(tmp_path: Path, choice: str, instant: str) -> None:
    mapping = CALLS.replace("{at: came}", f"{{at: came, ambiguous: {choice}}}")
    assert occurred(tmp_path, f"{HEADER}1,{TWICE},95502,,\n", mapping=mapping) == [instant]


def test_a_jump_is_rejected_whatever_is_chosen_of_two_times(tmp_path: Path) -> None:
    mapping = CALLS.replace("{at: came}", "{at: came, ambiguous: latest}")
    assert desk(tmp_path, f"{HEADER}1,2025-03-30 02:30:00,95502,,\n", mapping=mapping).rejects() == [
        (2, "no_such_time")
    ]


@pytest.mark.parametrize("told", ["yesterday", "2026-13-01 00:00:00", "2026-02-30 00:00:00", "25:00:00"])
def test_a_bad_time_rejects_its_row_and_names_the_column(tmp_path: Path, told: str) -> None:
    made = desk(tmp_path, f"{HEADER}1,{told},95502,,\n")
    (reject,) = made.rehearse().account.listed_rejects
    assert (reject.line, reject.reason) == (2, "bad_time")
    assert reject.detail == f"came '{told}' is no time of the form %Y-%m-%d %H:%M:%S"


def test_a_missing_time_rejects_its_row(tmp_path: Path) -> None:
    assert desk(tmp_path, f"{HEADER}1,,95502,,\n").rejects() == [(2, "missing_value")]


def test_more_than_a_day_ahead_of_our_clock_is_rejected(tmp_path: Path) -> None:
    rows = f"{HEADER}1,2026-03-11 12:59:59,95502,,\n2,2026-03-11 13:00:01,95502,,\n"
    made = desk(tmp_path, rows)
    assert made.rejects() == [(3, "in_the_future")]


def test_recorded_at_is_never_later_than_our_clock(tmp_path: Path) -> None:
    (event,) = desk(tmp_path, f"{HEADER}1,2026-03-11 09:00:00,95502,,\n").told()
    assert event["occurred_at"] == "2026-03-11T08:00:00.000000Z"
    assert event["recorded_at"] == "2026-03-10T12:00:00.000000Z"


def test_without_an_entry_time_our_clock_records(tmp_path: Path) -> None:
    mapping = CALLS.replace("recorded_at: occurred_at\n", "")
    (event,) = desk(tmp_path, f"{HEADER}1,2026-01-05 09:00:00,95502,,\n", mapping=mapping).told()
    assert event["recorded_at"] == "2026-03-10T12:00:00.000000Z"


def test_an_entry_time_of_the_source_records(tmp_path: Path) -> None:
    mapping = CALLS.replace("recorded_at: occurred_at", "recorded_at: entered_at").replace(
        "  came_at: {at: came}", "  came_at: {at: came}\n  entered_at: {at: line}"
    )
    rows = f"{HEADER}1,2026-01-05 09:00:00,2026-01-06 10:00:00,,\n"
    (event,) = desk(tmp_path, rows, mapping=mapping).told()
    assert event["recorded_at"] == "2026-01-06T09:00:00.000000Z"


def test_nothing_is_on_record_before_it_happened(tmp_path: Path) -> None:
    mapping = CALLS.replace("recorded_at: occurred_at", "recorded_at: entered_at").replace(
        "  came_at: {at: came}", "  came_at: {at: came}\n  entered_at: {at: line}"
    )
    rows = (
        f"{HEADER}1,2026-01-05 09:00:00,2026-01-05 08:59:00,,\n"
        "2,2026-03-11 09:00:00,2026-03-11 08:00:00,,\n"
        "3,2026-01-05 09:00:00,,,\n"
    )
    mapping = mapping.replace("hotline: line", "hotline: \"'x'\"")
    recorded = [event["recorded_at"] for event in desk(tmp_path, rows, mapping=mapping).told()]
    assert recorded == [
        "2026-01-05T08:00:00.000000Z",
        "2026-03-10T12:00:00.000000Z",
        "2026-03-10T12:00:00.000000Z",
    ], "when it happened, our clock for what is ahead of it, our clock where there is no entry time"


@pytest.mark.parametrize(
    ("came", "left", "instant"),
    [
        ("23:59:50", "0:00:10", "1999-01-01T22:00:10.000000Z"),
        ("0:00:10", "23:59:50", "1998-12-31T21:59:50.000000Z"),
        ("9:00:00", "8:59:00", "1999-01-01T06:59:00.000000Z"),
    ],
)
def test_a_time_near_another_lies_on_the_nearest_day(
    tmp_path: Path, came: str, left: str, instant: str
) -> None:
    mapping = TWO_COLUMNS.replace("LEFT", "left_at: {time: went, near: came_at}")
    rows = f"id,day,came,went\n1,990101,{came},{left}\n"
    assert instant in occurred(tmp_path, rows, mapping=mapping)


def test_a_time_after_another_rolls_over_midnight(tmp_path: Path) -> None:
    mapping = TWO_COLUMNS.replace("LEFT", "left_at: {time: went, after: came_at}")
    rows = "id,day,came,went\n1,990101,9:00:00,8:59:00\n"
    assert occurred(tmp_path, rows, mapping=mapping)[-1] == "1999-01-02T06:59:00.000000Z"


def test_a_sentinel_means_that_it_did_not_happen(tmp_path: Path) -> None:
    mapping = TWO_COLUMNS.replace(
        "LEFT", "left_at: {time: went, near: came_at, absent: \"went = '0:00:00'\"}"
    )
    rows = "id,day,came,went\n1,990101,9:00:00,0:00:00\n"
    assert occurred(tmp_path, rows, mapping=mapping) == ["1999-01-01T07:00:00.000000Z"]


@pytest.mark.parametrize(
    ("period", "instant"),
    [("day", "1999-02-01T21:59:59.999999Z"), ("month", "1999-02-28T21:59:59.999999Z")],
)
def test_what_stands_for_a_period_happens_at_its_last_microsecond(
    tmp_path: Path, period: str, instant: str
) -> None:
    mapping = TWO_COLUMNS.replace("LEFT", f"left_at: {{date: went, end_of: {period}}}")
    rows = "id,day,came,went\n1,990101,9:00:00,1999-02-01\n"
    assert occurred(tmp_path, rows, mapping=mapping)[-1] == instant


def test_an_offset_in_the_text_needs_no_zone(tmp_path: Path) -> None:
    mapping = CALLS.replace("{at: came}", '{at: came, format: "%Y-%m-%dT%H:%M:%S%z"}')
    rows = f"{HEADER}1,2026-01-05T09:00:00+08:00,95502,,\n"
    assert occurred(tmp_path, rows, mapping=mapping) == ["2026-01-05T01:00:00.000000Z"]


def test_a_time_of_day_needs_a_day(tmp_path: Path) -> None:
    mapping = TWO_COLUMNS.replace("LEFT", "left_at: {time: went}")
    with pytest.raises(MappingFault, match=r"line 8: a time: without date: needs one of near: and after:"):
        desk(tmp_path, "id,day,came,went\n", mapping=mapping).rehearse()


def counted(form: str, *, more: str = "") -> str:
    return CALLS.replace("{at: came}", f"{{at: came, format: {form}{more}}}")


@pytest.mark.parametrize(
    ("form", "told", "instant"),
    [
        ("epoch_s", "1767600000", "2026-01-05T08:00:00.000000Z"),
        ("epoch_s", "1767600000.123456", "2026-01-05T08:00:00.123456Z"),
        ("epoch_s", "-1", "1969-12-31T23:59:59.000000Z"),
        ("epoch_ms", "1767600000123", "2026-01-05T08:00:00.123000Z"),
        ("epoch_us", "1767600000123456", "2026-01-05T08:00:00.123456Z"),
        ("excel_day", "46027", "2026-01-04T23:00:00.000000Z"),
        ("excel_day", "46027.395833333336", "2026-01-05T08:30:00.000000Z"),
        ("excel_day", "46027.3958333333", "2026-01-05T08:30:00.000000Z"),
        ("excel_day", "61", "1900-02-28T23:00:00.000000Z"),
        ("excel_day", "59", "1900-02-27T23:00:00.000000Z"),
    ],
)
def test_a_time_may_be_a_number(form: str, told: str, instant: str, tmp_path: Path) -> None:
    assert occurred(tmp_path, f"{HEADER}1,{told},95502,,\n", mapping=counted(form)) == [instant]


@pytest.mark.parametrize("told", ["NaN", "1e9", "x", "9" * 17, "9" * 20, "-62135596801", "0x10"])
def test_a_number_that_is_no_moment_rejects_its_row(told: str, tmp_path: Path) -> None:
    made = desk(tmp_path, f"{HEADER}1,{told},95502,,\n", mapping=counted("epoch_s"))
    (reject,) = made.rehearse().account.listed_rejects
    assert (reject.reason, reject.detail) == ("bad_time", f"came '{told}' is no number of seconds since 1970")


def test_the_leap_day_that_spreadsheets_made_up_never_was(tmp_path: Path) -> None:
    rows = f"{HEADER}1,60,95502,,\n2,0.5,95502,,\n3,2958466,95502,,\n"
    made = desk(tmp_path, rows, mapping=counted("excel_day"))
    assert made.rejects() == [(2, "bad_time"), (3, "bad_time"), (4, "bad_time")]


def test_a_counted_time_is_one_number(tmp_path: Path) -> None:
    mapping = TWO_COLUMNS.replace("LEFT", "left_at: {time: went, near: came_at, format: epoch_s}")
    with pytest.raises(MappingFault, match="line 8: epoch_s is one number; give it as at: or date:"):
        desk(tmp_path, "id,day,came,went\n", mapping=mapping).rehearse()


@pytest.mark.parametrize(
    ("form", "told"), [("epoch_s", "1761438600"), ('"%FT%T%z"', "2025-10-26T02:30:00+02:00")]
)
def test_an_instant_is_itself_where_clocks_show_it_twice(form: str, told: str, tmp_path: Path) -> None:
    rows = f"{HEADER}1,{told},95502,,\n"
    assert occurred(tmp_path, rows, mapping=counted(form)) == ["2025-10-26T00:30:00.000000Z"]


def test_a_period_of_an_instant_ends_in_the_zone_of_the_mapping(tmp_path: Path) -> None:
    rows = f"{HEADER}1,1767654000,95502,,\n"
    mapping = counted("epoch_s", more=", end_of: day")
    assert occurred(tmp_path, rows, mapping=mapping) == ["2026-01-06T22:59:59.999999Z"]


@pytest.mark.parametrize("sentinel", ["0:00:00", "-", "9999-12-31"])
def test_texts_that_mean_that_it_did_not_happen(sentinel: str, tmp_path: Path) -> None:
    mapping = TWO_COLUMNS.replace(
        "LEFT", 'left_at: {time: went, near: came_at, sentinels: ["0:00:00", "-", "9999-12-31"]}'
    )
    rows = f"id,day,came,went\n1,990101,9:00:00,{sentinel}\n2,990101,9:00:00,9:01:00\n"
    assert len(occurred(tmp_path, rows, mapping=mapping)) == 3


def test_a_sentinel_may_be_the_date_alone_or_date_and_time(tmp_path: Path) -> None:
    mapping = TWO_COLUMNS.replace(
        "LEFT", 'left_at: {date: ended, time: went, sentinels: ["0000-00-00", "9999-12-31 00:00:00"]}'
    )
    rows = "id,day,came,ended,went\n1,990101,9:00:00,0000-00-00,7\n2,990101,9:00:00,9999-12-31,00:00:00\n"
    assert len(occurred(tmp_path, rows, mapping=mapping)) == 2


@pytest.mark.parametrize(
    ("told", "form", "says"),
    [
        ("at: came", "%Q", "is no form of a time"),
        ("at: came", "%H:%M", "does not tell the year"),
        ("at: came", "x", "does not tell the year"),
        ("at: came", "%Y-%m-%d %H", "is no form of a time"),
        ("at: came", "%s", "counts seconds, which is format: epoch_s"),
        ("time: came, near: first", "%Y-%m-%d", "does not tell the hour"),
    ],
)
def test_a_form_by_which_no_time_is_read_is_a_fault_of_the_mapping(
    told: str, form: str, says: str, tmp_path: Path
) -> None:
    mapping = CALLS.replace(
        "came_at: {at: came}", f"first: {{at: came}}\n  came_at: {{{told}, format: {form!r}}}"
    )
    with pytest.raises(MappingFault, match=f"line 10: '{form}' {says}"):
        desk(tmp_path, mapping=mapping).rehearse()


@pytest.mark.parametrize("form", ["%FT%T%:z", "%FT%T%#z", "%+"])
def test_an_offset_may_be_written_in_several_ways(form: str, tmp_path: Path) -> None:
    rows = f"{HEADER}1,2026-01-05T09:00:00+08:00,95502,,\n"
    assert occurred(tmp_path, rows, mapping=counted(f"'{form}'")) == ["2026-01-05T01:00:00.000000Z"]


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ("%Y年%m月%d日 %H时%M分", "2026年01月05日 09时00分"),
        ("%d/%m/%Y %I:%M %p", "05/01/2026 09:00 AM"),
        ("%Y-%m-%dT%H:%M:%S%.f", "2026-01-05T09:00:00.000"),
        ("%Y-%m-%d %H:%M:%S %Z", "2026-01-05 09:00:00 CET"),
    ],
)
def test_times_as_people_write_them(form: str, told: str, tmp_path: Path) -> None:
    rows = f"{HEADER}1,{told},95502,,\n"
    assert occurred(tmp_path, rows, mapping=counted(f"'{form}'")) == ["2026-01-05T08:00:00.000000Z"]
