# The door. `make run` and `make test` set up all they need; everything else is listed by `make help`.
PYTHON ?= $(shell for p in python3.12 python3.11 python3 python3.13 python3.14; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
BIN := .venv/bin
ARTICLES ?=
RULES ?=
ARGS ?=
FILE ?=


# What the extractor is compiled from (deploy/compile_core.py); TOCSIN_NATIVE=off does without.
CORE := $(shell find services/enrich/core services/contracts -name '*.py') services/native.py
NATIVE := $(if $(filter off,$(TOCSIN_NATIVE)),,build/native/made)

.PHONY: help run try explain test check eval bench bench-enrich bench-match bench-backtest bench-delivery stack docker-test lock docs clean
.DEFAULT_GOAL := help

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "make %-14s %s\n", $$1, $$2}'

.venv/made: requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Tocsin needs Python 3.11 or newer on the PATH (or: make $(MAKECMDGOALS) PYTHON=/path/to/python3)" >&2; exit 1; }
	@echo "setting up .venv with $(PYTHON) (once)" >&2
	@$(PYTHON) -m venv .venv || { echo "the venv module of Python is missing (Debian and Ubuntu: apt install python3-venv)" >&2; exit 1; }
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements.lock >&2
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e . >&2
	@$(BIN)/python -m services.cli.gazetteer >&2
	@touch $@

.venv/made-dev: .venv/made requirements-dev.lock
	@echo "adding the development tools (once)" >&2
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements-dev.lock >&2
	@touch $@

.venv/made-bench: .venv/made-dev requirements-bench.lock
	@echo "adding the peers of the benchmark (once)" >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bench.lock >&2
	@touch $@

# Twice the pace where there is a C compiler, the same results where there is none.
build/native/made: .venv/made requirements-compile.lock deploy/compile_core.py deploy/mypyc_build.py $(CORE)
	@if $(BIN)/python -m deploy.compile_core --check; then \
		echo "compiling the extractor (once, and after changes to it; TOCSIN_NATIVE=off does without)" >&2; \
		$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements-compile.lock >&2 \
		&& $(BIN)/python -m deploy.compile_core; fi
	@mkdir -p $(@D) && touch $@

run: .venv/made $(NATIVE) ## the whole pipeline in one process: no server, no Docker (ARTICLES=path for your own files)
	@$(BIN)/tocsin run $(if $(ARTICLES),--articles $(ARTICLES)) $(if $(RULES),--rules $(RULES)) $(ARGS)

try: .venv/made ## what RULES=file would say about ARTICLES=path, nothing kept (ARGS="--json --date 2022-02-07")
	@$(BIN)/tocsin try $(ARTICLES) $(if $(RULES),--rules $(RULES)) $(ARGS)

explain: .venv/made ## what is found in FILE=path, or a URL
	@$(BIN)/tocsin explain $(FILE) $(ARGS)

# Some tests count the calls of the extractor, which compiled code does not show; one compares the two byte for byte.
test: .venv/made-dev $(NATIVE) check ## every check and every test, real Kafka, Elasticsearch and PostgreSQL included
	@TOCSIN_NATIVE=off $(BIN)/python -m pytest $(ARGS)

check: .venv/made-dev ## lint, types, import contracts
	@$(BIN)/ruff format --check --quiet . && $(BIN)/ruff check --quiet .
	@$(BIN)/mypy services tests bench deploy
	@$(BIN)/lint-imports --no-logo

eval: .venv/made-dev $(NATIVE) ## extraction quality on labelled cases (EVAL_DIR=folder SCORER=score.py)
	@$(BIN)/python -m bench.eval $(ARGS)

bench: .venv/made-dev $(NATIVE) ## throughput and latency of the pipeline, embedded and on real servers
	@$(BIN)/python -m bench.pipeline $(ARGS)

bench-enrich: .venv/made-bench $(NATIVE) ## extraction speed, beside quantulum3 and spaCy
	@$(BIN)/python -m bench.enrich $(ARGS)

bench-match: .venv/made-dev $(NATIVE) ## speed and memory of matching rules
	@$(BIN)/python -m bench.matching $(ARGS)

bench-backtest: .venv/made-dev $(NATIVE) ## stored articles a second that a backtest of one rule covers
	@$(BIN)/python -m bench.backtest $(ARGS)

bench-delivery: .venv/made-dev $(NATIVE) ## seconds to notify a thousand receivers of which some are dead
	@$(BIN)/python -m bench.delivery $(ARGS)

stack: .venv/made-dev ## a real Kafka, Elasticsearch and PostgreSQL on free ports, without Docker (JDK 21+ and Maven)
	@$(BIN)/python -m deploy.local.stack $(ARGS)

docker-test: ## build the image, start the composed system, follow articles to alerts, scale, tear down
	@bash deploy/docker-test.sh

docs: .venv/made-dev ## write docs/fields.md, docs/settings.md and docs/rules.schema.json from the code
	@$(BIN)/python -m services.cli.reference

lock: .venv/made-dev ## pin every dependency with its hashes
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --extra server pyproject.toml -o requirements.lock
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --extra server --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --extra server --extra dev --extra bench -c requirements-dev.lock pyproject.toml -o requirements-bench.lock
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --group compile -c requirements-dev.lock -o requirements-compile.lock
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --group image -c requirements-dev.lock -o requirements-image.lock

clean: ## remove the environment and caches; ./data is yours and stays
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist
