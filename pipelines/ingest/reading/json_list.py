"""Where in a JSON document a list is and where its elements end, seen by quotes and brackets, all at once.

What an element says is read by a JSON reader; only whole elements are handed on.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipelines.ingest.faults import FileFault
from pipelines.ingest.reading.json_keys import key_pattern
from pipelines.ingest.reading.unpacking import Unpacked

LONGEST_ELEMENT: Final = 16 << 20
QUOTE, BACKSLASH, COMMA, NEWLINE, BLANK = map(ord, '"\\,\n ')
CONTROL: Final = 1
"""Put for a line break within a text, which JSON does not allow, as it does not allow this."""

DEEPER: Final = np.zeros(256, dtype=np.int8)
DEEPER[list(b"[{")], DEEPER[list(b"]}")] = 1, -1
IS_MARK: Final = DEEPER != 0
IS_MARK[COMMA] = True

Places = NDArray[np.int64]


@dataclass(frozen=True)
class Structure:
    """The brackets and commas of a part of a document that begins outside any text."""

    content: bytes

    @cached_property
    def bytes(self) -> NDArray[np.uint8]:
        return np.frombuffer(self.content, dtype=np.uint8)

    @cached_property
    def quotes(self) -> NDArray[np.bool_]:
        """Quotes that begin or end a text."""
        quotes: NDArray[np.bool_] = self.bytes == QUOTE
        if b"\\" in self.content:
            places = np.flatnonzero(self.bytes == BACKSLASH)
            starts = places[np.diff(places, prepend=-2) != 1]
            ends = places[np.diff(places, append=self.bytes.size + 1) != 1]
            escaped = ends[(ends - starts) % 2 == 0] + 1
            quotes[escaped[escaped < quotes.size]] = False
        return quotes

    @cached_property
    def is_inside(self) -> NDArray[np.bool_]:
        """Within a text, its opening quote included."""
        return np.bitwise_xor.accumulate(self.quotes.view(np.uint8)).view(np.bool_)

    @cached_property
    def marks(self) -> Places:
        """Where brackets and commas are that are no text."""
        places = np.flatnonzero(IS_MARK[self.bytes])
        return places[~self.is_inside[places]]

    @cached_property
    def depths(self) -> Places:
        """How much deeper than the beginning it is after each mark."""
        return np.cumsum(DEEPER[self.bytes[self.marks]], dtype=np.int64)

    @cached_property
    def commas(self) -> NDArray[np.bool_]:
        """Which of the marks are commas."""
        is_comma: NDArray[np.bool_] = self.bytes[self.marks] == COMMA
        return is_comma

    def closes(self, *, above: int = 0) -> int | None:
        """Where it first gets shallower than `above` levels over the beginning."""
        closing = np.flatnonzero(self.depths < -above)
        return int(self.marks[closing[0]]) if closing.size else None

    def depth_at(self, place: int) -> int:
        before = int(np.searchsorted(self.marks, place))
        return int(self.depths[before - 1]) if before else 0


@dataclass(frozen=True)
class JsonList:
    """A list whose opening bracket was just read; `held` is what was read after it."""

    file: Unpacked
    held: bytes
    is_whole_document: bool

    def lines(self, wanted: Callable[[], int]) -> Iterator[bytes]:
        """The elements, one a line, in pieces of about `wanted()` bytes that end between lines."""
        held, number, read = self.held, 1, b"-"
        while True:
            structure = Structure(held)
            closes = structure.closes()
            cuts = structure.marks[structure.commas & (structure.depths == 0)]
            if closes is not None:
                yield _as_lines(structure, cuts[cuts < closes], end=closes)
                self._check_rest(held[closes + 1 :])
                return
            if cuts.size:
                yield _as_lines(structure, cuts[:-1], end=int(cuts[-1]))
                number += int(cuts.size)
                held = held[int(cuts[-1]) + 1 :]
            elif not read:
                problem = f"ends in the middle of record {number} or its list; copy or export it again."
                raise FileFault(path=self.file.path, problem=problem)
            elif len(held) > LONGEST_ELEMENT:
                problem = (
                    f"record {number} of the list is longer than {LONGEST_ELEMENT >> 20} MiB; cut it up."
                )
                raise FileFault(path=self.file.path, problem=problem)
            read = self.file.read(max(wanted(), len(held)))
            held += read

    def _check_rest(self, rest: bytes) -> None:
        """FileFault if a document goes on after the list that it is, of which nothing would be read."""
        while self.is_whole_document and not rest.strip():
            rest = self.file.read(1 << 20)
            if not rest:
                return
        if self.is_whole_document:
            problem = "goes on after its list; a file with several documents is no JSON."
            raise FileFault(path=self.file.path, problem=problem)


def _as_lines(structure: Structure, cuts: Places, *, end: int) -> bytes:
    """The elements up to `end` with a line break for each comma between them, and no other."""
    lines = structure.bytes[:end].copy()
    breaks = lines == NEWLINE
    inside = structure.is_inside[:end]
    lines[breaks & ~inside] = BLANK
    lines[breaks & inside] = CONTROL
    lines[cuts] = NEWLINE
    return lines.tobytes()


def find_list(file: Unpacked, held: bytes, steps: tuple[str, ...]) -> JsonList:
    """The list that the steps lead to, from the beginning of a document; FileFault if there is none."""
    opening = b"{" if steps else b"["
    if not held.startswith(opening):
        raise FileFault(path=file.path, problem=_no_list(held, steps))
    held = held[1:]
    for place, step in enumerate(steps):
        bracket = "[" if place == len(steps) - 1 else "{"
        held = _after_key(file, held, step, bracket=bracket, steps=steps)
    return JsonList(file, held, is_whole_document=not steps)


def _no_list(held: bytes, steps: tuple[str, ...]) -> str:
    if steps:
        return (
            f"is no object that has a list at {'.'.join(steps)!r}; leave format.records out if it is a list."
        )
    found = re.search(rb'"([^"\\]{1,80})"\s*:\s*\[', held)
    if held.startswith(b"{") and found:
        name = found[1].decode(errors="replace")
        return f"is an object, not a list; say where its list is, such as format.records: {name}."
    return "does not begin with a list, as a JSON document of records does; name another file."


def _after_key(file: Unpacked, held: bytes, key: str, *, bracket: str, steps: tuple[str, ...]) -> bytes:
    """What follows the bracket that a key of this object opens; skips what is before it."""
    pattern = re.compile(rf"{key_pattern(key, is_escaped=True)}\s*{re.escape(bracket)}".encode())
    depth = 0
    while True:
        structure = Structure(held)
        closes = structure.closes(above=depth)
        for found in pattern.finditer(held):
            is_key = structure.quotes[found.start()] and structure.is_inside[found.start()]
            is_here = depth + structure.depth_at(found.start()) == 0
            if is_key and is_here and (closes is None or found.start() < closes):
                return held[found.end() :]
        commas = np.flatnonzero(structure.commas)
        if closes is None and commas.size:
            depth += int(structure.depths[commas[-1]])
            held = held[int(structure.marks[commas[-1]]) + 1 :]
        read = b"" if closes is not None else file.read(max(1 << 20, len(held)))
        if not read or len(held) > LONGEST_ELEMENT:
            problem = f"has no list at {'.'.join(steps)!r}, where format.records of the mapping says it is."
            raise FileFault(path=file.path, problem=problem)
        held += read
