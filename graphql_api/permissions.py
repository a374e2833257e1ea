"""Which role may ask which root field; what names no roles is not served."""

from typing import Any

import strawberry
from strawberry.permission import BasePermission
from strawberry.types.base import StrawberryObjectDefinition

from graphql_api.coded_errors import FORBIDDEN
from infra.api_keys import ROLES

EVERY_ROLE = frozenset(ROLES)
READERS_OF_FIGURES = EVERY_ROLE - {"source_system"}  # which may send events, and see nothing
READERS_OF_CALLS = frozenset({"service_manager", "service_desk", "bi_reader", "privacy_officer", "admin"})
COMPLAINT_HANDLERS = frozenset({"service_manager", "service_desk", "admin"})


class RoleIsMissing(BasePermission):
    """The permission of a root field; subclasses name the roles."""

    roles: frozenset[str]
    error_extensions = {"code": FORBIDDEN}  # noqa: RUF012 - as BasePermission declares it

    def has_permission(self, source: Any, info: strawberry.Info, **arguments: Any) -> bool:
        return info.context.caller.role in self.roles


def may(roles: frozenset[str]) -> type[BasePermission]:
    """A permission that only these roles have."""
    if unknown := roles - EVERY_ROLE:
        raise ValueError(f"no such roles: {', '.join(sorted(unknown))}")
    message = f"Only these roles may ask this: {', '.join(sorted(roles))}"
    return type("MayAsk", (RoleIsMissing,), {"roles": roles, "message": message})


def fields_without_roles(root: type) -> list[str]:
    """Root fields that everybody would be refused, had they not been forgotten."""
    definition: StrawberryObjectDefinition = root.__strawberry_definition__  # type: ignore[attr-defined]
    return [
        field.python_name
        for field in definition.fields
        if not any(issubclass(kind, RoleIsMissing) for kind in field.permission_classes)
    ]
