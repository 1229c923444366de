# Tessera: `make demo` shows what it does, `make test` proves it. Both do all their own set-up.

SWIFT ?= swift
TESSERA := .build/release/tessera

.PHONY: help demo test prepare build build-tests lint format readme bench bench-codecs test-spark campaigns clean

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

# The programs that benchmarks compare with live in a folder of their own; TESSERA_PEERS names a
# Python that has them already.
PEERS := $(or $(TESSERA_PEERS),.peers/bin/python)
CORPORA ?= .peers/corpora

.peers/bin/python:
	python3 -m venv .peers
	.peers/bin/pip install --quiet numpy pillow gigatoken cython setuptools wheel click
	.peers/bin/pip install --quiet --no-build-isolation youtokentome

campaigns: build ## damaged pictures, full disks, memory: what takes minutes and has to be tried
	python3 Tests/Campaigns/damaged_pictures.py $(TESSERA) 3000
	Tests/Campaigns/bad_disks.sh $(TESSERA) 100000
	python3 Tests/Campaigns/memory.py $(TESSERA)

bench: prepare $(if $(TESSERA_PEERS),,.peers/bin/python) ## time pictures, text and token files beside Pillow, YouTokenToMe, gigatoken
	$(SWIFT) build -c release --product Benchmarks
	$(SWIFT) build -c release --product tessera
	$(PEERS) Tests/Benchmarks/bench_pictures.py
	.build/release/Benchmarks pipeline
	.build/release/Benchmarks token-file
	$(PEERS) Tests/Benchmarks/make_text_corpora.py $(CORPORA)
	$(PEERS) Tests/Benchmarks/bench_bpe.py $(CORPORA)

bench-codecs: prepare ## time the codecs beside PyTorch and onnxruntime
	Tests/Benchmarks/bench_codecs.sh

test-spark: prepare ## run the examples of docs/scale.md on Spark and GNU parallel (installs them)
	$(SWIFT) build -c release --product tessera
	Tests/Campaigns/spark.sh

clean: ## remove everything that was built
	rm -rf .build demo
