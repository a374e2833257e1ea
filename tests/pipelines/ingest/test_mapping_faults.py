"""Every fault of a mapping is one sentence with its line, before any file is read."""

from pathlib import Path

import pytest

from pipelines.ingest.compile import read_mapping
from pipelines.ingest.faults import MappingFault
from tests.pipelines.given import CALLS

FAULTS = {
    "unknown zone": ("Europe/Berlin", "Europe/Berln", 4, "'Europe/Berln' is not a time zone"),
    "unknown topic": ("call.answered", "call.anwsered", 18, "did you mean 'call.answered'"),
    "unknown field": (
        "wait_ms:",
        "waited_ms:",
        21,
        "'waited_ms' is no field of call.answered; did you mean 'wait_ms'",
    ),
    "required field": ("hotline: line, ", "", 17, "call.offered needs the field 'hotline'"),
    "field of no event": ("every: {customer_id", "every: {patience", 13, "'patience' is a field of none"),
    "does not parse": ("wait * 1000", "wait *", 21, "'wait *' does not parse"),
    "cannot be computed": ("wait * 1000", "EXTRACT(YEAR FROM line)", 21, "cannot be computed"),
    "text for a number": ("wait_ms: wait * 1000", "wait_ms: came_at", 21, "a whole number is wanted"),
    "text for a condition": ("wait IS NOT NULL", "line", 19, "'line' is no condition"),
    "text for a time": (
        "occurred_at: came_at\n    fields: {wait",
        "occurred_at: came\n    fields: {wait",
        20,
        "is no time",
    ),
    "a cast that fails": ("wait * 1000", "CAST(line AS INT)", 21, "declare the column under types"),
    "beyond its row": ("wait * 1000", "wait - MAX(wait)", 21, "more than its own row"),
    "our clock": (
        "occurred_at: came_at\n    fields: {dir",
        "occurred_at: NOW()\n    fields: {dir",
        16,
        "from the file",
    ),
    "unknown key": ("version: 1", "version: 1\nsorce: x", 2, "unknown field `sorce`"),
    "twice": ("issuer: desk", "issuer: desk\nissuer: desk2", 4, "'issuer' is given twice"),
    "missing key": ("issuer: desk\n", "", 1, "missing required field `issuer`"),
    "bad issuer": ("issuer: desk", "issuer: the desk", 3, "'the desk' is no issuer"),
    "bad kind": ("{wait: integer}", "{wait: int}", 7, "Invalid enum value 'int'"),
    "no key": ("key: [id]", "key: []", 5, "is an empty list"),
    "another stream": ("{parts: [id]}", "{stream: complaint, parts: [id]}", 12, "happens on a call"),
    "no mapping": (CALLS, "- a\n- b\n", 1, "is no mapping"),
    "no yaml": ("key: [id]", "key: [id", 6, "is not YAML"),
    "used too early": ("came_at: {at: came}", "a: b\n  b: line", 9, "which let computes later"),
    "voids": ("call.answered", "event.voided", 18, "is not for mappings"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_fault(fault: str, tmp_path: Path) -> None:
    old, new, line, says = FAULTS[fault]
    assert old in CALLS
    path = tmp_path / "desk.yaml"
    path.write_text(CALLS.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(MappingFault) as raised:
        read_mapping(path)
    assert (raised.value.line, raised.value.exit_status) == (line, 2)
    assert says in str(raised.value)
    assert str(raised.value).startswith(f"{path}, line {line}: ")
    assert "\n" not in str(raised.value)


def test_a_personal_id_stands_alone(tmp_path: Path) -> None:
    path = tmp_path / "desk.yaml"
    path.write_text(
        CALLS.replace("stream: {parts: [id]}", "personal: {id: msisdn}\nstream: {parts: [id, line]}")
    )
    with pytest.raises(MappingFault, match="a pseudonym stands alone"):
        read_mapping(path)


def test_a_mapping_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(MappingFault, match=r"nothing\.yaml, line 1: cannot be read: No such file"):
        read_mapping(tmp_path / "nothing.yaml")


@pytest.mark.parametrize(
    "path", sorted(Path("pipelines/mappings").glob("*.yaml")), ids=lambda path: path.stem
)
def test_a_shipped_mapping_is_good(path: Path) -> None:
    plan = read_mapping(path)
    assert plan.tellings
    assert plan.columns
