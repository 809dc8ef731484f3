#!/bin/sh
# The readers of files from outside against any bytes, by libFuzzer, from the corpus in
# tests/corpus.  What is found new goes to build/fuzz, what fails, too; without clang and
# its libFuzzer there is nothing to run, and that is said.
#   fuzz.sh [SECONDS]
set -eu
seconds=${1:-60}
out=build/fuzz
mkdir -p $out/listing
if ! echo 'int LLVMFuzzerTestOneInput(const char *b, unsigned long n) { return b == 0 && n > 0; }' |
    clang -x c -fsanitize=fuzzer,address -o $out/probe - 2>$out/probe.log; then
    echo "  fuzz  SKIPPED: no clang with libFuzzer here (Debian: clang libclang-rt-dev);"
    echo "        the same corpus is walked by make check"
    exit 0
fi
# shellcheck disable=SC2046  # file names of ours have no spaces
clang -std=c11 -I. -D_XOPEN_SOURCE=700 -g -O1 -fsanitize=fuzzer,address,undefined \
    -fno-sanitize-recover=all -o $out/fuzz_listing tests/fuzz_listing.c \
    core/edge/listing.c core/edge/csv.c core/edge/zm.c $(find core/base core/audit -name '*.c')
echo "  fuzz  lists of payments, $seconds s"
if $out/fuzz_listing -max_total_time="$seconds" -max_len=70000 -len_control=1000 -timeout=10 \
    -artifact_prefix=$out/ -print_final_stats=1 $out/listing tests/corpus/listing \
    >$out/listing.log 2>&1; then
    sed -n 's/^stat::number_of_executed_units: */  fuzz  inputs tried: /p' $out/listing.log
else
    tail -n 30 $out/listing.log
    echo "  FAILED fuzz: the input that fails is in $out"
    exit 1
fi
