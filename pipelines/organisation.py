"""The organisation's own rules brought into a store: from a file, or the zone of the first mapping."""

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from domain.customer_service import CustomerService
from domain.organisation.commands import ConfigureOrganisation, Rule
from domain.organisation.rules import RuleBook
from domain.organisation.state import ORGANISATION_ID
from domain.organisation.written import read_written_rules
from domain.streams import ORGANISATION
from infra.settings import Settings
from infra.stores import Store


class OrganisationFault(Exception):
    """A file of the organisation's rules cannot be used."""

    def __init__(self, *, path: Path, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.path, self.problem = path, problem


def read_organisation(path: Path) -> tuple[Rule, ...]:
    """The rules that a file writes down; OrganisationFault if it cannot be read."""
    try:
        written = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        reason = getattr(error, "strerror", None) or getattr(error, "problem", None) or "it is no UTF-8 text"
        raise OrganisationFault(path=path, problem=f"cannot be read: {reason}.") from error
    if not isinstance(written, Mapping):
        raise OrganisationFault(path=path, problem="must hold zone: and rules:.")
    return read_written_rules(_with_plain_days(written))


def _with_plain_days(written: Any) -> Any:
    """YAML reads 2011-07-01 as a day; the rules are told in JSON's words."""
    return json.loads(json.dumps(written, default=str))


def configure(store: Store, rules: tuple[Rule, ...], *, clock: Callable[[], datetime]) -> int:
    """Append the rules that do not stand yet; answers how many."""
    told = json.dumps([rule._asdict() for rule in rules], default=str, sort_keys=True).encode()
    key = f"{clock().isoformat()} {hashlib.sha256(told).hexdigest()}"
    command = ConfigureOrganisation(originator_id=ORGANISATION_ID, rules=rules)
    with CustomerService(store.service_env(), protect=store.keys.protect, clock=clock) as service:
        outcome = service.configure_organisation(command, idempotency_key=key)
    return len(outcome.events) if outcome.status == "done" else 0


def rules_of(store: Store, *, clock: Callable[[], datetime]) -> RuleBook:
    """Every rule that was ever configured in a store."""
    with CustomerService(store.service_env(), protect=store.keys.protect, clock=clock) as service:
        rules: RuleBook = service.load(ORGANISATION, ORGANISATION_ID).state
    return rules


def own_file(settings: Settings) -> Path:
    """Where the rules of a store lie if nothing else is said."""
    return settings.home / settings.store / "organisation.yaml"


def settle_organisation(
    store: Store, *, file: Path | None, zone: str, clock: Callable[[], datetime]
) -> str | None:
    """Bring a store's rules up to date before an ingest; answers the line to show, if anything changed.

    `file` is `--organisation`, else KEFU_HOME/<store>/organisation.yaml where there is one; a store that
    still has no zone takes that of the mapping.
    """
    own = own_file(store.settings)
    chosen = file or (own if own.is_file() else None)
    lines = []
    if chosen is not None:
        changed = configure(store, read_organisation(chosen), clock=clock)
        lines += [f"{changed} rules of {chosen} configured."] if changed else []
    if not rules_of(store, clock=clock).names("zone"):
        configure(store, read_written_rules({"zone": zone}), clock=clock)
        lines.append(
            f"This store had no time zone; it now keeps its days in {zone}, the zone of this mapping."
        )
    return " ".join(lines) or None
