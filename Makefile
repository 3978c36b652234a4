# The doors to this project. Each target sets up what it needs in .venv, once; see .ci/setup.
.DEFAULT_GOAL := help
PYTHON_HERE := .venv/bin/python
PORT ?= 8000
UV = $(shell if [ -x .venv/bin/uv ]; then echo .venv/bin/uv; else command -v uv; fi)
COMPILE = $(UV) pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes \
	--no-annotate --no-emit-index-url --custom-compile-command "make lock"

# What must reach every branch of rubrics and assessment by itself; counting slows all the rest down.
CORE_TESTS := tests/rubrics tests/assessment tests/test_cases.py

# One more than there are cores: many of the other tests wait for a server or a browser.
WAITING := $(shell echo $$(( $$(getconf _NPROCESSORS_ONLN) + 1 )))

.PHONY: $(shell sed -n 's/^\([a-z-]*\):.*/\1/p' Makefile) ready-run ready-test ready-bench

help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' Makefile

demo: ready-run ## set up, then score a city and print its report
	@.venv/bin/readiness demo

serve: ready-run ## set up, then open the pages and the API as a demo, on this machine alone
	@.venv/bin/readiness serve --port $(PORT)

test: ready-test ## set up, then lint, types, architecture, spelling and all tests with coverage
	@status=0; \
	$(MAKE) --no-print-directory lint || status=$$?; \
	$(PYTHON_HERE) -m pytest -n auto --dist worksteal $(CORE_TESTS) --cov || status=$$?; \
	$(PYTHON_HERE) -m pytest -n $(WAITING) --dist worksteal tests $(CORE_TESTS:%=--ignore=%) || status=$$?; \
	.ci/setup left-out; \
	[ $$status = 0 ] || echo "make test: not everything holds; the first complaint is above." >&2; \
	exit $$status

lint: ready-test ## ruff, mypy, import-linter and codespell
	@status=0; \
	for tool in "ruff check" "ruff format --check" mypy lint-imports codespell; do \
		echo "== $$tool"; \
		.venv/bin/$$tool || status=1; \
	done; \
	exit $$status

bench: ready-bench ## measure the engine and the reading of evidence, beside tools we did not choose
	@$(PYTHON_HERE) -m tests.bench
	@$(PYTHON_HERE) -m tests.bench_evidence

bench-plan: ready-test ## measure plans, and what the optimum saves beside a greedy plan
	@$(PYTHON_HERE) -m tests.bench_plan

bench-batch: ready-bench ## measure a million submissions from file to file, beside other rule engines
	@$(PYTHON_HERE) -m tests.bench_batch

bench-printing: ready-test ready-bench ## measure 500 reports of a batch, by one worker and by two
	@$(PYTHON_HERE) -m tests.bench_printing

soak: ready-test ## 50 writers on one assessment for 60 s while its server is killed, on both databases
	@$(PYTHON_HERE) -m tests.api.soak

bench-web: ready-test ## measure saves and results a second, beside a bare server
	@$(PYTHON_HERE) -m tests.bench_web

fuzz: ready-test ## send thousands of odd requests to every route of the API, as everybody
	@READINESS_FUZZ_EXAMPLES=$${READINESS_FUZZ_EXAMPLES:-25} $(PYTHON_HERE) -m pytest -q -n auto --dist worksteal tests/api/rest/test_fuzz.py

soak-batch: ready-test ## kill a batch 20 times at random moments, and compare what comes out
	@$(PYTHON_HERE) -m tests.soak_batch

soak-service: ready-test ## 200 batches in the service while its workers are killed, on both databases
	@$(PYTHON_HERE) -m tests.api.batches.soak_service

bench-reports: ready-test ready-bench ## measure reports, cold and warm, on workers, beside typst and Chromium
	@$(PYTHON_HERE) -m tests.bench_reports

standards: ready-test ## judge every kind of report, language and paper by PDF/A-3a and PDF/UA-1
	@READINESS_EVERY_EDITION=1 $(PYTHON_HERE) -m pytest -q -n auto --dist worksteal tests/reports/test_standards.py

soak-review: ready-test ## 20 reviewers for 60 s while their server is killed, on both databases
	@$(PYTHON_HERE) -m tests.api.review.soak

stopwatch: ready-test ## measure a newcomer's way from git clone to a scored answer in the browser
	@$(PYTHON_HERE) -m tests.stopwatch

mutants: ready-test ## change the rubric in many small ways; a case must notice each
	@$(PYTHON_HERE) -m tests.mutate_rubric

pictures: ready-test ## make the pictures of the README again
	@$(PYTHON_HERE) -m tests.pictures

vendor: ready-run ## take the pinned copies of the pages' design system anew (asks npm)
	@$(PYTHON_HERE) api/web/static/vendor/build.py

lock: ready-run ## renew requirements/*.txt: newest versions that fit, with their hashes
	$(COMPILE) pyproject.toml --group build -o requirements/run.txt
	$(COMPILE) pyproject.toml --group build --group test -c requirements/run.txt -o requirements/test.txt
	$(COMPILE) pyproject.toml --group build --group bench -c requirements/run.txt -o requirements/bench.txt
	echo uv | $(COMPILE) - -o requirements/uv.txt

clean: ## remove .venv and everything that tools left behind
	rm -rf .venv .coverage .coverage.* .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache build dist htmlcov
	find . -name __pycache__ -prune -exec rm -rf {} +

ready-run ready-test ready-bench:
	@.ci/setup $(@:ready-%=%)
