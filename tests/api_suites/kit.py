"""Other people's suites: copied from the kit and installed in a folder that is never committed."""

import hashlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
BESIDE = ROOT.parent / "shared" / "kit"
INSTALLED = ROOT / ".venv-suites"
NODE_PARTS = ("node", "lint", "clients")
PYTHON_PARTS = {"gql": "gql[httpx]", "schemathesis": "schemathesis==4.32.5"}
NEEDED = ("node/audit.mjs", "lint/sdl-lint.mjs", "clients/clients.mjs", "client_py.py", "schemathesis.sh")
# A person's own settings of npm are no part of a run.
NPM = ("npm", "ci", "--no-audit", "--no-fund", "--loglevel=error")
PIP = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check")


class KitMissing(Exception):
    """There is nothing to run: the sentence says what is missing, and how to name it."""


class PartNotInstalled(Exception):
    """A part of the kit could not be installed; the sentence ends with what the installer said."""

    def __init__(self, *, part: str, said: str) -> None:
        super().__init__(f"{part} could not be installed: {said.strip()[-2_000:]}")


def why_missing(kit: Path) -> str | None:
    """What keeps the kit from being run here; None where nothing does."""
    if absent := [name for name in NEEDED if not (kit / name).is_file()]:
        return f"{kit} holds no {', '.join(absent)}: name the kit's folder, make api-suites ARGS=FOLDER"
    if shutil.which("npm") is None or shutil.which("node") is None:
        return "npm and node (20 or newer) are not on PATH: install them"
    return None


@dataclass(frozen=True)
class Kit:
    """A copy of the kit, whose parts are installed when they are first asked for."""

    folder: Path

    def part(self, name: str) -> Path:
        """The folder in which a part runs, installed; raises PartNotInstalled."""
        done = self.folder / f"{name}.installed"
        if not done.exists():
            (self._install_node if name in NODE_PARTS else self._install_python)(name)
            done.touch()
        return self.folder / name if name in NODE_PARTS else self.folder

    def program(self, environment: str, name: str) -> str:
        return str(self.folder / f"env-{environment}" / "bin" / name)

    def _install_node(self, name: str) -> None:
        _run(name, [*NPM], folder=self.folder / name)

    def _install_python(self, name: str) -> None:
        environment = self.folder / f"env-{name}"
        _run(name, [sys.executable, "-m", "venv", "--clear", str(environment)], folder=self.folder)
        _run(name, [self.program(name, "python"), *PIP, PYTHON_PARTS[name]], folder=self.folder)


def copied(kit: Path, *, into: Path = INSTALLED) -> Kit:
    """A copy of this state of the kit, the one made earlier if there is one; raises KitMissing."""
    if missing := why_missing(kit):
        raise KitMissing(missing)
    folder = into / _fingerprint(kit)
    if not folder.exists():
        made = into / f"{folder.name}.{os.getpid()}"
        shutil.copytree(kit, made, ignore=shutil.ignore_patterns("node_modules", "reference"))
        made.rename(folder)
    return Kit(folder)


def _fingerprint(kit: Path) -> str:
    files = [path for path in sorted(kit.rglob("*")) if path.is_file() and "node_modules" not in path.parts]
    told = [str(path.relative_to(kit)).encode() + b"\0" + path.read_bytes() for path in files]
    return hashlib.blake2b(b"\0".join(told), digest_size=8).hexdigest()


def _run(part: str, command: list[str], *, folder: Path) -> None:
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise PartNotInstalled(part=part, said=ran.stderr + ran.stdout)
