"""Cursors: where in which order a page ended, as a text that clients only hand back."""

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from graphql_api.coded_errors import BadInputError

CursorValue = datetime | int


@dataclass(frozen=True, slots=True)
class Cursor:
    """The value of the order's column and the key of the last row that was given."""

    order: str
    value: CursorValue
    key: str

    def to_text(self) -> str:
        value = self.value.isoformat() if isinstance(self.value, datetime) else self.value
        return base64.urlsafe_b64encode(orjson.dumps([self.order, value, self.key])).decode()


def read_cursor(text: str, order: str, kind: type, *, name: str) -> Cursor:
    """The place in an order over values of a kind; raises BadInputError for what is no cursor of it."""
    try:
        given_order, value, key = orjson.loads(base64.b64decode(text, altchars=b"-_", validate=True))
        if given_order == order:
            return Cursor(order=order, value=_value(value, kind), key=_text(key))
    except (binascii.Error, ValueError, TypeError) as error:
        raise BadInputError(f"`{name}` is {text[:80]!r}, which is no cursor", argument=name) from error
    raise BadInputError(f"`{name}` is a cursor of {given_order}, and not of {order}", argument=name)


def _text(value: Any) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise ValueError(f"{value!r} is no text")
    return value


def _value(value: Any, kind: type) -> CursorValue:
    if kind is datetime and isinstance(value, str) and (moment := datetime.fromisoformat(value)).tzinfo:
        return moment
    if kind is int and type(value) is int and 0 <= value < 2**63:
        return value
    raise ValueError(f"{value!r} is no {kind.__name__}")
