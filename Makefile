SHELL := /bin/sh
NODE_BIN := node_modules/.bin

.PHONY: build gen lint unit e2e test fault-table demo demo-clean bench clean

node_modules/.installed: package.json package-lock.json
	npm ci --no-audit --no-fund
	@touch $@

## build: the command line, the language host, the plugins and the sandbox, into dist/
build: node_modules/.installed
	$(NODE_BIN)/tsx tools/build.ts

## gen: everything that is made from the protos, the plugins, and the folders of the vendors
gen: node_modules/.installed
	$(NODE_BIN)/tsx tools/generate.ts
	$(NODE_BIN)/tsx tools/generate/generate-errors-page.ts
	$(NODE_BIN)/tsx tools/generate/generate-kinds-page.ts

## lint: generated files, types, style, protos, import directions, requests that are sent outside of http/,
## words that are no terms of the field
lint: node_modules/.installed
	$(NODE_BIN)/tsx tools/generate.ts --check
	$(NODE_BIN)/tsx tools/generate/generate-errors-page.ts --check
	$(NODE_BIN)/tsx tools/generate/generate-kinds-page.ts --check
	$(NODE_BIN)/tsx tools/check/check-protos.ts
	$(NODE_BIN)/tsx tools/check/check-http-use.ts
	$(NODE_BIN)/tsx tools/check/check-words.ts
	$(NODE_BIN)/tsc
	$(NODE_BIN)/biome check
	$(NODE_BIN)/depcruise --config .dependency-cruiser.cjs apis contract http clients modules providers runner sandbox cmd tools test

## test: all of it, on a fresh clone
test: lint build
	bin/planton engine install
	$(NODE_BIN)/tsx tools/run-tests.ts

unit: node_modules/.installed
	$(NODE_BIN)/vitest run --project unit --reporter minimal

e2e: build
	$(NODE_BIN)/vitest run --project e2e --reporter minimal

## fault-table: every call x every fault, a line for each: vendors with a plugin of planton's own there, DigitalOcean's kinds
## with the real engine x everything that the user may do next (about an hour on two cores)
fault-table: build
	$(NODE_BIN)/vitest run --project unit --reporter verbose $(wildcard providers/*/*faults.test.ts)
	PLANTON_FAULT_TABLE=all $(NODE_BIN)/vitest run --project e2e --reporter verbose $(wildcard test/e2e/fault-table/*.test.ts)

## demo: a database cluster in the sandbox, from nothing
demo: build
	tools/demo.sh

## demo-clean: undoes demo
demo-clean:
	tools/demo.sh clean

bench: build
	$(NODE_BIN)/tsx tools/bench.ts

clean:
	rm -rf dist node_modules coverage
