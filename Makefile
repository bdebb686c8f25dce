# One verb per line; a bare `make` lists them. Everything is installed into .venv by `setup`.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.DEFAULT_GOAL := help
.PHONY: help setup demo test check bench docs fix clean

help: ## list the verbs
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY) ## create .venv and install the software with what its tests need

$(READY): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed / 需要 Python 3.11 或更新"; exit 2; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $(READY)

demo: $(READY) ## sample data for one county, the whole chain, the result on the screen
	@rm -rf demo/data demo/result
	$(BIN)/bangfu sample demo/data --scheme zj-2025-villages --size county --seed 1
	$(BIN)/bangfu run zj-2025-villages demo/data --out demo/result --as-of 2026-03-31

test: $(READY) ## all tests, docs examples included
	$(BIN)/python -m pytest -n 2

check: $(READY) ## style, types, layer contracts, schemes, their cases, the tutorial's commands
	$(BIN)/ruff check src tests bench docs
	$(BIN)/ruff format --check src tests bench docs
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	@for id in $$(ls -d src/bangfu/schemes/*/scheme.yaml | xargs -n1 dirname | xargs -n1 basename); \
		do $(BIN)/bangfu scheme check $$id || exit 1; done
	$(BIN)/bangfu scheme cases
	$(BIN)/python docs/build.py --check
	$(BIN)/python -m pytest tests/docs/test_tutorial.py

bench: $(READY) ## speed against the alternatives, as ratios (some minutes)
	$(BIN)/python bench/run_province.py
	$(BIN)/python bench/whatif_province.py

docs: $(READY) ## rebuild the reference pages from the schemes and the command line
	$(BIN)/python docs/build.py

fix: $(READY) ## mend style where it can be mended by itself
	$(BIN)/ruff check --fix src tests bench docs
	$(BIN)/ruff format src tests bench docs

clean: ## remove what was built
	rm -rf .venv demo dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
