"""What becomes of records at the desk of their mapping: as of a file's, in the order in which they came."""

import json
import secrets
from pathlib import Path

import pytest

from infra.key_store.rejected_rows import RejectedRows, Which
from infra.stores import Store
from pipelines.ingest.compile import read_mapping
from pipelines.ingest.replay import replay
from tests.pipelines.given import NOW, log_of
from tests.pipelines.messages.given import MAPPING, Source, call, event, mappings_folder, source_of, statuses

CORRECTING = MAPPING.replace("key: [id]\n", "key: [id]\non_change: correct\n")
BY_ENVELOPE = MAPPING.replace("key: [id]", "key: [ce_source, ce_id]").replace(
    "{at: came}", '{at: ce_time, format: "%Y-%m-%d %H:%M:%S%.f%z"}'
)
PEOPLE = """\
version: 1
source: crm_row
issuer: crm
zone: Europe/Berlin
messages: [org.example.person]
key: [id]
personal: {phone: cn}
let:
  at: {at: came}
stream: {parts: [phone]}
events:
  - topic: customer.number_released
    when: what = 'released'
    occurred_at: at
  - topic: customer.registered
    when: what = 'registered'
    occurred_at: at
    fields: {name: name, phone: phone}
"""


def person(number: int, what: str, day: int, **changes: object) -> dict[str, object]:
    row = {"id": number, "what": what, "came": f"2026-01-{day:02} 09:00:00", "phone": "139", "name": "Li"}
    return event({**row, **changes}, type="org.example.person")


def test_the_same_record_twice_in_one_batch_is_appended_once(source: Source) -> None:
    assert statuses(source.tell_all([event(call(1))] * 3)) == ["appended", "known", "known"]


def test_a_changed_record_corrects_where_the_mapping_says_so(embedded_store: Store, tmp_path: Path) -> None:
    with source_of(embedded_store, tmp_path, desk=CORRECTING) as source:
        source.tell(event(call(1)))
        corrected = source.tell(event(call(1, wait=6)))
        assert (corrected["status"], corrected["events"]) == ("corrected", 2)
        assert source.tell(event(call(1, wait=6)))["status"] == "known"
    assert log_of(embedded_store)["topic"].to_list().count("event.voided") == 2


def test_of_several_changes_together_each_corrects_the_one_before(
    embedded_store: Store, tmp_path: Path
) -> None:
    with source_of(embedded_store, tmp_path, desk=CORRECTING) as source:
        waits = [5, 6, 7, 7, 5]
        answers = source.tell_all([event(call(1, wait=wait)) for wait in waits])
        assert statuses(answers) == ["appended", "corrected", "corrected", "known", "corrected"]
        assert source.tell(event(call(1, wait=5)))["status"] == "known"
    answered = log_of(embedded_store).filter(topic="call.answered")["state"].to_list()
    assert [json.loads(state)["wait_ms"] for state in answered] == [5000, 6000, 7000, 5000]


def test_what_the_envelope_says_are_columns(embedded_store: Store, tmp_path: Path) -> None:
    with source_of(embedded_store, tmp_path, desk=BY_ENVELOPE) as source:
        told = event(call(1, id=None, came=None), id="a", time="2026-01-05T09:00:00.25+08:00")
        assert source.tell(told)["status"] == "rejected"
        told["data"]["id"] = "1"
        assert statuses(source.tell_all([told, {**told, "source": "/other"}])) == ["appended", "appended"]
    offered = log_of(embedded_store).filter(topic="call.offered")["state"].to_list()
    assert json.loads(offered[0])["occurred_at"] == "2026-01-05T01:00:00.250000Z"


def test_a_rejected_message_is_kept_once_however_often_it_is_told(
    source: Source, embedded_store: Store
) -> None:
    for _ in range(2):
        source.tell_all([event(call(1, line="test")), event(call(2)), event(call(3, came="soon"))])
    kept = RejectedRows(embedded_store.keys).listed(Which(), limit=10)
    assert [(row.mapping, row.file, row.reason) for row in kept] == [
        ("desk", "messages", "test_call"),
        ("desk", "messages", "bad_time"),
    ]
    _, content = RejectedRows(embedded_store.keys).reveal(kept[0].id)
    assert json.loads(content)["cells"]["customer"] == "C1"


def test_a_rejected_message_is_told_again_when_its_mapping_is_mended(
    source: Source, embedded_store: Store, tmp_path: Path
) -> None:
    source.tell_all([event(call(1, line="test")), event(call(2, line="test"))])
    mended = mappings_folder(tmp_path, desk=MAPPING.replace("line = 'test'", "line = 'x'")) / "desk.yaml"
    (kept,) = RejectedRows(embedded_store.keys).sources(Which())
    replayed = replay(embedded_store, kept, which=Which(), plan=read_mapping(mended), clock=lambda: NOW)
    assert replayed.account.appended == 2
    assert log_of(embedded_store).filter(topic="call.offered").height == 2
    assert RejectedRows(embedded_store.keys).count(Which()) == 0


def test_one_value_that_cannot_be_stored_harms_no_other(source: Source) -> None:
    names = [str(number) for number in range(20)]
    names[7] = secrets.token_hex(20_000)
    answers = source.tell_all([event({**call(1), "id": name}) for name in names])
    assert statuses(answers) == [*["appended"] * 7, "rejected", *["appended"] * 12]
    assert len(answers[7]["detail"]) < 200


def test_a_number_that_changed_hands_is_the_next_owners_whatever_the_order(
    embedded_store: Store, tmp_path: Path
) -> None:
    with source_of(embedded_store, tmp_path, people=PEOPLE) as source:
        first, released, second = (
            person(1, "registered", 1),
            person(2, "released", 10),
            person(3, "registered", 20, name="Wang"),
        )
        assert statuses(source.tell_all([second, released, first])) == ["appended"] * 3
        assert statuses(source.tell_all([first, released, second])) == ["known"] * 3
    owners = {
        json.loads(state)["occurred_at"][:10]: stream
        for stream, state in log_of(embedded_store)
        .filter(topic="customer.registered")[["originator_id", "state"]]
        .iter_rows()
    }
    assert owners["2026-01-01"] != owners["2026-01-20"]


def test_personal_cells_are_hidden_in_answers(embedded_store: Store, tmp_path: Path) -> None:
    with source_of(embedded_store, tmp_path, people=PEOPLE) as source:
        source.tell(person(1, "registered", 1))
        texts = json.dumps(
            [
                source.tell(person(1, "registered", 2)),
                source.tell(person(2, "registered", 1, came="139 Li")),
                source.tell(person(3, "said", 1)),
            ]
        )
    assert "refused" in texts
    assert "nothing_told" in texts
    assert '"139"' not in texts


def test_nothing_is_told_or_kept_of_somebody_who_was_erased(embedded_store: Store, tmp_path: Path) -> None:
    with source_of(embedded_store, tmp_path, people=PEOPLE) as source:
        source.tell(person(1, "registered", 1))
        (pseudonym,) = embedded_store.keys.pseudonyms("cn", ["139"])
        embedded_store.keys.destroy([f"p:{pseudonym}"])
        before = log_of(embedded_store).height
        answer = source.tell(person(2, "registered", 2))
    assert (answer["status"], answer["reason"], answer["detail"]) == ("rejected", "erased", "")
    assert log_of(embedded_store).height == before
    assert RejectedRows(embedded_store.keys).count(Which()) == 0


@pytest.mark.parametrize("wrong", ["2027-03-12 09:00:00"])
def test_a_moment_ahead_of_our_clock_is_rejected(source: Source, wrong: str) -> None:
    assert NOW.year == 2026
    assert source.tell(event(call(1, came=wrong)))["reason"] == "in_the_future"
