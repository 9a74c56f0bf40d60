# One place for what a developer types. Needs Go, Node and npm; nothing as root.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

FUZZTIME ?= 20s
COVER := bin/cover.out
LINT_VERSION := $(shell sed -n '1s/^\# golangci-lint //p' .golangci.yml)
LINT := bin/golangci-lint-$(LINT_VERSION)

.PHONY: help build demo test lint fmt fuzz e2e crash bench cover generate verify ci

help: ## List the targets
	@sed -n 's/^\([a-z0-9]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

build: ## Build bin/konbit
	go build -o bin/konbit ./cmd/konbit

demo: build ## Load the sample missions into a fresh folder and serve them; prints the address
	bin/konbit demo

test: ## Vet, all Go tests, and the browser tests where there is a browser
	go vet ./...
	test/go.sh
	test/e2e.sh

lint: $(LINT) ## Lint and check the formatting
	$(LINT) run ./...

fmt: $(LINT) ## Format all Go files as lint wants them
	$(LINT) fmt ./...

fuzz: ## Fuzz every parser for FUZZTIME (20s) each
	test/fuzz.sh $(FUZZTIME)

e2e: ## Browser tests: pages, keyboard, accessibility, weight
	test/e2e.sh

crash: ## Kill, fault and full-disk tests, then verify what is left
	test/crash.sh

bench: ## Measure intake, rebuild, questions and memory beside a floor of the same machine
	test/bench.sh

cover: ## Test coverage, by function, in bin/cover.out
	@mkdir -p bin
	go test -coverprofile=$(COVER) -coverpkg=./internal/... ./... >bin/cover.log || { cat bin/cover.log; exit 1; }
	go tool cover -func=$(COVER) | tail -1

generate: ## Make the generated files again (templates, web assets)
	test/generate.sh

verify: ## Check that generated files are current and modules are what go.sum says
	go mod verify
	test/generate.sh --check

ci: ## Everything a change must pass, as the server runs it
	.ci/run

# Built from the module proxy like any dependency; the version stands in line 1
# of .golangci.yml. A minute or two, once.
$(LINT):
	@mkdir -p bin/lint.tmp
	GOFLAGS=-mod=mod GOBIN=$(CURDIR)/bin/lint.tmp go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(LINT_VERSION)
	mv bin/lint.tmp/golangci-lint $@
	rmdir bin/lint.tmp
