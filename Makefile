# What people type. Each target sets up what it needs; a second call finds it done (stamps in .venv, named after the lock's checksum).
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules --no-print-directory

PYTHON ?= python3
PORT ?= 8000
WORKERS ?= 2
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_REQUIRE_VIRTUALENV := 1

checksum = $(shell cat $(1) 2>/dev/null | cksum | cut -d' ' -f1)
HAS_RUN := .venv/has-run-$(call checksum,requirements/run.txt pyproject.toml)
HAS_TEST := .venv/has-test-$(call checksum,requirements/test.txt pyproject.toml)
HAS_CHECKERS := .venv/has-checkers-$(call checksum,requirements/checkers/package-lock.json)
HAS_FONT := .venv/has-looked-for-fonts-hanazono
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard pledges/translations/*/LC_MESSAGES/*.po))

# A virtual environment is good when its own pip answers from this very folder: broken, half-made and moved ones do not.
ifneq ($(shell $(BIN)/pip --version 2>/dev/null | grep -cF "$(CURDIR)/.venv/"),1)
$(shell rm -f .venv/has-*)
endif

.PHONY: help run setup setup-test test campaign bench pictures declaration-table who-may-call same-builds lint lock clean translations system-test-tools

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 20

run: setup ## the application on http://127.0.0.1:8000 (PORT=…), with the example assembly on the first start
	@export PLEDGES_BASE_URL="$${PLEDGES_BASE_URL:-http://127.0.0.1:$(PORT)}"
	$(BIN)/pledges setup-instance
	exec $(BIN)/pledges run --port $(PORT)

setup: $(HAS_RUN) $(HAS_FONT) $(CATALOGUES) ## everything that `make run` needs before it serves
	@$(BIN)/pledges prepare-fonts

setup-test: setup $(HAS_TEST) system-test-tools $(HAS_CHECKERS) ## everything that the tests need besides

test: setup-test ## the tests (ARGS='tests/leader -k sign' passes on to pytest; WORKERS=0 runs them in one process)
	@exec $(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup $(ARGS)

campaign: setup-test ## every page in every state, language and window, every journey in six languages, PostgreSQL everywhere: long, before an edition
	@exec $(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup -m campaign $(ARGS)

declaration-table: setup-test ## asks validators and readers, and writes their table in docs/declaration.md anew
	@exec $(BIN)/python -m benchmarks.validators

who-may-call: setup-test ## writes docs/who-may-call.md anew from the routes and the roles
	@$(BIN)/python -m tests.who_may_call

same-builds: setup-test ## builds one register five times in different surroundings and compares (ARGS=pledges)
	@exec $(BIN)/python -m benchmarks.validators.sameness $(ARGS)

bench: setup-test ## the benchmarks, beside their peers (ARGS=name… chooses some)
	@exec $(BIN)/python -m benchmarks $(ARGS)

pictures: setup-test ## the pictures in docs/pictures: the declaration of 2,000 pledges, and what a cabinet meets in each language
	@$(BIN)/python -m benchmarks.pictures
	$(BIN)/python -m tests.pictures

lint: $(HAS_RUN) $(HAS_TEST) ## ruff, mypy, import contracts, templates, translations, traces of machines
	@failed=0
	check() { printf -- '-- %s\n' "$$1"; shift; "$$@" || failed=1; }
	check 'ruff' $(BIN)/ruff check .
	check 'ruff format' $(BIN)/ruff format --check --output-format concise .
	check 'mypy' $(BIN)/mypy
	check 'who may import whom' $(BIN)/lint-imports --no-logo --no-cache
	check 'templates' $(BIN)/djlint --lint --quiet templates
	check 'translations' $(BIN)/python .ci/check_translations.py
	check 'traces of a machine' .ci/check-traces
	exit $$failed

translations: $(HAS_RUN) ## gathers the sentences to translate into pledges/translations (NEW=xx begins one)
	@mkdir -p build
	$(BIN)/pybabel -q extract -F babel.cfg -k _l -k lazy_gettext --sort-by-file --no-wrap --project pledges --version 1.0 -o build/messages.pot .
	if [ -n '$(NEW)' ]; then $(BIN)/pybabel -q init -i build/messages.pot -d pledges/translations -l '$(NEW)' --no-wrap; fi
	for catalogue in pledges/translations/*/LC_MESSAGES/messages.po; do
	  language=$$(basename "$$(dirname "$$(dirname "$$catalogue")")")
	  $(BIN)/pybabel -q update -i build/messages.pot -d pledges/translations -l "$$language" --no-wrap --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date
	done

lock: ## the hashed lock files from requirements/*.in (ARGS=--upgrade raises versions)
	@uv=$$(command -v uv || true)
	if [ -z "$$uv" ]; then
	  $(PYTHON) -m venv build/uv && build/uv/bin/pip install -q uv
	  uv=build/uv/bin/uv
	fi
	compile() { "$$uv" pip compile -q --generate-hashes --no-header --no-emit-index-url --no-annotate --python-version 3.11 "$$@"; }
	compile $(ARGS) requirements/run.in requirements/build.in -o requirements/run.txt
	compile $(ARGS) -c requirements/run.txt requirements/run.in requirements/build.in requirements/test.in -o requirements/test.txt

clean: ## removes what can be made again; instance/ stays
	rm -rf .venv build *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage htmlcov
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	find pledges -name '*.mo' -delete

# ---------------------------------------------------------------- how it is set up

$(HAS_RUN):
	@.ci/make-venv "$(PYTHON)"
	echo 'Installing what the application needs (a minute or two, once) …' >&2
	$(BIN)/python -m pip install -qq --require-hashes -r requirements/run.txt
	$(BIN)/python -m pip install -qq --no-deps --no-build-isolation -e .
	rm -f .venv/has-run-* && touch $@

$(HAS_TEST): | $(HAS_RUN)
	@echo 'Installing what the tests need …' >&2
	$(BIN)/python -m pip install -qq --require-hashes -r requirements/test.txt
	rm -f .venv/has-test-* && touch $@

# Rare Han characters; without the font a register that uses them stops its compile and names them.
$(HAS_FONT): | $(HAS_RUN)
	@.ci/apt-install --optional 'Names with rare Han characters beyond those of the example cannot be printed: a compile stops and names them.' fonts-hanazono
	touch $@

$(HAS_CHECKERS): | $(HAS_RUN) system-test-tools
	@mkdir -p .venv/checkers && cp requirements/checkers/*.json .venv/checkers/
	npm ci --prefix .venv/checkers --ignore-scripts --no-audit --no-fund --silent
	rm -f .venv/has-checkers-* && touch $@

system-test-tools:
	@.ci/apt-install --required 'The tests drive a browser, check pages and PDF files, and seal with a key in a module.' \
	  chromium poppler-utils qpdf softhsm2 openssl \
	  libpdfbox2-java libcommons-logging-java libactivation-java libjaxb-api-java default-jre-headless npm

%.mo: %.po | $(HAS_RUN)
	@$(BIN)/pybabel -q compile -i $< -o $@
