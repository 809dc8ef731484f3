#!/bin/sh
# A run that is interrupted: its files are whole, it says where it was, and it
# dies of the signal, as a shell expects.

. tests/shell.sh

day=$ROOT/scenarios/quiet-day.json
cd "$WORK" || exit 1

# shellcheck disable=SC2317 # called by claim()
# begun FILE: waits until a run has opened its files, but not for ever.
begun()
{
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        [ -e "$1" ] && break
        sleep 0.1
    done
    [ -e "$1" ] && sleep 0.3
}

# interrupted SIGNAL STATUS OUT ARGS...: a run dies of it, with its files whole.
interrupted()
{
    signal=$1
    status=$2
    out=$3
    shift 3
    "$TOUCUN" run "$@" --out "$out" --payouts --events >stdout 2>stderr </dev/null &
    run=$!
    claim "$signal: the run begins" begun "$out/.positions.csv.part"
    kill -s "$signal" $run
    code=0
    { wait $run; } 2>/dev/null || code=$?
    same "$signal: it dies of the signal" "$status" "$code"
    claim "$signal: it says where it was, and nothing else" \
        grep -qE '^interrupted at 20[0-9-]{8}T[0-9:.]+\+08:00, after [0-9]+ events$' stderr
    same "$signal: in one line" 1 "$(wc -l <stderr)"
    same "$signal: it has no summary" 0 "$(wc -c <stdout)"
    same "$signal: nothing is left of files being written" "" \
        "$(find "$out" -name '.*' -type f)"
    same "$signal: what was recorded so far is there" "alerts.csv balances.csv breaks.csv events.jsonl ledger.csv outlook.csv payouts.csv positions.csv" \
        "$(find "$out" -type f | sed 's/.*\///' | sort | tr '\n' ' ' | sed 's/ $//')"
    for file in events.jsonl payouts.csv positions.csv; do
        same "$signal: $file ends with its last line" "" "$(tail -c 1 "$out/$file")"
    done
    for file in payouts.csv positions.csv; do
        same "$signal: every row of $file is whole" 1 \
            "$(awk -F, '{ print NF }' "$out/$file" | sort -u | wc -l)"
    done
    same "$signal: every line of events.jsonl is whole" "" \
        "$(grep -v '^{"time":.*}$' "$out/events.jsonl")"
    place=$(sed 's/interrupted at \([^,]*\),.*/\1/' stderr)
    last=$(tail -n 1 "$out/positions.csv" | sed 's/,.*//')
    claim "$signal: positions end at the place that is said: $last, $place" \
        expr "$last" '<=' "$place" >/dev/null
}

interrupted INT 130 paced-int "$day" --speed 3600x
claim "a paced run was under way" [ "$(wc -l <paced-int/positions.csv)" -lt 1400 ]
interrupted TERM 143 paced-term "$day" --speed 3600x --json
interrupted TERM 143 unpaced "$ROOT/scenarios/demo.json"
claim "an unpaced run had come far" [ "$(wc -l <unpaced/events.jsonl)" -gt 1000 ]

# What was there before is replaced by whole files, never by parts of them.
interrupted INT 130 paced-int "$day" --speed 7200x

# A suite dies the same way, and says in which scenario.
"$TOUCUN" test "$ROOT/scenarios/demo.json" --junit results.xml >stdout 2>stderr </dev/null &
run=$!
sleep 1
kill -s INT $run
code=0
{ wait $run; } 2>/dev/null || code=$?
same "a suite dies of the signal" 130 "$code"
same "and says where" "interrupted in $ROOT/scenarios/demo.json" "$(cat stderr)"
claim "and leaves no half of its results" [ ! -e results.xml ]

finish
