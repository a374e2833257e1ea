"""Definitions of segments as people write them: a file of YAML or JSON, one segment or several."""

import json
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import yaml

from domain.organisation.commands import Rule
from domain.organisation.segments import SEGMENT, read_segment

NAME = re.compile(r"[\w-]{1,64}")
WRITTEN = ("name", "valid_from", "title", "title_zh", "condition")


@dataclass
class SegmentFault(ValueError):
    """A file of segments cannot be used."""

    path: str
    problem: str

    def __str__(self) -> str:
        """Say which file, and why."""
        return f"{self.path}: {self.problem}"


def read_segments(path: str, *, name: str | None, today: date) -> tuple[Rule, ...]:
    """The segments that a file writes down (`-` is standard input), as rules from their day on.

    `name` is that of a single segment which does not say its own; `valid_from` is today unless it says so.
    Raises SegmentFault, which names the path inside the definition and what is known there.
    """
    written = _parsed(path)
    listed = written.get("segments") if isinstance(written, Mapping) and "segments" in written else [written]
    if not isinstance(listed, Sequence) or not all(isinstance(one, Mapping) for one in listed) or not listed:
        raise SegmentFault(path, "it must hold name: and condition:, or segments: with a list of these.")
    if name is not None and len(listed) > 1:
        raise SegmentFault(path, f"it holds {len(listed)} segments, which cannot all be {name}.")
    return tuple(_rule(path, one, name=name, today=today) for one in listed)


def _parsed(path: str) -> Any:
    try:
        text = sys.stdin.read() if path == "-" else Path(path).read_text(encoding="utf-8")
        # YAML reads 2026-01-31 as a day; the rules are told in JSON's words.
        return json.loads(json.dumps(yaml.safe_load(text), default=str))
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ValueError, RecursionError) as error:
        reason = (
            getattr(error, "strerror", None) or getattr(error, "problem", None) or "it is no YAML or JSON"
        )
        raise SegmentFault(path, f"cannot be read: {reason}.") from error


def _rule(path: str, written: Mapping[str, Any], *, name: str | None, today: date) -> Rule:
    unknown = [word for word in written if word not in WRITTEN]
    if unknown:
        raise SegmentFault(path, f"{unknown[0]!r} is no part of a segment; known are {', '.join(WRITTEN)}.")
    own = str(written.get("name", name or ""))
    if name is not None and own != name:
        raise SegmentFault(path, f"it is named {own!r}, not {name!r}.")
    if not NAME.fullmatch(own):
        raise SegmentFault(path, f"{own!r} is no name; it has 1 to 64 letters, digits, _ and -.")
    body = {word: written[word] for word in WRITTEN[2:] if word in written}
    try:
        read_segment(body)
        valid_from = date.fromisoformat(str(written.get("valid_from", today)))
    except ValueError as error:
        raise SegmentFault(path, f"{own}: {_said(error)}.") from error
    encoded = msgspec.json.encode(body, order="sorted").decode()
    return Rule(kind=SEGMENT, name=own, valid_from=valid_from, body=encoded)


def _said(error: ValueError) -> str:
    return str(error).removesuffix(" - at `$`").removesuffix(".")
