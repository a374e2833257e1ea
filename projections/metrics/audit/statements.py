"""What a report prints and claims: a figure of a metric, or a sentence about several figures."""

from collections.abc import Mapping
from datetime import date
from typing import Literal

from msgspec import Struct, field

Where = Mapping[str, str | tuple[str | None, ...] | None]
"""What a figure is narrowed to: one value of a dimension, or any of several."""

Claim = Literal[
    "value",
    "rest",
    "numerator",
    "denominator",
    "share_of",
    "per_day",
    "change",
    "change_per_day",
    "relative_change",
    "target",
]
"""What a printed number is of its metric. `rest` is what is left to the whole of a share, `share_of` the part
that `where` is of `whole`; a change is from the time that `since` names, unless `before` is printed."""

Since = Literal["year_before", "period_before"]

UNSTATED = "unstated"
"""As a definition: the report does not say which."""


class NamedIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Names that are counted in a rule of the organisation."""

    rule: str
    name: str


class Figure(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A printed number, or several of one kind, and what the report says that it is.

    Several numbers differ in their `each` (one `where` for each number) or are those of consecutive periods
    of `grain`. `before` is what is printed of the time before, `change` a printed change since then.
    `beside` is another figure of the same sentence. `readings` are expressions over `of` that somebody might
    take the figure for, each by what it would be; `parts` what a composite is said to be made of.
    A `target` was set under the rules of the kind `ruled_by`.
    """

    figure: str | None = None
    name: str | None = None
    metric: str | None = None
    definition: str | None = None
    start: date | None = field(name="from", default=None)
    end: date | None = field(name="to", default=None)
    where: Where = {}
    claim: Claim = field(name="as", default="value")
    whole: Where = {}
    since: Since = "year_before"
    before: str | None = None
    change: str | None = None
    beside: "Figure | None" = None
    each: tuple[Where, ...] = ()
    grain: Literal["month", "quarter"] | None = None
    named_in: NamedIn | None = None
    of: Mapping[str, "Figure"] = {}
    readings: Mapping[str, str] = {}
    parts: tuple["Figure", ...] = ()
    ruled_by: str | None = None
    note: str | None = None


class Statement(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A sentence about the figures in `of`; exactly one of the keys below says what it claims.

    `holds`: an equation or comparison, of whose left side `whole` names the whole. `reaches`: shares of one
    whole. `implies`: an expression whose value is worth knowing, `that` in words what it is; it may be
    `against` another term. `solve`: the term that is not printed, looked for in every one of `readings`.
    `together`: terms that stand side by side as if they were of one kind. `targets_for`: the term that the
    others are targets for.
    """

    statement: str
    of: Mapping[str, Figure]
    name: str | None = None
    printed: date | None = None
    holds: str | None = None
    whole: str | None = None
    reaches: tuple[str, ...] = ()
    implies: str | None = None
    that: str | None = None
    against: str | None = None
    solve: str | None = None
    readings: Mapping[str, str] = {}
    together: tuple[str, ...] = ()
    targets_for: str | None = None
    note: str | None = None
