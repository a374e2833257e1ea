"""Where complaints stand in their closed loop, from the steps of each, told in order.

It is what `domain.complaint.state.evolve` makes of the same events, for many complaints at once; a property
test holds the two together. Steps count in the order (stepped_at, position).
"""

from datetime import UTC, datetime

import polars as pl

from domain.complaint.state import PROMISE_BROKEN

STAGES = (
    "filed",
    "assigned",
    "replied",
    "handled",
    "verified_with_unit",
    "verified_with_customer",
    "closed",
    "reopened",
)
"""The stages of the loop: every complaint is in one of them at any moment."""

STEP_COLUMNS = (
    "step",
    "stepped_at",
    "to_unit",
    "due_at",
    "solution_due_at",
    "accepted",
    "level",
    "reason",
    "with_whom",
    "reached",
    "resolved",
)
NO_PROMISE = pl.lit(datetime(9999, 1, 1, tzinfo=UTC), pl.Datetime("us", "UTC"))
BEFORE_ALL = -1


def standing(steps: pl.DataFrame) -> pl.DataFrame:
    """One row per complaint that has steps: where they took it, and what stands of what they say.

    `steps` are rows of the fact `complaint_steps` with STEP_COLUMNS and the envelope. Gives [complaint,
    moved_to (stage; null where no step moved it), given_to (unit), level, escalations, unreached, failed,
    is_confirmed, has_broken_promise, is_resolved, promise_made_at, promise_due_at, promised_by_level,
    reply_due_at]; moments in UTC.
    """
    in_order = steps.sort("complaint", "stepped_at", "first_position", "version").with_columns(
        n=pl.int_range(pl.len()).over("complaint")
    )
    marked = in_order.with_columns(
        moves_to=moves_to(),
        accepts=_customer_said(resolved=True),
        ends_promise=_ends_promise(),
        level=pl.when(pl.col("step") == "escalated").then("level"),
    ).with_columns(is_broken_by=_is_broken_by())
    since = marked.with_columns(
        reopened_n=_last_n(_is("reopened")),
        asked_n=_last_n(_is("reopened") | _customer_reached()),
        accepted_n=_last_n(pl.col("accepts")),
        promised_n=_last_n(_is("promised")),
        assigned_n=_last_n(_is("assigned")),
    )
    return since.group_by("complaint", maintain_order=True).agg(
        **_summed_up(), **_promises(), **_reply_clock()
    )


def moves_to() -> pl.Expr:
    """The stage that a step moves its complaint to; null where it moves it nowhere.

    The unit's or the customer's *no* sends it back. A unit that was reached and did not say no has confirmed;
    a customer must say yes. Who was not reached moves nothing.
    """
    to_unit, resolved = _is("assigned") | _is("handed_over"), pl.col("resolved")
    told_by_unit = _is("followed_up") & (pl.col("with_whom") == "unit") & pl.col("reached")
    return (
        pl.when(to_unit | (_is("reply_reviewed") & ~pl.col("accepted")) | (told_by_unit & ~resolved))
        .then(pl.lit("assigned"))
        .when(_is("replied"))
        .then(pl.lit("replied"))
        .when(_is("reply_reviewed") | _is("resolved"))
        .then(pl.lit("handled"))
        .when(told_by_unit & resolved.fill_null(value=True))
        .then(pl.lit("verified_with_unit"))
        .when(_customer_said(resolved=True))
        .then(pl.lit("verified_with_customer"))
        .when(_is("reopened") | _customer_said(resolved=False))
        .then(pl.lit("reopened"))
    )


def _summed_up() -> dict[str, pl.Expr]:
    """Where it stands, with whom, how far up, how often asked in vain, and if the customer is content."""
    after_asked, after_reopened = pl.col("n") > pl.col("asked_n"), pl.col("n") > pl.col("reopened_n")
    last_asked = pl.col("n") == pl.col("asked_n")
    in_vain = _with_customer() & ~pl.col("reached")
    return {
        "moved_to": pl.col("moves_to").drop_nulls().last(),
        "given_to": pl.col("to_unit").drop_nulls().last(),
        "level": pl.col("level").drop_nulls().last(),
        "escalations": _is("escalated").sum(),
        "unreached": (in_vain & after_asked).sum(),
        "failed": _customer_said(resolved=False).sum(),
        "is_confirmed": (last_asked & pl.col("accepts")).any(),
        "has_broken_promise": (pl.col("is_broken_by") & (pl.col("n") > pl.col("accepted_n"))).any(),
        "is_resolved": (_is("resolved") & after_reopened).any(),
    }


def _promises() -> dict[str, pl.Expr]:
    """The promise that stands, if any: when it was made, until when, and how far up it was then."""
    promised_n = pl.col("promised_n")
    stands = ~(pl.col("ends_promise") & (pl.col("n") > promised_n)).any()
    return {
        "promise_made_at": pl.when(stands).then(_at_step("stepped_at", _is("promised"))),
        "promise_due_at": pl.when(stands).then(_at_step("solution_due_at", _is("promised"))),
        "promised_by_level": pl.when(stands).then(
            pl.col("level").filter(pl.col("n") < promised_n).drop_nulls().last()
        ),
    }


def _reply_clock() -> dict[str, pl.Expr]:
    """When the unit's answer is due: since it was assigned nothing was answered, or the answer came back."""
    after = pl.col("n") > pl.col("assigned_n")
    is_answer = _is("replied") | _is("resolved")
    came_back = _is("reply_reviewed") & ~pl.col("accepted")
    last_word = came_back.filter((is_answer | came_back) & after).last()
    is_void = (_is("reopened") & after).any()
    return {
        "reply_due_at": pl.when(~is_void & last_word.fill_null(value=True)).then(
            _at_step("due_at", _is("assigned"))
        )
    }


def _is(step: str) -> pl.Expr:
    return pl.col("step") == step


def _with_customer() -> pl.Expr:
    return _is("followed_up") & (pl.col("with_whom") == "customer").fill_null(value=False)


def _customer_reached() -> pl.Expr:
    return _with_customer() & pl.col("reached").fill_null(value=False)


def _customer_said(*, resolved: bool) -> pl.Expr:
    return _customer_reached() & (pl.col("resolved") == resolved).fill_null(value=False)


def _ends_promise() -> pl.Expr:
    """A solution, the end, or a customer who is content puts an end to the promise that stood."""
    return _is("resolved") | _is("closed") | _customer_said(resolved=True)


def _is_broken_by() -> pl.Expr:
    """Whether a step shows that a promise was broken: it came after the promise's time, or says so."""
    stood = (
        pl.when(_is("promised"))
        .then("solution_due_at")
        .when(pl.col("ends_promise"))
        .then(NO_PROMISE)
        .forward_fill()
        .shift(1)
        .over("complaint")
    )
    too_late = (_is("promised") | _is("resolved")) & (stood < pl.col("stepped_at")).fill_null(value=False)
    return too_late | (_is("escalated") & (pl.col("reason") == PROMISE_BROKEN).fill_null(value=False))


def _last_n(is_it: pl.Expr) -> pl.Expr:
    """The number of the last such step of the complaint; before all steps where there is none."""
    return pl.when(is_it).then("n").max().over("complaint").fill_null(BEFORE_ALL)


def _at_step(column: str, is_it: pl.Expr) -> pl.Expr:
    """What a column says at the last such step."""
    return pl.col(column).filter(is_it).last()
