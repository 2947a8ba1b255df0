# Two commands do everything on a fresh machine:
#   make demo    builds .venv, runs every study's quick preset on real digits, prints the ledger
#   make test    builds .venv, then linters, types, floors, tests, doctests, docs
# Also: lint, bench, docs, slow, clean.  VENV=path and PYTHON=path choose another environment.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
RUN ?= runs/demo
WORKERS ?= 2
TORCH := $(shell sed -n 's/^torch==//p' constraints.txt)
HOOK := --jaxtyping-packages=lossatlas,beartype.beartype(conf=beartype.BeartypeConf(strategy=beartype.BeartypeStrategy.On))

# One BLAS thread a process: the same bits whatever the number of workers, and no thread slices.
export OMP_NUM_THREADS := 1
export MKL_NUM_THREADS := 1
export OPENBLAS_NUM_THREADS := 1

.PHONY: demo test lint unit docs readme bench slow clean

demo: $(VENV)/.installed
	$(BIN)/lossatlas study all --preset quick --out $(RUN) --workers $(WORKERS)

test: lint unit docs
	@echo "All green."

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/ty check
	$(BIN)/mypy
	$(BIN)/lint-imports

unit: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m "not slow and not unhooked" "$(HOOK)"
	$(BIN)/python -m pytest -m "unhooked and not slow"

docs: $(VENV)/.installed-dev
	$(BIN)/python docs/make_cli_reference.py --check
	$(BIN)/sphinx-build -W --keep-going -q -b html docs docs/_build/html
	$(BIN)/sphinx-build -W -q -b doctest docs docs/_build/doctest

# Puts the demo's ledger and picture into the README.
readme: demo
	$(BIN)/python docs/update_readme.py $(RUN)

slow: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -m "slow"

bench: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks

clean:
	rm -rf $(VENV) docs/_build build dist .pytest_cache .mypy_cache .ruff_cache

# --- environments: reused while pyproject.toml and constraints.txt are older than the stamp ---

$(VENV)/.created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "lossatlas needs Python 3.11 or newer; say PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --upgrade -c constraints.txt pip
	@touch $@

# torch first and pinned, so that nothing else chooses a build of it.
$(VENV)/.installed: $(VENV)/.created pyproject.toml constraints.txt
	$(PIP) install "torch==$(TORCH)"
	$(PIP) install -c constraints.txt --editable .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(PIP) install -c constraints.txt --editable ".[cluster,docs]" --group dev
	@touch $@
