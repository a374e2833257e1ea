"""Rows of a moment are narrowed by texts as they are, whatever is in them."""

import psycopg
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg.sql import SQL

from infra.stores import Store
from projections.storage.moments import array_text

AWKWARD = st.text(st.sampled_from(list("ab,{}\"\\' \t\nNUL%客")), max_size=6)


def test_an_array_s_text_is_read_as_its_texts(embedded_store: Store) -> None:
    with psycopg.connect(embedded_store.conninfo) as connection:

        @settings(deadline=None, max_examples=60)
        @given(values=st.lists(st.one_of(AWKWARD, st.just("NULL")), max_size=5))
        def check(values: list[str]) -> None:
            read = connection.execute(SQL("select {}::text[]").format(array_text(values))).fetchone()
            assert read == (values,)

        check()
