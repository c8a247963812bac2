# Hearback. `make run` starts it, `make test` tests it, `make help` lists the rest.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help setup run test lint check bench screenshots fmt reset develop

VENV := .venv
BIN := $(VENV)/bin
LOG := $(VENV)/setup.log
CODE := listener triage api migrations bench tests
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input install --quiet --no-compile

# some machines forbid Python to keep what it compiled: every start would then compile two thousand files again
unexport PYTHONDONTWRITEBYTECODE

# $(call step,what is done,commands,what to do when it fails): one line with its seconds, details only on failure
define step
@mkdir -p $(VENV); printf '  %-34s' '$(1)'; start=$$(date +%s); \
if ( set -e; $(2) ) >$(LOG) 2>&1; then printf '%4d s\n' $$(( $$(date +%s) - start )); \
else printf 'failed\n\n'; tail -n 12 $(LOG) | sed 's/^/    /'; printf '\n%s\n' '$(3)'; exit 1; fi
endef

NO_NETWORK := It needs the network once. Check the connection (and PIP_INDEX_URL or your npm registry, if you use your own), then run the same command again.

help: ## List what can be done here
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

run: setup ## Start everything and print the address and a sign-in link; Ctrl-C stops it
	@exec $(BIN)/hearback up --leave-with-parent

setup: $(VENV)/local.stamp api/static/vendor/.stamp ## Install into .venv what `make run` needs

develop: $(VENV)/dev.stamp api/static/vendor/.stamp

test: develop ## Run every test against a real PostgreSQL and Valkey
	@$(BIN)/pytest --numprocesses=auto --maxprocesses=4 --dist=loadfile --no-loadscope-reorder

lint: develop ## Format, ruff, mypy, import contracts, and whether rows and migrations agree
	@$(BIN)/ruff format --check $(CODE)
	@$(BIN)/ruff check $(CODE)
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/hearback migrate --check

check: lint test ## All that CI runs

bench: develop ## Serve real posts from misbehaving feeds and measure the whole way, hearing, the alarm, many at once and large archives
	@$(BIN)/python -m bench.hearing
	@$(BIN)/python -m bench.alarm
	@$(BIN)/python -m bench.incident
	@$(BIN)/python -m bench.journey
	@$(BIN)/python -m bench.bulk
	@$(BIN)/python -m bench.desk

screenshots: develop ## Take a picture of every page (needs Chromium)
	@$(BIN)/python -m bench.screenshots

fmt: develop ## Put the code in shape
	@$(BIN)/ruff check --fix --quiet $(CODE); $(BIN)/ruff format $(CODE)

reset: ## Forget everything kept on this machine; the next start is a first start
	@if [ -x $(BIN)/hearback ]; then $(BIN)/hearback reset --yes; else rm -rf .hearback; fi

# a Python of 3.11 or newer, the plain name first; `make PYTHON=/path/to/python3.12` chooses another
$(BIN)/python:
	@found=; for one in $(or $(PYTHON),python3 python3.13 python3.12 python3.11); do \
	  if "$$one" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then found=$$one; break; fi; done; \
	if [ -z "$$found" ]; then \
	  echo "Hearback needs Python 3.11 or newer; here is $$($(or $(PYTHON),python3) --version 2>&1 || true)."; \
	  echo "Install one (Debian: apt install python3 python3-venv; macOS: brew install python), or name it: make PYTHON=/path/to/python3.12 $(MAKECMDGOALS)"; \
	  exit 1; fi; \
	echo "Setting up, once. This takes about a minute."; echo; \
	rm -rf $(VENV); "$$found" -m venv $(VENV) >/dev/null || { \
	  rm -rf $(VENV); echo "Python's venv module is missing. Debian: apt install python3-venv. Then run the same command again."; exit 1; }

$(VENV)/local.stamp: requirements/local.lock pyproject.toml | $(BIN)/python
	$(call step,Python libraries,$(PIP) --require-hashes -r requirements/local.lock && $(PIP) --no-deps --no-build-isolation -e .,$(NO_NETWORK))
	@touch $@

$(VENV)/dev.stamp: requirements/dev.lock pyproject.toml | $(BIN)/python
	$(call step,Python libraries and test tools,$(PIP) --require-hashes -r requirements/dev.lock && $(PIP) --no-deps --no-build-isolation -e .,$(NO_NETWORK))
	@touch $@ $(VENV)/local.stamp

api/static/vendor/.stamp: package-lock.json package.json vendor.mjs
	@command -v npm >/dev/null || { \
	  echo "npm is missing: it fetches the two browser libraries (htmx, uPlot). Install Node.js 18 or newer"; \
	  echo "(Debian: apt install nodejs npm; macOS: brew install node; anywhere: https://nodejs.org), then run the same command again."; exit 1; }
	$(call step,Browser libraries,npm ci --ignore-scripts --no-audit --no-fund && npm run vendor,$(NO_NETWORK))
	@touch $@
