# One Makefile, no recursion into folders.  `make help` says what it can do.
#
# Everything built lands in build/$(VARIANT)/, so variants never mix and
# `make clean` is one rm.  A new .c file is picked up by its folder, a new
# tests/test_x.c is a new test program, a new plots/x.gp a new plot.  There
# are no lists to keep.

VARIANT ?= release
B ?= build/$(VARIANT)
PREFIX ?= /usr/local
DESTDIR ?=

WARN := -Wall -Wextra -Wpedantic -Werror -Wshadow -Wconversion -Wswitch-enum -Wundef -Wvla \
        -Wstrict-prototypes -Wmissing-prototypes -Wwrite-strings -Wformat=2 -Wimplicit-fallthrough
FLAGS.debug   := -Og -g3
FLAGS.release := -O3 -g
FLAGS.asan    := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
FLAGS.cover   := -O0 -g --coverage
$(if $(FLAGS.$(VARIANT)),,$(error VARIANT=$(VARIANT)? one of: debug release asan cover))

# gcc optimises the released program as a whole, when it is linked.  Its objects
# hold machine code besides, which is what tests link and tidy looks at.
LTO.release := -flto=auto -ffat-lto-objects
LTO := $(if $(findstring Free Software,$(shell ($(CC) --version) 2>&1)),$(LTO.$(VARIANT)))

# A test's own code takes longer to optimise than to run.
TEST_OPT.release := -O1
TEST_OPT.asan    := -O0
OPT = $(LTO)

# Floating point is for reports alone, but even there it is the same everywhere.
CFLAGS   = -std=c11 $(WARN) -ffp-contract=off $(FLAGS.$(VARIANT)) $(OPT) $(EXTRA) $(PKG_CFLAGS)
CPPFLAGS = -I. -I$B -D_XOPEN_SOURCE=700
LDFLAGS  = $(FLAGS.$(VARIANT)) $(EXTRA)
LDLIBS   = $(PKG_LIBS) -lm

sources = $(sort $(shell find $(1) -name '*.c'))
edge    := $(patsubst %.c,$B/%.o,$(call sources,core/edge))
core    := $(filter-out $(edge),$(patsubst %.c,$B/%.o,$(call sources,core)))
shells  := $(patsubst %.c,$B/%.o,$(filter-out sim/main.c,$(call sources,mocks sim)))
tests   := $(patsubst %.c,$B/%,$(wildcard tests/test_*.c))
# Statistical tests want speed: in the release build alone.
stats   := $(if $(filter release,$(VARIANT)),$(patsubst %.c,$B/%,$(wildcard tests/stat_*.c)))
scripts := $(patsubst %.sh,$B/%,$(wildcard tests/test_*.sh))
plots   := $(sort $(wildcard plots/*.gp plots/*.html))

.DELETE_ON_ERROR:
.SUFFIXES:
.SECONDARY:
.PHONY: all check sanitize demo tidy bench fuzz hashes policies cover install clean help FORCE

all: build/toucun                    ## build the simulator (default): build/toucun
build/toucun: $B/toucun
	@cp $< $@

check: $(stats:=.ok) $(scripts:=.ok) $(tests:=.ok) tidy ## run every test
	@echo "  all tests pass ($(VARIANT))"
sanitize:                            ## run every test but the statistical under ASan and UBSan
	$(MAKE) VARIANT=asan check
demo: build/toucun                   ## run the demonstration scenario and draw its plots
	@mkdir -p build/demo
	@build/toucun run scenarios/demo.json --out build/demo
	@echo; echo "report: build/demo/report.html"
hashes: build/toucun                 ## one scenario, every compiler and variant: the same hash
	@sh tests/hashes.sh
bench: build/toucun $B/tests/bench $B/tests/lists ## measure speed and memory
	@sh tests/bench.sh build/toucun $B/tests/bench
	@sh tests/bench_reconcile.sh build/toucun $B/tests/lists
fuzz:                                ## readers of files against any bytes, for FUZZ_S=60 seconds
	@sh tests/fuzz.sh $(FUZZ_S)
policies: build/toucun               ## compare the allocation policies on 20 seeds, in four worlds
	@for s in fragmentation all-policies/lean-turns all-policies/slow-moves \
	    all-policies/late-burst; do \
	    sh tests/policies.sh -n $(or $(SEEDS),20) scenarios/$$s.json && echo || exit; done
cover:                               ## line coverage of the tests
	$(MAKE) VARIANT=cover check
	@cd build/cover && gcov -r -s ../.. $$(find . -name '*.gcda') 2>/dev/null | \
	    awk '/^File .(core|mocks|sim)/ { file = $$2 } /^Lines/ && file { print file, $$2, $$3, $$4; file = "" }' | sort
install: $B/toucun                   ## install to PREFIX (and DESTDIR)
	install -D -m 755 $B/toucun $(DESTDIR)$(PREFIX)/bin/toucun
	for s in $$(find scenarios -type f); do \
	    install -D -m 644 $$s $(DESTDIR)$(PREFIX)/share/toucun/$$s || exit 1; done
clean:                               ## forget everything built
	rm -rf build
help:                                ## this text
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile | expand -t 20

# --- compile and link -------------------------------------------------------

$B/core.a: $(core)
	@rm -f $@ && ar rcs $@ $^
$B/edge.a: $(edge)
	@rm -f $@ && ar rcs $@ $^
$B/shells.a: $(shells)
	@rm -f $@ && ar rcs $@ $^
$B/toucun: $B/sim/main.o $B/shells.a $B/edge.a $B/core.a
	@echo "  link  $@"
	@$(CC) $(LDFLAGS) $(LTO) -o $@ $^ $(LDLIBS)
$B/tests/test_% $B/tests/stat_%: LDLIBS += $(CHECK_LIBS)
# (Private, lest $B/flags is made with them.)
$B/tests/%.o: private OPT :=
$B/tests/test_%.o $B/tests/stat_%.o: private OPT := $(TEST_OPT.$(VARIANT))
$B/tests/%: $B/tests/%.o $B/shells.a $B/edge.a $B/core.a
	@echo "  link  $@"
	@$(CC) $(LDFLAGS) -fno-lto -o $@ $^ $(LDLIBS)
$B/%.o: %.c $B/flags
	@mkdir -p $(@D)
	@echo "  cc    $<"
	@$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# Changes only when the command line does; objects depend on it.
$B/flags: FORCE
	@mkdir -p $B
	@echo '$(CC) $(CPPFLAGS) $(CFLAGS)' | cmp -s - $@ || echo '$(CC) $(CPPFLAGS) $(CFLAGS)' > $@

# The plot scripts and the report page, as C strings: the program carries them.
$B/plots.inc: $(plots) $B/flags
	@for f in $(plots); do printf '{"%s",\n' "$$(basename $$f)"; \
	    sed 's/[\\"]/\\&/g; s/^/    "/; s/$$/\\n"/' $$f; echo '},'; done > $@
$B/sim/report_pages.o: $B/plots.inc

-include $(shell find $B -name '*.d' 2>/dev/null)

# --- tests --------------------------------------------------------------------

# A test is loud only when it fails: else its last line, the runner's count.  What
# the statistical ones measured is shown.
run_test = echo "  test  $(notdir $*)"; \
    if TOUCUN=$B/toucun $(1) >$@.log 2>&1; then $(if $(findstring stat_,$*),cat,tail -n 1) $@.log; touch $@; \
    else cat $@.log; echo "  FAILED $(notdir $*)"; exit 1; fi
$B/tests/%.ok: $B/tests/%
	@$(call run_test,./$<)
$B/tests/%.ok: tests/%.sh $B/toucun
	@mkdir -p $(@D)
	@$(call run_test,sh $<)
$(tests:=.ok) $(stats:=.ok): $B/toucun $(shell find tests scenarios -name '*.json' -o -name '*.csv') $(wildcard tests/corpus/*/*)
$(scripts:=.ok): $(shell find tests scenarios -type f)

# --- what must stay true ----------------------------------------------------

# Includes point one way: core <- core/edge <- mocks <- sim <- tests, and
# within the core from higher floors to lower.  The core is pure: it computes
# in integers, keeps no state of its own and calls nothing but these.
# (Instrumented variants add calls and data, so those two only for the others.)
CORE_MAY_CALL := must_failed memcmp memcpy memmove memset __divti3 __modti3 __udivti3 __umodti3
NEVER_CALLED  := rand|srand|random|localtime|gmtime|strcpy|strcat|sprintf|vsprintf|strtok|atoi|gets
# libm picks its code by the processor, so its last bits differ (sqrt is exact everywhere).
NEVER_CALLED  := $(NEVER_CALLED)|expf?|exp2f?|expm1|logf?|log2f?|log10|log1p|powf?|cbrt|erfc?|[lt]gamma
core_files  := $(shell find core -name '*.[ch]' -not -path 'core/edge/*')
above.base    := books|gateway|quota|payout|transfer|audit|edge|[a-z]*\.h
above.books   := gateway|quota|payout|transfer|audit|edge|[a-z]*\.h
above.gateway := quota|payout|transfer|audit|edge|[a-z]*\.h
above.quota   := transfer|audit|edge|[a-z]*\.h
above.payout  := transfer|audit|edge|[a-z]*\.h
tidy: $B/core.a $B/edge.a $B/shells.a ## check what a compiler cannot
	@! grep -nE '#include ("(sim|mocks|tests|core/edge)/|<(stdio|stdlib|time|errno|unistd|math|string)\.h>)' $(core_files)
	@! grep -rnE '#include "(sim|tests)/' mocks
	@! grep -rnE '#include "tests/' sim
	@$(foreach floor,base books gateway quota payout,! grep -nE '#include "core/($(above.$(floor)))(/|")' core/$(floor)/*.[ch] &&) true
	@! grep -nE '\<(float|double|uintptr_t)\>[^-]' $(core_files)
	@awk 'FNR == 1 { open = 0 } { line = $$0; gsub(/[\200-\277]/, "", line) } \
	    length(line) > 100 { print FILENAME ":" FNR ": over 100 columns"; bad = 1 } \
	    /^\{/ { open = FNR } /^}/ && open { if (FNR - open > 61) { \
	    print FILENAME ":" open ": function over 60 lines"; bad = 1 } open = 0 } \
	    END { exit bad }' $$(find core mocks sim tests -name '*.[ch]')
	@! nm -Au $B/core.a $B/edge.a $B/shells.a | grep -wE '($(NEVER_CALLED))$$'
ifneq ($(filter debug release,$(VARIANT)),)
	@nm $B/core.a | awk -v may='$(CORE_MAY_CALL)' 'BEGIN { n = split(may, m); while (n) ok[m[n--]] } \
	    $$2 ~ /^[TDBRtdbr]$$/ { ok[$$3] } \
	    $$1 == "U" { used[$$2] } \
	    END { for (s in used) if (!(s in ok)) { print "core calls " s; bad = 1 } exit bad }'
	@size -A $B/core.a | awk '/ex / { object = $$1 } $$1 ~ /^\.(t?data|t?bss)$$/ && $$2 > 0 { \
	    print "core keeps state: " object " " $$1; bad = 1 } END { exit bad }'
endif

# --- libraries, installed on first use --------------------------------------
#
# make re-reads itself after writing an included file, so this runs once,
# before anything else, and never for clean or help.  NO_INSTALL=1 refuses, and
# so does -n, with which make would write that file all the same.

NO_INSTALL := $(or $(NO_INSTALL),$(findstring n,$(firstword -$(MAKEFLAGS))))

ifneq ($(filter-out clean help,$(or $(MAKECMDGOALS),all)),)
include build/packages.mk
endif

build/packages.mk: Makefile
	@mkdir -p build; need=; \
	for p in jansson:libjansson-dev libevent:libevent-dev libxxhash:libxxhash-dev \
	    libical:libical-dev expat:libexpat1-dev libpcre2-8:libpcre2-dev zlib:zlib1g-dev libzstd:libzstd-dev \
	    check:check; do \
	    pkg-config --exists $${p%%:*} 2>/dev/null || need="$$need $${p##*:}"; done; \
	for p in pkg-config:pkg-config gnuplot:gnuplot-nox; do \
	    command -v $${p%%:*} >/dev/null || need="$$need $${p##*:}"; done; \
	cc=$(notdir $(firstword $(CC))); \
	command -v $(firstword $(CC)) >/dev/null || need="$$need $$([ $$cc = cc ] && echo gcc || echo $$cc)"; \
	[ -e /usr/include/stdlib.h ] || echo '#include <stdlib.h>' | $(CC) -E - >/dev/null 2>&1 || \
	    need="$$need libc6-dev"; \
	fc-list 2>/dev/null | grep -q 'WenQuanYi Micro Hei' || need="$$need fontconfig fonts-wqy-microhei"; \
	if [ -n "$$need" ]; then \
	    get="apt-get install -y --no-install-recommends$$need"; \
	    as=; [ "$$(id -u)" = 0 ] || as="sudo -n"; \
	    missing() { printf '%s\n' "$$1missing:$$need" "as root: $$get" >&2; exit 1; }; \
	    [ -z "$(NO_INSTALL)" ] || missing; \
	    command -v apt-get >/dev/null || missing "no apt-get here; "; \
	    $$as true 2>/dev/null || missing "neither root nor sudo without a password; "; \
	    echo "  apt  $$need"; export DEBIAN_FRONTEND=noninteractive; \
	    { $$as $$get || { $$as apt-get update && $$as $$get; }; } >build/apt.log 2>&1 || \
	        { cat build/apt.log >&2; missing "apt-get failed; "; }; fi; \
	cflags=$$(pkg-config --cflags jansson libevent libxxhash libical expat libpcre2-8 zlib libzstd check) && \
	libs=$$(pkg-config --libs jansson libevent libxxhash libical expat libpcre2-8 zlib libzstd) && check=$$(pkg-config --libs check) && \
	printf '%s\n' "PKG_CFLAGS := $$cflags" "PKG_LIBS := $$libs" "CHECK_LIBS := $$check" > $@
