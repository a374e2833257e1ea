"""Whom resolvers ask in turn, opened when the application starts and closed when it stops."""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from domain.customer_service import CustomerService
from graphql_api.access.opening import protect_store
from graphql_api.access.trail import Trail
from graphql_api.callers import Callers
from graphql_api.database import Database
from graphql_api.fact_readers import FactReaders
from graphql_api.failed_sign_ins import FailedSignIns
from graphql_api.keys import KeyRing
from graphql_api.question_errors import REFUSALS, coded_refusal
from graphql_api.signing_keys import SigningKeys
from graphql_api.tokens import Tokens
from graphql_api.views.made_frames import MadeFrames
from infra.settings import Settings
from infra.stores import Store, open_store
from projections.storage.reader import StoredFacts

Answer = TypeVar("Answer")

COMMANDS_AT_ONCE = 8
QUESTIONS_AT_ONCE = 4


@dataclass(frozen=True, kw_only=True)
class Services:
    """Commands and questions about facts are synchronous, and each kind waits in threads of its own."""

    database: Database
    callers: Callers
    conninfo: str
    store: Store
    customer_service: CustomerService
    fact_readers: FactReaders
    trail: Trail
    command_threads: ThreadPoolExecutor
    question_threads: ThreadPoolExecutor
    made_frames: MadeFrames = field(default_factory=MadeFrames)

    async def command(self, carry_out: Callable[[CustomerService], Answer]) -> Answer:
        """Carries a command out; it is not undone if nobody waits for its outcome any more."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.command_threads, carry_out, self.customer_service)

    async def ask_facts(self, question: Callable[[StoredFacts], Answer]) -> Answer:
        """Asks one snapshot of the facts; what they refuse to answer is raised with its code."""

        def ask() -> Answer:
            try:
                with self.fact_readers.snapshot() as facts:
                    return question(facts)
            except REFUSALS as refusal:
                raise coded_refusal(refusal) from refusal

        return await asyncio.get_running_loop().run_in_executor(self.question_threads, ask)


@asynccontextmanager
async def open_services(settings: Settings, *, clock: Callable[[], datetime]) -> AsyncIterator[Services]:
    """Opens the store that the settings name and everything that reads or writes it."""
    async with AsyncExitStack() as opened:
        store = await asyncio.to_thread(open_store, settings)
        opened.push_async_callback(asyncio.to_thread, store.close)
        await asyncio.to_thread(protect_store, store.conninfo)
        database, keys = Database(store.conninfo), KeyRing(store.conninfo)
        trail = Trail(store.conninfo, days=settings.serving.access_log_days, clock=clock)
        for reader in (database, keys, trail):
            await reader.open()
            opened.push_async_callback(reader.close)
        service = CustomerService(store.service_env(), protect=store.keys.protect, clock=clock)
        opened.callback(service.close)
        readers = FactReaders(store.conninfo)
        opened.callback(readers.close)
        yield Services(
            database=database,
            callers=Callers(keys, tokens=_tokens(settings, clock), failures=FailedSignIns()),
            conninfo=store.conninfo,
            store=store,
            customer_service=service,
            fact_readers=readers,
            trail=trail,
            command_threads=opened.enter_context(ThreadPoolExecutor(COMMANDS_AT_ONCE, "command")),
            question_threads=opened.enter_context(ThreadPoolExecutor(QUESTIONS_AT_ONCE, "question")),
        )


def _tokens(settings: Settings, clock: Callable[[], datetime]) -> Tokens | None:
    oidc = settings.oidc
    return Tokens(oidc, keys=SigningKeys(oidc.issuer), clock=clock) if oidc else None
