"""The forms in which rows are exported, by name, by Accept header and by the ending of a file's name."""

from dataclasses import dataclass

from graphql_api.coded_errors import BadInputError


@dataclass(frozen=True, kw_only=True)
class Format:
    """`is_text` where the database itself can write it; `is_packed` where it is compressed within."""

    name: str
    media_type: str
    also: tuple[str, ...] = ()
    is_text: bool = False
    is_packed: bool = False


CSV = Format(name="csv", media_type="text/csv; charset=utf-8", also=("text/*",), is_text=True)
NDJSON = Format(
    name="ndjson",
    media_type="application/x-ndjson; charset=utf-8",
    also=("application/ndjson", "application/jsonl"),
    is_text=True,
)
ARROW = Format(name="arrow", media_type="application/vnd.apache.arrow.stream")
PARQUET = Format(name="parquet", media_type="application/vnd.apache.parquet", is_packed=True)

FORMATS = {format_.name: format_ for format_ in (CSV, NDJSON, ARROW, PARQUET)}


def format_asked(*, given: str | None, ending: str, accept: str) -> Format | None:
    """By `format=`, else by the ending of the name, else by Accept; None where that allows none of them.

    CSV where nothing is said; raises BadInputError for a name that is no format's.
    """
    named = given or ending
    if not named:
        return _accepted(accept)
    if named not in FORMATS:
        raise BadInputError(f"`format` is {named[:80]!r}; it may be {', '.join(FORMATS)}", argument="format")
    return FORMATS[named]


def _accepted(accept: str) -> Format | None:
    """The first of those named with the greatest quality."""
    parts = [part.strip() for part in accept.lower().split(",") if part.strip()] or ["*/*"]
    offers = {"*/*": CSV}
    for one in FORMATS.values():
        offers |= dict.fromkeys((one.media_type.partition(";")[0], *one.also), one)
    found: tuple[float, Format | None] = (0.0, None)
    for part in parts:
        name, *parameters = (piece.strip() for piece in part.split(";"))
        if name in offers and (quality := _quality(parameters)) > found[0]:
            found = (quality, offers[name])
    return found[1]


def accepts_gzip(accept_encoding: str) -> bool:
    """Whether a body packed by gzip is asked for."""
    for part in accept_encoding.lower().split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        if name == "gzip":
            return _quality(parameters) > 0
    return False


def _quality(parameters: list[str]) -> float:
    told = [text.removeprefix("q=") for text in parameters if text.startswith("q=")]
    try:
        return float(told[0]) if told else 1.0
    except ValueError:
        return 0.0
