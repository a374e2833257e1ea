"""Writes the schema down, so that a change of it is seen in review: `python -m graphql_api.print_schema`."""

from pathlib import Path

from graphql_api.schema import build_schema

PRINTED = Path(__file__).with_name("schema.graphql")


def printed_schema() -> str:
    return build_schema().as_str().rstrip("\n") + "\n"


if __name__ == "__main__":
    PRINTED.write_text(printed_schema(), encoding="utf-8")
