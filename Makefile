# What can be done here. Every tool is pinned; nothing is fetched but Go modules, the npm packages of one test
# and, by scripts/, Debian packages.

GO          ?= go
TEMPL       := $(GO) run github.com/a-h/templ/cmd/templ@v0.3.977

# Tests that read many real documents look for them here.
DOCUMENTS   ?= ../shared/data/documents

# go test begins packages in this order: the longest first, or the last would run alone.
FIRST        = ./web ./cmd/plenary . ./record/postgres ./attachment ./mail ./private

# How long the tests of one package may take, and that go test need not vet what "make lint" has vetted (it would do so once more for
# every way in which packages are built): the same words in "make check", or go test would not know its results again.
LIMIT       := -timeout 25m -vet=off

# Under the race detector the pages are not optimised: they are many lines of markup, and compiling them took longer than reading them.
PLAIN       := '-gcflags=github.com/openplenary/plenary/page/...=-N -l'

FUZZTIME    ?= 20s

# Compilers and tests live shortly: with more memory before it is tidied they need a seventh less time.
check test: export GOGC ?= 400

# Tests of properties draw the same on every day, so that a tree that passed passes again; "make soak" draws anew (0): docs/decisions/0063.
export RAPID_SEED ?= 1

.PHONY: help mutants guards generate check format lint house fresh race test soak fuzz bench demo pictures documents cluster cluster-kill

help: ## say what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

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
lint: ## the checks of go vet, and the linters of scripts/lint, over all rooms and tests
	$(GO) vet -vettool="$$($(GO) -C scripts/lint tool -n lint)" ./...

house: ## hold the packages against the plan in house_test.go, and against the limits
	$(GO) test -count=1 -run '^(TestHouse|TestLimits|TestTemplates)$$' .

fresh:
	@GO="$(GO)" scripts/fresh.sh $(TEMPL)

# The race detector tries the tests in which something is done at once (internal/atonce finds them): it makes a test ten times as slow,
# and finds nothing where one thing is done after the other. Packages that have no such test are tried without it, as "make test" would
# try them, which then has their results; "make soak" tries all of all rooms under it.
# Left out are tests that ask for one page after the other for minutes, beside a server that was started for all of them.
SLOW        := ^internal/(browser|fault|bench)$$
IN_TURN     := ^(TestCodes|TestEveryRoleSeesWhatItNeeds|TestOwnOfMany|TestGoldenTown|TestReceiptVerifies|TestDelegateClears|TestPartnerSubmits|TestOperatorGuide)$$
AT_ONCE     := $(GO) run ./internal/atonce -without '$(SLOW)'

# One package more than there are cores: some wait for servers.
AT_A_TIME    = $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)

race:
	scripts/compiler.sh
	scripts/postgres.sh
	$(GO) test -p $(AT_A_TIME) -race -short -vet=off $(PLAIN) -run "$$($(AT_ONCE) -tests)" -skip '$(IN_TURN)' $(FIRST) $$($(AT_ONCE))
	$(GO) test -p $(AT_A_TIME) $(LIMIT) $$($(AT_ONCE) -others)

documents:
	@scripts/documents.sh $(DOCUMENTS)

# On a slow machine: make test FAULTS=-short
FAULTS      ?=

test: documents ## every test, those with a browser included
	scripts/chromium.sh
	scripts/node.sh
	scripts/postgres.sh
	GO="$(GO)" scripts/s3.sh
	PLENARY_DOCUMENTS=$$(scripts/documents.sh -path $(DOCUMENTS)) GO="$(GO)" FIRST="$(FIRST)" FAULTS="$(FAULTS)" scripts/test.sh $(LIMIT)
	@echo "make test: all good"

soak: export RAPID_SEED = 0
soak: documents ## the long way: 200 kills, thousands of flipped bits, axe, an HTML checker and Lighthouse in six languages, ten thousand slow clients, longer fuzzing
	scripts/chromium.sh
	scripts/node.sh
	scripts/postgres.sh
	GO="$(GO)" scripts/s3.sh
	PLENARY_SOAK=1 $(GO) test -count=1 -timeout 3h ./internal/fault
	PLENARY_SOAK=1 $(GO) test -count=1 -timeout 2h -skip '^TestNodesAreKilled$$' ./internal/browser
	scripts/cluster.sh
	PLENARY_SOAK=1 $(GO) test -count=1 -timeout 30m -v -run '^TestNodesAreKilled$$' ./internal/browser
	PLENARY_SOAK=1 $(GO) test -count=1 -timeout 30m -v -run '^TestKeptPagesAreFresh$$' ./web
	PLENARY_SOAK=1 $(GO) test -count=1 -timeout 30m -run '^(TestSlow|TestManyPreviews)$$' ./web
	$(GO) test -race -count=1 -timeout 2h -vet=off $(PLAIN) $$($(GO) list ./... | grep -vE '/$(subst ^,,$(SLOW))')
	scripts/systems.sh
	$(MAKE) cluster-kill ROUNDS=100
	$(GO) run ./cmd/plenary bench floor --seconds 600
	$(MAKE) guards
	$(MAKE) mutants
	$(MAKE) fuzz FUZZTIME=5m

# What no test notices: see internal/mutants. make mutants SEED=7 PACKAGES=./web
SEED        ?=
PACKAGES    ?= ./...

mutants: ## change the program in 60 small ways, and print those that no test notices
	$(GO) run ./internal/mutants -timeout 2m $(if $(SEED),-seed $(SEED)) $(PACKAGES)

# Of the rooms that were changed: make guards PACKAGES=./together. All take longer than every test together: docs/decisions/0063.
guards: ## the same with every guard of privacy or of a right, and no other change
	$(GO) run ./internal/mutants -guards -timeout 2m $(PACKAGES)

fuzz: ## every fuzz test, for FUZZTIME each
	GO="$(GO)" scripts/fuzz.sh $(FUZZTIME)

bench: ## measure this machine
	$(GO) run ./cmd/plenary bench

pictures: ## draw the pictures of the README and of the tour again
	scripts/chromium.sh
	PLENARY_PICTURES=$(CURDIR)/docs $(GO) test -count=1 -run '^TestPictures$$' ./internal/browser

cluster: ## serve with three nodes on PostgreSQL with a standby under Patroni and an object store, all on this machine
	scripts/cluster.sh
	GO="$(GO)" scripts/s3.sh
	$(GO) run ./internal/cluster/play -store "$$($(GO) -C scripts/s3 tool -n s3)"

# How many faults, and -short for pauses of 10 s: make cluster-kill ROUNDS=5 CLUSTER=-short
ROUNDS      ?= 10
CLUSTER     ?=

cluster-kill: ## play what goes wrong with several machines, and look whether anything acknowledged is lost
	scripts/cluster.sh
	$(GO) run ./internal/cluster/play -kill -rounds $(ROUNDS) $(CLUSTER)
