"""A JSON body taken apart so that what is wrong with one record harms no other."""

import json
import re
from collections.abc import Iterator
from typing import Any, NoReturn

from pipelines.ingest.reading.json_cells import NOT_JSON, NOT_UTF8, TOO_DEEP, Number, Unusable, keyed

TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{},]', re.DOTALL)
STRAY_BYTE = re.compile("[\udc80-\udcff]")


class NotJsonError(ValueError):
    """A body is not the JSON that its media type promises."""


def read_records(body: bytes, *, is_batch: bool) -> list[Any]:
    """The records of a body, as the JSON formats read them; Unusable in the place of one that cannot be.

    Raises NotJsonError if the body is no JSON at all, or a batch is no array.
    """
    try:
        read = _load(body.decode("utf-8-sig"))
    except (UnicodeDecodeError, Unusable):
        text = body.decode("utf-8-sig", errors="surrogateescape")
        return [_load_alone(part) for part in (_apart(text) if is_batch else [text])]
    if not is_batch:
        return [read]
    if not isinstance(read, list):
        raise NotJsonError("a batch is a JSON array of CloudEvents")
    return read


def _load(text: str) -> Any:
    try:
        return json.loads(
            text, object_pairs_hook=keyed, parse_constant=_refuse, parse_int=Number, parse_float=Number
        )
    except RecursionError:
        raise Unusable(TOO_DEEP) from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise NotJsonError(f"the body is no JSON: {error.msg} ({place})") from error


def _refuse(_name: str) -> NoReturn:
    """NaN and the infinities, which Python reads and JSON does not have."""
    raise Unusable(NOT_JSON)


def _load_alone(text: str) -> Any:
    if STRAY_BYTE.search(text):
        return Unusable(NOT_UTF8)
    try:
        return _load(text)
    except Unusable as unusable:
        return unusable


def _apart(text: str) -> Iterator[str]:
    """The elements of an array, without reading them: found by brackets and commas outside of texts."""
    if not text.lstrip().startswith("["):
        raise NotJsonError("a batch is a JSON array of CloudEvents")
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
