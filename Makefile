# One word does it: `make` lists the words.

SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
HOME_DIR ?= demo

# One process more than there are processors, because tests wait a third of their time for servers
# and browsers; but not more than share out well.
TOGETHER = --numprocesses $$(( $$(nproc) + 1 )) --maxprocesses 4 --dist loadfile

.DEFAULT_GOAL := help
.PHONY: help demo test test-long bench lint format lock clean

help: ## List these words
	@grep -hE '^[a-z-]+:.*?## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

demo: .venv/runtime ## Install, invent a company, run everything, print the URL
	$(BIN)/tollbook demo --home $(HOME_DIR)

test: .venv/test ## Install what the tests need and run them all (short forms)
	$(BIN)/pytest $(TOGETHER) $(PYTEST_ARGS)

test-long: .venv/test ## Run the long forms of the heavy tests
	$(BIN)/pytest -m long $(TOGETHER) $(PYTEST_ARGS)

bench: .venv/test ## Measure rating, recording, people, the warehouse, alarms and pages, each beside a floor
	$(BIN)/python tests/bench/bench_rating.py
	$(BIN)/python tests/bench/bench_recorder.py
	$(BIN)/python tests/bench/bench_directory.py
	$(BIN)/python tests/bench/bench_assign.py
	$(BIN)/python tests/bench/bench_reassign.py
	$(BIN)/python tests/bench/bench_warehouse.py
	$(BIN)/python tests/bench/bench_rerate.py --legs 200000
	$(BIN)/python tests/bench/bench_mirror.py
	$(BIN)/python tests/bench/bench_alarms.py
	$(BIN)/python tests/bench/bench_pages.py --clicks 10

lint: .venv/dev ## Check style, types and the lockfile
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: .venv/dev ## Bring the code into the house style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: ## Choose the newest versions that fit and write the lockfile
	.ci/lock

clean: ## Remove the environment, caches and the demonstration
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis $(HOME_DIR)

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Tollbook needs Python 3.11 or later: say where with PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -m venv .venv \
	  || { rm -rf .venv; echo "Python's venv module is missing: apt-get install python3-venv"; exit 1; }

.venv/runtime: .venv/bin/python pyproject.toml requirements.lock
	@echo "Installing Tollbook into .venv …"
	$(BIN)/python -m pip install --quiet --no-compile --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

.venv/test .venv/dev: .venv/bin/python pyproject.toml requirements-dev.lock
	@echo "Installing Tollbook and its tools into .venv …"
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements-dev.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch .venv/runtime .venv/test .venv/dev
