# The commands that people and CI run. `make help` lists them.
PREFIX ?= $(HOME)/.local
SWIFT ?= swift
RELEASE_FLAGS = -c release --static-swift-stdlib --product hks-func

.PHONY: help quickstart build release install test check lint rules format generate generated-current tour clean

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

quickstart: ## Set up a fresh machine: packages, release build, install to PREFIX, a tour
	scripts/packages.sh build
	$(MAKE) --no-print-directory install
	scripts/tour.sh "$(PREFIX)/bin/hks-func"

build: ## Debug build of everything, tests included
	$(SWIFT) build --build-tests

release: ## Release build with a static Swift runtime
	$(SWIFT) build $(RELEASE_FLAGS)

install: release ## Install program, templates, man pages and completions to PREFIX
	scripts/install.sh "$$($(SWIFT) build $(RELEASE_FLAGS) --show-bin-path)" "$(PREFIX)"

test: ## Install what the tests need, build, run all tests
	scripts/packages.sh test
	scripts/test.sh

check: ## Everything that CI checks
	scripts/packages.sh test
	$(MAKE) --no-print-directory lint rules build generated-current
	scripts/test.sh

lint: ## Format and shell checks
	$(SWIFT) format lint --strict --recursive --parallel Sources Tests Package.swift
	shellcheck scripts/*.sh Tests/Support/*/*.sh .ci/run

rules: ## File sizes and forbidden words
	scripts/rules.sh

format: ## Format all Swift files in place
	$(SWIFT) format format --in-place --recursive --parallel Sources Tests Package.swift

generate: ## Man pages, completions, the README's command table and docs/runtimes.md
	scripts/generate.sh

generated-current: generate
	@git diff --exit-code --stat -- man completions README.md docs/runtimes.md || { echo "generated files are stale: run 'make generate' and commit"; exit 1; }
	@test -z "$$(git status --porcelain -- man completions docs/runtimes.md)" || { git status --short -- man completions docs/runtimes.md; echo "generated files are not committed"; exit 1; }

clean: ## Remove build products
	rm -rf .build
