# make run: set up and open the dashboard with the seed articles. make test: set up and run every test.
VENV ?= .venv
PYTHON ?= python3
BIN := $(VENV)/bin

.PHONY: run test check lock screenshots clean

run: $(VENV)/.ready
	$(BIN)/stances ingest seeds
	$(BIN)/streamlit run app.py

test: $(VENV)/.ready-dev
	sh scripts/get_chromium.sh $(BIN)/python
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

check: $(VENV)/.ready-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

$(VENV)/.ready: requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/.ready-dev: requirements-dev.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	touch $@ $(VENV)/.ready

# Needs uv. Both files carry hashes and no address; a test keeps it so.
lock:
	sh scripts/lock.sh

screenshots: $(VENV)/.ready-dev
	sh scripts/get_chromium.sh $(BIN)/python
	$(BIN)/python scripts/screenshots.py

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache
