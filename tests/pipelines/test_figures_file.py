"""A file of printed figures is read whole, with its time for every figure, or says what is wrong with it."""

from datetime import date
from pathlib import Path

import pytest

from pipelines.figures_file import FiguresFault, read_figures
from pipelines.sample.organisations import ORGANISATIONS
from pipelines.sample.write import write_figures
from projections.metrics.audit.statements import Figure, Statement
from tests.pipelines.sample.given import request_for

TIMES = "from: 2026-01-01\nto: 2026-02-01\n"


def written(folder: Path, text: str) -> Path:
    path = folder / "figures.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_figure_has_the_time_of_the_file_or_its_own(tmp_path: Path) -> None:
    text = f"""\
printed: 2026-02-10
{TIMES}figures:
  - {{figure: "1", metric: calls, where: {{queue: [motor, null]}}, beside: {{figure: "2", metric: calls}}}}
  - statement: two
    of: {{a: {{figure: "1", to: 2026-03-01}}}}
    reaches: [a]
"""
    figure, statement = read_figures(written(tmp_path, text))
    assert isinstance(figure, Figure)
    assert (figure.start, figure.end) == (date(2026, 1, 1), date(2026, 2, 1))
    assert figure.where == {"queue": ("motor", None)}
    assert figure.beside is not None
    assert figure.beside.end == figure.end
    assert isinstance(statement, Statement)
    assert (statement.printed, statement.of["a"].end) == (date(2026, 2, 10), date(2026, 3, 1))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("- 1", "must hold figures:, a list of figures and statements."),
        ("figures: {}", "must hold figures:, a list"),
        ("figures: []\ncolour: red", "'colour' means nothing beside figures:."),
        ("figures: [a]", "entry 1 has neither figure: nor statement:."),
        ("figures: [{figure: 5}]", "entry 1: Expected `str | null`, got `int` - at `$.figure`."),
        ("figures: [{figure: '5', colour: red}]", "entry 1: Object contains unknown field `colour`."),
        ("figures: [", "cannot be read: "),
    ],
)
def test_what_is_wrong_with_a_file_is_said(text: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(FiguresFault) as raised:
        read_figures(written(tmp_path, text))
    assert str(raised.value).startswith(f"{tmp_path}/figures.yaml: ")
    assert says in str(raised.value)


@pytest.mark.parametrize("name", ORGANISATIONS)
def test_the_figures_of_every_sample_are_moved_to_its_year(name: str, tmp_path: Path) -> None:
    request = request_for(tmp_path, scale="0.01", year=ORGANISATIONS[name].printed + 3)
    text = write_figures(ORGANISATIONS[name], request).read_text(encoding="utf-8")
    years = {
        figure.start.year
        for figure in read_figures(tmp_path / "figures.yaml")
        if isinstance(figure, Figure) and figure.start
    }
    assert years <= {request.year}
    assert f"{ORGANISATIONS[name].printed}-" not in text
