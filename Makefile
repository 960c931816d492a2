# Everything a newcomer or CI runs. Needs Python 3.11+ and make; the rest is fetched.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
export PYTHONPATH := src
SEEDS ?= 5

.PHONY: help demo test test-root app check campaign simulate bench clean system

help:
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 14

# One marker for the Python packages, one for the system's libraries.
.venv/.ready: pyproject.toml uv.lock .venv/.system
	@$(PYTHON) tools/setup.py packages
	@touch $@

.venv/.system: tools/setup.py
	@mkdir -p .venv && $(PYTHON) tools/setup.py system
	@touch $@

# Fonts and icons, checked against their digests.
.venv/.fetched: resources/fetched.toml tools/fetch.py
	@mkdir -p .venv && $(PYTHON) tools/fetch.py
	@touch $@

system: .venv/.system ## the system libraries the program and its tests need

test: .venv/.ready .venv/.fetched ## set everything up and run the tests
	$(BIN)/pytest -n 2 --dist loadfile

demo: .venv/.ready .venv/.fetched ## the whole product once, from nothing, into build/demo
	@$(BIN)/python tools/demo.py

app: .venv/.ready .venv/.fetched ## the desktop on a sample headquarters
	@$(BIN)/python tools/sample_app.py

check: .venv/.ready ## format, lint, types, import contracts, size limits, forms
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy src
	$(BIN)/lint-imports
	$(BIN)/interrogate -q src
	$(BIN)/python tools/limits.py
	$(BIN)/python tools/lint_forms.py

simulate: .venv/.ready ## seeded bad days between laptops and headquarters (SEEDS=n)
	PYTHONPATH=src:. $(BIN)/python -m tests.sync.simulate $(SEEDS)

test-root: .venv/.ready .venv/.fetched ## what needs root: a real printing system
	$(BIN)/pytest -q -m root

campaign: .venv/.ready .venv/.fetched ## the long runs: hundreds of kills, the full simulation
	ILOCDOC_KILLS=100 $(BIN)/pytest -q tests/journeys/test_killed.py tests/vault/test_killed.py tests/vault/test_rotation.py --timeout 3600
	ILOCDOC_CRASHES=6000 ILOCDOC_FAULTS=240 $(BIN)/pytest -q -n 2 tests/vault/test_crash.py tests/vault/test_faults.py
	ILOCDOC_LARGE_MIB=6144 $(BIN)/pytest -q tests/vault/test_large_files.py --timeout 3600
	ILOCDOC_CHANGES=2400 $(BIN)/pytest -q tests/packet/test_attacks.py --timeout 3600
	PYTHONPATH=src:. $(BIN)/python -m tests.sync.simulate 500

bench: .venv/.ready ## every benchmark beside its peer or floor in one run
	PYTHONPATH=src:. $(BIN)/python -m bench.harness

clean:
	rm -rf build .venv
