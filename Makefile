# What can be done here. Every tool is pinned; nothing is fetched but Go modules, the npm packages of one test
# and, by scripts/, Debian packages.

GO          ?= go
TEMPL       := $(GO) run github.com/a-h/templ/cmd/templ@v0.3.977

# Tests that read many real documents look for them here.
DOCUMENTS   ?= ../shared/data/documents

# Packages whose tests take minutes: they kill programs, drive a browser, or measure.
SLOW        := internal/(browser|fault|bench)$$
QUICK        = $(shell $(GO) list ./... | grep -vE '$(SLOW)')

FUZZTIME    ?= 20s

.PHONY: help mutants guards generate check format lint house fresh race test soak fuzz bench demo pictures documents

help: ## say what can be made
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

demo: ## serve the worked example on this machine
	$(GO) run ./cmd/plenary demo

generate: ## write the Go code of the templates, and what is made from comments
	scripts/templates.sh . $(TEMPL)
	$(GO) generate ./api

check: format lint house fresh race ## everything that is quick: style, the house, tests with the race detector
	@echo "make check: all good"

format:
	@out=$$(gofmt -l .); if [ -n "$$out" ]; then echo "not formatted (gofmt -w .):"; echo "$$out"; exit 1; fi

# The linters are a tool for go vet, in a module of their own: scripts/lint.
lint: ## go vet, and the linters of scripts/lint over all rooms and tests
	$(GO) vet ./...
	$(GO) vet -vettool="$$($(GO) -C scripts/lint tool -n lint)" ./...

house: ## hold the packages against the plan in house_test.go, and against the limits
	$(GO) test -count=1 -run '^(TestHouse|TestLimits|TestTemplates)$$' .

fresh:
	@GO="$(GO)" scripts/fresh.sh $(TEMPL)

race:
	scripts/compiler.sh
	$(GO) test -race -short $(QUICK)

documents:
	@scripts/documents.sh $(DOCUMENTS)

# The faults come last and by themselves: they want the disk and the clock for their own. On a slow
# machine: make test FAULTS=-short
FAULTS      ?=

test: documents ## every test, those with a browser included
	scripts/chromium.sh
	scripts/node.sh
	PLENARY_DOCUMENTS=$$(scripts/documents.sh -path $(DOCUMENTS)) $(GO) test -timeout 15m $$($(GO) list ./... | grep -v 'internal/fault$$')
	$(MAKE) guards
	$(GO) test -timeout 30m $(FAULTS) ./internal/fault
	@echo "make test: all good"

soak: documents ## the long way: 200 kills, thousands of flipped bits, axe in six languages, ten thousand slow clients, longer fuzzing
	scripts/chromium.sh
	PLENARY_SOAK=1 $(GO) test -count=1 -timeout 3h ./internal/fault
	PLENARY_SOAK=1 $(GO) test -count=1 -timeout 2h ./internal/browser
	PLENARY_SOAK=1 $(GO) test -count=1 -timeout 1h -run '^TestKeptPagesAreFresh$$' ./web
	PLENARY_SOAK=1 $(GO) test -count=1 -timeout 30m -run '^TestSlow$$' ./web
	$(MAKE) mutants
	$(MAKE) fuzz FUZZTIME=5m

# What no test notices: see internal/mutants. make mutants SEED=7 PACKAGES=./web
SEED        ?=
PACKAGES    ?= ./...

mutants: ## change the program in 60 small ways, and print those that no test notices
	$(GO) run ./internal/mutants $(if $(SEED),-seed $(SEED)) $(PACKAGES)

guards: ## the same with every guard of privacy or of a right, and no other change
	$(GO) run ./internal/mutants -guards

fuzz: ## every fuzz test, for FUZZTIME each
	GO="$(GO)" scripts/fuzz.sh $(FUZZTIME)

bench: ## measure this machine
	$(GO) run ./cmd/plenary bench

pictures: ## draw the pictures of the README and of the tour again
	scripts/chromium.sh
	PLENARY_PICTURES=$(CURDIR)/docs $(GO) test -count=1 -run '^TestPictures$$' ./internal/browser
