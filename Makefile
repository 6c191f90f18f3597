# Needs Python 3.11 or 3.12 with venv, and make; everything else goes to .venv.
.PHONY: demo test soak deployed check format docs lock screenshots clean

BIN := .venv/bin
PYTHON := $(shell for p in "$$PYTHON" python3 python3.12 python3.11; do \
	[ -n "$$p" ] && "$$p" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 13))' 2>/dev/null && echo "$$p" && break; done)
PARALLEL := -n auto --maxprocesses 4
CODE := flows store models validation dashboards tests benchmarks src

demo: .venv/installed
	$(BIN)/affect demo

test: .venv/installed
	$(BIN)/python -m pytest $(PARALLEL) --dist loadfile

# Long variants of tests: runs killed in every situation, 20 rounds of corrections, 200 publications during reads (30 minutes).
soak: .venv/installed
	AFFECT_SOAK=1 $(BIN)/python -m pytest $(PARALLEL) -v -rP tests/flows/test_killed.py tests/flows/test_point_in_time.py \
		tests/store/publication/test_readers.py

# The long tests: a Prefect server and worker on loopback (deployments, a schedule, retraining, concurrent runs, a cancelled
# run, a killed worker, PostgreSQL where it is installed), other whole runs, training on two devices, further pages in a
# browser (about 30 minutes on two cores).
deployed: .venv/installed
	AFFECT_DEPLOYED=1 $(BIN)/python -m pytest -v -m long $(PARALLEL) --dist loadfile

check: .venv/installed
	$(BIN)/ruff check $(CODE)
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/mypy
	@if command -v hadolint >/dev/null; then hadolint Dockerfile; else echo "hadolint is not installed: Dockerfile not checked"; fi

format: .venv/installed
	$(BIN)/ruff check --fix $(CODE)
	$(BIN)/ruff format $(CODE)

.venv/installed: requirements.lock pyproject.toml
	@[ -n "$(PYTHON)" ] || { echo "affect-store needs Python 3.11 or 3.12: install it, or set its path: PYTHON=/path/to/python make $(MAKECMDGOALS)"; exit 1; }
	@echo "Creating .venv with $(PYTHON): about 190 packages, once (a few minutes)"
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# Resolves pyproject.toml for both Python versions into one lock with hashes and without download addresses. Pins that
# still satisfy it stay; to upgrade a package, delete its lines first.
lock:
	python3 -m venv .venv-lock
	.venv-lock/bin/python -m pip install --quiet uv
	for v in 3.11 3.12; do .venv-lock/bin/uv pip compile --quiet --python-version $$v -c requirements.lock --no-header \
		--no-annotate --generate-hashes --no-emit-index-url --extra dev --extra docs --extra lake pyproject.toml -o .venv-lock/$$v.lock || exit 1; done
	python3 .ci/merge_locks.py .venv-lock/3.11.lock .venv-lock/3.12.lock > requirements.lock.new
	mv requirements.lock.new requirements.lock

# The documentation site in site/, built without a network; first the pages that are generated from the code.
docs: .venv/installed
	$(BIN)/python docs/scripts/store_reference.py > docs/reference/store.md.new
	mv docs/reference/store.md.new docs/reference/store.md
	$(BIN)/python docs/scripts/module_map.py > docs/developers/map.md.new
	mv docs/developers/map.md.new docs/developers/map.md
	$(BIN)/python docs/scripts/cli_reference.py > docs/reference/cli.md.new
	mv docs/reference/cli.md.new docs/reference/cli.md
	$(BIN)/python docs/scripts/measures_reference.py > docs/reference/measures.md.new
	mv docs/reference/measures.md.new docs/reference/measures.md
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict
	rm site/404.html  # its links work on a web server only
	@echo "The site: $(CURDIR)/site/index.html"

# The two screenshots of the README, from the dashboards of the demo.
screenshots: .venv/installed
	$(BIN)/python docs/scripts/screenshots.py

clean:
	rm -rf .venv .venv-lock site .pytest_cache .ruff_cache .mypy_cache .hypothesis
