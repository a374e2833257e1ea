"""A JSON body taken apart so that what is wrong with one record harms no other."""

import json
import re
from collections.abc import Iterator
from typing import Any

DEEPEST = 32
"""Levels of objects and lists, the CloudEvent's own among them."""

TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{},]', re.DOTALL)


class NotJsonError(ValueError):
    """A body is not the JSON that its media type promises."""


class Digits(str):
    """A number as it was written."""

    __slots__ = ()


class NoNumber(str):
    """NaN or an infinity, which Python reads and JSON does not have."""

    __slots__ = ()


class Repeated(dict[str, Any]):
    """An object that gives a name twice; the last value stands in it."""


class TooDeep:
    """In the place of a record that is nested more deeply than can be read."""


def read_records(body: bytes, *, is_batch: bool) -> list[Any]:
    """The records of a body; NotJsonError if it is no JSON, or a batch is no array.

    Bytes that are not UTF-8 become lone surrogates in the record that holds them, numbers become Digits.
    """
    text = body.decode("utf-8-sig", errors="surrogateescape")
    try:
        read = _load(text)
    except RecursionError:
        return [_load_or_too_deep(part) for part in _apart(text)] if is_batch else [TooDeep()]
    if not is_batch:
        return [read]
    if not isinstance(read, list):
        raise NotJsonError("a batch is a JSON array of CloudEvents")
    return read


def _load(text: str) -> Any:
    try:
        return json.loads(
            text, object_pairs_hook=_members, parse_constant=NoNumber, parse_int=Digits, parse_float=Digits
        )
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise NotJsonError(f"the body is no JSON: {error.msg} ({place})") from error


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    return members if len(members) == len(pairs) else Repeated(members)


def _load_or_too_deep(text: str) -> Any:
    try:
        return _load(text)
    except RecursionError:
        return TooDeep()


def _apart(text: str) -> Iterator[str]:
    """The elements of an array, without reading them: found by brackets and commas outside of texts."""
    depth, begins = 0, 0
    for token in TOKEN.finditer(text):
        sign = token[0]
        if sign in "[{":
            depth += 1
            begins = token.end() if depth == 1 else begins
        elif sign in "]}":
            depth -= 1
        if (sign == "," and depth == 1) or (sign == "]" and depth == 0):
            yield text[begins : token.start()]
            begins = token.end()
    if depth:
        raise NotJsonError("the body is no JSON: it ends within an array or an object")
