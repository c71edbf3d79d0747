# Everything Shibu needs, from a fresh clone: `make run` and `make test`. See README.md.
PYTHON ?= python3
PORT ?= 8000
DATA ?= data
SIZE ?= default
PY := .venv/bin/python
# A worker for each core, a file to a worker: most tests wait for a browser or a disk.
PYTEST := $(PY) -m pytest -n auto --maxprocesses 4 --dist loadfile

.PHONY: run test proof soak bench lint clean

run: .venv/run.stamp
	$(PY) -m server demo --data $(DATA) --port $(PORT) --size $(SIZE)

test: .venv/test.stamp
	$(PY) -m tests.tools check
	$(PYTEST)

proof: .venv/test.stamp
	$(PY) -m tests.tools other-browsers
	$(PY) -m tests.tools check
	PROOF=1 $(PYTEST) --timeout=1800

MINUTES ?= 20
soak: .venv/test.stamp
	SOAK_MINUTES=$(MINUTES) $(PY) -m tests.sync.simulation.soak

bench: .venv/test.stamp
	$(PY) -m tests.bench

lint: .venv/test.stamp
	$(PY) -m tests.tools check

clean:
	rm -rf .venv tests/node_modules data

# uv reads uv.lock and installs exactly what it names; it is the only thing pip is asked for by name.
.venv/uv.stamp:
	$(PYTHON) -m venv .venv
	$(PY) -m pip install --quiet --disable-pip-version-check "uv>=0.9"
	touch $@

.venv/run.stamp: .venv/uv.stamp uv.lock pyproject.toml
	.venv/bin/uv sync --frozen --quiet --no-dev --inexact
	touch $@

.venv/test.stamp: .venv/uv.stamp uv.lock pyproject.toml tests/package-lock.json
	.venv/bin/uv sync --frozen --quiet --inexact
	$(PY) -m tests.tools set-up
	touch $@ .venv/run.stamp
