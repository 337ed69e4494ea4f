# make test   everything that can be tested on this machine
# make demo   replay the demo log and say where the report lies
# make lint   ruff and mypy

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SET_UP := $(VENV)/.set-up
DEMO := build/demo

.PHONY: test demo lint clean

test: $(SET_UP)
	$(BIN)/coverage run -m pytest tests/domain tests/replay
	$(BIN)/coverage report
	$(MAKE) --no-print-directory host-test

.PHONY: host-test
host-test: $(SET_UP)
	$(BIN)/python -m tests.run_host_suite

demo: $(SET_UP)
	$(BIN)/slm replay examples/demo/tickets.csv --agreements examples/demo/agreements.toml \
		--profile examples/demo/profile.toml --until 2026-03-31T20:00:00+02:00 --out $(DEMO)
	@echo
	@echo "Open $(CURDIR)/$(DEMO)/report.html in a browser."

lint: $(SET_UP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

$(SET_UP): pyproject.toml
	PYTHON="$(PYTHON)" VENV="$(VENV)" sh .ci/set-up
	touch $@

clean:
	rm -rf $(VENV) build .cache .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache
