"""The centre's people, as its personnel system lists their coming and going."""

from collections.abc import Iterator

import polars as pl

from pipelines.sample.life_inbound_centre.counts import AGENTS, JOINED, LEFT, LEFT_AFTER_A_YEAR, OTHERS
from pipelines.sample.profiles import entered
from pipelines.sample.request import Request

TEAMS = {"A": 0.35, "B": 0.35, "C": 0.3}
REASONS = {"personal": 0.5, "salary": 0.3, "health": 0.2}
NOVEMBER_ENDS = 333
CODES = {"team_lead": "TL", "quality_reviewer": "QC", "consultant": "CS", "trainee": "TR"}


def agent_code(numbers: pl.Series) -> pl.Series:
    """The number under which the telephone system knows an agent."""
    return numbers.cast(pl.String).str.zfill(4)


def agents(request: Request) -> pl.DataFrame:
    """Every agent: number, team, days (from 0) joined and left; null: before the year, and stayed."""
    dice = request.dice("staff")
    before = request.scaled(AGENTS, least=1)
    joined, left = request.scaled(JOINED), min(request.scaled(LEFT), before - 1)
    count = before + joined
    number = pl.int_range(1, count + 1, eager=True)
    day = dice.whole(count, below=NOVEMBER_ENDS - 60) + 30
    return pl.DataFrame(
        {"number": number, "team": dice.picks(count, TEAMS), "day": day, "reason": dice.picks(count, REASONS)}
    ).select(
        "number",
        "team",
        joined=pl.when(pl.col("number") > before).then("day"),
        left=pl.when(pl.col("number") <= left).then("day"),
        reason=pl.when(pl.col("number") <= left).then("reason"),
        is_senior=pl.col("number") <= request.scaled(LEFT_AFTER_A_YEAR),
    )


def staff_rows(request: Request) -> Iterator[pl.DataFrame]:
    """One row per change."""
    dice = request.dice("staff", "changes")
    everyone, begin = agents(request), pl.datetime(request.year, 1, 1, 9)
    long_ago = pl.when("is_senior").then(-500 - 40 * pl.col("number")).otherwise(-20 - pl.col("number") % 300)
    joined = everyone.select(
        code=pl.lit(agent_code(everyone["number"])),
        change=pl.lit("join"),
        at=begin + pl.duration(days=pl.coalesce("joined", long_ago)),
        role=pl.lit("agent"),
        team="team",
        reason=pl.lit(None, pl.String),
    )
    gone = everyone.filter(pl.col("left").is_not_null())
    left = gone.select(
        code=pl.lit(agent_code(gone["number"])),
        change=pl.lit("leave"),
        at=begin + pl.duration(days="left"),
        role=pl.lit("agent"),
        team="team",
        reason="reason",
    )
    changes = pl.concat([_others(request), joined, left]).sort("at", "code")
    yield changes.select(
        pl.col("code").alias("员工号"),
        pl.col("change").alias("动作"),
        pl.col("at").alias("生效时间"),
        pl.col("role").alias("角色"),
        pl.col("team").alias("小组"),
        pl.col("reason").alias("离职原因"),
        pl.Series("录入时间", entered(changes["at"], dice=dice, late=0.3)),
    )


def _others(request: Request) -> pl.DataFrame:
    """Those who take no calls; there before the year."""
    rows = [
        (f"{CODES[role]}{number:02d}", role)
        for role, count in OTHERS.items()
        for number in range(1, count + 1)
    ]
    return pl.DataFrame(rows, schema=["code", "role"], orient="row").select(
        "code",
        change=pl.lit("join"),
        at=pl.datetime(request.year - 1, 6, 1, 9),
        role="role",
        team=pl.lit("后台"),
        reason=pl.lit(None, pl.String),
    )
