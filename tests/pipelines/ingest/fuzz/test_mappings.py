"""Mappings of any content: a plan, or one sentence with its line; never a traceback, never a long wait."""

import tempfile
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pipelines.ingest.compile import read_mapping
from pipelines.ingest.faults import MappingFault
from tests.pipelines.given import CALLS, ROWS
from tests.pipelines.ingest.fuzz.harness import NASTY, assert_is_one_sentence, examples, mutated, take

MAPPINGS = sorted(Path("pipelines/mappings").rglob("*.yaml"))
TOKENS = (
    *(
        b": ",
        b"- ",
        b"{",
        b"}",
        b"[",
        b"]",
        b"&a ",
        b"*a",
        b"<<: ",
        b"!!python/object:os.system ",
        b"!!binary ",
    ),
    *(
        b"\t",
        b"#",
        b"'",
        b"|\n",
        b">\n",
        b"---\n",
        b"%TAG\n",
        b"null",
        b"~",
        b".nan",
        b".inf",
        b"1e999",
        b"0x",
    ),
    *(
        b"9" * 400,
        b"2026-02-30",
        b"0000-00-00",
        b"00:00:00",
        b"\\",
        b"\xff",
        b"\xed\xa0\x80",
        b"\xef\xbb\xbf",
        b"\x00",
    ),
    *(
        b"SELECT ",
        b" OVER ()",
        b"CAST(",
        b" || ",
        b" / 0",
        b"id",
        b"line",
        b"came_at",
        b"wait * 9999999999999999",
    ),
)
KEYS = (
    *(
        "version",
        "source",
        "issuer",
        "zone",
        "key",
        "events",
        "format",
        "issuers",
        "ordinal",
        "messages",
        "recorded_at",
    ),
    *(
        "types",
        "personal",
        "let",
        "rejects",
        "on_change",
        "stream",
        "every",
        "at",
        "date",
        "time",
        "near",
        "after",
    ),
    *(
        "absent",
        "sentinels",
        "end_of",
        "ambiguous",
        "parts",
        "topic",
        "occurred_at",
        "when",
        "fields",
        "reason",
    ),
    *(
        "type",
        "separator",
        "quote",
        "encoding",
        "header",
        "skip",
        "nulls",
        "sheet",
        "records",
        "id",
        "",
        "1",
        "\0",
    ),
)
EXPRESSIONS = (
    *(
        "wait + 1",
        "1 / 0",
        "NULL",
        "line = 'x'",
        "MAX(wait)",
        "NOW()",
        "line || id",
        "came_at",
        "CAST(line AS DATE)",
    ),
    *(
        "SUBSTR(line, -9, 9)",
        "STRPTIME(line, '%Q')",
        "*",
        "a.b",
        '"a b"',
        "REPEAT(line, 1000000)",
        "line LIKE '%('",
    ),
    *(
        "REGEXP_LIKE(line, '(')",
        "ARRAY[1]",
        "EXISTS (SELECT 1)",
        "wait IN (1, NULL)",
        "TRY_CAST(line AS BIGINT)",
        ";",
    ),
)
FORMS = (
    "%Y",
    "%Q",
    "%",
    "%%",
    "%H:%M",
    "%s",
    "%Y-%m-%d %H:%M:%S%z",
    "%Z",
    "%+",
    "%9f",
    "epoch_s",
    "excel_day",
    "",
    "x",
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(),
    st.dates(),
    st.sampled_from((*NASTY, *KEYS, *EXPRESSIONS, *FORMS)),
    st.text(max_size=8),
)
TREES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=3), inner, max_size=5)
    ),
    max_leaves=12,
)


def checked(content: bytes) -> str:
    """What is said of a mapping; nothing if it is good."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "desk.yaml"
        path.write_bytes(content)
        try:
            read_mapping(path)
        except MappingFault as fault:
            line, said = fault.line, str(fault)
        else:
            return ""
    assert_is_one_sentence(said)
    assert 1 <= line <= content.count(b"\n") + content.count(b"\r") + 2
    return said


def taken(tree: object) -> None:
    """Check a mapping, and if it is good let it read a file."""
    text = yaml.safe_dump(tree).encode("utf-8", "replace")
    if not checked(text):
        take(ROWS.encode(), mapping=text.decode())


def tree_of(text: str) -> dict[str, Any]:
    found = yaml.safe_load(text)
    assert isinstance(found, dict)
    return found


def places(tree: object, where: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a tree, as the steps that lead to it."""
    inside = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    return [where, *(place for step, inner in inside for place in places(inner, (*where, step)))]


def put(tree: Any, where: tuple[Any, ...], value: object) -> Any:
    """The tree with another value at one place."""
    if not where:
        return value
    copy = dict(tree) if isinstance(tree, dict) else list(tree)
    copy[where[0]] = put(tree[where[0]], where[1:], value)
    return copy


@examples(80)
@given(data=st.data())
def test_mutated_mappings(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(MAPPINGS))
    checked(data.draw(mutated(st.just(path.read_bytes()), tokens=TOKENS)))


@examples(100)
@given(data=st.data())
def test_another_value_at_any_place_of_a_mapping(data: st.DataObject) -> None:
    tree = tree_of(CALLS)
    where = data.draw(st.sampled_from(places(tree)))
    taken(put(tree, where, data.draw(TREES)))


@examples(60)
@given(
    part=st.dictionaries(
        st.sampled_from(["at", "date", "time", "format", "near", "absent", "sentinels"]), TREES
    )
)
def test_any_time(part: dict[str, Any]) -> None:
    tree = tree_of(CALLS)
    tree["let"]["came_at"] = {"at": "came", **part}
    taken(tree)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "told", ["at: came", "date: came", "date: came, time: wait", "time: came, near: at_first"]
)
def test_any_form_of_a_time(form: str, told: str) -> None:
    mapping = CALLS.replace(
        "came_at: {at: came}", f"at_first: {{at: came}}\n  came_at: {{{told}, format: {form!r}}}"
    )
    if not checked(mapping.encode()):
        take(ROWS.encode(), mapping=mapping)


@examples(40)
@given(tree=TREES)
def test_any_tree_at_all(tree: object) -> None:
    checked(yaml.safe_dump(tree).encode("utf-8", "replace"))


@examples(40)
@given(
    content=st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))
)
def test_any_bytes_at_all(content: bytes) -> None:
    assert checked(content)


@pytest.mark.parametrize("expression", EXPRESSIONS)
@pytest.mark.parametrize("place", ["wait * 1000", "hotline: line", "line = 'test'", "wait IS NOT NULL"])
def test_an_expression_that_is_taken_can_be_computed(expression: str, place: str) -> None:
    """Whatever a mapping may say, its rows are told, rejected, or the file is refused in one sentence."""
    said = yaml.safe_dump(expression, default_style='"').strip()
    mapping = CALLS.replace(place, f"hotline: {said}" if "hotline" in place else said.strip('"'))
    mapping = mapping if place != "line = 'test'" else CALLS.replace("\"line = 'test'\"", said)
    rows = "id,came,line,customer,wait\n1,2026-01-05 09:00:00,a(,C1,5\n2,2026-01-05 09:00:00,,C2,0\n"
    take(rows.encode(), mapping=mapping)


DEEP = {
    "lists": b"[" * 20_000,
    "closed lists": b"[" * 20_000 + b"]" * 20_000,
    "maps": b"{a: " * 20_000,
    "blocks": b"".join(b" " * depth + b"a:\n" for depth in range(1_000)),
    "an expression": CALLS.replace("wait * 1000", "(" * 1_900 + "wait" + ")" * 1_900).encode(),
    "a sum": CALLS.replace("wait * 1000", "wait" + " + 1" * 3_000).encode(),
    "nots": CALLS.replace("wait IS NOT NULL", "NOT " * 900 + "TRUE").encode(),
    "laughs": b"a: &a [x,x,x,x,x,x,x,x,x]\n"
    + b"".join(b"%c: &%c [%s]\n" % (n, n, b",".join([b"*%c" % (n - 1)] * 9)) for n in range(98, 107)),
    "a circle": b"a: &a [*a]\n",
    "a circle of keys": b"&a {a: *a, ? *a : b}\n",
    "a million keys": b"version: 1\nlet: {" + b",".join(b"a%d: b" % n for n in range(20_000)) + b"}\n",
}


@pytest.mark.parametrize("kind", DEEP)
def test_deep_nesting_and_bombs_are_one_sentence(kind: str) -> None:
    assert checked(DEEP[kind])


@pytest.mark.parametrize("written", ['"\\uD800"', '"a\\uDC00"'])
@pytest.mark.parametrize("place", ["desk_call", "source", "line = 'test'"])
def test_half_a_character_is_one_sentence(written: str, place: str) -> None:
    quoted = f'"{place}"' if "=" in place else place
    assert "holds half a character" in checked(CALLS.replace(quoted, written, 1).encode())
