"""How a target's `where` is read: `queue=internal,line=motor` narrows a metric to these dimension values."""

import re

DIMENSION = re.compile(r"[a-z][a-z0-9_.]*")


def read_where(where: str | None) -> dict[str, str]:
    """Read `dimension=value` pairs joined by commas; None is everything; ValueError says what is wrong.

    A value may hold anything but a comma; spaces around it are no part of it, and are refused.
    """
    if where is None:
        return {}
    read: dict[str, str] = {}
    for pair in where.split(","):
        dimension, equals, value = pair.partition("=")
        if not equals or not DIMENSION.fullmatch(dimension):
            raise ValueError(f"{pair!r} is not dimension=value")
        if not value or value != value.strip():
            raise ValueError(f"{pair!r} has no value, or spaces around it")
        if dimension in read:
            raise ValueError(f"{dimension!r} is told twice")
        read[dimension] = value
    return read
