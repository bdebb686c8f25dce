# One verb per line; a bare `make` lists them. Everything is installed into .venv by `setup`.
PYTHON ?= python3
BIN := .venv/bin
# What runs the site; READY adds what its tests need.
SITE := .venv/.site
READY := .venv/.ready
# What the benches compare with.
BENCH := .venv/.bench
# The bundle of the pages: built again when one of its sources is newer than what was built.
BUNDLE := src/bangfu/web/static/bangfu/manifest.json
MODULES := frontend/node_modules/.ready
LOOK := $(shell find frontend/src frontend/plugins frontend/public -type f 2>/dev/null) \
	frontend/vite.config.ts frontend/tsconfig.json
NPM := cd frontend && PATH="$(CURDIR)/$(BIN):$$PATH" npm

.DEFAULT_GOAL := help
.PHONY: help setup frontend demo test test-postgres test-browser walk check bench docs fix clean

help: ## list the verbs
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY) $(BUNDLE) ## create .venv and install the software with what its tests need

$(SITE): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed / 需要 Python 3.11 或更新"; exit 2; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[site,frontend]'
	@touch $(SITE)

$(READY): $(SITE)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $(READY)

$(BENCH): $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[bench]'
	@touch $(BENCH)

frontend: $(BUNDLE) ## build what the pages load, if its sources changed

$(MODULES): frontend/package.json frontend/package-lock.json frontend/.npmrc | $(SITE)
	$(NPM) ci
	@touch $@

$(BUNDLE): $(MODULES) $(LOOK)
	$(NPM) run --silent build
	@touch $@

demo: $(SITE) $(BUNDLE) ## a site with a sample county in it, one account a role, on 127.0.0.1:8000
	$(BIN)/bangfu demo --home demo/site

test: $(READY) $(BUNDLE) ## all tests, docs examples included
	$(BIN)/python -m pytest -n 2

test-postgres: $(READY) $(BUNDLE) ## the tests of records and pages on PostgreSQL
	$(BIN)/python tests/run_postgres.py

test-browser: $(READY) $(BUNDLE) ## the pages in Chromium: axe, policy, two widths, two languages
	@command -v chromium >/dev/null || { apt-get update -q && \
		apt-get install -y -q chromium fonts-noto-cjk; } >/dev/null
	$(BIN)/python -m pytest -m browser tests/browser

walk: $(READY) $(BUNDLE) ## the long runs: kills, fuzz, large tables (many minutes)
	$(BIN)/python -m pytest -m heavy
	$(BIN)/python tests/run_postgres.py -mheavy

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

bench: $(BENCH) $(BUNDLE) ## speed against the alternatives, as ratios (some minutes)
	$(BIN)/python bench/run_province.py
	$(BIN)/python bench/whatif_province.py
	$(BIN)/python bench/clusters_province.py
	$(BIN)/python bench/clusters_compare.py
	$(BIN)/python bench/site_import.py
	$(BIN)/python bench/site_pages.py

docs: $(READY) ## rebuild the reference pages from the schemes and the command line
	$(BIN)/python docs/build.py

fix: $(READY) ## mend style where it can be mended by itself
	$(BIN)/ruff check --fix src tests bench docs
	$(BIN)/ruff format src tests bench docs

clean: ## remove what was built
	rm -rf .venv frontend/node_modules src/bangfu/web/static/bangfu demo dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
