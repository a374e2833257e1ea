"""Quality reviews of calls: each call listened to and its entry read, two scores per row."""

from collections.abc import Iterator

import polars as pl

from pipelines.sample.insurer_hotline.calls import call_code, calls
from pipelines.sample.insurer_hotline.counts import ENTRY_DEDUCTED, REVIEWED, TALK_DEDUCTED
from pipelines.sample.insurer_hotline.stretches import over_stretches, stretches
from pipelines.sample.profiles import entered
from pipelines.sample.request import Request
from pipelines.sample.shares import portion

REVIEWERS = {"质检甲": 0.5, "质检乙": 0.5}


def review_rows(request: Request) -> Iterator[pl.DataFrame]:
    """The file: of each stretch of days some of its answered calls."""
    among = stretches(request)
    wanted = min(request.scaled(REVIEWED), sum(part.answered for part in among))
    before = 0
    for (stretch, happened), count in zip(
        calls(request), over_stretches(wanted, among, lambda part: part.answered), strict=True
    ):
        dice = request.dice("reviews", stretch.number)
        answered = happened.filter("is_answered")
        chosen = answered.filter(dice.exactly(answered.height, chosen=count))
        talk, entry = (
            dice.parts(count, total=portion(off, before=before, after=before + count, whole=100))
            for off in (TALK_DEDUCTED, ENTRY_DEDUCTED)
        )
        before += count
        at = chosen["answered"].dt.truncate("1s").dt.offset_by("2h")
        yield chosen.select(
            call_code(pl.col("number")).alias("call_no"),
            pl.col("agent").alias("agent_no"),
            pl.Series("talk_score", 100 - talk),
            pl.Series("entry_score", 100 - entry),
            pl.Series("critical", dice.chances(count, share=0.01)).replace_strict({True: "Y", False: "N"}),
            pl.Series("reviewer", dice.picks(count, REVIEWERS)),
            pl.Series("reviewed_at", at),
            pl.Series("entered_at", entered(at, dice=dice, late=0.1)),
        )
