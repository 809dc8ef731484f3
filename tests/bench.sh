#!/bin/sh
# Speed and memory, measured here and now: the demonstration day once, then the
# parts that a run does not show.  Times of a shared machine are no test, so
# nothing passes or fails; compare ratios, and numbers of one run.
#   bench.sh TOUCUN BENCH
set -eu
summary=$("$1" run scenarios/demo.json --json) || [ $? = 1 ]
number() { printf '%s\n' "$summary" | sed -n "s/^ *\"$1\": \([0-9.eE+-]*\),\{0,1\}\$/\1/p"; }

awk -v requested="$(number payouts.requested)" -v collections="$(number collections.count)" \
    -v wall="$(number wall_s)" -v peak="$(number peak_bytes)" -v events="$(number events)" 'BEGIN {
    printf "  speed         %d payouts and %d collections in %.2f s: %.0f payouts a second,\n", \
        requested, collections, wall, requested / wall
    printf "                %.2f of a million; %.0f ns a payout, %.0f ns an event\n", \
        requested / wall / 1e6, wall / requested * 1e9, wall / events * 1e9
    printf "  whole process %.0f MiB at its peak, %.2f of 1 GiB; %.0f bytes a payout, mocks and\n", \
        peak / 1048576, peak / 1073741824, peak / requested
    print  "                auditor included"
}'
"$2"
