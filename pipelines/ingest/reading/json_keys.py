"""How a key may be spelled in JSON, as a pattern."""

import re
from typing import Final

SHORT_ESCAPES: Final = {'"': '"', "\\": "\\", "/": "/", "\b": "b", "\f": "f", "\n": "n", "\r": "r", "\t": "t"}


def key_pattern(key: str, *, is_escaped: bool) -> str:
    """A key with its colon, as it reads, or in any way it may be written."""
    spelled = "".join(map(_spelled, key)) if is_escaped else re.escape(key)
    return rf'"{spelled}"\s*:'


def _spelled(character: str) -> str:
    ways = [rf"\\u(?i:{ord(character):04x})"] if ord(character) < 1 << 16 else []
    if character in SHORT_ESCAPES:
        ways.append(re.escape("\\" + SHORT_ESCAPES[character]))
    if character not in '"\\' and character >= " ":
        ways.append(re.escape(character))
    return f"(?:{'|'.join(ways)})"
