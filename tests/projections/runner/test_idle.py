"""A rebuild leaves the empty tables of facts that nothing tells of, and builds again whatever is not so."""

import psycopg

from infra.stores import Store
from projections.facts import SPECS
from projections.runner.operate import project, status
from projections.runner.rebuild import rebuild
from tests.projections.runner.stored import put, stored_rows
from tests.projections.runner.test_projector import answered, numbered, offered

REVIEWS, VISITS = SPECS["call_reviews"], SPECS["club_visits"]


def test_only_tables_with_rows_are_replaced_and_every_checkpoint_moves(embedded_store: Store) -> None:
    put(embedded_store.conninfo, numbered(offered(1), answered(1)))
    project(embedded_store.conninfo)
    with psycopg.connect(embedded_store.conninfo) as connection:
        connection.execute("insert into call_reviews_v1 (call, version) values ('call-t:9', 1)")
        connection.execute("update projection_checkpoint set position = 0 where fact = 'club_visits'")
    before = tables(embedded_store)
    rebuild(embedded_store.conninfo)
    after = tables(embedded_store)
    assert after[VISITS.table] == before[VISITS.table]
    assert after[REVIEWS.table] != before[REVIEWS.table]
    assert stored_rows(embedded_store.conninfo)[REVIEWS.name].is_empty()
    assert {fact.position for fact in status(embedded_store.conninfo).facts} == {2}


def tables(store: Store) -> dict[str, int]:
    """The number by which the server knows each table."""
    with psycopg.connect(store.conninfo) as connection:
        return dict(
            connection.execute("select relname, oid::int8 from pg_class where relkind = 'r'").fetchall()
        )
