"""Personal text at the last moment: in the open for roles that may see it, masked for the others."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from graphql_api.access.readers import sees_in_the_open
from graphql_api.datasets.dataset import Dataset

CUSTOMER = "customer-"
SHORTEST_NUMBER = 11
"""Digits of a phone number of which seven are shown; of a shorter one none is."""

Values = Sequence[Any]


class Opener(Protocol):
    """The key store, as far as it is needed here."""

    def reveal_any(
        self, subjects: Sequence[Sequence[str]], kind: str, ciphertexts: Sequence[str]
    ) -> list[str | None]:
        """Each text again, sealed for one of the subjects at the same place; None where no key fits."""
        ...


def personal_columns(dataset: Dataset) -> dict[str, str]:
    """The kind of sealed text in each personal column."""
    return {column.name: column.personal for column in dataset.columns if column.personal}


def subject_columns(dataset: Dataset) -> tuple[str, ...]:
    """The columns that say for whom a row's personal text was sealed: they must be read beside it."""
    named = (name for name in ("customer_id",) if name in dataset.by_name)
    return tuple(dict.fromkeys((dataset.keys[0], *named)))


def customer_column(dataset: Dataset) -> str | None:
    """The column that says which customer a row is about, by the id or by the stream."""
    return next((name for name in ("customer", "customer_id") if name in dataset.by_name), None)


def opened_columns(
    columns: Mapping[str, Values], dataset: Dataset, *, role: str, keys: Opener
) -> dict[str, Values]:
    """The columns with personal text as the role may see it; null for who was erased, and what is hidden.

    `columns` are values by column name, all of one length; where one is personal, `subject_columns` are among
    them. It waits for the key store: call it beside the event loop.
    """
    opened = dict(columns)
    for name, kind in personal_columns(dataset).items():
        if name in columns:
            opened[name] = _opened(columns, name, kind, subject_columns(dataset), role=role, keys=keys)
    return opened


def masked(kind: str, text: str) -> str | None:
    """What everybody may see of a text: never how long it is, and of a narrative nothing."""
    return MASKS[kind](text)


def _opened(  # noqa: PLR0913 - one column, what is read beside it, and by whom
    columns: Mapping[str, Values], name: str, kind: str, named_by: Sequence[str], *, role: str, keys: Opener
) -> list[str | None]:
    sealed = columns[name]
    is_open = sees_in_the_open(role, kind)
    places = [place for place, text in enumerate(sealed) if text is not None]
    shown: list[str | None] = [None] * len(sealed)
    if not places or (not is_open and MASKS[kind] is _hidden):
        return shown
    subjects = [_subjects([columns[column][place] for column in named_by]) for place in places]
    texts = keys.reveal_any(subjects, kind, [sealed[place] for place in places])
    for place, text in zip(places, texts, strict=True):
        shown[place] = text if is_open or text is None else masked(kind, text)
    return shown


def _subjects(named: Sequence[str | None]) -> list[str]:
    """For whom a text may have been sealed: a customer by either name, else the row's own stream."""
    ids = [one for one in named if one]
    bare = [one.removeprefix(CUSTOMER) for one in ids]
    return list(dict.fromkeys([*reversed(ids), *bare, *(CUSTOMER + one for one in bare if "-" not in one)]))


def _masked_name(text: str) -> str:
    return f"{text[:1]}**"


def _masked_number(text: str) -> str:
    digits = re.sub(r"\D", "", text)
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) >= SHORTEST_NUMBER else "****"


def _masked_id_number(text: str) -> str:
    return f"{text[:1]}****{text[-1:]}"


def _hidden(text: str) -> None:
    return None


MASKS: Mapping[str, Callable[[str], str | None]] = {
    "name": _masked_name,
    "phone": _masked_number,
    "caller_number": _masked_number,
    "id_number": _masked_id_number,
    "narrative": _hidden,
}
