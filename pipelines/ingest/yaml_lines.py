"""YAML read into plain values, with the line of every entry, so that a fault can name it."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from pipelines.ingest.faults import MappingFault

LARGEST = 1 << 20
DEEPEST = 50
MOST_VALUES = 100_000
"""A text of a few lines may stand for more values than there are atoms, by names for parts of it."""

BRACKET = re.compile(r"[\[\]{}]")

TOO_DEEP = f"is nested more than {DEEPEST} levels deep; a mapping never needs that."

Where = tuple[str | int, ...]
"""How an entry is reached: `("events", 0, "topic")`."""


@dataclass(frozen=True, kw_only=True)
class Lines:
    """The line on which each entry of a YAML file begins."""

    path: Path
    by_place: dict[Where, int]

    def line(self, where: Where) -> int:
        """The line of an entry, or of the nearest entry around it."""
        while where and where not in self.by_place:
            where = where[:-1]
        return self.by_place.get(where, 1)

    def fault(self, where: Where, problem: str) -> MappingFault:
        return MappingFault(path=self.path, line=self.line(where), problem=problem)


def read_yaml(path: Path) -> tuple[Any, Lines]:
    """Read one YAML document; MappingFault if it cannot be read, is no YAML, or names a key twice."""
    try:
        text = _text(path)
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except OSError as error:
        raise MappingFault(path=path, line=1, problem=f"cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise MappingFault(path=path, line=1, problem="is not UTF-8 text; save it as UTF-8.") from error
    except yaml.YAMLError as error:
        raise MappingFault(path=path, line=_line_of(error), problem=_sentence_of(error)) from error
    except RecursionError as error:
        raise MappingFault(path=path, line=1, problem=TOO_DEEP) from error
    lines = Lines(path=path, by_place={})
    try:
        return (None if node is None else _value(node, (), lines)), lines
    except RecursionError as error:
        raise MappingFault(path=path, line=1, problem=TOO_DEEP) from error


def _text(path: Path) -> str:
    """The text of a file that a person may have written; reading others as YAML would take for ever."""
    with path.open(encoding="utf-8") as file:
        text = file.read(LARGEST + 1)
    if len(text) > LARGEST:
        raise MappingFault(path=path, line=1, problem="is larger than a MiB; name a mapping, not a table.")
    depth = 0
    for found in BRACKET.finditer(text):
        depth = depth + 1 if found[0] in "[{" else max(depth - 1, 0)
        if depth > DEEPEST:
            line = text.count("\n", 0, found.start()) + 1
            raise MappingFault(path=path, line=line, problem=TOO_DEEP)
    return text


def _line_of(error: yaml.YAMLError) -> int:
    mark = getattr(error, "problem_mark", None)
    return 1 if mark is None else mark.line + 1


def _sentence_of(error: yaml.YAMLError) -> str:
    return f"is not YAML: {getattr(error, 'problem', None) or 'unreadable'}; a text with : or # needs quotes."


def _value(node: yaml.Node, where: Where, lines: Lines) -> Any:
    lines.by_place.setdefault(where, node.start_mark.line + 1)
    if len(lines.by_place) > MOST_VALUES:
        raise lines.fault(where, f"stands for more than {MOST_VALUES:,} values; write less.")
    if isinstance(node, yaml.MappingNode):
        return _object(node, where, lines)
    if isinstance(node, yaml.SequenceNode):
        return [_value(child, (*where, index), lines) for index, child in enumerate(node.value)]
    try:
        found = yaml.SafeLoader("").construct_object(node)
        return _whole_text(found, where, lines) if isinstance(found, str) else found
    except (yaml.YAMLError, ValueError) as error:
        raise lines.fault(where, f"{node.value!r} is not a value of its kind; put it in quotes.") from error


def _object(node: yaml.MappingNode, where: Where, lines: Lines) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        if not isinstance(key_node, yaml.ScalarNode):
            raise lines.fault(where, "has a key that is a list or a table; a key is plain text.")
        name = _whole_text(str(key_node.value), where, lines)
        lines.by_place[(*where, name)] = key_node.start_mark.line + 1
        if name in found:
            raise lines.fault((*where, name), f"{name!r} is given twice; keep one.")
        found[name] = _value(value_node, (*where, name), lines)
    return found


def _whole_text(text: str, where: Where, lines: Lines) -> str:
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        raise lines.fault(where, f"{text!r} holds half a character; write it whole, without \\u.")
    return text
