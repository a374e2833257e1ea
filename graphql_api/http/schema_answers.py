"""Answers about the schema alone: made beside the event loop, one at a time, and kept as they are sent."""

import asyncio
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import orjson
from graphql import ExecutionResult, GraphQLSchema, execute_sync

from graphql_api.graphql_requests import GraphQLRequest
from graphql_api.prepared_documents import PreparedDocument, PreparedOperation

MOST_KEPT = 8
COST_OF_A_VALUE = 10
"""The schema is completed value by value, which takes ten times as long as by column."""


class SchemaAnswers:
    """The whole schema takes seconds and megabytes; clients ask for it by few documents, again and again."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="schema")
        self._kept: OrderedDict[bytes, ExecutionResult] = OrderedDict()

    def close(self) -> None:
        self._thread.shutdown(cancel_futures=True)

    def cost(self, operation: PreparedOperation, asked: GraphQLRequest) -> int:
        """Nothing where the answer is kept."""
        return 0 if _name(asked) in self._kept else operation.size.introspected * COST_OF_A_VALUE

    async def answer(self, prepared: PreparedDocument, asked: GraphQLRequest) -> ExecutionResult:
        """Its data is finished JSON."""
        if kept := self._kept.get(_name(asked)):
            return kept
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._answer, prepared, asked)

    def _answer(self, prepared: PreparedDocument, asked: GraphQLRequest) -> ExecutionResult:
        """Who waited behind somebody with the same question finds it answered."""
        if kept := self._kept.get(_name(asked)):
            return kept
        made = execute_sync(
            self._schema,
            prepared.document,
            variable_values=asked.variables,
            operation_name=asked.operation_name,
        )
        if made.errors:
            return made
        data: Any = orjson.Fragment(orjson.dumps(made.data))
        kept = self._kept[_name(asked)] = ExecutionResult(data=data, errors=None)
        if len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        return kept


def _name(asked: GraphQLRequest) -> bytes:
    said = [asked.query, asked.variables, asked.operation_name]
    return orjson.dumps(said, option=orjson.OPT_SORT_KEYS)
