"""Databases sort text by code point on every server, and are made once whoever asks."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

from psycopg.sql import SQL, Identifier

from infra.postgres import create_database
from infra.stores import Store
from tests.conftest import RunningServer

WORDS = ["a", "B", "é", "Z", "_", "客", "~", "😀", "ﬀ"]


def test_text_sorts_by_code_point(store: Store) -> None:
    with store.connect() as connection:
        found = connection.execute("select w from unnest(%s::text[]) as w order by w", (WORDS,)).fetchall()
    assert [word for (word,) in found] == sorted(WORDS)


def test_letters_beyond_ascii_have_case(store: Store) -> None:
    with store.connect() as connection:
        assert connection.execute("select upper('é'), lower('Ж')").fetchone() == ("É", "ж")


def test_the_encoding_is_utf8(store: Store) -> None:
    with store.connect() as connection:
        assert connection.execute("show server_encoding").fetchone() == ("UTF8",)


def test_of_many_who_create_a_database_at_once_one_does(server: RunningServer) -> None:
    name = f"race_{uuid4().hex[:8]}"

    def create(_: int) -> bool:
        with server.connect() as connection:
            return create_database(connection, name)

    with ThreadPoolExecutor(max_workers=6) as pool:
        assert sorted(pool.map(create, range(6))) == [False] * 5 + [True]
    with server.connect() as connection:
        connection.execute(SQL("drop database {}").format(Identifier(name)))
