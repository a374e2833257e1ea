"""What a request asks to be exported: which dataset, in which form, which columns of which rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLError
from starlette.requests import Request

from graphql_api.access.limited_reads import ForbiddenError
from graphql_api.export.columns import columns_asked
from graphql_api.export.formats import CSV, FORMATS, Format, accepts_gzip, format_asked
from graphql_api.export.metric_values import METRICS, METRICS_MODEL
from graphql_api.export.parameters import limit_asked, list_arguments_given, text_asked, word_asked
from graphql_api.export.sources import Stretch, arguments_of
from graphql_api.lists.read_model import ReadModel
from graphql_api.queries.facts import FACT_MODELS
from graphql_api.queries.views import VIEW_MODELS

MODELS: Mapping[str, ReadModel] = {**FACT_MODELS, **VIEW_MODELS, METRICS: METRICS_MODEL}
NOT_FOUND, NOT_ACCEPTABLE = "NOT_FOUND", "NOT_ACCEPTABLE"


@dataclass(frozen=True, kw_only=True)
class ExportAsked:
    """`given` are the arguments of the dataset's list by their Python names."""

    model: ReadModel
    form: Format
    stretch: Stretch
    given: dict[str, Any]
    has_bom: bool
    is_gzipped: bool

    @property
    def name(self) -> str:
        return self.model.dataset.name


def read_export(request: Request, *, role: str) -> ExportAsked:
    """Raises GraphQLError for what is not there, may not be read by the role, or cannot be asked."""
    name, _, ending = request.path_params["name"].partition(".")
    model = _model(name, role=role)
    parameters, headers = request.query_params, request.headers
    form = format_asked(
        given=text_asked(parameters, "format"), ending=ending, accept=headers.get("accept", "")
    )
    if form is None:
        types = ", ".join(one.media_type.partition(";")[0] for one in FORMATS.values())
        raise GraphQLError(f"Accept must allow one of {types}", extensions={"code": NOT_ACCEPTABLE})
    return ExportAsked(
        model=model,
        form=form,
        stretch=Stretch(
            columns=columns_asked(model.dataset, parameters.getlist("columns")),
            limit=limit_asked(parameters),
            after=text_asked(parameters, "after"),
        ),
        given=list_arguments_given(parameters, arguments_of(model)),
        has_bom=form is CSV and word_asked(parameters, "bom"),
        is_gzipped=not form.is_packed and accepts_gzip(headers.get("accept-encoding", "")),
    )


def _model(name: str, *, role: str) -> ReadModel:
    readable = [one for one, model in MODELS.items() if role in model.dataset.readers]
    if name in readable:
        return MODELS[name]
    if name in MODELS:
        roles = ", ".join(sorted(MODELS[name].dataset.readers))
        raise ForbiddenError(f"Only these roles may ask this: {roles}")
    message = f"there is no dataset {name[:80]!r} to export; you may read {', '.join(readable) or 'none'}"
    raise GraphQLError(message, extensions={"code": NOT_FOUND})
