"""Files of segments are read as rules, or refused with the file, the place and what is known there."""

import io
import json
from datetime import date
from pathlib import Path

import pytest

from domain.organisation.commands import Rule
from pipelines.segment_files import SegmentFault, read_segments

TODAY = date(2026, 3, 1)
GOLD = "condition: {field: value_class, is: gold}"
BODY = '{"condition":{"field":"value_class","is":"gold"}}'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "segments.yaml"


def read(file: Path, text: str, *, name: str | None = None) -> tuple[Rule, ...]:
    file.write_text(text, encoding="utf-8")
    return read_segments(str(file), name=name, today=TODAY)


def test_a_segment_holds_from_today_unless_it_says_so(file: Path) -> None:
    text = (
        f"segments: [{{name: gold, {GOLD}}}, {{name: 金卡, valid_from: 2026-01-01, title: 金卡客户, {GOLD}}}]"
    )
    titled = '{"condition":{"field":"value_class","is":"gold"},"title":"金卡客户"}'
    assert read(file, text) == (
        Rule("segment", "gold", TODAY, BODY),
        Rule("segment", "金卡", date(2026, 1, 1), titled),
    )


def test_a_name_may_come_with_the_command(file: Path) -> None:
    assert read(file, GOLD, name="gold") == (Rule("segment", "gold", TODAY, BODY),)


def test_json_is_read_from_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    told = {"name": "gold", "condition": {"field": "value_class", "is": "gold"}}
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(told)))
    assert read_segments("-", name=None, today=TODAY) == (Rule("segment", "gold", TODAY, BODY),)


@pytest.mark.parametrize(
    ("text", "name", "problem"),
    [
        ("[1", None, "cannot be read: "),
        ("just text", None, "it must hold name: and condition:, or segments:"),
        ("segments: []", None, "it must hold name: and condition:, or segments:"),
        (GOLD, None, "'' is no name; it has 1 to 64 letters"),
        (f"name: a/b\n{GOLD}", None, "'a/b' is no name"),
        (f"name: silver\n{GOLD}", "gold", "it is named 'silver', not 'gold'"),
        (f"segments: [{{{GOLD}}}, {{{GOLD}}}]", "gold", "it holds 2 segments, which cannot all be gold"),
        (
            f"name: gold\ncolour: red\n{GOLD}",
            None,
            "'colour' is no part of a segment; known are name, valid_from",
        ),
        (f"name: gold\nvalid_from: soon\n{GOLD}", None, "gold: Invalid isoformat string: 'soon'"),
        ("name: gold", None, "gold: Object missing required field `condition`"),
        (
            "name: gold\ncondition: {field: clas.value, is: x}",
            None,
            "gold: condition.field: 'clas.value' is no field",
        ),
    ],
)
def test_what_is_wrong_is_said_with_the_file(file: Path, text: str, name: str | None, problem: str) -> None:
    with pytest.raises(SegmentFault) as refused:
        read(file, text, name=name)
    assert str(refused.value).startswith(f"{file}: {problem}")


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SegmentFault, match="cannot be read: No such file or directory"):
        read_segments(str(tmp_path / "none.yaml"), name=None, today=TODAY)
