"""Image and compose file hold to rules that can be read off them; they are run nowhere here."""

import json
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipelines.cli import build_parser
from pipelines.dagster_location.apart import COMMANDS, SERVED

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "infra" / "docker"
DOCKERFILE = (FOLDER / "Dockerfile").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((FOLDER / "compose.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if "build" in service}
STAYING_UP = {name: service for name, service in SERVICES.items() if service["restart"] != "no"}
# What the specification of compose files lets a service say, as far as we say it.
KEYS = {
    *("image", "build", "user", "init", "read_only", "tmpfs", "cap_drop", "security_opt", "restart"),
    *("environment", "volumes", "secrets", "networks", "network_mode", "entrypoint", "command", "ports"),
    *("depends_on", "healthcheck", "shm_size", "stop_grace_period"),
}


def instructions() -> list[tuple[str, str]]:
    """Of the Dockerfile, with continued lines joined."""
    lines = [line for line in DOCKERFILE.splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", " ", "\n".join(lines))
    parts = [line.partition(" ") for line in joined.splitlines() if line.strip()]
    return [(name, rest.strip()) for name, _, rest in parts]


def stages() -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for name, rest in instructions():
        if name == "FROM":
            found[rest.split(" AS ")[1]] = []
        found[list(found)[-1]].append((name, rest))
    return found


def last(stage: str, name: str) -> str:
    return [rest for one, rest in stages()[stage] if one == name][-1]


def test_hadolint_has_nothing_to_say() -> None:
    program = Path(sys.executable).parent / "hadolint"
    found = str(program) if program.exists() else shutil.which("hadolint")
    if found is None:
        pytest.skip("hadolint is not installed for this platform")
    ran = subprocess.run([found, str(FOLDER / "Dockerfile")], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout) == (0, "")


def test_a_base_is_named_to_its_last_digit() -> None:
    bases = [rest.split()[0] for name, rest in instructions() if name == "FROM"]
    assert {base for base in bases if base not in stages()} == {"python:3.11.14-slim-bookworm"}
    for service in SERVICES.values():
        assert re.search(r":\d+\.\d+(\.\d+)?(-bookworm)?$", service["image"]), service["image"]


@pytest.mark.parametrize("stage", ["kefu", "dagster-web"])
def test_an_image_ends_as_nobody_s_root_and_can_be_asked_how_it_is(stage: str) -> None:
    assert last(stage, "USER") == "10001:10001"
    check = json.loads(last(stage, "HEALTHCHECK").split(" CMD ")[1])
    assert check[:2] == ["python", "/opt/kefu/is_healthy.py"]
    json.loads(last(stage, "ENTRYPOINT"))


def test_only_what_is_copied_leaves_the_repository_and_no_key_does() -> None:
    let_in = (FOLDER / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    wanted = {line.removeprefix("!") for line in let_in if line.startswith("!")}
    copied = {
        source.split("/")[0]
        for name, rest in instructions()
        if name == "COPY" and not rest.startswith("--from")
        for source in rest.split()[:-1]
    }
    assert copied == wanted
    assert all((ROOT / source).exists() for source in copied)
    assert "**/*.key" in let_in


def test_the_image_starts_a_command_that_there_is() -> None:
    build_parser().parse_args(json.loads(last("kefu", "CMD")))
    assert json.loads(last("dagster-web", "CMD"))[0] in COMMANDS
    assert str(SERVED.web_server.parents[1]) in last("dagster-web", "RUN")


@pytest.mark.parametrize("name", OURS)
def test_a_service_starts_a_command_that_there_is(name: str) -> None:
    service = OURS[name]
    entry = service.get("entrypoint") or json.loads(last(service["build"]["target"], "ENTRYPOINT"))
    if entry == ["kefu"]:
        build_parser().parse_args(service["command"])
    else:
        assert entry[:2] == ["python", "-m"]
        assert find_spec(entry[2]) is not None
        assert service["command"][0] in COMMANDS


@pytest.mark.parametrize("name", OURS)
def test_a_service_sets_only_variables_that_are_read(name: str) -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "infra").glob("*settings.py"))
    assert all(f'"{variable}"' in source for variable in OURS[name]["environment"])


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_may_do_no_more_than_it_must(name: str) -> None:
    service = SERVICES[name]
    assert set(service) <= KEYS
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", service["user"])
    assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not any("docker.sock" in volume for volume in service["volumes"])
    assert ("network_mode" in service) != ("networks" in service)
    assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))


@pytest.mark.parametrize("name", STAYING_UP)
def test_a_service_that_stays_up_can_be_asked_how_it_is(name: str) -> None:
    check = STAYING_UP[name]["healthcheck"]
    assert check["test"][0] == "CMD"
    assert set(check) <= {"test", "interval", "timeout", "retries", "start_period"}


def test_whatever_is_referred_to_is_declared() -> None:
    for service in SERVICES.values():
        assert set(service["secrets"]) <= set(COMPOSE["secrets"])
        assert set(service.get("networks", [])) <= set(COMPOSE["networks"])
        assert {volume.split(":")[0] for volume in service["volumes"]} <= set(COMPOSE["volumes"])
        for other, wait in service.get("depends_on", {}).items():
            ends = wait["condition"] == "service_completed_successfully"
            assert ends == (SERVICES[other]["restart"] == "no")
        shared = service.get("network_mode", "service:postgres").removeprefix("service:")
        assert shared in SERVICES


def test_no_secret_is_in_an_environment() -> None:
    for service in SERVICES.values():
        for variable, value in service["environment"].items():
            assert "PASSWORD" not in variable or variable.endswith("_FILE")
            assert not re.search(r"://[^/]*:[^/]*@", str(value))
    named = {f"/run/secrets/{secret}" for secret in COMPOSE["secrets"]}
    given = {value for one in SERVICES.values() for value in one["environment"].values()}
    assert {value for value in given if str(value).startswith("/run/secrets/")} == named
