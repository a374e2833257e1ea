"""Nothing that is withheld of a table follows from one subtraction, and nothing is withheld without need."""

from itertools import combinations, product

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from graphql_api.access.small_cells import BY_SUBTRACTION, FEWEST_TOLD, TOO_FEW, withheld

AXES = ("period", "unit", "kind")
PEOPLE = st.one_of(st.integers(0, 7), st.integers(0, 200))


@st.composite
def tables(draw: st.DrawFn) -> pl.DataFrame:
    """Some cells of up to 4 × 4 × 3."""
    places = list(product(*(["a", "b", "c", "d"][:count] for count in (4, 4, 3))))
    some = draw(st.lists(st.sampled_from(places), unique=True, min_size=1))
    people = draw(st.lists(PEOPLE, min_size=len(some), max_size=len(some)))
    return pl.DataFrame(some, schema=dict.fromkeys(AXES, pl.String), orient="row").with_columns(
        people=pl.Series(people, dtype=pl.Int64)
    )


def lines(cells: pl.DataFrame) -> list[list[tuple[int, str | None]]]:
    """The people and the reason of each cell of whatever adds up to a total: over one axis, two or all."""
    totals = [line for size in range(len(AXES)) for line in combinations(AXES, size)]
    parts = [part for line in totals for part in (cells.partition_by(line) if line else [cells])]
    return [part.select("people", "withheld").rows() for part in parts]


@given(tables())
def test_nothing_withheld_is_a_total_less_what_is_told(cells: pl.DataFrame) -> None:
    told = cells.with_columns(withheld=withheld(cells, axes=AXES))
    for line in lines(told):
        hidden = [people for people, reason in line if reason is not None]
        rest = sum(people for people, reason in line if reason is None)
        if not hidden:
            continue
        # Nothing is left to be told, so that the total is what is withheld, or too small itself; or a total
        # less what is told is the sum of several cells, and no small count.
        assert rest == 0 or (len(hidden) > 1 and sum(hidden) >= FEWEST_TOLD)


@given(tables())
def test_what_is_small_is_withheld_and_the_rest_only_for_its_sake(cells: pl.DataFrame) -> None:
    told = cells.with_columns(withheld=withheld(cells, axes=AXES))
    small = pl.col("people").is_between(1, FEWEST_TOLD - 1)
    assert told.filter(small)["withheld"].to_list() == [TOO_FEW] * told.filter(small).height
    others = told.filter(~small)
    assert set(others["withheld"]) <= {None, BY_SUBTRACTION}
    assert others.filter(pl.col("people") == 0)["withheld"].null_count() == others.filter(people=0).height
    if told.filter(small).is_empty():
        assert told["withheld"].null_count() == told.height


@given(tables(), st.integers(0, 1_000))
def test_the_order_of_the_cells_does_not_matter(cells: pl.DataFrame, seed: int) -> None:
    mixed = cells.sample(fraction=1.0, shuffle=True, seed=seed)
    one, other = (table.with_columns(withheld=withheld(table, axes=AXES)) for table in (cells, mixed))
    assert one.sort(AXES).equals(other.sort(AXES))


def test_the_least_of_a_line_goes_with_a_lone_small_cell() -> None:
    cells = pl.DataFrame({"unit": ["a", "b", "c", "d"], "people": [3, 40, 9, 0]})
    assert withheld(cells, axes=["unit"]).to_list() == [TOO_FEW, None, BY_SUBTRACTION, None]


def test_two_that_are_few_together_take_a_third_with_them() -> None:
    cells = pl.DataFrame({"unit": ["a", "b", "c"], "people": [1, 2, 30]})
    assert withheld(cells, axes=["unit"]).to_list() == [TOO_FEW, TOO_FEW, BY_SUBTRACTION]
