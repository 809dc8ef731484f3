#!/bin/sh
# The comparison of policies: its arithmetic, and on a few seeds what the README
# says of many: who loses in which world.

. tests/shell.sh
export TOUCUN

# The statistics are for the fast build; others run each world on one seed.
case $TOUCUN in */release/*) seeds=2 ;; *) seeds=1 ;; esac

# world NAME: compares the policies there; the table is in $WORK/table.
world()
{
    sh tests/policies.sh -n $seeds "scenarios/$1.json" >"$WORK/table" 2>"$WORK/stderr"
    same "$1: the comparison ran" "0 " "$? $(cat "$WORK/stderr")"
}

# hours KIND: payout-hours blocked by quota in that world, summed over the seeds.
hours()
{
    sed -n 's/^  static .*= pooled.*/&/p; s/^  static .*< pooled.*/&/p' "$WORK/table" |
        sed -n "s/.*$1 \([0-9.]*\).*/\1/p"
}

# more A B: the first is blocked longer.
more()
{
    awk -v a="$(hours "$1")" -v b="$(hours "$2")" 'BEGIN { exit !(a != "" && b != "" && a + 0 > b + 0) }'
}

# Three seeds; 1, 2, 3 hours: mean 2, half an interval 4.303 * 1 / sqrt(3).
printf '%s\n' 'static 1 1 10 0 0 0 0' 'static 2 2 20 0 0 0 0' 'static 3 3 30 0 0 0 0' \
    'pooled 1 0 0 0 0 0 0' 'pooled 2 3 0 0 0 0 0' 'pooled 3 0 0 0 0 0 0' |
    awk -f tests/policies.awk -v kinds='static pooled' >"$WORK/table"
claim "a mean has the interval of Student's t" \
    grep -q '^  static *2\.0 ± 2\.5  *20\.00 ± 24\.84 ' "$WORK/table"
claim "a difference is taken seed by seed" \
    grep -q '^  pooled *-1\.0 ± 5\.0 ' "$WORK/table"
claim "the sums are compared" grep -q '^  static 6\.0 >= pooled 3\.0$' "$WORK/table"
claim "single seeds that differ are named" \
    grep -q '^Single seeds on which pooled and static compare the other way: 2 (3\.0 and 2\.0)$' "$WORK/table"

world fragmentation
claim "fragmentation: what is blocked falls from policy to policy" \
    grep -q "summed over $seeds seeds, fall or stay" "$WORK/table"
claim "fragmentation: static and pooled are clearly apart" more static pooled
same "fragmentation: a pool leaves nothing blocked" 0.0 "$(hours pooled)"

world all-policies/lean-turns
claim "where the lean turns, tilt is worse than static" more tilt static
world all-policies/slow-moves
claim "where moves are slow, threshold is worse than static" more threshold static
claim "where moves are slow, demand is worse than static" more demand static
world all-policies/late-burst
[ $seeds -eq 1 ] || # on the first seed both have quota enough
    claim "demand does not foresee a burst that threshold has quota for" more demand threshold

TOUCUN=/nowhere sh tests/policies.sh -n 1 >"$WORK/table" 2>"$WORK/stderr"
same "a run that goes wrong is no table" "2 0" "$? $(grep -c mean "$WORK/table")"
finish
