"""Into a real store: every record accounted for, told once, corrected or refused, sealed at the door."""

import json
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infra.stores import Store
from pipelines.ingest.account import Account, UnaccountedError
from tests.pipelines.given import CALLS, LATER, NOW, ROWS, desk, log_of

HEADER = "id,came,line,customer,wait\n"
CORRECTING = CALLS.replace("zone:", "on_change: correct\nzone:")


def counts(account: Account) -> tuple[int, int, int, int, int]:
    return account.appended, account.known, account.corrected, account.refused, account.rejected


def test_new_records_are_appended_in_the_order_of_the_file(store: Store, tmp_path: Path) -> None:
    account = desk(tmp_path).ingest(store)
    assert counts(account) == (2, 0, 0, 0, 1)
    assert account.events == 3
    log = log_of(store)
    assert log.select("originator_id", "originator_version", "topic").rows() == [
        ("call-desk:1", 1, "call.offered"),
        ("call-desk:1", 2, "call.answered"),
        ("call-desk:2", 1, "call.offered"),
    ]


def test_a_second_ingest_appends_nothing(store: Store, tmp_path: Path) -> None:
    made = desk(tmp_path)
    made.ingest(store)
    before = log_of(store)
    again = made.ingest(store)
    assert (counts(again), again.events) == ((0, 2, 0, 0, 1), 0)
    assert log_of(store).equals(before)


def test_the_same_content_is_known_whatever_the_mapping_tells_of_it(store: Store, tmp_path: Path) -> None:
    desk(tmp_path).ingest(store)
    other = CALLS.replace("wait * 1000", "wait * 100")
    assert counts(desk(tmp_path, mapping=other).ingest(store)) == (0, 2, 0, 0, 1)


def test_a_changed_row_is_refused_and_named_by_line_and_key(store: Store, tmp_path: Path) -> None:
    desk(tmp_path).ingest(store)
    before = log_of(store)
    account = desk(tmp_path, ROWS.replace("C1,5", "C1,6")).ingest(store)
    assert (counts(account), account.events) == ((0, 1, 0, 1, 1), 0)
    (refusal,) = account.listed_refusals
    assert (refusal.line, refusal.detail) == (2, "id 1")
    assert log_of(store).equals(before)


def test_a_changed_row_is_corrected_where_the_mapping_says_so(store: Store, tmp_path: Path) -> None:
    desk(tmp_path, mapping=CORRECTING).ingest(store)
    changed = desk(tmp_path, ROWS.replace("C1,5", "C1,6"), mapping=CORRECTING)
    account = changed.ingest(store, now=LATER)
    assert (counts(account), account.events) == ((0, 1, 1, 0, 1), 4)
    told = log_of(store).filter(pl.col("originator_id") == "call-desk:1")
    assert told["topic"].to_list() == [
        *("call.offered", "call.answered"),
        *("event.voided", "event.voided"),
        *("call.offered", "call.answered"),
    ]
    states = [json.loads(state) for state in told["state"]]
    assert [(one["topic"], one["version"], one["reason"]) for one in states[2:4]] == [
        ("call.offered", 1, "row_changed"),
        ("call.answered", 2, "row_changed"),
    ]
    assert {one["occurred_at"] for one in states} == {"2026-01-05T08:00:00.000000Z"}
    # A void and what replaces it are recorded by our clock, under declared history too.
    assert {one["recorded_at"] for one in states[:2]} == {"2026-01-05T08:00:00.000000Z"}
    assert {one["recorded_at"] for one in states[2:]} == {"2026-03-11T12:00:00.000000Z"}
    assert (states[1]["wait_ms"], states[5]["wait_ms"]) == (5000, 6000)
    assert counts(changed.ingest(store)) == (0, 2, 0, 0, 1)


@pytest.mark.parametrize("mapping", [CALLS, CORRECTING], ids=["refuse", "correct"])
def test_a_file_that_contradicts_itself_is_refused_in_part_and_every_time(
    mapping: str, store: Store, tmp_path: Path
) -> None:
    rows = HEADER + "1,2026-01-05 09:00:00,95502,C1,5\n1,2026-01-05 09:00:00,95502,C1,6\n"
    rows += "1,2026-01-05 09:00:00,95502,C1,5\n"
    made = desk(tmp_path, rows, mapping=mapping)
    assert counts(made.ingest(store)) == (1, 1, 0, 1, 0)
    assert counts(made.ingest(store)) == (0, 2, 0, 1, 0)


def test_a_dry_run_counts_and_shows_and_touches_no_store(tmp_path: Path) -> None:
    rehearsal = desk(tmp_path).rehearse()
    assert counts(rehearsal.account) == (2, 0, 0, 0, 1)
    assert rehearsal.events["topic"].to_list() == ["call.offered", "call.answered", "call.offered"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["calls.csv", "desk.yaml"]


def test_a_row_that_tells_nothing_is_rejected_and_not_lost(tmp_path: Path) -> None:
    mapping = CALLS.replace("  - topic: call.offered\n", "  - topic: call.offered\n    when: wait > 0\n")
    made = desk(tmp_path, ROWS, mapping=mapping)
    assert made.rejects() == [(3, "nothing_told"), (4, "test_call")]


def test_a_record_with_one_unusable_event_tells_none(tmp_path: Path) -> None:
    mapping = CALLS.replace("wait * 1000}", "wait * 1000, tier: line, agent_id: NULL, ring_ms: customer}")
    rows = HEADER + "1,2026-01-05 09:00:00,95502,x,5\n2,2026-01-05 09:00:00,95502,7,5\n"
    made = desk(tmp_path, rows, mapping=mapping)
    assert made.rejects() == [(2, "bad_value")]
    assert {event["stream"] for event in made.told()} == {"call-desk:2"}


PERSONAL = CALLS.replace("zone:", "personal: {customer: msisdn}\nzone:").replace(
    "channel: \"'phone'\"", "channel: \"'phone'\", caller_number: line"
)


def test_personal_ids_and_text_never_reach_the_log(store: Store, tmp_path: Path) -> None:
    rows = ROWS.replace("C1", "13800000001").replace("95502", "021-555")
    made = desk(tmp_path, rows, mapping=PERSONAL.replace("hotline: line", "hotline: \"'h'\""))
    made.ingest(store)
    log = log_of(store)
    assert not log["state"].str.contains("13800000001|021-555").any()
    offered = json.loads(log["state"][0])
    issuer, _, pseudonym = offered["customer_id"].partition(":")
    assert (issuer, len(pseudonym)) == ("p", 32)
    assert offered["caller_number"].startswith("v1:")
    assert store.keys.reveal(offered["customer_id"], "caller_number", offered["caller_number"]) == "021-555"
    anonymous = json.loads(log["state"][2])
    assert store.keys.reveal("call-desk:2", "caller_number", anonymous["caller_number"]) == "021-555"
    assert counts(made.ingest(store)) == (0, 2, 0, 0, 1)


def test_a_personal_cell_is_masked_wherever_rows_are_listed(store: Store, tmp_path: Path) -> None:
    mapping = CALLS.replace("zone:", "personal: {id: msisdn}\nzone:")
    desk(tmp_path, mapping=mapping).ingest(store)
    changed = desk(tmp_path, ROWS.replace("C1,5", "C1,6").replace("2,2026-01-05", "2,x"), mapping=mapping)
    account = changed.ingest(store)
    assert [row.detail for row in account.listed_refusals] == ["id ***"]
    kept: list[pl.DataFrame] = []
    from pipelines.ingest.compile import read_mapping  # noqa: PLC0415
    from pipelines.ingest.ingest import Watch, rehearse  # noqa: PLC0415
    from pipelines.ingest.reading import open_records  # noqa: PLC0415

    plan = read_mapping(changed.mapping)
    watch = Watch(on_rejects=lambda _path, rejects: kept.append(rejects))
    rehearse(open_records(changed.file, plan), plan, clock=lambda: NOW, watch=watch)
    assert pl.concat(kept)["id"].to_list() == ["***", "***"]


def test_an_account_that_does_not_add_up_is_an_error() -> None:
    account = Account(path=Path("x.csv"), records=3, appended=1, rejected=1)
    with pytest.raises(UnaccountedError, match="3 records were read and 2 accounted for"):
        account.check()


ROW = st.tuples(
    st.sampled_from(["1", "2", "3", "4", "", "客/5"]),
    st.sampled_from(["2026-01-05 09:00:00", "2025-03-30 02:30:00", "bad", "2027-01-01 00:00:00"]),
    st.sampled_from(["95502", "test", "", 'a"b,c\nd']),
    st.sampled_from(["C1", ""]),
    st.sampled_from(["5", "", "x"]),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=st.lists(st.lists(ROW, max_size=12), min_size=1, max_size=3), corrects=st.booleans())
def test_every_record_is_accounted_for(
    files: list[list[tuple[str, ...]]], *, corrects: bool, embedded_store: Store, tmp_path: Path
) -> None:
    mapping = CORRECTING if corrects else CALLS
    for rows in files:
        columns = dict.fromkeys(HEADER.strip().split(","), pl.String)
        text = pl.DataFrame(rows, schema=columns, orient="row").write_csv(quote_style="always")
        made = desk(tmp_path, text, mapping=mapping)
        account, again = made.ingest(embedded_store), made.ingest(embedded_store)
        assert sum(counts(account)) == account.records == len(rows)
        assert (again.appended, again.corrected, again.events) == (0, 0, 0)
        assert again.rejected == account.rejected
    log = log_of(embedded_store)
    assert log.select("originator_id", "originator_version").is_unique().all()
