"""Whom resolvers ask in turn, made once when the application starts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from graphql_api.database import Database


@dataclass(frozen=True, kw_only=True)
class Services:
    database: Database
    clock: Callable[[], datetime]
