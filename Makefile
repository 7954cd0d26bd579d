# One line for each thing to do here. `make help` lists them.

SHELL := /bin/bash
PY := .venv/bin/python
PORT ?= 8000
export PORT

.DEFAULT_GOAL := help
.PHONY: help setup dev run test soak lint format messages lock

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 18

setup: ## make the environment and the database, without starting anything
	@scripts/setup.sh

dev:
	@scripts/setup.sh --dev

run: ## set everything up and start the product (PORT=9000 make run for another port)
	@scripts/run.sh

test: dev ## set everything up, real servers and browser included, and run all tests (ARGS="tests/rules -x" for some)
	@$(PY) scripts/run_tests.py $(ARGS)

soak: dev ## the long runs that are too slow for make test
	@$(PY) scripts/run_tests.py --soak $(ARGS)

lint: dev ## say what is wrong with the code
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .

format: dev ## lay out the code
	@.venv/bin/ruff check --fix .
	@.venv/bin/ruff format .

messages: dev ## gather the interface messages into locale/ and compile them
	@command -v xgettext >/dev/null || { echo "xgettext is missing: install the package gettext." >&2; exit 1; }
	@$(PY) manage.py makemessages --locale en --no-wrap --no-obsolete --add-location file --ignore .venv --ignore var --ignore tests
	@$(PY) scripts/compile_messages.py

lock: dev ## write the lock files anew from requirements.in and requirements-dev.in
	@for name in requirements requirements-dev; do \
	  .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	    --custom-compile-command "make lock" $$name.in -o $$name.txt || exit 1; \
	done
