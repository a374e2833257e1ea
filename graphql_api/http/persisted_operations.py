"""Documents that need not be sent again: registered in a folder by name, or remembered by their hash."""

from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any

from graphql import GraphQLError, GraphQLSchema
from strawberry import Schema

from graphql_api.graphql_requests import GraphQLRequest
from graphql_api.http.request_problems import RequestProblem
from graphql_api.prepared_documents import prepare
from infra.settings import SettingError, Settings

NOT_FOUND = "PERSISTED_QUERY_NOT_FOUND"
ONLY_REGISTERED = "DOCUMENT_NOT_REGISTERED"
HASH_PREFIX = "sha256:"
MOST_REMEMBERED = 1_000
MOST_CHARACTERS = 2_000_000


def document_hash(text: str) -> str:
    """SHA-256 in hexadecimal, as clients make it."""
    return sha256(text.encode()).hexdigest()


def registered_operations(settings: Settings, schema: Schema) -> dict[str, str]:
    """Texts by name, of every `*.graphql` of the folder; SettingError where one cannot be asked."""
    folder = settings.serving.operations or settings.home / settings.store / "operations"
    texts = {path.stem: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.graphql"))}
    for name, text in texts.items():
        if problem := _problem(schema._schema, text):  # noqa: SLF001 - Strawberry keeps graphql-core's there
            said = f"has {name}.graphql in {folder}, which cannot be asked: {problem}"
            raise SettingError(key="KEFU_OPERATIONS", problem=said)
    return texts


def _problem(schema: GraphQLSchema, text: str) -> str | None:
    try:
        errors = prepare(schema, text).errors
    except GraphQLError as error:
        return error.message
    return errors[0].message if errors else None


class PersistedOperations:
    """Finds the document that a request names; `registered` are texts by name, open to everybody.

    Roles in `only_registered` ask nothing else. What others send with its hash is remembered by this process
    until it is among the oldest of a thousand; a client sends it once more when told that it is not found.
    """

    def __init__(self, registered: Mapping[str, str], *, only_registered: Collection[str] = ()) -> None:
        self._named = dict(registered)
        self._registered = {document_hash(text): text for text in registered.values()}
        self._only_registered = frozenset(only_registered)
        self._remembered: OrderedDict[str, str] = OrderedDict()
        self._characters = 0

    def resolved(self, asked: GraphQLRequest, *, role: str) -> GraphQLRequest:
        """The request with its text; GraphQLError where none is known, RequestProblem for a contradiction."""
        text = self._text(asked)
        if role in self._only_registered and document_hash(text) not in self._registered:
            names = ", ".join(sorted(self._named)) or "none"
            message = f"The role {role} asks registered operations alone, by `documentId`: {names}"
            raise RequestProblem(message, status=403, code=ONLY_REGISTERED)
        return replace(asked, query=text)

    def _text(self, asked: GraphQLRequest) -> str:
        if asked.document_id is not None:
            return self._by_id(asked)
        wanted = _hash_in(asked.extensions)
        if wanted is None:
            return asked.query
        if not asked.query:
            return self._by_hash(wanted)
        if document_hash(asked.query) != wanted:
            raise RequestProblem("`persistedQuery.sha256Hash` is not the hash of `query`: send the right one")
        self._remember(wanted, asked.query)
        return asked.query

    def _by_id(self, asked: GraphQLRequest) -> str:
        if asked.query:
            raise RequestProblem("Give `query` or `documentId`, and not both")
        name = asked.document_id or ""
        return self._named[name] if name in self._named else self._by_hash(name.removeprefix(HASH_PREFIX))

    def _by_hash(self, wanted: str) -> str:
        text = self._registered.get(wanted) or self._remembered.get(wanted)
        if text is None:
            help_ = (
                "send `query` and its hash once together, or put the document into the folder of operations"
            )
            # The message is what clients look for before they send the text.
            raise GraphQLError("PersistedQueryNotFound", extensions={"code": NOT_FOUND, "help": help_})
        if wanted in self._remembered:
            self._remembered.move_to_end(wanted)
        return text

    def _remember(self, wanted: str, text: str) -> None:
        if wanted in self._registered or wanted in self._remembered:
            return
        self._remembered[wanted] = text
        self._characters += len(text)
        while len(self._remembered) > MOST_REMEMBERED or self._characters > MOST_CHARACTERS:
            self._characters -= len(self._remembered.popitem(last=False)[1])


def _hash_in(extensions: Mapping[str, Any] | None) -> str | None:
    persisted = (extensions or {}).get("persistedQuery")
    if persisted is None:
        return None
    wanted = persisted.get("sha256Hash") if isinstance(persisted, dict) else None
    if not isinstance(wanted, str):
        raise RequestProblem("`extensions.persistedQuery` must have a `sha256Hash` that is a text")
    return wanted.lower()
