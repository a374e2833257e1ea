"""Whether an address answers 200, and whether its JSON says what it should: for health checks of containers.

`python is_healthy.py URL [KEY.KEY=VALUE]`; exit status 0 or 1. Images that have no curl have Python.
"""

import json
import sys
import urllib.request
from typing import Any

SECONDS = 5


def main(arguments: list[str]) -> int:
    address, *expected = arguments
    try:
        with urllib.request.urlopen(address, timeout=SECONDS) as answer:  # noqa: S310 - the compose file's own
            body = answer.read()
        problems = [one for one in expected if not _says(json.loads(body), one)]
    except (OSError, ValueError) as error:
        problems = [str(error)]
    for problem in problems:
        sys.stderr.write(f"{address}: {problem}\n")
    return 1 if problems else 0


def _says(found: Any, expected: str) -> bool:
    path, _, value = expected.partition("=")
    for key in path.split("."):
        found = found.get(key) if isinstance(found, dict) else None
    return str(found) == value


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
