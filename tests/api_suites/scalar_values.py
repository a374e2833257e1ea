"""Values of our scalars for schemathesis, which runs this file where nothing of ours is installed.

https://schemathesis.readthedocs.io/en/stable/guides/graphql-custom-scalars/
"""

from datetime import UTC
from importlib import import_module
from typing import Any

from graphql import NameNode, ObjectFieldNode, ValueNode
from hypothesis import strategies as st

nodes: Any = import_module("hypothesis_graphql.nodes")
register: Any = import_module("schemathesis.graphql").scalar

Values = st.SearchStrategy[ValueNode]

MOST_LEAVES = 4
NAMES = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,8}", fullmatch=True)
WHOLE = st.integers(min_value=-(2**63), max_value=2**63 - 1).map(nodes.Int)
AMOUNTS = st.decimals(allow_nan=False, allow_infinity=False, places=4)
MOMENTS = st.datetimes(timezones=st.just(UTC)).map(lambda moment: nodes.String(moment.isoformat()))
PLAIN: Values = (
    st.just(nodes.Null)
    | st.booleans().map(nodes.Boolean)
    | st.integers(min_value=-(2**31), max_value=2**31 - 1).map(nodes.Int)
    | st.floats(allow_nan=False, allow_infinity=False).map(nodes.Float)
    | st.text().map(nodes.String)
)


def lists_and_objects(below: Values) -> Values:
    fields = st.dictionaries(NAMES, below, max_size=MOST_LEAVES)
    return st.lists(below, max_size=MOST_LEAVES).map(nodes.List) | fields.map(an_object)


def an_object(fields: dict[str, ValueNode]) -> ValueNode:
    named = (ObjectFieldNode(name=NameNode(value=name), value=value) for name, value in fields.items())
    found: ValueNode = nodes.Object(list(named))
    return found


SCALARS: dict[str, Values] = {
    "BigInt": WHOLE,
    "DateTime": MOMENTS | st.dates().map(nodes.String) | WHOLE,
    "Decimal": AMOUNTS.map(lambda amount: nodes.String(format(amount, "f"))) | WHOLE,
    "JSON": st.recursive(PLAIN, lists_and_objects, max_leaves=MOST_LEAVES),
}
"""Every scalar that GraphQL does not have itself, less `Date`, whose values schemathesis knows."""

for name, values in SCALARS.items():
    register(name, values)
