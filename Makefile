# What a person or CI runs. `make demo` and `make test` are enough to begin with.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=

.PHONY: demo test setup lint types bench soak schema graphiql pictures dagster lock clean api-suites

demo: setup ## sample files in, facts and views out, an API to ask (ARGS=--once does not stay up)
	$(BIN)/kefu demo $(ARGS)

# Types are checked meanwhile and told last. One worker more than CI has cores, since a test may wait. A module
# is compiled once, whatever the environment says, not in every process that a test starts.
test: setup lint ## what CI runs
	@$(BIN)/mypy >$(VENV)/types 2>&1 & mypy=$$!; \
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest tests -n 3 --dist loadfile --no-loadscope-reorder $(ARGS); \
	tests=$$?; wait $$mypy; types=$$?; cat $(VENV)/types; exit $$((tests + types))

setup: $(VENV)/installed ## the virtual environment, from requirements.lock

$(VENV)/installed: requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup
	$(BIN)/mypy

bench: setup ## every figure beside its yardstick, in the same run
	$(BIN)/python -m tests.benchmarks $(ARGS)

api-suites: setup ## other people's suites against the API (ARGS=FOLDER is where their kit is, else ../shared/kit)
	$(BIN)/python -m tests.api_suites $(ARGS)

soak: setup ## twenty kills each (ARGS="--seed 7" repeats); a long ledger run; ten times the examples of laws that may draw more
	$(BIN)/python -m tests.soak $(ARGS)
	LEDGER_RUNS=1000 $(BIN)/python -m pytest --timeout 0 tests/domain/member/test_ledger_machine.py
	KEFU_FUZZ=10 $(BIN)/python -m pytest --timeout 0 -n 2 tests/domain/test_folding.py tests/pipelines/ingest \
	    tests/projections tests/graphql_api/test_document_work.py

schema: setup ## print the GraphQL schema again after a change
	$(BIN)/python -m graphql_api.print_schema

graphiql: ## build GraphiQL's page again after an update of its packages (needs Node.js and npm)
	cd graphql_api/graphiql && npm ci --ignore-scripts --no-audit --no-fund && npm run --silent build

pictures: setup ## draw the pictures of the documentation again after a change
	$(BIN)/python -W ignore -m pipelines.dagster_location.pictures

dagster: setup .venv-dagster/installed ## Dagster's pages, daemon and our code (ARGS="--port 3000")
	$(BIN)/python -m pipelines.dagster_location.serve $(ARGS)

# The web server needs an older graphql-core than the API: an environment of its own.
.venv-dagster/installed: infra/dagster_webserver/requirements.lock
	test -x .venv-dagster/bin/python || $(PYTHON) -m venv .venv-dagster
	.venv-dagster/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	touch $@

lock: ## resolve requirements.lock again (names, versions, hashes; no addresses)
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --extra dev --generate-hashes --no-annotate --no-header \
	  --universal --no-emit-index-url --no-emit-find-links --quiet --output-file requirements.lock

clean: ## the environments and caches; never .kefu, where data is
	rm -rf $(VENV) .venv-dagster .venv-suites .mypy_cache .ruff_cache .hypothesis *.egg-info
