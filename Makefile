# Needs Python 3.11 or 3.12 with venv, make and git; everything else goes to .venv.
.PHONY: demo test soak deployed check format docs lock screenshots clean

BIN := .venv/bin
PYTHON := $(shell for p in "$$PYTHON" python3 python3.12 python3.11; do \
	[ -n "$$p" ] && "$$p" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 13))' 2>/dev/null && echo "$$p" && break; done)
AT_ONCE := -n auto --maxprocesses 4
CODE := flows store models validation dashboards tests benchmarks

demo: .venv/installed
	$(BIN)/affect demo

test: .venv/installed
	$(BIN)/python -m pytest $(AT_ONCE) --dist loadfile --no-loadscope-reorder

# The long forms: runs killed in all situations, 20 rounds of corrections, 200 publications under a reader (about 30 minutes).
soak: .venv/installed
	AFFECT_SOAK=1 $(BIN)/python -m pytest $(AT_ONCE) -v -rP tests/flows/test_killed.py tests/flows/test_point_in_time.py \
		tests/store/tables/test_readers.py

# A Prefect server and worker on loopback, as users run them: deployments, a schedule, retraining, two runs at once, a
# cancelled run, a killed worker, PostgreSQL where it is installed; and other tests of whole runs (about 17 minutes).
deployed: .venv/installed
	AFFECT_DEPLOYED=1 $(BIN)/python -m pytest -v tests/flows/test_deployed.py tests/flows/test_deployed_servers.py \
		tests/flows/test_killed.py tests/flows/test_forgetting_killed.py tests/flows/test_experiment.py \
		tests/flows/test_pipeline.py tests/validation/test_planted_in_a_run.py

check: .venv/installed
	$(BIN)/ruff check $(CODE)
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/mypy
	@if command -v hadolint >/dev/null; then hadolint Dockerfile; else echo "hadolint is not installed: Dockerfile not checked"; fi

format: .venv/installed
	$(BIN)/ruff check --fix $(CODE)
	$(BIN)/ruff format $(CODE)

.venv/installed: requirements.lock pyproject.toml
	@[ -n "$(PYTHON)" ] || { echo "affect-store needs Python 3.11 or 3.12: install one, or name it: PYTHON=/path/to/python make $(MAKECMDGOALS)"; exit 1; }
	@echo "Setting up .venv with $(PYTHON): about 170 packages, once (some minutes)"
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# Resolves pyproject.toml for both Pythons into one lock with hashes and without download addresses. Pins that still
# fit stay; to raise one, delete its lines first.
lock:
	python3 -m venv .venv-lock
	.venv-lock/bin/python -m pip install --quiet uv
	for v in 3.11 3.12; do .venv-lock/bin/uv pip compile --quiet --python-version $$v -c requirements.lock --no-header \
		--no-annotate --generate-hashes --no-emit-index-url --extra dev pyproject.toml -o .venv-lock/$$v.lock || exit 1; done
	python3 .ci/merge_locks.py .venv-lock/3.11.lock .venv-lock/3.12.lock > requirements.lock.new
	mv requirements.lock.new requirements.lock

# Pages that are made from the code: the reference of the store, and the README's map of the modules.
docs: .venv/installed
	$(BIN)/python -m store.tables.reference > docs/store.md.new
	mv docs/store.md.new docs/store.md
	$(BIN)/python .ci/map_readme.py

# The two pictures of the README, from the demo's dashboards.
screenshots: .venv/installed
	$(BIN)/python .ci/screenshots.py

clean:
	rm -rf .venv .venv-lock .pytest_cache .ruff_cache .mypy_cache .hypothesis
