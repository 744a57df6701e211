# `make run` and `make test` need Rust, Python 3 and a C++ compiler; tools/install.sh brings or names the rest.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:

# The built-in network of `run` and `eval`.
MODEL ?= e2fif_x2
# More arguments of `sim run`.
ARGS ?=
# Random cases of a property in `soak`: of operators and files, and of whole networks in the RTL.
CASES ?= 10000
STRIPS ?= 1000
# Stream bits of `eval` beside those of the built-in integer network.
BITS ?= 12 10

# Threads, LR size and repetitions of `bench-cpu`.
THREADS ?= 1,2
SIZE ?= 320x180
ROUNDS ?= 10

CARGO := cargo
TRAINING_PYTHON := model/training/.venv/bin/python
# cargo-nextest where it is installed, else `cargo test`; both run the same tests.
RUNNER ?= $(if $(shell $(CARGO) nextest --version 2>/dev/null),nextest,cargo)

##@ First
.PHONY: run test
run: tools ## Super-resolve a bundled picture in the simulated RTL and compare every value
	$(CARGO) build --locked --release --package bsr-sim --bin sim
	$(CARGO) sim run --model $(MODEL) $(ARGS)

test: tools lint doc tests training-tests ## Everything that CI runs: format, lints, docs, build, tests

##@ Longer
.PHONY: soak networks driver eval exact-cpu bench-cpu neon sanitize estimates place
soak: tools ## The same tests on more random cases: CASES=10000 of operators, STRIPS=1000 of networks
	$(CARGO) build --locked --bins
	PROPTEST_CASES=$(CASES) $(CARGO) test --locked --workspace --exclude bsr-tests --no-fail-fast
	PROPTEST_CASES=$(STRIPS) $(CARGO) test --locked --package bsr-tests --no-fail-fast
	$(CARGO) run --locked --package bsr-tests --bin networks

networks: tools ## Every described network at full depth: golden, SIMD, and the RTL where it streams: NAMES="scales_x2 bbcu_x2" chooses some
	$(CARGO) run --locked --package bsr-tests --bin networks -- $(NAMES)

estimates: tools ## Estimates beside Yosys and the simulated RTL, as a table: ENGINES="'16 x 4' small" chooses some
	$(CARGO) build --locked --package bsr-hw-cli --bin hw
	$(CARGO) run --locked --package bsr-tests --bin estimates -- $(ENGINES)

place: tools ## One lane placed and routed for an ECP5, as a smoke test of its structure
	tools/place.sh

driver: tools ## The Python driver's tests on the RTL of MODEL's engine
	DRIVER_MODEL=$(MODEL) $(CARGO) test --locked --package bsr-tests --test driver -- --nocapture

eval: rust ## PSNR and SSIM of MODEL on DATA/Set5 and DATA/Set14: make eval DATA=DIR
	@test -n "$(DATA)" || { echo "make eval: say where the HR pictures are: make eval DATA=DIR, with DIR/Set5 and DIR/Set14" >&2; exit 2; }
	@for set in Set5 Set14; do \
	    test -d "$(DATA)/$$set" || { echo "make eval: there is no folder $(DATA)/$$set" >&2; exit 2; }; \
	done
	$(CARGO) build --locked --release --package bsr-model-cli --bin model
	@for set in Set5 Set14; do \
	    $(CARGO) model evaluate --model $(MODEL) "$(DATA)/$$set"; \
	    for bits in $(BITS); do $(CARGO) model evaluate --model $(MODEL) --stream-bits $$bits "$(DATA)/$$set"; done; \
	done

exact-cpu: rust ## Every CPU backend against golden at every tap of every built-in network: make exact-cpu DATA=DIR/Set5
	@test -n "$(DATA)" || { echo "make exact-cpu: say where the HR pictures are: make exact-cpu DATA=DIR/Set5" >&2; exit 2; }
	$(CARGO) build --locked --release --package bsr-bench --bin exact-cpu
	target/release/exact-cpu "$(DATA)"

bench-cpu: rust ## CPU time beside the prototypes and other runtimes: THREADS=1,2 SIZE=320x180 ROUNDS=10 (installs gigabytes)
	tools/peers.sh
	$(CARGO) build --locked --release --package bsr-bench --bin bench-cpu
	target/release/bench-cpu --model $(MODEL) --threads $(THREADS) --size $(SIZE) --rounds $(ROUNDS) --python bench/peers/.venv/bin/python
	PYTHONPATH=bench/peers bench/peers/.venv/bin/python -m bsr_peers.chart target/bench-cpu.json target/bench-cpu.svg

neon: rust ## Tests of the backends on emulated AArch64: needs rustup, and Debian's gcc-aarch64-linux-gnu and qemu-user-static
	rustup target add aarch64-unknown-linux-gnu
	CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=aarch64-linux-gnu-gcc \
	CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER="qemu-aarch64-static -L /usr/aarch64-linux-gnu" \
	    $(CARGO) test --locked --target aarch64-unknown-linux-gnu --package bsr-golden --test contract -- every_backend_runs simd_equals_golden

sanitize: rust ## Tests of the CPU backends under AddressSanitizer: needs a nightly toolchain
	RUSTFLAGS=-Zsanitizer=address $(CARGO) +nightly test --locked --target x86_64-unknown-linux-gnu --target-dir target/sanitize \
	    --package bsr-golden --test contract -- every_backend_runs

##@ Training
.PHONY: training vectors train
training: ## The training package with PyTorch in an environment of its own, and its tests
	tools/training.sh
	cd model/training && .venv/bin/python -m pytest -q

vectors: ## Make the test vectors of the training package again
	tools/training.sh
	OMP_NUM_THREADS=1 $(TRAINING_PYTHON) -m bsr_training vectors model/training/tests/vectors
	OMP_NUM_THREADS=1 $(TRAINING_PYTHON) -m bsr_training described model/training/tests/vectors/described

train: ## Train MODEL on the pictures of DATA, with ARGS as in model/training/README.md
	@test -n "$(DATA)" || { echo "make train: say where the HR pictures are: make train DATA=DIR" >&2; exit 2; }
	tools/training.sh
	$(TRAINING_PYTHON) -m bsr_training train --model $(MODEL) --data "$(DATA)" $(ARGS)

##@ Parts
.PHONY: tools rust lint doc tests training-tests
tools: rust ## Verilator and Yosys in .tools, and the system packages that they need
	tools/install.sh

rust:
	@command -v $(CARGO) >/dev/null || { echo "make: there is no cargo; install Rust 1.89 or newer, see https://rustup.rs" >&2; exit 2; }

lint: rust ## Format and clippy, warnings denied
	$(CARGO) fmt --all --check
	$(CARGO) clippy --locked --workspace --all-targets -- -D warnings

doc: rust ## Documentation of all crates, warnings denied
	RUSTDOCFLAGS="$${RUSTDOCFLAGS:-} -D warnings" $(CARGO) doc --locked --workspace --no-deps

# The binaries come first: tests of the command line run them.
tests: rust ## Binaries and tests alone
	$(CARGO) build --locked --bins
	$(CARGO) test --locked --workspace --doc
ifeq ($(RUNNER),nextest)
	$(CARGO) nextest run --locked --workspace --no-fail-fast
else
	@mkdir -p target
	$(CARGO) test --locked --workspace --lib --bins --tests --no-fail-fast 2>&1 | tee target/tests.log
	@awk '/^test result:/ { passed += $$4; failed += $$6; ignored += $$8 } END { \
	    good = passed > 0 && failed + ignored == 0; \
	    printf "test result: %s. %d passed; %d failed; %d ignored, in all crates\n", good ? "ok" : "FAILED", passed, failed, ignored; \
	    exit !good }' target/tests.log
endif

# PyTorch is a download of gigabytes, so the everyday path takes it where it is and names it where it is not.
training-tests: ## Tests of the training package, where PyTorch is installed
	@python=$(abspath $(TRAINING_PYTHON)); test -x "$$python" || python=python3; \
	if "$$python" -c "import torch, safetensors, matplotlib, pytest" 2>/dev/null; then \
	    cd model/training && OMP_NUM_THREADS=1 "$$python" -m pytest -q; \
	else \
	    echo "make: PyTorch is not installed, so the tests of model/training did not run; \`make training\` installs it and runs them"; \
	fi

##@ Rest
.PHONY: clean help
clean: ## Remove what was built, the tools included
	$(CARGO) clean
	rm -rf .tools out

help: ## This list
	@awk -F ':.*## ' '/^##@/ { printf "\n%s\n", substr($$0, 5) } /^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
