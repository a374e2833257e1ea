"""What is too large to be answered, and how that is said."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from graphql import GraphQLError

from graphql_api.coded_errors import TOO_COMPLEX
from graphql_api.document_size import Size

MOST_CELLS = 500_000
ADVICE = "ask for fewer fields or rows at once, or for whole tables at /export/"


@dataclass(frozen=True, slots=True)
class Limits:
    """The largest document that is answered. Counts are after spreading every fragment."""

    depth: int = 12
    aliases: int = 40
    directives: int = 20
    fields: int = 500


MOST_OPERATIONS = 5
MOST_FRAGMENTS = 60


def refuse_too_large(sizes: list[Size], *, limits: Limits) -> None:
    """Raises GraphQLError naming each limit passed, with what was found and what is allowed."""
    allowed = asdict(limits)
    refuse({name: max((getattr(size, name) for size in sizes), default=0) for name in allowed}, allowed)


def refuse(found: Mapping[str, int], allowed: Mapping[str, int]) -> None:
    """Raises GraphQLError naming each limit passed."""
    over = [f"{name} {count} > {allowed[name]}" for name, count in found.items() if count > allowed[name]]
    if over:
        message = f"The document is too large: {', '.join(over)}; {ADVICE}"
        raise GraphQLError(message, extensions={"code": TOO_COMPLEX})
