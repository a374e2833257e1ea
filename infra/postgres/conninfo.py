"""Addresses of databases in the one form that psycopg, ADBC and libpq all read."""

from collections.abc import Mapping
from urllib.parse import quote, urlencode

from psycopg.conninfo import conninfo_to_dict

SECRET_PARAMETERS = frozenset({"password", "sslpassword", "passfile"})


def address(parameters: Mapping[str, object], *, database: str) -> str:
    """A libpq URI; all but the database are query parameters, so socket folders need no special form."""
    others = {
        name: str(value) for name, value in parameters.items() if name != "dbname" and value is not None
    }
    return f"postgresql:///{quote(database, safe='')}?{urlencode(others, quote_via=quote)}"


def parameters(conninfo: str) -> dict[str, str]:
    """The parts of an address by libpq's names."""
    return {name: str(value) for name, value in conninfo_to_dict(conninfo).items() if value is not None}


def without_secrets(conninfo: str) -> str:
    """The address as it may be shown."""
    parts = parameters(conninfo)
    shown = {name: value for name, value in parts.items() if name not in SECRET_PARAMETERS}
    return address(shown, database=parts.get("dbname", ""))
