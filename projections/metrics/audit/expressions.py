"""Sums over named figures as they are written in a statement: + - * / and one comparison, exactly."""

import ast
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from projections.metrics.errors import QuestionError

OPERATORS: dict[type[ast.operator], Callable[[Fraction, Fraction], Fraction]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
SEPARATOR = re.compile(r"(?<=\d),(?=\d{3})")
RELATION = re.compile(r"<=|>=|=")


@dataclass
class BadExpression(QuestionError):
    """An expression that nobody can work out."""

    text: str
    problem: str

    def __str__(self) -> str:
        return f"{self.text!r} cannot be worked out: {self.problem}"


def evaluate(text: str, values: Mapping[str, Fraction]) -> Fraction:
    """The value of an expression over named values; raises BadExpression."""
    try:
        return _value(_parsed(text), values)
    except KeyError as error:
        problem = f"there is no figure {error.args[0]!r}; there are {', '.join(values)}"
        raise BadExpression(text=text, problem=problem) from error
    except ZeroDivisionError as error:
        raise BadExpression(text=text, problem="it divides by zero") from error


def names_in(text: str) -> tuple[str, ...]:
    """The names that an expression uses, in order."""
    found = [node for node in ast.walk(_parsed(text)) if isinstance(node, ast.Name)]
    return tuple(dict.fromkeys(node.id for node in sorted(found, key=lambda node: node.col_offset)))


def is_sum(text: str) -> bool:
    """Whether an expression only adds and takes away."""
    nodes = [node for node in ast.walk(_parsed(text)) if isinstance(node, ast.BinOp)]
    return all(isinstance(node.op, ast.Add | ast.Sub) for node in nodes)


def added_in(text: str) -> tuple[str, ...]:
    """The names that a sum adds, without those that it takes away."""
    one = {name: Fraction(0) for name in names_in(text)}
    return tuple(name for name in one if evaluate(text, {**one, name: Fraction(1)}) > evaluate(text, one))


def sides(text: str) -> tuple[str, str, str]:
    """Left side, relation (`=`, `<=`, `>=`) and right side of a comparison; raises BadExpression."""
    found = RELATION.search(text)
    if found is None:
        raise BadExpression(text=text, problem="it compares nothing; write =, <= or >=")
    return text[: found.start()].strip(), found[0], text[found.end() :].strip()


def written_out(text: str, shown: Mapping[str, str]) -> str:
    """The expression with figures in the place of names."""
    return re.sub(r"[A-Za-z_]\w*", lambda match: shown.get(match[0], match[0]), text)


def solved(text: str, values: Mapping[str, Fraction], *, unknown: str, wanted: Fraction) -> Fraction:
    """What an unknown must be for an expression to have a value; linear in it, or in what it divides."""

    def at(guess: Fraction) -> Fraction:
        return evaluate(text, {**values, unknown: guess})

    for turned in (False, True):
        points = [Fraction(1, n) if turned else Fraction(n) for n in (1, 2, 3)]
        first, second, third = (at(point) for point in points)
        if third - second == second - first != 0:
            met = (wanted - first) / (second - first) + 1
            if met and turned:
                return 1 / met
            if not turned:
                return met
    raise BadExpression(text=text, problem=f"nothing that {unknown!r} may be gives {float(wanted)}")


def _parsed(text: str) -> ast.expr:
    plain = SEPARATOR.sub("", text).replace("%", "").strip()
    try:
        return ast.parse(plain, mode="eval").body
    except SyntaxError as error:
        raise BadExpression(text=text, problem="write names and numbers with + - * / between them") from error


def _value(node: ast.expr, values: Mapping[str, Fraction]) -> Fraction:
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        return OPERATORS[type(node.op)](_value(node.left, values), _value(node.right, values))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_value(node.operand, values)
    if isinstance(node, ast.Name):
        return values[node.id]
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return Fraction(repr(node.value))
    raise BadExpression(text=ast.unparse(node), problem="write names and numbers with + - * / between them")
