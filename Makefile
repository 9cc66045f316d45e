# Each target sets the machine up first, which takes no time once it is done.
.DEFAULT_GOAL := help

IN := .venv/bin/
SET_UP := .venv/ready
# Each worker has a server and a database of its own. The order is that of tests/conftest.py.
# Generated cases have no ids to be shared by.
SIDE_BY_SIDE := --numprocesses 3 --dist loadfile --no-loadscope-reorder
# The tests start many processes: what the first compiled, the others read.
export PYTHONDONTWRITEBYTECODE :=
# After the others, alone: what is measured by the clock, and what many requests at once try.
ALONE := tests/contract tests/server/test_promise_codes.py
# Gathered here, and moved to docs/ when all of it has passed.
PROOF := build/proof.md

##@ Use

help: ## Show this list
	@awk 'BEGIN { FS = ":.*## " } \
	    /^##@/ { printf "\n%s\n", substr($$0, 5) } \
	    /^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(SET_UP) ## Start server, database and stand-ins (ARGS="--port 8090 --phone-port 8091")
	@$(IN)credit-yuexiu dev $(ARGS)

##@ Be sure

test: $(SET_UP) ## Run every test (ARGS="tests/house -k law" narrows)
ifdef ARGS
	@CREDIT_TEST_PROFILE=ci $(IN)python -m pytest $(ARGS)
else
	@CREDIT_TEST_PROFILE=ci $(IN)python -m pytest $(ALONE:%=--ignore %) $(SIDE_BY_SIDE)
	@CREDIT_TEST_PROFILE=ci $(IN)python -m pytest $(ALONE)
endif

prove: $(SET_UP) ## Run the tests with their full counts and write docs/proof.md
ifdef ARGS
	@CREDIT_TEST_PROFILE=prove $(IN)python -m pytest --timeout 3600 $(ARGS)
else
	@rm -f $(PROOF)
	@CREDIT_TEST_PROFILE=prove CREDIT_PROOF=$(PROOF) \
	    $(IN)python -m pytest --timeout 3600 $(ALONE:%=--ignore %) $(SIDE_BY_SIDE)
	@CREDIT_TEST_PROFILE=prove CREDIT_PROOF=$(PROOF) \
	    $(IN)python -m pytest --timeout 3600 $(ALONE)
	@mv $(PROOF) docs/proof.md
endif

sure: lint types test ## Run all that a change must pass

lint: $(SET_UP) ## Find what breaks the style
	@$(IN)ruff format --check
	@$(IN)ruff check

types: $(SET_UP) ## Check the types
	@$(IN)mypy

##@ Work

format: $(SET_UP) ## Lay the code out, repair what can be repaired
	@$(IN)ruff format
	@$(IN)ruff check --fix

goldens: $(SET_UP) ## Write the golden texts of the papers anew, to be read in the diff
	@rm -rf tests/adapters/documents/golden
	@WRITE_GOLDENS=1 $(IN)python -m pytest -q tests/adapters/documents/test_goldens.py

pins: ## Pin the newest releases that pyproject.toml allows
	scripts/set-up pins

clean: ## Remove what was made here, except data/
	rm -rf .venv build dist *.egg-info .hypothesis .mypy_cache .pytest_cache .ruff_cache

# A new top-level package is found only after another installation.
$(SET_UP): pyproject.toml constraints.txt debian-packages.txt scripts/set-up $(wildcard */__init__.py)
	@scripts/set-up

.PHONY: help run test prove sure lint types format goldens pins clean
