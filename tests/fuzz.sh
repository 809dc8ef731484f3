#!/bin/sh
# The readers of files from outside against any bytes, by libFuzzer, from the corpora in
# tests/corpus, the time shared between them.  What is found new goes to build/fuzz, what
# fails, too; without clang and its libFuzzer there is nothing to run, and that is said.
#   fuzz.sh [SECONDS]
set -eu
seconds=${1:-60}
out=build/fuzz
mkdir -p $out
if ! echo 'int LLVMFuzzerTestOneInput(const char *b, unsigned long n) { return b == 0 && n > 0; }' |
    clang -x c -fsanitize=fuzzer,address -o $out/probe - 2>$out/probe.log; then
    echo "  fuzz  SKIPPED: no clang with libFuzzer here (Debian: clang libclang-rt-dev);"
    echo "        the same corpora are walked by make check"
    exit 0
fi

# fuzz NAME WHAT SOURCES...: tests/fuzz_NAME.c from tests/corpus/NAME
fuzz() {
    name=$1 what=$2
    shift 2
    mkdir -p "$out/$name"
    # shellcheck disable=SC2046  # file names of ours have no spaces
    clang -std=c11 -I. -D_XOPEN_SOURCE=700 -g -O1 -fsanitize=fuzzer,address,undefined \
        -fno-sanitize-recover=all -o "$out/fuzz_$name" "tests/fuzz_$name.c" "$@" \
        $(find core/base core/audit -name '*.c') $(pkg-config --libs expat)
    echo "  fuzz  $what, $((seconds / 2)) s"
    if "$out/fuzz_$name" -max_total_time=$((seconds / 2)) -max_len=70000 -len_control=1000 \
        -timeout=10 -artifact_prefix=$out/ -print_final_stats=1 "$out/$name" \
        "tests/corpus/$name" >"$out/$name.log" 2>&1; then
        sed -n 's/^stat::number_of_executed_units: */  fuzz  inputs tried: /p' "$out/$name.log"
    else
        tail -n 30 "$out/$name.log"
        echo "  FAILED fuzz: the input that fails is in $out"
        exit 1
    fi
}

edge=core/edge
fuzz listing "lists of payments" $edge/listing.c $edge/csv.c $edge/zm.c
fuzz settlement "settlement lists" $edge/listing.c $edge/zm.c $edge/zm_list.c $edge/epcc.c \
    $edge/epcc_summary.c $edge/settlement.c
