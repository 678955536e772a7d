# Reprise. `make run` and `make test` are all a new machine needs; the rest is for daily work.

SHELL := /bin/bash
PREFIX ?= /usr
DESTDIR ?=
BUILD := .build/release
SWIFT ?= swift
# The runtime goes into the program, so that it runs where no Swift is installed.
RELEASE := -c release -Xswiftc -static-stdlib
VENV := $(CURDIR)/.build/venv

MANUAL = $(DESTDIR)$(PREFIX)/share/man
TOPICS := $(basename $(notdir $(wildcard Sources/Handbook/*.md)))

# All at once, they take twice as long, and those that wait half a minute for something wait in vain.
WIDTH := --experimental-maximum-parallelization-width 16
TEST_TARGETS := $(notdir $(wildcard Tests/*Tests)) AcceptanceTests

LIBRARIES := libcurl4-openssl-dev libsqlite3-dev libpq-dev libyaml-dev libssl-dev libidn2-dev zlib1g-dev
TEST_TOOLS := postgresql-15 postfix ruby ruby-liquid ruby-liquid-c python3-venv prometheus sqlite3 tzdata systemd binutils groff-base openssh-server

.PHONY: run build test storm fuzz oracle check bench install uninstall format clean libraries test-tools venv help

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: build ## Build, and start the example shop: messages become files under ./var (LISTEN=127.0.0.1:8760 for another port)
	@mkdir -p var
	@exec $(BUILD)/reprise run --demo --config config --var var $(if $(LISTEN),--listen $(LISTEN))

build: libraries ## Build the release program
	$(SWIFT) build $(RELEASE) --product reprise

libraries:
	@$(call install,$(LIBRARIES))

test-tools: libraries
	@$(call install,$(TEST_TOOLS))

# Debian packages, those that are missing; apt is not asked when none is.
define install
missing=""; for p in $(1); do \
  dpkg-query -W -f '$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$p"; done; \
if [ -n "$$missing" ]; then \
  root=""; \
  if [ "$$(id -u)" != 0 ]; then \
    root=sudo; \
    command -v sudo >/dev/null || { \
      echo "missing:$$missing"; \
      echo "You are not root, and there is no sudo. As root: apt-get update && apt-get install -y$$missing"; \
      exit 1; }; \
  fi; \
  echo "installing:$$missing"; \
  $$root apt-get update -qq && \
  $$root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
fi
endef

venv: test-tools
	@[ -x $(VENV)/bin/python ] || python3 -m venv $(VENV)
	@$(VENV)/bin/pip install -q --disable-pip-version-check -r Tests/requirements.txt

test: test-tools venv build ## Run every test, real servers included
	@# Few files more: it shares all its modules with the program. A test holds its shares above floors.
	$(SWIFT) build $(RELEASE) --product benchmarks
	$(SWIFT) build --build-tests
	@# One target at a time, and few tests of it: those that wait for a server must not starve behind those that compute.
	@failed=""; for target in $(TEST_TARGETS); do \
	  echo "== $$target"; \
	  REPRISE_TEST_VENV=$(VENV) REPRISE_BINARY=$(CURDIR)/$(BUILD)/reprise \
	    $(SWIFT) test --skip-build $(WIDTH) --filter "^$$target\." || failed="$$failed $$target"; \
	done; \
	if [ -n "$$failed" ]; then echo "failed:$$failed"; exit 1; fi; echo "all tests passed"

storm: test-tools venv build ## Kill the daemon 300 times under load, on both stores; about a quarter of an hour
	$(SWIFT) build --build-tests
	REPRISE_TEST_LENGTH=7.5 REPRISE_TEST_VENV=$(VENV) REPRISE_BINARY=$(CURDIR)/$(BUILD)/reprise \
	  $(SWIFT) test --skip-build --filter '^(AcceptanceTests|StoreTests)\.CrashTests'

# LENGTH is how many times as long as in `make test` the random tests go on.
LENGTH ?= 50
ORACLES := AnalyticsTests\.LifetimesOracleTests|TemplatesTests\.(Python)?OracleTests|DomainTests\.TimeZoneOracleTests
# By the names of the types in the files: those of files may be others.
RANDOM_TESTS = $(filter-out CrashTests OracleTests TimeZoneOracleTests LifetimesOracleTests,$(shell grep -rl SeededGenerator Tests \
  --include='*Tests.swift' | xargs grep -hoE '^(@Suite.* )?struct [A-Za-z]+Tests' \
  | sed 's/.*struct //'))
empty :=
space := $(empty) $(empty)

fuzz: test-tools ## Run the random tests LENGTH times as long (50), with a new seed
	$(SWIFT) build --build-tests
	export REPRISE_TEST_SEED=$${REPRISE_TEST_SEED:-$$(od -An -N6 -tu8 /dev/urandom | tr -d ' ')}; \
	echo "REPRISE_TEST_SEED=$$REPRISE_TEST_SEED"; \
	REPRISE_TEST_LENGTH=$(LENGTH) $(SWIFT) test --skip-build $(WIDTH) --filter '\.($(subst $(space),|,$(strip $(RANDOM_TESTS))))/'

oracle: test-tools venv ## Compare Liquid, time zones and predictions with other programs', LENGTH times as long (50)
	$(SWIFT) build --build-tests
	REPRISE_TEST_LENGTH=$(LENGTH) REPRISE_TEST_VENV=$(VENV) $(SWIFT) test --skip-build --filter '^($(ORACLES))'

check: libraries ## Formatting, keys by their bytes, and a build in which every warning is an error
	@# A String as a key is normalised, which takes minutes for a few kilobytes of a stranger's accents.
	@if grep -rnE '\[String[? ]*:|Set<String>|Dictionary<String,' Sources --include='*.swift' | grep -v '// exact: '; then \
	  echo "Write [ExactText: T] and Set<ExactText> (Sources/Text/Exact/ExactText.swift) in the lines above, or end them"; \
	  echo "with '// exact: ' and why only words of the program itself are keys there."; exit 1; fi
	$(SWIFT) format lint --strict --recursive Package.swift Sources Tests
	$(SWIFT) build --build-tests -Xswiftc -warnings-as-errors

format: ## Format every source file
	$(SWIFT) format --in-place --recursive Package.swift Sources Tests

bench: test-tools ## Build and run the benchmarks
	$(SWIFT) build $(RELEASE) --product benchmarks
	$(BUILD)/benchmarks

install: ## Install program, unit and example configuration (DESTDIR, PREFIX)
	@[ -x $(BUILD)/reprise ] || { echo "run 'make build' first"; exit 1; }
	install -D -m 0755 $(BUILD)/reprise $(DESTDIR)$(PREFIX)/bin/reprise
	install -D -m 0644 systemd/reprise.service $(DESTDIR)$(PREFIX)/lib/systemd/system/reprise.service
	sed -i 's|/usr/bin/reprise|$(PREFIX)/bin/reprise|; s|/usr/share|$(PREFIX)/share|' \
	  $(DESTDIR)$(PREFIX)/lib/systemd/system/reprise.service
	install -D -m 0644 systemd/sysusers.d/reprise.conf $(DESTDIR)$(PREFIX)/lib/sysusers.d/reprise.conf
	install -D -m 0644 systemd/tmpfiles.d/reprise.conf $(DESTDIR)$(PREFIX)/lib/tmpfiles.d/reprise.conf
	install -D -m 0644 README.md $(DESTDIR)$(PREFIX)/share/doc/reprise/README.md
	install -d -m 0755 $(MANUAL)/man5 $(MANUAL)/man7 $(MANUAL)/man8
	@# reprise(8), reprise.yaml(5), and each other topic of the handbook as reprise-TOPIC(7).
	@set -e; umask 022; for topic in $(TOPICS); do \
	  case $$topic in commands) page=man8/reprise.8;; configuration) page=man5/reprise.yaml.5;; \
	    *) page=man7/reprise-$$topic.7;; esac; \
	  echo "$(BUILD)/reprise help $$topic --man > $(MANUAL)/$$page"; \
	  $(BUILD)/reprise help $$topic --man > $(MANUAL)/$$page; \
	done
	install -d -m 0755 $(DESTDIR)/etc/reprise
	install -d -m 0700 $(DESTDIR)/etc/reprise/credentials
	@# The daemon is not root: whatever the umask, it can read this. What is there already stays.
	[ -e $(DESTDIR)/etc/reprise/reprise.yaml ] || \
	  { cp -r --no-preserve=mode,ownership config/. $(DESTDIR)/etc/reprise/ && \
	  find $(DESTDIR)/etc/reprise -name credentials -prune -o -exec chmod u=rwX,go=rX {} +; }

uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/reprise $(DESTDIR)$(PREFIX)/lib/systemd/system/reprise.service \
	  $(DESTDIR)$(PREFIX)/lib/sysusers.d/reprise.conf $(DESTDIR)$(PREFIX)/lib/tmpfiles.d/reprise.conf
	rm -f $(MANUAL)/man8/reprise.8 $(MANUAL)/man5/reprise.yaml.5 $(TOPICS:%=$(MANUAL)/man7/reprise-%.7)
	rm -rf $(DESTDIR)$(PREFIX)/share/doc/reprise

clean: ## Remove what was built; ./var stays
	rm -rf .build
