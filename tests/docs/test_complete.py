"""What can be typed or set is documented, and what is documented is there: commands, settings, keys."""

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from graphql_api.access.readers import IN_THE_OPEN, READERS_OF_STREAMS
from graphql_api.commands.mutation import commands
from graphql_api.commands.tellers import tellers
from graphql_api.permissions import READERS_OF_FIGURES
from infra.api_keys import ROLES
from infra.settings import Settings
from pipelines.commands import COMMANDS
from pipelines.ingest.mapping_file import EventPart, FormatPart, IdPart, MappingFile, RejectPart, TimePart
from projections.metrics.definitions import definitions_of
from tests.docs.blocks import PAGES, ROOT, blocks_of

README = (ROOT / "README.md").read_text(encoding="utf-8")
FORMATS = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
MAPPING = (ROOT / "docs" / "mapping.md").read_text(encoding="utf-8")
OPERATING = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
GRAPHQL = (ROOT / "docs" / "graphql.md").read_text(encoding="utf-8")
OVER_HTTP = (ROOT / "docs" / "graphql_http.md").read_text(encoding="utf-8")
BANK = (ROOT / "pipelines" / "mappings" / "bank_calls.yaml").read_text(encoding="utf-8")

VARIABLE = re.compile(r"\b(?:KEFU_[A-Z_]+|DATABASE_URL)\b")
FOR_TESTS = {"KEFU_DATA"}
NO_CODES = {"PROMETHEUS_MULTIPROC_DIR", "NO_KEY", "AT_DESC"}
"""Constants of the API that are the name of a variable, a reason beside a code, and an order."""


def first_cells(text: str, heading: str) -> list[str]:
    """What stands in code in the first column of the first table under a heading."""
    section = text.split(f"{heading}\n", 1)[1].split("\n|---", 1)[1].split("\n\n", 1)[0]
    return re.findall(r"^\| `([^`]+)`", section, re.MULTILINE)


def test_the_readme_lists_every_command_as_its_help_does() -> None:
    told = re.findall(r"^\| `kefu ([\w-]+)` \| (.+) \|$", README, re.MULTILINE)
    assert told == [(name, summary) for name, summary, *_ in COMMANDS]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_names_only_commands_that_there_are(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    named = set(re.findall(r"(?:`|\$ )kefu ([a-z-]+)", text))
    assert named <= {name for name, *_ in COMMANDS}


@pytest.mark.parametrize("text", [README, OPERATING], ids=["README.md", "docs/operating.md"])
def test_every_setting_is_documented(text: str) -> None:
    paths: dict[str, Any] = {"home": Path("/"), "master_key_file": Path("/"), "mappings": Path("/")}
    read = Settings(**paths, store="s", database_url="postgresql://")
    assert set(first_cells(text, "## Settings")) == set(read.environ())


@pytest.mark.parametrize("page", PAGES)
def test_a_page_names_only_settings_that_there_are(page: str) -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "infra").glob("*settings.py"))
    named = set(VARIABLE.findall((ROOT / page).read_text(encoding="utf-8")))
    assert named <= set(VARIABLE.findall(source)) | FOR_TESTS


@pytest.mark.parametrize(
    ("page", "heading", "part"),
    [
        (MAPPING, "## The whole file", MappingFile),
        (FORMATS, "## What can be said", FormatPart),
        (MAPPING, "### times", TimePart),
        (MAPPING, "### stream names", IdPart),
        (MAPPING, "### rejects", RejectPart),
        (MAPPING, "### events", EventPart),
    ],
    ids=lambda value: value if isinstance(value, str) and value.startswith("#") else "",
)
def test_every_key_of_a_mapping_is_documented(page: str, heading: str, part: type[msgspec.Struct]) -> None:
    assert sorted(first_cells(page, heading)) == sorted(part.__struct_fields__)


def test_the_bank_mapping_is_quoted_as_it_is() -> None:
    quoted = [
        line
        for block in blocks_of("docs/mapping.md")
        if block.language == "yaml" and not block.said
        for line in block.text.splitlines()
    ]
    assert quoted
    assert not set(quoted) - set(BANK.splitlines())


def test_the_readme_counts_definitions_as_they_are() -> None:
    assert "has seven definitions in use, 投诉率 has 40" in README
    assert [len(definitions_of(metric)) for metric in ("service_level", "complaint_rate")] == [7, 40]


def codes_in_sources() -> set[str]:
    """What constants of the API hold that look like codes."""
    named = re.compile(r"^[A-Z_, ]+ = (\".*)$", re.MULTILINE)
    sources = (path.read_text(encoding="utf-8") for path in (ROOT / "graphql_api").rglob("*.py"))
    held = (line for source in sources for line in named.findall(source))
    return {code for line in held for code in re.findall(r'"([A-Z_]{6,})"', line)} - NO_CODES


def test_every_code_of_an_error_is_documented() -> None:
    assert codes_in_sources() == set(first_cells(OVER_HTTP, "## Errors"))


def test_the_roles_are_documented_as_they_are() -> None:
    rows = re.findall(r"^\| `(\w+)` \|" + r" (yes)? ?\|" * 6 + "$", GRAPHQL, re.MULTILINE)
    told_by = frozenset[str]().union(*map(tellers, commands().values()))
    read = [READERS_OF_STREAMS[stream] for stream in ("call", "customer", "member")]
    assert len({READERS_OF_STREAMS[stream] for stream in ("call", "complaint", "callback", "claim")}) == 1
    kinds = (READERS_OF_FIGURES, *read, IN_THE_OPEN["name"], told_by)
    assert rows == [(role, *("yes" if role in kind else "" for kind in kinds)) for role in ROLES]


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", (ROOT / page).read_text(encoding="utf-8"))
    assert not [link for link in links if not ((ROOT / page).parent / link).exists()]
