# Everything runs in .venv, made and filled the first time it is needed.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.PHONY: demo test check bench docs clean

$(READY): setup.cfg pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

demo: $(READY)  ## the main job on the six-language report: read, align, store, suggest, export
	$(BIN)/untm demo

test: $(READY) check  ## all checks and tests
	$(BIN)/python -m pytest
	$(BIN)/python -m benchmarks.accuracy --gate

check: $(READY)  ## formatting, lint, types, import contract, generated docs
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m docs.generate --check

bench: $(READY)  ## accuracy and speed, printed with their environment
	$(BIN)/python -m benchmarks.accuracy
	$(BIN)/python -m benchmarks.reliability fixtures/report fixtures/report/real
	$(BIN)/python -m benchmarks.highlight
	$(BIN)/python -m benchmarks.danger
	$(BIN)/python benchmarks/speed.py
	$(BIN)/python -m benchmarks.retrieval --size 5000 --queries 70
	$(BIN)/python -m benchmarks.growth
	$(BIN)/python -m benchmarks.import_speed

docs: $(READY)  ## write docs/reference.md from the code
	$(BIN)/python -m docs.generate

clean:
	rm -rf .venv build demo *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
