# The manual: each target does all the set-up that it needs.

PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/installed
PEERS := .venv/installed-peers
# Tests wait as well as compute: one process more than cores, at most 4
TESTERS = $(shell $(PYTHON) -c 'import os; print(min(4, (os.cpu_count() or 1) + 1))')

# Many processes are started, and each would compile anew what none may keep
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help install peers demo serve test check bench

help:  ## Show the targets
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST)

install: $(INSTALLED)  ## Make the environment and install everything

$(INSTALLED): pyproject.toml constraints.txt
	@echo "Installing Ridgeline into .venv: some minutes the first time"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Ridgeline needs Python 3.11 or newer: make PYTHON=python3.11")'
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[service,worker,dev]'
	@touch $@

peers: $(PEERS)  ## Install what Ridgeline is measured beside

$(PEERS): $(INSTALLED)
	@echo "Installing what Ridgeline is measured beside"
	@$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[service,worker,dev,bench]'
	@touch $@

demo: install  ## One real study on breast_cancer, from submission to the best regularizer
	@$(BIN)/ridgeline demo

serve: install  ## The service with one worker on http://127.0.0.1:8000
	@$(BIN)/ridgeline serve

# In the order of tests/conftest.py, long files first; by itself xdist begins with the files of many tests
test: install  ## All tests
	@$(BIN)/pytest -n $(TESTERS) --dist loadfile --no-loadscope-reorder

check: install  ## Format, lint, types, imports
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: peers  ## Ridgeline beside what you would otherwise run; the better part of an hour on an idle machine
	@$(BIN)/python -m benchmarks
	@$(BIN)/python benchmarks/speed.py
