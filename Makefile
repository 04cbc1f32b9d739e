# Everything runs from a virtual environment of its own, .venv, made from the pins in constraints.txt when it is missing
# or when the pins or the project's declaration changed. Nothing is installed outside it.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq

.DEFAULT_GOAL := help
.PHONY: help demo test soak lint package pictures oracle oracle-full browser bench trees venv clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(READY) ## Analyze the bundled tree: tiny and default config of powerpc and x86, all nine architectures, what the series changes
	@for arch in powerpc x86_64; do for config in tinyconfig defconfig; do \
		echo; echo "\$$ kweigh analyze $$config --arch $$arch"; echo; \
		$(BIN)/kweigh analyze $$config --arch $$arch || exit; \
	done; done
	@echo; echo "\$$ kweigh matrix"; echo
	@$(BIN)/kweigh matrix --width 100
	@echo; echo "\$$ kweigh model defconfig --arch powerpc --compare 5.8,v4"; echo
	@$(BIN)/kweigh model defconfig --arch powerpc --compare 5.8,v4 --width 100
	@echo; echo "\$$ kweigh review fixtures/series/dma-bypass-v4.patch --tree bundled"; echo
	@$(BIN)/kweigh review fixtures/series/dma-bypass-v4.patch --tree bundled --width 100
	@echo; echo "\$$ kweigh gate DMA_OPS DMA_OPS_BYPASS"; echo
	@$(BIN)/kweigh gate DMA_OPS DMA_OPS_BYPASS --width 100

test: $(READY) ## Run the tests, the import rules among them
	@$(BIN)/pytest -q -n auto --dist worksteal

soak: $(READY) ## Try each property on N times as many random examples as make test does (N=10)
	@KWEIGH_SOAK=$(or $(N),10) $(BIN)/pytest -q -n auto $$(grep -rlE '^from hypothesis' tests --include='test_*.py')

lint: $(READY) ## Check with ruff and mypy --strict
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy

package: $(READY) ## Build sdist and wheel into dist/, and check them as an index would (nothing is uploaded)
	@rm -rf dist
	@$(BIN)/python -m build --no-isolation --outdir dist . >/dev/null
	@$(BIN)/twine check --strict dist/*
	@$(BIN)/check-wheel-contents dist/*.whl

pictures: $(READY) ## Draw the pictures of the README again
	@$(BIN)/python -m tests.pictures

oracle: $(READY) trees ## Compare with the kernel's own tools on real trees; nothing may be skipped
	@KWEIGH_ORACLE_STRICT=1 $(BIN)/pytest -q -n auto -m oracle tests/oracle

oracle-full: $(READY) trees ## The same for every architecture, target and defconfig (hours)
	@KWEIGH_ORACLE_STRICT=1 KWEIGH_ORACLE_FULL=1 $(BIN)/pytest -q -n auto -m oracle tests/oracle

browser: $(READY) ## Open pages in headless Chromium (KWEIGH_CHROMIUM, else chromium of the PATH); nothing may be skipped
	@KWEIGH_BROWSER_STRICT=1 $(BIN)/pytest -q -n 0 -m browser tests/browser

bench: $(READY) ## Measure time beside the peers (TREE=DIR, KWEIGH_BENCH_FULL=1)
	@$(BIN)/pytest -q -m bench --benchmark-enable tests/benchmarks
	@$(BIN)/python -m tests.benchmarks.compare $(TREE)

trees: ## Get the trees for make oracle: 5.10, 6.1, 6.12 and the newest (KWEIGH_LINUX_TREES=DIR:DIR names trees instead)
	@.ci/trees

venv: $(READY) ## Make or refresh .venv only

$(READY): pyproject.toml constraints.txt
	@echo "Setting up $(VENV) (once)" >&2
	@rm -rf $(VENV)
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) install -c constraints.txt hatchling editables
	@$(PIP) install -c constraints.txt --no-build-isolation -e '.[dev]'
	@touch $@

clean: ## Remove .venv, caches and built packages
	@rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .benchmarks
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
