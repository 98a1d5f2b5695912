# Two words matter: `make demo` shows the whole job, `make test` proves it. Both set up what they need in .venv.

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
DEMO ?= demo-output

.PHONY: demo desk test lint types golden docs bench wheel wheelhouse clean

$(READY): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "需要 Python 3.11 或更高版本（make PYTHON=python3.12 …）"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --editable ".[dev]"
	@touch $@

demo: $(READY)  ## the whole job on published figures, into demo-output/
	$(BIN)/xxgk demo $(DEMO)

desk: $(READY)  ## the example district in a browser, in demo-output/
	mkdir -p $(DEMO)
	$(BIN)/xxgk desk $(DEMO) --example

test: $(READY)  ## every test; office and browser checks run where the programs are, and must in CI
	$(BIN)/pytest -n auto

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

golden: $(READY)  ## rewrite the golden workbooks after a wanted change
	XXGK_UPDATE_GOLDEN=1 $(BIN)/pytest tests/workbook/template/test_workbook.py

docs: $(READY)  ## rewrite the generated reference pages
	$(BIN)/python tests/docgen.py --write

# MEASURES="a.py b.py" runs some of them; TABLES are those whose table goes into docs/performance.md.
TABLES := ratios.py reports.py
MEASURES ?= $(notdir $(filter-out %/measuring.py,$(wildcard tests/benchmarks/*.py)))
bench: $(READY)  ## measurements; ratios against peers, in one run, go into docs/performance.md
	set -e; $(foreach script,$(MEASURES),\
	  PYTHONPATH=tests:. $(BIN)/python tests/benchmarks/$(script) $(if $(filter $(script),$(TABLES)),--write);)

wheel: $(READY)
	rm -rf dist
	$(BIN)/pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir dist .

# WHEELHOUSE_FOR="--for windows" builds for one kind of machine, WHEELHOUSE_PYTHON=3.12 for another Python.
wheelhouse: $(READY)  ## folders from which the toolkit is installed without a network: Windows, Linux
	$(BIN)/python .ci/wheelhouse.py wheelhouse $(WHEELHOUSE_FOR) $(if $(WHEELHOUSE_PYTHON),--python $(WHEELHOUSE_PYTHON))

clean:
	rm -rf .venv dist wheelhouse demo-output .pytest_cache .mypy_cache .ruff_cache .hypothesis
