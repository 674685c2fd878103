# `make test` is the whole check. It needs Go, make and git, and sets up the
# rest by itself: a C compiler and a PostgreSQL with pgvector, where that is
# possible. Where CI=true is set it fails without a PostgreSQL.

STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
FUZZTIME    ?= 3s
MODULES     := $(shell git ls-files -co --exclude-standard '*go.mod' | xargs -n1 dirname)

ifeq ($(strip $(MODULES)),)
$(error no module found: make needs a git checkout that git accepts)
endif

# What follows it runs with a PostgreSQL that has pgvector: the one in
# CLMKIT_TEST_POSTGRES, or a private one that ends with the command.
POSTGRES := ./internal/pgtest/provision.sh

.PHONY: test format vet staticcheck build race fuzz bench with-race with-fuzz with-bench run

test: format vet staticcheck build
	@$(POSTGRES) $(MAKE) --no-print-directory with-race with-fuzz with-bench
	@echo "make test: everything passed"

race fuzz bench:
	@$(POSTGRES) $(MAKE) --no-print-directory with-$@

run:
	go run ./examples/storefront

format:
	@files=$$(gofmt -l .); if [ -n "$$files" ]; then echo "not formatted (run gofmt -w):"; echo "$$files"; exit 1; fi

vet:
	@for m in $(MODULES); do echo "vet $$m"; (cd $$m && go vet ./...) || exit 1; done

staticcheck:
	@for m in $(MODULES); do echo "staticcheck $$m"; (cd $$m && go run $(STATICCHECK) ./...) || exit 1; done

build:
	@for m in $(MODULES); do echo "build without cgo $$m"; (cd $$m && CGO_ENABLED=0 go build ./...) || exit 1; done

# The race detector links C. Without a compiler one is installed where that is
# possible, and else the tests run without the detector, and say so.
with-race:
	@if ! command -v "$$(go env CC)" >/dev/null 2>&1 && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
		apt-get update -qq && apt-get install -y -qq gcc libc6-dev >/dev/null; fi; \
	race=-race; if ! command -v "$$(go env CC)" >/dev/null 2>&1; then race=; echo "SKIPPED the race detector: no C compiler"; fi; \
	for m in $(MODULES); do echo "test $$race $$m"; (cd $$m && go test $$race ./...) || exit 1; done; \
	go test -count=1 . # reads the imports anew, which the cache of tests does not see

# Each fuzz target for a few seconds; -fuzz takes one target of one package.
# Up to Go 1.26 a run whose time is over can fail with nothing but "context
# deadline exceeded" (golang.org/issue/75804). It is made again, once; one that
# has found something fails at once.
with-fuzz:
	@log=$$(mktemp); trap 'rm -f "$$log"' EXIT; \
	fuzz() { go test -run '^$$' -fuzz "^$$2$$" -fuzztime $(FUZZTIME) $$1 >"$$log" 2>&1; status=$$?; cat "$$log"; return $$status; }; \
	late() { grep -q '^ *context deadline exceeded$$' "$$log" && ! grep -q 'Failing input' "$$log"; }; \
	for m in $(MODULES); do (cd $$m && for p in $$(go list ./...); do \
		for f in $$(go test -list '^Fuzz' $$p | grep '^Fuzz'); do \
			echo "fuzz $$p $$f"; fuzz $$p $$f || { late && fuzz $$p $$f; } || exit 1; \
		done || exit 1; done) || exit 1; done

# Each benchmark once, so that none of them rots.
with-bench:
	@for m in $(MODULES); do echo "bench $$m"; (cd $$m && go test -run '^$$' -bench . -benchtime 1x ./...) || exit 1; done
