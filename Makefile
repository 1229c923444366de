# Tessera: `make demo` shows what it does, `make test` proves it. Both do all their own set-up.

SWIFT ?= swift
TESSERA := .build/release/tessera

.PHONY: help demo test prepare build build-tests lint format readme bench bench-codecs clean

help: ## list these targets
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile | expand -t 22

prepare: # install the system libraries that are missing; quiet when none is
	@.ci/prepare

build: prepare ## build the command in release: .build/release/tessera
	$(SWIFT) build -c release --product tessera

demo: build ## encode the fixture pictures, decode them again, write a report of what was lost
	@.ci/demo $(TESSERA) demo

build-tests: prepare
	$(SWIFT) build -c release --build-tests

lint: ## check the formatting of every Swift file
	$(SWIFT) format lint --strict -r Sources Tests Package.swift

format: ## reformat every Swift file in place
	$(SWIFT) format -i -r Sources Tests Package.swift

test: lint build build-tests ## lint, all tests (release), and the README's own commands
	$(SWIFT) test -c release --skip-build
	@.ci/readme $(TESSERA)

clean: ## remove everything that was built
	rm -rf .build demo
