"""The hotline's agents: who works on which day, and what the personnel system says of joining and leaving."""

from collections.abc import Iterator

import polars as pl

from pipelines.sample.dice import Dice
from pipelines.sample.insurer_hotline.counts import AGENTS, JOINED, LEFT
from pipelines.sample.insurer_hotline.stretches import days_of
from pipelines.sample.insurer_hotline.units import PROVINCE
from pipelines.sample.profiles import entered
from pipelines.sample.request import Request

TEAMS = {"报案一组": 0.3, "报案二组": 0.3, "咨询组": 0.3, "投诉组": 0.1}
REASONS = {"另谋高就": 0.5, "家庭原因": 0.3, "转岗": 0.2}
NINE = 9 * 3_600


def agent_code(numbers: pl.Series) -> pl.Series:
    """The number on an agent's badge."""
    return "A" + numbers.cast(pl.String).str.zfill(4)


def agents(request: Request) -> pl.DataFrame:
    """Every agent of the year: number, team, days joined (null: before the year) and left (null: stayed).

    Days count from 0. Whoever leaves was there when the year began; somebody always stays.
    """
    dice = request.dice("staff")
    before = request.scaled(AGENTS, least=1)
    joined, left = request.scaled(JOINED), min(request.scaled(LEFT), before - 1)
    count, year = before + joined, len(days_of(request.year))
    joining = pl.int_range(count, eager=True) >= before
    leaving = pl.concat([dice.exactly(before, chosen=left), pl.repeat(value=False, n=joined, eager=True)])
    return pl.DataFrame(
        {
            "number": pl.int_range(1, count + 1, eager=True),
            "team": dice.picks(count, TEAMS),
            "day": dice.whole(count, below=year - 60) + 30,
            "reason": dice.picks(count, REASONS),
        }
    ).select(
        "number",
        "team",
        joined=pl.when(pl.lit(joining)).then("day"),
        left=pl.when(pl.lit(leaving)).then("day"),
        reason=pl.when(pl.lit(leaving)).then("reason"),
    )


APPROVERS = {
    "branch": ("H101", "H102", "H103"),
    "province": ("H201", "H202"),
    "headquarters": ("H301",),
}
"""Who approves claims at each level; the same whatever the scale."""
POSTS = {"branch": "机构核赔", "province": "省核赔", "headquarters": "总部核赔"}


class Roster:
    """Who of the agents is there on a day of the year."""

    def __init__(self, request: Request) -> None:
        year = len(days_of(request.year))
        present = agents(request).select(
            "number",
            day=pl.int_ranges(pl.col("joined").fill_null(0), pl.col("left").fill_null(year)),
        )
        by_day = present.explode("day").sort("day", "number")
        counts = by_day.group_by("day", maintain_order=True).len()["len"].cast(pl.Int64)
        self._numbers, self._counts = by_day["number"], counts
        self._begins = counts.cum_sum() - counts

    def on(self, days: pl.Series, *, dice: Dice) -> pl.Series:
        """Badges of agents at work on days of the year (from 0), all as likely."""
        place = (dice.fractions(days.len()) * self._counts.gather(days)).cast(pl.Int64)
        return agent_code(self._numbers.gather(self._begins.gather(days) + place))


def staff_rows(request: Request) -> Iterator[pl.DataFrame]:
    """One row per change: whoever was there before the year joined some years ago."""
    dice = request.dice("staff", "changes")
    everyone = agents(request)
    count = everyone.height
    begin = pl.datetime(request.year, 1, 1)
    long_ago = pl.lit(dice.whole(count, below=5 * 365) + 60)
    joined = everyone.select(
        code=pl.lit(agent_code(everyone["number"])),
        post=pl.lit("坐席"),
        team="team",
        at=begin + pl.duration(days=pl.coalesce("joined", -long_ago), seconds=NINE),
        变动=pl.lit("入职"),
        实习=pl.when(pl.col("joined").is_not_null()).then(pl.lit("是")).otherwise(pl.lit("否")),
        原因=pl.lit(None, pl.String),
    )
    gone = everyone.filter(pl.col("left").is_not_null())
    left = gone.select(
        code=pl.lit(agent_code(gone["number"])),
        post=pl.lit("坐席"),
        team="team",
        at=begin + pl.duration(days="left", seconds=18 * 3_600),
        变动=pl.lit("离职"),
        实习=pl.lit("否"),
        原因="reason",
    )
    changes = pl.concat([_approvers(request), joined, left]).sort("at", "code")
    yield changes.select(
        pl.col("code").alias("工号"),
        "变动",
        pl.col("at").alias("变动时间"),
        pl.col("post").alias("岗位"),
        pl.lit(PROVINCE).alias("所属机构"),
        pl.col("team").alias("班组"),
        "实习",
        "原因",
        pl.Series("录入时间", entered(changes["at"], dice=dice, late=0.3)),
    )


def _approvers(request: Request) -> pl.DataFrame:
    rows = [(code, POSTS[level], "理赔部") for level, codes in APPROVERS.items() for code in codes]
    return pl.DataFrame(rows, schema=["code", "post", "team"], orient="row").select(
        "code",
        "post",
        "team",
        at=pl.datetime(request.year - 2, 3, 1, 9),
        变动=pl.lit("入职"),
        实习=pl.lit("否"),
        原因=pl.lit(None, pl.String),
    )
