"""Every error leaves with a code; what nobody foresaw leaves masked, with an id that is in the log."""

import logging
import re
from typing import Any
from uuid import uuid4

from graphql import GraphQLError, GraphQLFormattedError, GraphQLSyntaxError

log = logging.getLogger("kefu.graphql")

PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
BAD_USER_INPUT = "BAD_USER_INPUT"
BAD_REQUEST = "BAD_REQUEST"
FORBIDDEN = "FORBIDDEN"
TOO_COMPLEX = "OPERATION_TOO_COMPLEX"
NOTHING_PROJECTED = "NOTHING_PROJECTED"
INTERNAL = "INTERNAL_SERVER_ERROR"


class BadInputError(GraphQLError):
    """The caller can put this right; the message says how, and `argument` where."""

    def __init__(self, message: str, *, argument: str) -> None:
        super().__init__(message, extensions={"code": BAD_USER_INPUT, "argument": argument})


def coded(error: GraphQLError) -> GraphQLFormattedError:
    """The error as it is answered, with `extensions.code`; unforeseen ones are logged under an id."""
    code = error.extensions.get("code") if error.extensions else None
    code = code or _code_of(error)
    if code == INTERNAL:
        return _masked(error)
    formatted = error.formatted
    formatted["extensions"] = {**(error.extensions or {}), "code": code}
    return formatted


def _code_of(error: GraphQLError) -> str:
    if isinstance(error, GraphQLSyntaxError):
        return PARSE_FAILED
    if error.path is None and error.nodes:
        return VALIDATION_FAILED
    if error.original_error is not None and not isinstance(error.original_error, GraphQLError):
        return INTERNAL
    if error.path is None:
        return VALIDATION_FAILED
    return BAD_USER_INPUT if _is_about_an_argument(error) else INTERNAL


def _is_about_an_argument(error: GraphQLError) -> bool:
    """Whether graphql-core found the fault in an argument rather than in what a resolver returned."""
    return re.match(r"(Argument|Variable|Invalid argument)\b", error.message) is not None


def _masked(error: GraphQLError) -> GraphQLFormattedError:
    error_id = uuid4().hex
    log.error("error %s at %s: %s", error_id, error.path, error.message, exc_info=error.original_error)
    masked: dict[str, Any] = {
        "message": f"Something went wrong here; the log has it under {error_id}",
        "extensions": {"code": INTERNAL, "id": error_id},
    }
    shown = {key: value for key, value in error.formatted.items() if key in ("path", "locations")}
    return {**masked, **shown}  # type: ignore[typeddict-item]
