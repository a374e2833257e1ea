"""What commands share: refusals, and texts read as days and moments."""

import argparse
from datetime import date, datetime


class BadUsage(Exception):
    """The command was asked for something that it cannot be asked for."""


class Failed(Exception):
    """The command could not do what it was asked."""


def day_or_moment(text: str) -> date | datetime:
    """`2026-01-31` is a day, `2026-01-31T09:00+08:00` a moment."""
    try:
        return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
    except ValueError as error:
        problem = f"{text!r} is no date or time; write 2026-01-31 or 2026-01-31T09:00+08:00"
        raise argparse.ArgumentTypeError(problem) from error


def day(text: str) -> date:
    """`2026-01-31`."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no day; write 2026-01-31") from error


def whole_number(text: str) -> int:
    """A number that is not negative."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number")
    return int(text)
