"""Which media type an answer has, by the Accept header of its request."""

GRAPHQL_RESPONSE = "application/graphql-response+json"
JSON = "application/json"
HTML = "text/html"

ANSWERED_BY = {
    GRAPHQL_RESPONSE: GRAPHQL_RESPONSE,
    JSON: JSON,
    "application/*": JSON,
    "*/*": JSON,
}


def answer_type(accept: str) -> str | None:
    """The type wanted most of those we can answer with, None if none is; JSON where nothing is said."""
    if not accept.strip():
        return JSON
    wanted = [
        (quality, -place, ANSWERED_BY[name])
        for place, (name, quality) in enumerate(map(_name_and_quality, accept.split(",")))
        if quality > 0 and name in ANSWERED_BY
    ]
    return max(wanted)[2] if wanted else None


def wants_page(accept: str) -> bool:
    """Whether a browser asks for a page rather than a program for an answer."""
    return any(name == HTML and quality > 0 for name, quality in map(_name_and_quality, accept.split(",")))


def _name_and_quality(part: str) -> tuple[str, float]:
    name, *parameters = [piece.strip().lower() for piece in part.split(";")]
    qualities = [text.removeprefix("q=") for text in parameters if text.startswith("q=")]
    return name, _quality(qualities[0]) if qualities else 1.0


def _quality(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
