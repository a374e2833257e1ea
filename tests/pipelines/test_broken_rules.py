"""What imported histories break is recorded, counted and listed, and never refused."""

import json
from pathlib import Path

import pytest

from infra.stores import Store
from pipelines import broken_rules
from pipelines.broken_rules import Findings, Stretch, find_broken_rules, findings_since
from tests.pipelines.given import Ran, desk, kefu, log_of

COMPLAINTS = """\
version: 1
source: desk_complaint
issuer: desk
zone: Europe/Berlin
key: [id]
let:
  filed_at: {at: filed}
  closed_at: {at: closed}
stream: {parts: [id]}
events:
  - topic: complaint.filed
    occurred_at: filed_at
    fields: {kind: "'external'", channel: "'phone'", category: "'late'"}
  - topic: complaint.closed
    when: closed_at IS NOT NULL
    occurred_at: closed_at
"""
NEVER_ASKED = """\
id,filed,closed
1,2026-01-05 09:00:00,2026-01-06 09:00:00
2,2026-01-05 09:00:00,
3,2026-01-05 09:00:00,2026-01-07 09:00:00
"""

REPLIES = """\
version: 1
source: desk_reply
issuer: desk
zone: Europe/Berlin
key: [id]
let: {replied_at: {at: replied}}
stream: {parts: [id]}
events:
  - {topic: complaint.replied, occurred_at: replied_at}
"""

CONSENTS = """\
version: 1
source: desk_consent
issuer: desk
zone: Europe/Berlin
key: [customer, said]
let:
  said_at: {at: said}
stream: {parts: [customer]}
events:
  - topic: customer.consent_changed
    occurred_at: said_at
    fields: {purpose: "'marketing'", granted: "says = 'yes'", basis: "'consent'"}
"""
CALLBACKS = """\
version: 1
source: desk_callback
issuer: desk
zone: Europe/Berlin
key: [id]
let:
  planned_at: {at: planned}
  tried_at: {at: tried}
stream: {parts: [id]}
every: {customer_id: customer}
events:
  - topic: callback.scheduled
    occurred_at: planned_at
    fields: {purpose: "'marketing'"}
  - topic: callback.attempted
    occurred_at: tried_at
    fields: {reached: "TRUE"}
"""


@pytest.fixture
def environ(embedded_store: Store) -> dict[str, str]:
    settings = embedded_store.settings
    return {"KEFU_HOME": str(settings.home), "KEFU_STORE": settings.store}


def ingested(environ: dict[str, str], folder: Path, rows: str, *, mapping: str, name: str) -> Ran:
    made = desk(folder, rows, mapping=mapping, name=name)
    return kefu("ingest", made.file, "--mapping", made.mapping, "--format", "json", environ=environ)


def closed_unasked(environ: dict[str, str], folder: Path) -> Ran:
    return ingested(environ, folder, NEVER_ASKED, mapping=COMPLAINTS, name="complaints.csv")


def test_what_breaks_a_rule_is_recorded_counted_and_listed(environ: dict[str, str], tmp_path: Path) -> None:
    ran = closed_unasked(environ, tmp_path)
    told = json.loads(ran.stdout)
    assert (ran.status, told["files"][0]["appended"], told["files"][0]["events"]) == (0, 3, 5)
    assert told["broken_rules"]["rules"] == {"CustomerNotSatisfiedYet": 2}
    assert (told["broken_rules"]["streams"], told["broken_rules"]["events"]) == (3, 5)
    assert [(one["stream"], one["version"]) for one in told["broken_rules"]["first"]] == [
        ("complaint-desk:1", 2),
        ("complaint-desk:3", 2),
    ]


def test_the_account_says_it_in_words_and_what_is_known_already_breaks_nothing_new(
    environ: dict[str, str], tmp_path: Path
) -> None:
    made = desk(tmp_path, NEVER_ASKED, mapping=COMPLAINTS)
    first, second = (kefu("ingest", made.file, "--mapping", made.mapping, environ=environ) for _ in range(2))
    counted = "Recorded, and breaking rules: CustomerNotSatisfiedYet 2; 5 events of 3 streams looked at.\n"
    assert counted in first.stdout
    assert "\n  complaint-desk:1, version 2 (complaint.closed): A complaint" in first.stdout
    assert "breaking" not in second.stdout


def test_the_whole_log_or_a_stretch_of_it_is_looked_at_when_asked(
    environ: dict[str, str], tmp_path: Path, embedded_store: Store
) -> None:
    closed_unasked(environ, tmp_path)
    asked = kefu("rules", "broken", "--limit", "1", environ=environ)
    assert asked.status == 0
    assert "CustomerNotSatisfiedYet 2" in asked.stdout
    assert "… and 1 more; kefu rules broken --limit lists them." in asked.stdout
    last = log_of(embedded_store)["position"][-1]
    nothing = kefu("rules", "broken", "--after", str(last), environ=environ)
    assert nothing.stdout == "No rule is broken; 0 events of 0 streams looked at.\n"


def test_what_was_told_before_is_not_listed_again(
    environ: dict[str, str], tmp_path: Path, embedded_store: Store
) -> None:
    closed_unasked(environ, tmp_path)
    replies = "id,replied\n1,2026-01-05 12:00:00\n"
    ran = ingested(environ, tmp_path, replies, mapping=REPLIES, name="replies.csv")
    listed = json.loads(ran.stdout)["broken_rules"]
    assert (listed["rules"], listed["streams"], listed["events"]) == ({}, 1, 3)
    assert found(embedded_store).rules == {"CustomerNotSatisfiedYet": 2}


def found(store: Store) -> Findings:
    with store.log() as log:
        return find_broken_rules(store, Stretch(after=0, upto=log.highest()))


@pytest.mark.parametrize("positions", [1, 2, 3])
def test_pages_of_any_size_look_at_every_stream_once(
    environ: dict[str, str],
    tmp_path: Path,
    embedded_store: Store,
    monkeypatch: pytest.MonkeyPatch,
    positions: int,
) -> None:
    closed_unasked(environ, tmp_path)
    whole = found(embedded_store)
    monkeypatch.setattr(broken_rules, "POSITIONS_AT_A_TIME", positions)
    paged = found(embedded_store)
    assert (paged.streams, paged.events, paged.rules) == (whole.streams, whole.events, whole.rules)
    assert paged.is_complete


def test_a_large_ingest_says_what_it_did_not_look_at(
    environ: dict[str, str], tmp_path: Path, embedded_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broken_rules, "POSITIONS_AT_A_TIME", 2)
    made = desk(tmp_path, NEVER_ASKED, mapping=COMPLAINTS)
    asked = ("ingest", made.file, "--mapping", made.mapping, "--check-rules")
    ran = kefu(*asked, "2", environ=environ)
    assert not findings_since(embedded_store, 0, events=2).is_complete
    assert "kefu rules broken --after 1 looks at all." in ran.stdout


def test_rules_may_be_left_unchecked(environ: dict[str, str], tmp_path: Path) -> None:
    made = desk(tmp_path, NEVER_ASKED, mapping=COMPLAINTS)
    ran = kefu("ingest", made.file, "--mapping", made.mapping, "--check-rules", "0", environ=environ)
    assert (ran.status, "breaking rules" in ran.stdout) == (0, False)


def test_other_streams_are_read_as_they_were(
    environ: dict[str, str], tmp_path: Path, embedded_store: Store
) -> None:
    consents = "customer,said,says\nC1,2026-01-01 09:00:00,yes\nC1,2026-02-01 09:00:00,no\n"
    callbacks = (
        "id,planned,tried,customer\n"
        "1,2026-01-15 09:00:00,2026-01-15 10:00:00,C1\n"
        "2,2026-02-15 09:00:00,2026-02-15 10:00:00,C1\n"
    )
    ingested(environ, tmp_path, consents, mapping=CONSENTS, name="consents.csv")
    ingested(environ, tmp_path, callbacks, mapping=CALLBACKS, name="callbacks.csv")
    listed = [(one.originator_id, one.rule) for one in found(embedded_store).listed]
    assert listed == [("callback-desk:2", "RuledOtherwise")], "the no came after the first attempt"
