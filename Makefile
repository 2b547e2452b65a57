# `make run` answers, `make test` checks, `make test-quick` checks the part that is quick. Every
# target first sets up what it needs in .venv, and does so again when pyproject.toml changes.

PYTHON ?= python3
MINUTES ?= 10
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check

# Each process of the tests takes what another one has compiled.
PYTEST := PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest
IN_PARALLEL := --numprocesses auto --dist loadfile --no-loadscope-reorder

.PHONY: run test test-quick soak validate lint bench docs refresh clean
.DELETE_ON_ERROR:

run: $(VENV)/.run
	@$(BIN)/simtrain run opt175b.toml

# Compiled once, before each process of the tests would compile it for itself.
test: $(VENV)/.test
	@$(BIN)/python -m simtrain.compiled
	@$(PYTEST) $(IN_PARALLEL)

test-quick: $(VENV)/.test
	@$(BIN)/python -m simtrain.compiled
	@$(PYTEST) $(IN_PARALLEL) -m "not slow"

validate: $(VENV)/.run
	@$(BIN)/simtrain validate

lint: $(VENV)/.lint
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/mypy --no-error-summary

# Both engines on drawn scenarios for some MINUTES: prints the first difference, if there is one.
soak: $(VENV)/.test
	@$(BIN)/python -m tests.soak --minutes $(MINUTES)

bench: $(VENV)/.bench
	@$(BIN)/python -m pytest benchmarks

docs: $(VENV)/.docs
	@$(BIN)/python -m sphinx --quiet --fail-on-warning docs docs/_build/html
	@echo "docs/_build/html/index.html"

# What pages show of the commands: tables, outputs and pictures. Takes a quarter of an hour.
refresh: $(VENV)/.test
	@$(BIN)/python docs/generate.py
	@$(BIN)/python docs/tables.py
	@$(BIN)/python docs/console.py
	@$(BIN)/python docs/images.py
	@$(BIN)/python docs/notebooks.py

clean:
	@rm -rf $(VENV) docs/_build

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and \
		"simtrain needs Python 3.11 or newer; name one: make PYTHON=python3.12")'
	@$(PYTHON) -m venv --clear $(VENV)
	@touch $@

$(VENV)/.run: pyproject.toml | $(VENV)/.python
	@echo "Installing simtrain in $(VENV) …" >&2
	@$(PIP) install --editable '.[fast]'
	@echo "Compiling the compiled engine, once …" >&2
	@$(BIN)/python -m simtrain.compiled
	@touch $@

$(VENV)/.test $(VENV)/.lint $(VENV)/.bench $(VENV)/.docs: $(VENV)/.%: pyproject.toml | $(VENV)/.python
	@echo "Installing simtrain and its tools ($*) in $(VENV) …" >&2
	@$(PIP) install --editable '.[$*]'
	@touch $@
