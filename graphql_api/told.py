"""How a column of a row is declared: with what it means; null where nothing was told."""

from typing import Any

import strawberry


def told(description: str) -> Any:
    """A field read from the row's attribute of the same name."""
    return strawberry.field(description=description)
