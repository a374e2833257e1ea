"""What every fuzz of ingest shares: nasty cells, mutated bytes, the proof that no record is lost or halved.

`take` hands a file to ingest as it is; whatever it holds, there is an account that adds up, or one sentence.
`KEFU_FUZZ=20` makes every test try twenty times as many examples.
"""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import polars as pl
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from pipelines.ingest.account import Account
from pipelines.ingest.chunks import ChunkMaker, Made
from pipelines.ingest.compile import read_mapping
from pipelines.ingest.doors import ForgetfulDoor
from pipelines.ingest.faults import FileFault, MappingFault
from pipelines.ingest.ingest import rehearse
from pipelines.ingest.plan import Plan
from pipelines.ingest.reading import open_records
from tests.effort import FACTOR
from tests.pipelines.given import CALLS, NOW

COLUMNS = ("id", "came", "line", "customer", "wait")
"""What the mapping CALLS reads."""

TOLD_BY_WAIT = "when: wait IS NOT NULL"
"""By this the mapping CALLS tells a second event."""

GOOD = {"id": "1", "came": "2026-01-05 09:00:00", "line": "95502", "customer": "C1", "wait": "5"}

NASTY = (
    *(
        "",
        " ",
        "\0",
        "\ufffd",
        "\ufeff",
        "\u2028",
        "\x85",
        "\u3000",
        "\x1a",
        "\x1b[0m",
        "\ud800",
        "\udfff\ud800",
    ),
    *(
        "NaN",
        "nan",
        "inf",
        "-Infinity",
        "1e400",
        "-0",
        "+5",
        "0x10",
        "1_000",
        "٣",
        "１２",
        "9" * 400,
        "1" + "0" * 18,
    ),
    *(
        "0000-00-00",
        "0000-01-01 00:00:00",
        "0001-01-01 00:00:00",
        "9999-12-31 23:59:59",
        "10000-01-01 00:00:00",
    ),
    *("2026-02-30 00:00:00", "2026-01-05 24:00:00", "2026-01-05 09:00:60", "-292277-01-01 00:00:00"),
    *(
        '"',
        '""',
        '"a',
        'a"b',
        "a,b",
        "a\tb",
        "a\nb",
        "a\r\nb",
        "a\rb",
        "'",
        "\\",
        "\\N",
        "null",
        "NULL",
        "true",
    ),
    *(
        "{}",
        "[]",
        '{"a":1}',
        "=1+1",
        "../../etc/passwd",
        "%s%n",
        "'; drop table call; --",
        "险种" * 30,
        "e\u0301",
    ),
)
"""Cells that somebody's program could not take. A lone surrogate is written as the bytes it would have."""

CELLS = st.sampled_from(NASTY) | st.text(max_size=12) | st.integers(-5, 10**6).map(str)


def rows_of(cells: st.SearchStrategy[str] = CELLS) -> st.SearchStrategy[list[dict[str, str]]]:
    """Records of CALLS: mostly good cells, among them nasty ones."""
    row = st.fixed_dictionaries({name: st.just(good) | cells for name, good in GOOD.items()})
    return st.lists(row, max_size=6).map(
        lambda rows: [{**one, "id": one["id"] + str(place)} for place, one in enumerate(rows)]
    )


def examples(count: int) -> settings:
    """Settings for a test of so many examples, and more in a soak."""
    return settings(max_examples=count * FACTOR, deadline=None, suppress_health_check=list(HealthCheck))


def mutated(
    contents: st.SearchStrategy[bytes], *, tokens: tuple[bytes, ...] = ()
) -> st.SearchStrategy[bytes]:
    """Contents with bytes changed, put in, left out, doubled or cut off."""
    piece = st.binary(min_size=1, max_size=4) | st.sampled_from((b"\0", b"\xff", b"\n", b'"', *tokens))
    change = st.tuples(st.sampled_from(CHANGES), st.floats(0, 1), st.integers(1, 40), piece)
    return st.tuples(contents, st.lists(change, min_size=1, max_size=5)).map(_changed)


Change = tuple[Callable[[bytes, int, int, bytes], bytes], float, int, bytes]

CHANGES: tuple[Callable[[bytes, int, int, bytes], bytes], ...] = (
    lambda content, at, _, piece: content[:at] + piece + content[at:],
    lambda content, at, _, piece: content[:at] + piece + content[at + len(piece) :],
    lambda content, at, length, _: content[:at] + content[at + length :],
    lambda content, at, length, _: content[: at + length] + content[at:],
    lambda content, at, _, __: content[:at],
    lambda content, at, length, piece: content[:at] + piece * length * 20 + content[at:],
)


def _changed(told: tuple[bytes, list[Change]]) -> bytes:
    content, changes = told
    for change, where, length, piece in changes:
        content = change(content, int(where * len(content)), length, piece)
    return content


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What ingest made of a file: an account, or the sentence that says why there is none."""

    account: Account | None
    fault: str = ""


def take(content: bytes, *, layout: str = "", mapping: str = CALLS, name: str = "calls.csv") -> Taken:
    """Rehearse a file under CALLS with `format: layout`, and prove that every record is accounted for, whole.

    Any exception but a FileFault or a MappingFault is a finding.
    """
    if layout:
        mapping = mapping.replace("zone:", f"format: {layout}\nzone:", 1)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        try:
            plan = plan_of(mapping)
            account = rehearse(open_records(path, plan), plan, clock=lambda: NOW).account
            is_told_by_wait = TOLD_BY_WAIT in mapping
            records = sum(_whole(made, is_told_by_wait=is_told_by_wait) for made in chunks(path, plan))
        except (FileFault, MappingFault) as fault:
            assert_is_one_sentence(str(fault))
            return Taken(account=None, fault=str(fault))
    assert account.appended + account.rejected == account.records == records
    return Taken(account=account)


def assert_is_one_sentence(text: str) -> None:
    assert text.endswith("."), text
    assert len(text.splitlines()) == 1, text
    assert text.isprintable(), text
    assert len(text) < 2_000, text


@cache
def plan_of(mapping: str) -> Plan:
    """The plan of a mapping's text."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "desk.yaml"
        path.write_text(mapping, encoding="utf-8")
        return read_mapping(path)


def chunks(path: Path, plan: Plan) -> list[Made]:
    """The chunks that would be appended."""
    records = open_records(path, plan)
    maker = ChunkMaker(records, plan, door=ForgetfulDoor(), hmac_key=bytes(32), clock=lambda: NOW)
    return list(maker.make_all())


def _whole(made: Made, *, is_told_by_wait: bool) -> int:
    """How many records a chunk took: each told whole, with every event its row calls for, or not at all."""
    numbers = made.chunk.records["n"]
    assert numbers.sum() == made.chunk.events.height
    assert made.rows.height == numbers.len()
    assert made.rows.height + made.rejects.height == made.records
    if is_told_by_wait:
        called_for = made.rows.select(1 + pl.col("wait").is_not_null().cast(pl.UInt32)).to_series()
        assert numbers.to_list() == called_for.to_list()
    return made.records
