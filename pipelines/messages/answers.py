"""What is answered to each record, and the HTTP status that many answers have together."""

from collections.abc import Sequence
from typing import Literal

import msgspec

Status = Literal["appended", "known", "corrected", "refused", "rejected"]
GOOD = frozenset({"appended", "known", "corrected"})

OK, MULTI_STATUS, BAD_REQUEST, CONFLICT = 200, 207, 400, 409


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one record.

    `events` were appended for it now, the first at `position` (null where none was, or it was corrected).
    `reason` is a word, `detail` a sentence about the record, personal cells hidden.
    """

    id: str | None
    source: str | None
    status: Status
    events: int = 0
    position: int | None = None
    reason: str | None = None
    detail: str | None = None


def status_of(answers: Sequence[Answer], *, is_batch: bool) -> int:
    """200 where every record is in the log, else 207 for a batch, 400 or 409 for a record alone."""
    if all(answer.status in GOOD for answer in answers):
        return OK
    if is_batch:
        return MULTI_STATUS
    return CONFLICT if answers[0].status == "refused" else BAD_REQUEST
