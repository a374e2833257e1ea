"""The house: imports run one way, files begin with what is in them, and lists are complete."""

import ast
import inspect
import pkgutil
from importlib import import_module
from pathlib import Path

import pytest

import projections.facts
from projections.facts import FACTS
from projections.facts.row import Row

ROOT = Path(__file__).parent.parent
PACKAGES = ("domain", "infra", "projections", "pipelines", "graphql_api")
ALLOWED = {
    "domain": {"domain"},
    "infra": {"infra"},
    "projections": {"projections", "domain", "infra"},
    "pipelines": {"pipelines", "projections", "domain", "infra"},
    "graphql_api": {"graphql_api", "projections", "domain", "infra"},
}
LAYERS = ("facts", "metrics", "views")
"""Inside `projections`: what stands left knows nothing of what stands right."""
DRIVERS = ("psycopg", "adbc_driver_postgresql", "adbc_driver_manager")
FILES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def imported(path: Path) -> set[str]:
    tree = ast.parse(path.read_text())
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    return names | {
        node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module
    }


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", FILES, ids=named)
def test_packages_import_only_what_stands_below_them(path: Path) -> None:
    package = path.relative_to(ROOT).parts[0]
    ours = {name.partition(".")[0] for name in imported(path)} & set(PACKAGES)
    assert ours <= ALLOWED[package]


@pytest.mark.parametrize("layer", LAYERS)
def test_facts_know_nothing_of_metrics_nor_metrics_of_views(layer: str) -> None:
    above = {f"projections.{name}" for name in LAYERS[LAYERS.index(layer) + 1 :]}
    above |= {"projections.storage", "projections.runner"}
    for path in (ROOT / "projections" / layer).rglob("*.py"):
        assert not [name for name in imported(path) if name.startswith(tuple(above))], path


def test_only_storage_and_runner_touch_the_database() -> None:
    pure = [path for layer in LAYERS for path in (ROOT / "projections" / layer).rglob("*.py")]
    pure += (ROOT / "domain").rglob("*.py")
    assert not [path for path in pure if any(n.startswith(DRIVERS) for n in imported(path))]


def test_nobody_reads_the_environment_but_the_entries() -> None:
    readers = [named(path) for path in FILES if "os.environ" in path.read_text()]
    assert set(readers) <= {
        "graphql_api/app.py",
        "pipelines/cli.py",
        "pipelines/commands/serve.py",
        "pipelines/dagster_location/apart.py",
        "pipelines/dagster_location/serve.py",
        "pipelines/dagster_location/definitions.py",
        "pipelines/dagster_location/store_resource.py",
        "pipelines/messages/app.py",
    }


@pytest.mark.parametrize("path", FILES, ids=named)
def test_a_file_begins_with_one_sentence_that_says_what_is_in_it(path: Path) -> None:
    text = path.read_text()
    assert not text.strip() or ast.get_docstring(ast.parse(text))


@pytest.mark.parametrize("path", FILES, ids=named)
def test_no_file_has_become_the_whole_program(path: Path) -> None:
    text = path.read_text()
    functions = [
        node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    assert text.count("\n") <= 350
    assert not [f.name for f in functions if (f.end_lineno or f.lineno) - f.lineno >= 40]


def test_every_fact_is_in_the_list() -> None:
    modules = [
        import_module(f"projections.facts.{module.name}")
        for module in pkgutil.iter_modules(projections.facts.__path__)
    ]
    defined = {
        member
        for module in modules
        for _, member in inspect.getmembers(module, inspect.isclass)
        if issubclass(member, Row) and member is not Row
    }
    assert defined == set(FACTS)
