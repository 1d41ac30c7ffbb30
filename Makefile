# Everything a person does with this repository. `make` lists it; .ci/run is `make web lint test`.

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run test test-rust test-unit test-browser lint deny bench fuzz web pictures fmt setup-run setup-test setup-lint clean

# Where `make run` listens and keeps its data.
BARTIZAN_LISTEN ?= 127.0.0.1:8080
BARTIZAN_DATA ?= $(CURDIR)/data
# How long `make fuzz` gives each target, and which targets: all, where none is named.
FUZZ_SECONDS ?= 60
FUZZ_TARGET ?=
# What `make deny` asks of cargo-deny. `make deny DENY="check advisories"` needs the internet.
DENY ?= --offline check licenses bans sources

# Rust is found right after it was installed, before a new shell knows of it.
export PATH := $(PATH):$(HOME)/.cargo/bin
TARGET := $(abspath $(or $(CARGO_TARGET_DIR),target))
# In CI, a Cargo.lock that lags behind the manifests is an error; at the desk, cargo mends it.
LOCKED := $(if $(filter true,$(CI)),--locked)
STEP := scripts/step.sh

help: ## List what can be made (the default)
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile

run: setup-run web ## Build Bartizan and start it: http://127.0.0.1:8080, data in ./data ($BARTIZAN_LISTEN, $BARTIZAN_DATA)
	@$(STEP) "build" cargo build --release $(LOCKED) -p bartizan
	@exec "$(TARGET)/release/bartizan" serve --listen "$(BARTIZAN_LISTEN)" --data "$(BARTIZAN_DATA)"

test: setup-test web test-rust test-unit test-browser ## Run every test: Rust on SQLite and PostgreSQL, TypeScript, the UI in a browser

# One build for the tests and for the binary that the browser tests start: --tests keeps the features the same.
test-rust: setup-test ## Only the Rust tests, on SQLite and PostgreSQL
	@$(STEP) "build the Rust tests" cargo build $(LOCKED) --workspace --tests --bin bartizan
	@BARTIZAN_REQUIRE_PG=1 $(STEP) "Rust tests" scripts/with-postgres.sh cargo test $(LOCKED) --workspace

test-unit: setup-run web/node_modules/.package-lock.json ## Only the TypeScript unit tests
	@$(STEP) "TypeScript unit tests" npm --prefix web run test:unit

test-browser: setup-test web ## Only the browser tests
	@$(STEP) "build for the browser tests" cargo build $(LOCKED) --workspace --tests --bin bartizan
	@CHROMIUM_PATH="$$(scripts/find.sh chromium)" BARTIZAN_BIN="$(TARGET)/debug/bartizan" \
	  $(STEP) "browser tests" npm --prefix web run test:e2e

lint: setup-lint web/node_modules/.package-lock.json ## Check everything that needs no test: format, lints, docs, licences, the API client
	@$(STEP) "tidy" scripts/tidy.sh
	@$(STEP) "rustfmt" scripts/rustfmt.sh --check
	@$(STEP) "shellcheck" shellcheck scripts/*.sh .ci/run
	@$(STEP) "tsc and eslint" npm --prefix web run lint
	@$(STEP) "API client is current" npm --prefix web run api:check
	@$(STEP) "clippy" cargo clippy $(LOCKED) --workspace --all-targets -- -D warnings
	@RUSTDOCFLAGS="-D warnings" $(STEP) "rustdoc" cargo doc $(LOCKED) --workspace --no-deps
	@if cargo deny --version >/dev/null 2>&1; then $(STEP) "cargo-deny" cargo deny $(DENY); \
	else echo; echo "Not checked: licences and sources of dependencies. 'make deny' installs cargo-deny and checks them."; fi

deny: setup-run ## Check the licences and sources of the Rust dependencies (deny.toml), installing cargo-deny if need be
	@cargo deny --version >/dev/null 2>&1 || $(STEP) "install cargo-deny (some minutes, once)" cargo install --locked cargo-deny
	@$(STEP) "fetch dependencies" cargo fetch $(LOCKED)
	@$(STEP) "cargo-deny" cargo deny $(DENY)

bench: setup-run bench/Cargo.toml ## Measure: benchmarks against peers and limits ($BENCH_ARGS are handed on)
	@cargo build --release $(LOCKED) -p bartizan -p bartizan-bench
	@"$(TARGET)/release/bartizan-bench" $(BENCH_ARGS)

fuzz: setup-run fuzz/Cargo.toml ## Fuzz each input door ($FUZZ_TARGET alone) for $FUZZ_SECONDS seconds (60)
	@scripts/fuzz.sh "$(FUZZ_SECONDS)" $(FUZZ_TARGET)

web: setup-run web/dist/index.html ## Build the UI, if its sources are newer than the last build

pictures: setup-test web ## Take the pictures of docs/ anew, of the demo data
	@$(STEP) "build" cargo build --release $(LOCKED) -p bartizan
	@CHROMIUM_PATH="$$(scripts/find.sh chromium)" BARTIZAN_BIN="$(TARGET)/release/bartizan" npm --prefix web run pictures

fmt: setup-lint web/package.json ## Format the sources
	@scripts/rustfmt.sh
	@npm --prefix web run --if-present fmt

setup-run: ## Install what building and running needs, or say how to
	@scripts/setup.sh run

setup-lint: ## Install what `make lint` needs, or say how to
	@scripts/setup.sh lint

setup-test: ## Install what `make test` needs (PostgreSQL, Chromium), or say how to
	@scripts/setup.sh test

clean: ## Remove what builds made; never ./data
	cargo clean
	rm -rf web/node_modules
	if [ -d web/dist ]; then find web/dist -mindepth 1 ! -name .gitignore -delete; fi

# What the UI is built from. Folders too: they change when a file goes.
WEB_SOURCES := $(shell find web/src web/public web/index.html web/package.json web/*.ts web/*.js web/tsconfig*.json 2>/dev/null)

web/dist/index.html: web/node_modules/.package-lock.json $(WEB_SOURCES)
	@$(STEP) "build the UI" npm --prefix web run build
	@touch $@

web/node_modules/.package-lock.json: web/package.json web/package-lock.json
	@$(STEP) "fetch the UI's packages" npm --prefix web ci --no-audit --no-fund
	@mkdir -p $(@D) && touch $@

# Only reached when the file is not there.
web/package.json web/package-lock.json bench/Cargo.toml fuzz/Cargo.toml:
	@echo "$@ is not here, and this needs it: the checkout is not complete ('git status' shows what is gone)." >&2; exit 1
