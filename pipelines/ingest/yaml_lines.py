"""YAML read into plain values, with the line of every entry, so that a fault can name it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from pipelines.ingest.faults import MappingFault

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
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except OSError as error:
        raise MappingFault(path=path, line=1, problem=f"cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise MappingFault(path=path, line=1, problem="is not UTF-8 text; save it as UTF-8.") from error
    except yaml.YAMLError as error:
        raise MappingFault(path=path, line=_line_of(error), problem=_sentence_of(error)) from error
    lines = Lines(path=path, by_place={})
    return (None if node is None else _value(node, (), lines)), lines


def _line_of(error: yaml.YAMLError) -> int:
    mark = getattr(error, "problem_mark", None)
    return 1 if mark is None else mark.line + 1


def _sentence_of(error: yaml.YAMLError) -> str:
    return f"is not YAML: {getattr(error, 'problem', None) or 'unreadable'}; a text with : or # needs quotes."


def _value(node: yaml.Node, where: Where, lines: Lines) -> Any:
    lines.by_place.setdefault(where, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        return _object(node, where, lines)
    if isinstance(node, yaml.SequenceNode):
        return [_value(child, (*where, index), lines) for index, child in enumerate(node.value)]
    try:
        return yaml.SafeLoader("").construct_object(node)
    except (yaml.YAMLError, ValueError) as error:
        raise lines.fault(where, f"{node.value!r} is not a value of its kind; put it in quotes.") from error


def _object(node: yaml.MappingNode, where: Where, lines: Lines) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        name = str(key_node.value)
        lines.by_place[(*where, name)] = key_node.start_mark.line + 1
        if name in found:
            raise lines.fault((*where, name), f"{name!r} is given twice; keep one.")
        found[name] = _value(value_node, (*where, name), lines)
    return found
