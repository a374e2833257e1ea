"""A number that changed hands: each event is told of whoever had the number then."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.customer.commands import ReleaseCustomerNumber
from domain.customer_service import CustomerService
from infra.stores import Store
from pipelines.ingest import chunks
from pipelines.ingest.account import Account
from tests.effort import FACTOR
from tests.pipelines.given import LATER, NOW, Desk, desk, log_of
from tests.pipelines.ingest.people import CALLERS, CALLERS_ROWS, FIRST

HEADER = "id,at,phone,what\n"
NUMBERS = """\
version: 1
source: number
issuer: net
zone: UTC
key: [id]
recorded_at: occurred_at
personal: {phone: msisdn}
let:
  happened_at: {at: at}
stream: {parts: [phone]}
events:
  - topic: customer.number_released
    when: what = 'released'
    occurred_at: happened_at
  - topic: customer.churned
    when: what = 'released'
    occurred_at: happened_at
  - topic: customer.contacted
    when: what <> 'released'
    occurred_at: happened_at
    fields: {channel: "'sms'", purpose: what}
"""
"""What happened to numbers: id, at, phone, what; a release ends a customer too."""

DAY = datetime(2025, 1, 1, tzinfo=UTC)
Row = tuple[int, str, str]
"""Day, phone, what."""


def text_of(rows: Iterable[Row], *, ids: Iterable[object] | None = None) -> str:
    lines = (
        f"{one},{DAY + timedelta(days=day):%Y-%m-%d %H:%M:%S},{phone},{what}\n"
        for one, (day, phone, what) in zip(ids or count(), rows, strict=False)
    )
    return HEADER + "".join(lines)


def numbers(folder: Path, rows: str, *, name: str = "numbers.csv") -> Desk:
    return desk(folder, rows, mapping=NUMBERS, name=name)


def counts(account: Account) -> tuple[int, int, int, int]:
    return account.appended, account.known, account.refused, account.rejected


def people_of(store: Store) -> dict[str, list[tuple[str, int, str]]]:
    """What was told of each pseudonym: topic, day and purpose."""
    told: dict[str, list[tuple[str, int, str]]] = defaultdict(list)
    for stream, topic, state in log_of(store).select("originator_id", "topic", "state").iter_rows():
        event = json.loads(state)
        assert event["customer_id"] == stream.removeprefix("customer-")
        day = (datetime.fromisoformat(event["occurred_at"]) - DAY).days
        told[stream].append((topic.removeprefix("customer."), day, event.get("purpose", "")))
    return {stream: sorted(events) for stream, events in told.items()}


def expected(rows: Sequence[Row]) -> list[list[tuple[str, int, str]]]:
    """The obvious way: whoever has the number counts its releases up to and without that moment's own."""
    told: dict[tuple[str, int], list[tuple[str, int, str]]] = defaultdict(list)
    releases = {(phone, day) for day, phone, what in rows if what == "released"}
    for day, phone, what in rows:
        is_release = what == "released"
        turn = sum(1 for other, on in releases if other == phone and (on < day if is_release else on <= day))
        topics = ("number_released", "churned") if is_release else ("contacted",)
        told[(phone, turn)] += [(topic, day, "" if is_release else what) for topic in topics]
    return sorted(sorted(events) for events in told.values())


def test_the_next_owner_inherits_nothing(store: Store, tmp_path: Path) -> None:
    rows = [(1, "138", "before"), (5, "138", "released"), (5, "138", "at once"), (9, "138", "after")]
    account = numbers(tmp_path, text_of(rows)).ingest(store)
    assert (counts(account), account.events) == ((4, 0, 0, 0), 5)
    before, after = sorted(people_of(store).values())
    assert before == [("churned", 5, ""), ("contacted", 1, "before"), ("number_released", 5, "")]
    assert after == [("contacted", 5, "at once"), ("contacted", 9, "after")]


def test_late_rows_and_the_same_file_again_stay_with_their_owner(store: Store, tmp_path: Path) -> None:
    rows = [(1, "138", "a"), (5, "138", "released"), (9, "138", "b")]
    made = numbers(tmp_path, text_of(rows))
    made.ingest(store)
    log = log_of(store)
    again = made.ingest(store, now=LATER)
    assert (counts(again), again.events) == ((0, 3, 0, 0), 0)
    assert log_of(store).equals(log)
    late = text_of([(3, "138", "late"), (7, "138", "late too")], ids=["x", "y"])
    numbers(tmp_path, late, name="late.csv").ingest(store)
    assert sorted(people_of(store).values()) == expected([*rows, (3, "138", "late"), (7, "138", "late too")])


def test_a_release_by_command_counts_from_the_next_chunk_on(store: Store, tmp_path: Path) -> None:
    numbers(tmp_path, text_of([(1, "138", "a")])).ingest(store)
    [stream] = people_of(store)
    service = CustomerService(store.service_env(), protect=lambda *_: "", clock=lambda: NOW)
    released = ReleaseCustomerNumber(originator_id=stream, occurred_at=NOW - timedelta(days=400))
    service.release_customer_number(released, idempotency_key="1")
    service.close()
    rows = text_of([(1, "138", "a"), (433, "138", "b")])
    account = numbers(tmp_path, rows).ingest(store)
    assert counts(account) == (1, 1, 0, 0)
    told = people_of(store)
    assert [("contacted", 433, "b")] in told.values()
    assert len(told) == 2


def test_a_release_that_was_taken_back_counts_no_more(store: Store, tmp_path: Path) -> None:
    from domain.voiding import VoidEvent  # noqa: PLC0415

    numbers(tmp_path, text_of([(1, "138", "a")])).ingest(store)
    [stream] = people_of(store)
    service = CustomerService(store.service_env(), protect=lambda *_: "", clock=lambda: NOW)
    released = ReleaseCustomerNumber(originator_id=stream, occurred_at=NOW - timedelta(days=400))
    service.release_customer_number(released, idempotency_key="1")
    service.void_event(VoidEvent(originator_id=stream, version=2, reason="mistake"), idempotency_key="2")
    service.close()
    numbers(tmp_path, text_of([(433, "138", "b")], ids=["later"])).ingest(store)
    assert set(log_of(store)["originator_id"]) == {stream}


def test_a_changed_release_is_refused_and_moves_nothing(store: Store, tmp_path: Path) -> None:
    correcting = NUMBERS.replace("zone:", "on_change: correct\nzone:")
    rows = [(5, "138", "released"), (9, "138", "a")]
    desk(tmp_path, text_of(rows), mapping=correcting).ingest(store)
    told = people_of(store)
    changed = desk(tmp_path, text_of([(7, "138", "released"), (9, "138", "a")]), mapping=correcting)
    account = changed.ingest(store, now=LATER)
    assert counts(account) == (0, 1, 1, 0)
    assert people_of(store) == told


def test_a_rejected_release_releases_nothing(store: Store, tmp_path: Path) -> None:
    rows = text_of([(1, "138", "a"), (9, "138", "b")]) + "r,yesterday,138,released\n"
    account = numbers(tmp_path, rows).ingest(store)
    assert counts(account) == (2, 0, 0, 1)
    assert len(people_of(store)) == 1


def test_the_number_of_an_erased_owner_serves_the_next(store: Store, tmp_path: Path) -> None:
    rows = [(1, "138", "a"), (5, "138", "released"), (9, "138", "b")]
    made = numbers(tmp_path, text_of(rows))
    made.ingest(store)
    [first] = [stream for stream, told in people_of(store).items() if ("contacted", 1, "a") in told]
    store.keys.destroy([first.removeprefix("customer-")])
    log = log_of(store)
    again = made.ingest(store)
    assert (counts(again), dict(again.reasons)) == ((0, 1, 0, 2), {"erased": 2})
    assert log_of(store).equals(log)
    more = text_of([(3, "138", "late"), (11, "138", "new")], ids=["x", "y"])
    account = numbers(tmp_path, more, name="more.csv").ingest(store)
    assert counts(account) == (1, 0, 0, 1)
    assert [("contacted", 9, "b"), ("contacted", 11, "new")] in [
        sorted(one, key=lambda told: told[1]) for one in people_of(store).values()
    ]


def test_numbers_of_customers_without_personal_ids_have_no_next_owner(store: Store, tmp_path: Path) -> None:
    mapping = NUMBERS.replace("personal: {phone: msisdn}\n", "")
    rows = [(1, "138", "a"), (5, "138", "released"), (9, "138", "b")]
    desk(tmp_path, text_of(rows), mapping=mapping).ingest(store)
    assert set(log_of(store)["originator_id"]) == {"customer-net:138"}


def test_calls_are_told_of_whoever_has_the_number_when_they_come(store: Store, tmp_path: Path) -> None:
    numbers(tmp_path, text_of([(0, FIRST, "a"), (31, FIRST, "released")])).ingest(store)
    rows = (
        CALLERS_ROWS.replace("2025-02-01 09:00:00", "2025-01-15 09:00:00")
        + "4,2025-02-01 07:59:59,13800000001,2\n"
    )
    folder = tmp_path / "calls"
    folder.mkdir()
    desk(folder, rows, mapping=CALLERS).ingest(store)
    states = {
        (stream, topic): json.loads(state)
        for stream, topic, state in log_of(store).select("originator_id", "topic", "state").iter_rows()
    }
    [former] = {event["customer_id"] for (_, topic), event in states.items() if topic.endswith("released")}
    assert states["call-desk:1", "call.offered"]["customer_id"] == former
    # The call came a second before the release (midnight in UTC, 8 in Shanghai) and was answered after it.
    offered, answered = (states["call-desk:4", topic] for topic in ("call.offered", "call.answered"))
    assert offered["customer_id"] == former != answered["customer_id"]
    assert store.keys.reveal(former, "caller_number", offered["caller_number"]) == FIRST


ROWS = st.lists(
    st.tuples(st.integers(0, 12), st.sampled_from(["138", "139"]), st.sampled_from(["a", "b", "released"])),
    min_size=1,
    max_size=14,
)


@settings(max_examples=8 * FACTOR, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, data=st.data())
def test_any_order_and_any_cut_of_a_file_tells_the_same_of_each_person(
    rows: list[Row], data: st.DataObject, embedded_store: Store, tmp_path: Path
) -> None:
    """Numbers are other ones in every example, since the store remembers."""
    prefix = str(next(FRESH))
    rows = [(day, prefix + phone, what) for day, phone, what in rows]
    order = data.draw(st.permutations(range(len(rows))))
    text = text_of([rows[place] for place in order], ids=[f"{prefix}/{place}" for place in order])
    known = set(people_of(embedded_store))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chunks, "FIRST_PIECE", data.draw(st.integers(1, 200)))
        patch.setattr(chunks, "SMALLEST_PIECE", 1)
        made = numbers(tmp_path, text)
        account = made.ingest(embedded_store)
        assert counts(account) == (len(rows), 0, 0, 0)
        told = {stream: events for stream, events in people_of(embedded_store).items() if stream not in known}
        assert sorted(told.values()) == expected(rows)
        log = log_of(embedded_store)
        again = made.ingest(embedded_store)
        assert (counts(again), again.events) == ((0, len(rows), 0, 0), 0)
    assert log_of(embedded_store).equals(log)


FRESH = count(1)


@settings(max_examples=5 * FACTOR, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, cut=st.integers(0, 14))
def test_releases_told_in_an_earlier_file_act_on_the_files_after_it(
    rows: list[Row], cut: int, embedded_store: Store, tmp_path: Path
) -> None:
    prefix = str(next(FRESH))
    rows = [(day, prefix + phone, what) for day, phone, what in rows]
    ordered = sorted(rows, key=lambda row: row[2] != "released")
    cut = max(cut, sum(what == "released" for _, _, what in rows))
    known = set(people_of(embedded_store))
    for name, some in (("first.csv", ordered[:cut]), ("second.csv", ordered[cut:])):
        ids = [f"{prefix}/{name}/{place}" for place in range(len(some))]
        numbers(tmp_path, text_of(some, ids=ids), name=name).ingest(embedded_store)
    told = {stream: events for stream, events in people_of(embedded_store).items() if stream not in known}
    assert sorted(told.values()) == expected(rows)
