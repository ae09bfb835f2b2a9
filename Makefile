# What a developer and CI run. `make help` lists it.
GO    ?= go
TEMPL  = $(GO) run github.com/a-h/templ/cmd/templ@v0.3.977
STATIC = $(GO) run honnef.co/go/tools/cmd/staticcheck@v0.7.0
QUICK  = . ./account ./attachment ./cite ./conversation ./consultation ./delegation ./draft ./locale ./mail ./page ./paper ./press ./record/... ./refusal ./internal/script ./internal/verifier

# staticcheck reads what it lints with all that it imports: the rooms below SQLite, whose translation to Go
# alone takes it minutes. go vet reads everything.
LINTED = ./cite ./refusal ./locale ./delegation ./paper ./consultation ./conversation ./page ./press ./record

.PHONY: help generate check test soak fuzz bench demo pictures

help: ## list what there is
	@grep -hE '^[a-z]+:.*##' Makefile | sed -E 's/:[^#]*## /\t/' | sort

generate: ## make the generated files anew
	$(TEMPL) generate ./page

check: ## quick enough for every commit: format, vet, lint, the house, race tests, generated files fresh
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { gofmt -l $$(git ls-files '*.go'); echo "run gofmt"; exit 1; }
	$(GO) vet ./...
	$(STATIC) -tests=false $(LINTED)
	$(TEMPL) generate ./page >/dev/null 2>&1
	@git diff --exit-code --stat -- '*_templ.go' || { echo "generated files are stale: make generate"; exit 1; }
	$(GO) test -race $(QUICK)

test: ## everything, the browser included
	@chromium=$$(scripts/chromium.sh) || { [ -z "$${CI:-}" ] || exit 1; echo "the browser tests are left out: no Chromium"; }; \
	CHROMIUM=$$chromium $(GO) test -timeout 20m ./...

soak: ## longer: 200 kills, every page in six languages, fuzzing
	CHROMIUM=$$(scripts/chromium.sh) PLENARY_SOAK=1 $(GO) test -timeout 120m ./internal/fault ./internal/browser
	$(MAKE) fuzz TIME=60s

TIME ?= 10s
fuzz: ## every fuzz target for TIME each
	@set -e; for t in cite:FuzzParseRef record:FuzzEnvelope record:FuzzCheckProof internal/verifier:FuzzReceipt locale:FuzzClean locale:FuzzNegotiate account:FuzzParseAddress page:FuzzMarkdown paper:FuzzImport web:FuzzForm; do \
	  echo "== $$t"; $(GO) test ./$${t%%:*} -run '^$$' -fuzz "^$${t##*:}$$" -fuzztime $(TIME) -fuzzminimizetime 1x; done

bench: ## measure this machine
	@for b in record asks pages start live; do $(GO) run ./cmd/plenary bench $$b; done

demo: ## seed the worked example and serve it
	$(GO) run ./cmd/plenary demo

pictures: ## the pictures of the documentation, from the demonstration in Chromium
	scripts/pictures.sh
