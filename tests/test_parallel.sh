#!/bin/sh
# toucun test with several workers: the same words as with one; a worker that
# is killed fails its scenario alone; an interruption leaves nobody behind.

. tests/shell.sh

cd "$WORK" || exit 1
day=$ROOT/scenarios/quiet-day.json

# write NAME REST: a scenario over the quiet day.
write()
{
    echo "{\"extends\": \"$day\"$2}" >"$1"
}

mkdir suite
write suite/a.json ''
write suite/b.json ', "expect": [{"that": "payouts.paid", "is": 3}, {"that": "late.count", "is": 0}]'
echo '{"extends": "'"$ROOT"'/scenarios/demo.json", "expect": []}' >suite/c-long.json
write suite/d.json ', "expect": []'
write suite/e.json ', "clock": {"drain_max": "1m"}'
echo '{"name": "x", "sede": 1}' >suite/f.json

# workers_of PID: its children.
workers_of()
{
    sed -n 's/^PPid:[[:space:]]*//p; s/^Pid:[[:space:]]*//p' /proc/[0-9]*/status 2>/dev/null |
        paste - - | awk -v of="$1" '$2 == of { print $1 }'
}

# shellcheck disable=SC2317 # called by claim()
# only_long PID: waits until one worker is left, that of the long scenario.
only_long()
{
    for _ in $(seq 50); do
        [ "$(grep -c '^\(ok\|FAIL\)' log)" -ge 2 ] && worker=$(workers_of "$1") &&
            [ "$(echo "$worker" | wc -w)" -eq 1 ] && sleep 0.2 &&
            [ "$(workers_of "$1")" = "$worker" ] && return
        sleep 0.1
    done
    return 1
}

# shellcheck disable=SC2317 # called by claim()
# gone PID: it has ended, even if nobody has asked how.
gone()
{
    ! grep -q '^State:[[:space:]]*[A-WY]' "/proc/$1/status" 2>/dev/null
}

# --- the same words -----------------------------------------------------------------------------

short="suite/a.json suite/b.json suite/d.json suite/e.json suite/f.json"
timeless()
{
    sed 's/ [0-9.]* s$//; s/ time="[0-9.]*"//' "$1"
}
for n in 1 2 8; do
    # shellcheck disable=SC2086 # paths are words
    toucun test $short -j $n --junit $n.xml
    same "-j $n: exit code" 2 "$code"
    timeless stdout >$n.out
    timeless $n.xml >$n.junit
    same "-j $n: stderr has nothing" 0 "$(wc -c <stderr)"
    claim "-j $n: the same words as one at a time" cmp -s 1.out $n.out
    claim "-j $n: the same results" cmp -s 1.junit $n.junit
done
claim "and there are some" [ "$(grep -c '^\(ok\|FAIL\)' 1.out)" -eq 5 ]
# shellcheck disable=SC2086
toucun test $short -j8 --fail-fast
same "--fail-fast: what comes before the first failure, and it" "ok suite/a.json FAIL suite/b.json" \
    "$(sed -nE 's/^(ok|FAIL)  *([^ ]*).*/\1 \2/p' stdout | tr '\n' ' ' | sed 's/ $//')"
same "--fail-fast: the exit code is the failure's" 1 "$code"
claim "--fail-fast: and it is counted so" grep -qx '2 scenarios, 1 failed' stdout

# --- a worker is killed -------------------------------------------------------------------------

if [ ! -r /proc/self/status ]; then
    skipped "no /proc here to find workers in"
    finish
fi
for signal in KILL TERM; do
    rm -f results.xml
    "$TOUCUN" test suite -j 2 --junit results.xml >log 2>err </dev/null &
    run=$!
    claim "$signal: the long one is at work" only_long $run
    kill -s $signal "$worker"
    code=0
    wait $run || code=$?
    same "$signal: the machine failed us" 5 "$code"
    same "$signal: its scenario alone is lost" \
        "ok a FAIL b FAIL c-long ok d FAIL e FAIL f" \
        "$(sed -nE 's/^(ok|FAIL)  *suite\/([^ ]*)\.json.*/\1 \2/p' log | tr '\n' ' ' |
            sed 's/ $//')"
    claim "$signal: it is said how" \
        sh -c 'grep -A 1 c-long log | grep -qE "its worker was killed by signal [0-9]+ \(.*\)"'
    claim "$signal: in the results, too" \
        sh -c 'grep -A 1 "c-long.json\" name=" results.xml |
            grep -qF "<failure message=\"exit code 5\">its worker was killed by signal"'
    claim "$signal: others are counted" grep -qx '6 scenarios, 4 failed' log
done

# --- an interruption ----------------------------------------------------------------------------

for signal in INT TERM; do
    rm -f results.xml
    "$TOUCUN" test suite/c-long.json suite/c-long.json suite/a.json -j 2 --junit results.xml \
        >log 2>err </dev/null &
    run=$!
    sleep 0.5
    workers=$(workers_of $run)
    same "$signal: two are at work" 2 "$(echo "$workers" | wc -w)"
    kill -s $signal $run
    code=0
    { wait $run; } 2>/dev/null || code=$?
    want=130; [ $signal = INT ] || want=143
    same "$signal: it dies of the signal" $want "$code"
    same "$signal: it says in which" \
        "interrupted in suite/c-long.json interrupted in suite/c-long.json" \
        "$(tr '\n' ' ' <err | sed 's/ $//')"
    for worker in $workers; do
        claim "$signal: worker $worker is gone" gone "$worker"
    done
    claim "$signal: no half of the results" [ -z "$(find . -name '*results.xml*')" ]
done

# Who is killed himself leaves no worker behind.
"$TOUCUN" test suite/c-long.json -j 1 >log 2>err </dev/null &
run=$!
sleep 0.5
worker=$(workers_of $run)
kill -s KILL $run
{ wait $run; } 2>/dev/null
sleep 0.2
claim "a worker was there" [ -n "$worker" ]
claim "and goes with its parent" gone "$worker"

finish
