# The same without make (Windows): README.md. Another Python: make test PYTHON=python3.13 VENV=.venv-3.13
PYTHON ?= python3
VENV ?= .venv
CONSTRAINTS ?= constraints.txt
bin = $(VENV)/bin
fault = $(shell sh scripts/check_python.sh $(PYTHON))

# What `make test` runs: all but what is slow, and of that one test a command and a page. `make test-rest` runs the others.
quick = smoke or not (site or chromium or firefox or libreoffice or story or packaging or bench or slow)
pytest = $(bin)/python -m pytest --numprocesses 2 --dist loadfile

.PHONY: demo test test-rest test-all lint bench docs maps pictures qgis-plugin

# A copy of the demo city is assessed, in the language of the system; nothing that is kept in the repository changes.
demo: $(VENV)/demo
	@rm -rf build/demo
	$(bin)/asset-inventory demo --to build/demo
	@echo "Open build/demo/semarang.html in a browser. To type asset-inventory in this terminal: . $(bin)/activate"

# The demo city's page that is kept in the repository
maps: $(VENV)/demo
	$(bin)/asset-inventory assess data/semarang --map maps/semarang.html

test: $(VENV)/test
	$(pytest) -m "$(quick)"

test-rest: $(VENV)/test
	$(pytest) -m "not (site or $(quick))"

test-all: test test-rest

lint: $(VENV)/lint
	$(bin)/ruff check .
	$(bin)/ruff format --check .
	$(bin)/lint-imports
	$(bin)/python scripts/check_types.py
	npm ci --silent --no-audit --no-fund
	npm run --silent lint
	npm test --silent

bench: $(VENV)/test
	$(bin)/python bench/run.py

# The documentation site, into docs/_build/html. Nothing is downloaded while it is built, and a warning is an error.
docs: $(VENV)/docs
	$(bin)/python -m sphinx --fresh-env --fail-on-warning --keep-going --quiet --builder html docs docs/_build/html
	$(pytest) tests/test_site.py
	@echo "docs/_build/html/index.html"

# The plugin as QGIS installs it from a zip: build/asset_inventory.zip, the same bytes for the same sources
qgis-plugin:
	$(PYTHON) scripts/make_qgis_plugin.py

pictures: $(VENV)/test
	$(bin)/python scripts/make_pictures.py

# A virtual environment, since Debian's own Python takes no packages; one that no longer works (its Python has gone) is
# made anew. The file touched here says what is installed in it.
$(VENV)/test: extras = [test]
$(VENV)/lint: extras = [test,lint]
$(VENV)/docs: extras = [test,docs]
$(VENV)/demo $(VENV)/test $(VENV)/lint $(VENV)/docs: setup.cfg pyproject.toml $(CONSTRAINTS)
	$(if $(fault),$(error $(fault)))
	@echo "Installing into $(VENV) (a minute or two, once)"
	@$(bin)/python -m pip --version > /dev/null 2>&1 || $(PYTHON) -m venv $(if $(wildcard $(VENV)/pyvenv.cfg),--clear) $(VENV)
	@$(bin)/python -m pip install --quiet --disable-pip-version-check --editable '.$(extras)' --constraint $(CONSTRAINTS)
	@touch $@
