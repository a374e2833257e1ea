"""The streams and references that a mapping names, each computed once however many events use it."""

import polars as pl

from domain.envelope import ISSUER
from pipelines.ingest.expressions import Names
from pipelines.ingest.identities import PSEUDONYM_ISSUER
from pipelines.ingest.mapping_file import IdPart, MappingFile
from pipelines.ingest.plan import HIDDEN, Compiled, Identity, RowFault
from pipelines.ingest.yaml_lines import Where


class Identities:
    """Collects identities while events are compiled."""

    def __init__(self, *, file: MappingFile, names: Names) -> None:
        self._file, self._names = file, names
        self._found: dict[tuple[str, tuple[str, ...]], Identity] = {}
        self._columns: dict[str, tuple[str, ...]] = {}
        self.faults: list[RowFault] = []
        self._pseudonyms: set[str] = set()

    def named(self) -> tuple[Identity, ...]:
        return tuple(self._found.values())

    def names_by_pseudonym(self, value: pl.Expr) -> bool:
        """Whether a value is an identity made from a personal id."""
        return not self._pseudonyms.isdisjoint(value.meta.root_names())

    def columns_of(self, identity: str) -> tuple[str, ...]:
        """The columns of the file that an identity is made from."""
        return self._columns[identity]

    def name(self, part: IdPart, *, stream: str, is_whole: bool, where: Where) -> str:
        """The hidden column that will hold this identity."""
        if not part.parts:
            raise self._names.lines.fault(where, "has no parts; name at least one column.")
        compiled = [self._names.text(sql, (*where, "parts", index)) for index, sql in enumerate(part.parts)]
        issuer = self._issuer(part, compiled, stream=stream, where=where)
        prefix = f"{stream}-{issuer}:" if is_whole else f"{issuer}:"
        key = (prefix, part.parts)
        if key not in self._found:
            column = f"{HIDDEN}id:{len(self._found)}"
            self._pseudonyms.update([column] if issuer == PSEUDONYM_ISSUER else [])
            parts = tuple(text.expr for text in compiled)
            self._found[key] = Identity(column=column, prefix=prefix, parts=parts)
            self._columns[column] = tuple(dict.fromkeys(name for text in compiled for name in text.columns))
        return self._found[key].column

    def _issuer(self, part: IdPart, compiled: list[Compiled], *, stream: str, where: Where) -> str:
        personal = [name for text in compiled for name in text.columns if name in self._file.personal]
        if personal and len(compiled) > 1:
            problem = (
                f"a pseudonym stands alone: {personal[0]!r} is personal and cannot be one of several parts."
            )
            raise self._names.lines.fault(where, problem)
        if personal:
            self.faults.append(_mixed(compiled[0]))
            return PSEUDONYM_ISSUER
        issuer = part.issuer or self._file.issuers.get(stream) or self._file.issuer
        if not ISSUER.fullmatch(issuer):
            raise self._names.lines.fault(
                where, f"{issuer!r} is no issuer; use letters, digits, _ and . only."
            )
        if issuer == PSEUDONYM_ISSUER:
            raise self._names.lines.fault(
                where, f"{issuer!r} is the issuer of pseudonyms; list the column under personal instead."
            )
        return issuer


def _mixed(text: Compiled) -> RowFault:
    """An expression over a personal column may drop the id, and may not put another in its place."""
    return RowFault(
        reason="not_personal",
        when=text.expr.is_not_null() & ~text.expr.str.contains("^[0-9a-f]{32}$"),
        columns=text.columns,
        says="gives something other than the personal id exchanged at the door",
    )
