# Each target sets the machine up first, which takes no time once it is done.
.DEFAULT_GOAL := help

IN := .venv/bin/
SET_UP := .venv/ready
# Each worker has a server and a database of its own. The order is that of tests/conftest.py.
SIDE_BY_SIDE := --numprocesses 3 --dist loadfile --no-loadscope-reorder
# Generated cases have no ids that workers could share them by: a run of their own, beside.
GENERATED := tests/contract
# With full counts it is measured by the clock: after all others, alone.
MEASURED := tests/server/test_promise_codes.py
# The tests start many processes: what the first compiled, the others read.
export PYTHONDONTWRITEBYTECODE :=
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
test: export CREDIT_TEST_PROFILE := ci
test:
ifdef ARGS
	@$(IN)python -m pytest $(ARGS)
else
	@$(MAKE) --no-print-directory --jobs=2 together generated
endif

prove: $(SET_UP) ## Run the tests with their full counts and write docs/proof.md
prove: export CREDIT_TEST_PROFILE := prove
prove: export PYTEST_ADDOPTS := --timeout 3600
prove:
ifdef ARGS
	@$(IN)python -m pytest $(ARGS)
else
	@rm -f $(PROOF)
	@CREDIT_PROOF=$(PROOF) $(MAKE) --no-print-directory --jobs=2 together generated
	@CREDIT_PROOF=$(PROOF) $(IN)python -m pytest $(MEASURED)
	@mv $(PROOF) docs/proof.md
endif

together:
	@$(IN)python -m pytest --ignore $(GENERATED) $(if $(CREDIT_PROOF),--ignore $(MEASURED)) $(SIDE_BY_SIDE)

generated:
	@$(IN)python -m pytest $(GENERATED)

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

.PHONY: help run test prove together generated sure lint types format goldens pins clean
