"""A process that appends fixed chunks in bulk and prints the number of each once it is acked; for killing."""

import sys

from infra.event_store.bulk import BulkAppender
from infra.event_store.chunk import Chunk
from tests.infra.event_store.given import chunk

CHUNKS = 60
RECORDS = 100
EVENTS = 3


def numbered(number: int) -> Chunk:
    """The chunk of this number; every record has a stream of its own and adds to a stream that all share."""
    names = [f"{number}-{index}" for index in range(RECORDS)]
    return chunk(*((name, "x", [(name, "1"), (name, "2"), ("shared", name)]) for name in names))


def main(conninfo: str) -> None:
    """Append all chunks to the store at this address."""
    with BulkAppender(conninfo) as appender:
        answers = appender.append_all(map(numbered, range(CHUNKS)))
        for number, answer in enumerate(answers):
            sys.stdout.write(f"{number} {answer.appended}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1])
