"""Polars SQL read from a mapping: parsed, checked without data, and traced to the file's columns."""

import re
from dataclasses import dataclass, field

import polars as pl
from polars.exceptions import PolarsError

from pipelines.ingest.mapping_file import Sql
from pipelines.ingest.plan import Compiled, raw_text
from pipelines.ingest.yaml_lines import Lines, Where

LONGEST, LONGEST_SHOWN = 4_000, 200

STRICT_CAST = re.compile(r"strict_cast\((?!Boolean|String)")

# What Polars prints of expressions that look at other rows; it calls `a - max(a)` separable by rows.
BEYOND_ITS_ROW = re.compile(
    r"(?<!list)(?<!str)(?<!arr)\.(max|min|sum|mean|median|std|var|product|quantile|count|n_unique|unique|first"
    r"|last|len|null_count|arg_min|arg_max|drop_nulls|sort|sort_by|reverse|shift|diff|rank|cum_\w+|rolling_\w+"
    r"|implode|explode|over|forward_fill|backward_fill)\(|\blen\(\)|\bint_range\("
)


@dataclass(kw_only=True)
class Names:
    """The names an expression may use: `let` columns, and columns of the file, found when mentioned."""

    lines: Lines
    later: set[str] = field(default_factory=set)
    types: dict[str, pl.DataType] = field(default_factory=dict)
    origins: dict[str, tuple[str, ...]] = field(default_factory=dict)
    columns: dict[str, Where] = field(default_factory=dict)
    typed: set[str] = field(default_factory=set)

    def define(self, name: str, *, dtype: pl.DataType, columns: tuple[str, ...]) -> None:
        """Make a computed column known to the expressions after it."""
        self.later.discard(name)
        self.types[name], self.origins[name] = dtype, columns

    def read_column(self, name: str, where: Where, dtype: pl.DataType | None = None) -> None:
        """Make a column of the file known, as text unless it was declared otherwise."""
        if name not in self.types:
            self.columns[name] = where
            self.define(name, dtype=dtype or pl.String(), columns=(name,))

    def compile(self, sql: Sql, where: Where) -> Compiled:
        """Parse an expression; MappingFault if it does not parse, cannot be computed, or leaves its row."""
        expr = self._parsed(sql, where)
        roots = list(dict.fromkeys(expr.meta.root_names()))
        for name in roots:
            if name in self.later:
                raise self.lines.fault(where, f"uses {name!r}, which let computes later; move it up.")
            self.read_column(name, where)
        origins = dict.fromkeys(column for name in roots for column in self.origins[name])
        return Compiled(expr=expr, dtype=self._dtype(expr, sql, where), columns=tuple(origins))

    def condition(self, sql: str | None, where: Where) -> pl.Expr:
        """Compile a condition; unknown (null) counts as false, and no condition as true."""
        if sql is None:
            return pl.lit(value=True)
        compiled = self.compile(sql, where)
        if compiled.dtype not in (pl.Boolean, pl.Null):
            raise self.lines.fault(where, f"{_shown(sql)} is no condition; compare it with something.")
        return compiled.expr.cast(pl.Boolean).fill_null(value=False)

    def text(self, sql: Sql, where: Where) -> Compiled:
        """Compile an expression that must give text: a column as it was read, a number written out."""
        compiled = self.compile(sql, where)
        name = compiled.columns[0] if len(compiled.columns) == 1 else ""
        if compiled.expr.meta.is_column() and name in self.typed and compiled.expr.meta.output_name() == name:
            return Compiled(expr=pl.col(raw_text(name)), dtype=pl.String(), columns=(name,))
        if compiled.dtype.is_integer():
            return Compiled(expr=compiled.expr.cast(pl.String), dtype=pl.String(), columns=compiled.columns)
        if compiled.dtype not in (pl.String, pl.Null):
            raise self.lines.fault(
                where, f"{_shown(sql)} gives no text; name a column, or CAST it to VARCHAR."
            )
        return compiled

    def _parsed(self, sql: Sql, where: Where) -> pl.Expr:
        if not isinstance(sql, str):
            return pl.lit(sql)
        if len(sql) > LONGEST:
            problem = f"{_shown(sql)} is longer than {LONGEST:,} letters; compute parts of it under let."
            raise self.lines.fault(where, problem)
        try:
            expr = pl.sql_expr(sql)
        except PolarsError as error:
            raise self.lines.fault(where, f"{_shown(sql)} does not parse: {_first_line(error)}.") from error
        if STRICT_CAST.search(str(expr)):
            cure = "declare the column under types, or use TRY_CAST"
            raise self.lines.fault(where, f"{_shown(sql)} casts, which fails on a bad value; {cure}.")
        return expr

    def _dtype(self, expr: pl.Expr, sql: Sql, where: Where) -> pl.DataType:
        try:
            # Some faults show only when a value is computed, so it is, over a row of nulls.
            nulls = pl.DataFrame([dict.fromkeys(self.types)], schema=self.types)
            dtype = nulls.select(expr).dtypes[0]
        except (PolarsError, ValueError) as error:
            raise self.lines.fault(
                where, f"{_shown(sql)} cannot be computed: {_first_line(error)}."
            ) from error
        if BEYOND_ITS_ROW.search(str(expr)):
            raise self.lines.fault(
                where, f"{_shown(sql)} looks at more than its own row; ingest reads row by row."
            )
        if not expr.meta.root_names() and dtype.is_temporal():
            raise self.lines.fault(where, f"{_shown(sql)} is a moment that does not come from the file.")
        return dtype


def _shown(sql: Sql) -> str:
    return repr(sql) if len(str(sql)) <= LONGEST_SHOWN else f"{str(sql)[:LONGEST_SHOWN]!r}…"


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0].rstrip(".")
