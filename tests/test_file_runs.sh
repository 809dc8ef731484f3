#!/bin/sh
# Days with bad settlement files: when they come, that every error is found, and
# that the drain ends with all of them there.

. tests/shell.sh
cd "$WORK" || exit 1

# value KEY: what the summary says of it.
value()
{
    sed -n 's/^ *"'"$1"'": \([^,]*\),\{0,1\}$/\1/p' out/summary.json | head -n 1
}

# sum_of KEY: over all faults.
sum_of()
{
    sed -n 's/^ *"'"$1"'": \([0-9]*\),\{0,1\}$/\1/p' out/summary.json |
        awk '{ sum += $1 } END { print sum + 0 }'
}

# opened CHANNEL: when its lists were opened.
opened()
{
    grep '"kind":"list_opened"' out/events.jsonl | grep "\"channel\":\"$1\"" |
        sed 's/.*"time":"\([^"]*\)+08:00".*/\1/' | tr '\n' ' '
}

# run SET...
run()
{
    rm -rf out
    toucun run files.json --out out --events=list_opened,attempt_failed "$@"
}

cat >files.json <<END
{"extends": "$ROOT/tests/bad/base.json",
 "clock": {"from": "2019-03-12T00:00:00+08:00", "to": "2019-03-16T00:00:00+08:00",
           "calendar": "every_day"},
 "accounts": [{"id": "acs", "kind": "central_bank", "opening": "10000000.00"}],
 "gateways": {"unionpay": {"payout": {"fee": {"fixed": "0.30"}}},
              "netsunion": {"payout": {"fee": {"fixed": "0.25", "in_net": true}}}},
 "policy": {"allocation": {"kind": "static", "primary": "unionpay"}}}
END
run
for house in unionpay netsunion; do
    same "a file of $house comes at 09:30 of the day after" \
        "0 2019-03-13T09:30:00 2019-03-14T09:30:00 2019-03-15T09:30:00 2019-03-16T09:30:00" \
        "$code $(opened $house | cut -d' ' -f1-4)"
done
run --set /gateways/unionpay/file_at=07:15:30 --set /gateways/netsunion/file_at=00:10:01
same "or when file_at says" "0 2019-03-13T07:15:30 2019-03-14T07:15:30" \
    "$code $(opened unionpay | cut -d' ' -f1-2)"
same "also just after midnight" "2019-03-13T00:10:01 2019-03-14T00:10:01" \
    "$(opened netsunion | cut -d' ' -f1-2)"

# --- whole files ------------------------------------------------------------------------

window='"days": ["2019-03-14"], "from": "09:00", "to": "10:00"'
run --set '/faults=[{"at": "unionpay.file", "kind": "file_late", '"$window"'}]'
same "a late file comes six hours later" \
    "0 2019-03-13T09:30:00 2019-03-14T15:30:00 2019-03-15T09:30:00" \
    "$code $(opened unionpay | cut -d' ' -f1-3)"
same "and is found to be late" "1 1 0" \
    "$(value audit.found.late) $(value audit.injected) $(value audit.false)"
same "and when it is there, nothing is left" "0 1" \
    "$(value audit.breaks_open) $(value audit.breaks_closed)"
run --set '/faults=[{"at": "unionpay.file", "kind": "file_late", "by": "61m", '"$window"'}]'
same "or so much later" "0 2019-03-14T10:31:00" "$code $(opened unionpay | cut -d' ' -f2)"
for kind in missing truncated; do
    run --set '/faults=[{"at": "unionpay.file", "kind": "file_'$kind'"}]'
    same "$kind files: every one is found" "0 3 3 0" \
        "$code $(value audit.found.late) $(value audit.injected) $(value audit.false)"
    same "$kind files: the drain begins with them, and nothing is left" "3 1 0" \
        "$(opened unionpay | tr ' ' '\n' | grep -c 2019-03-16T00:00:00) $(opened unionpay |
            tr ' ' '\n' | grep -c 2019-03-16T09:30:00) $(value audit.breaks_open)"
done

# --- lines ------------------------------------------------------------------------------

faults=
for house in unionpay netsunion; do
    for kind in line_missing line_extra line_twice line_amount line_status line_fee; do
        faults="$faults,"'{"id": "'$house-$kind'", "at": "'$house'.file", "kind": "'$kind'",
            "share": 0.02}'
    done
    faults="$faults,"'{"id": "'$house-late'", "at": "'$house'.file", "kind": "file_late",
        "share": 0.3}, {"id": "'$house-cut'", "at": "'$house'.file", "kind": "file_truncated",
        "by": "3h", "share": 0.3}'
done
errors=0
for seed in 1 2 3 4 5 6; do
    primary=unionpay
    [ $((seed % 2)) = 0 ] || primary=netsunion
    run --seed "$seed" --set "/faults=[${faults#,}]" --set "/policy/allocation/primary=$primary" \
        --set /load/0/per_second=0.05
    same "seed $seed: all is well" "0 0 0" "$code $(value audit.missed) $(value audit.false)"
    same "seed $seed: what fired was injected, and found" \
        "$(value audit.injected) $(value audit.injected)" \
        "$(value audit.found) $(sum_of fired)"
    errors=$((errors + $(value audit.injected)))
done
claim "and there were hundreds, not $errors" [ "$errors" -ge 500 ]

# --- room ---------------------------------------------------------------------------------

run --set '/faults=[{"id": "a", "at": "unionpay.file", "kind": "file_missing"},
    {"id": "b", "at": "unionpay.payout", "kind": "error_code", "code": "30"}]' \
    --set '/policy/routing={"retries": 8, "retry_after": "1s",
        "businesses": {"withdrawal": ["unionpay"]}}' --set /load/0/per_second=0.05
same "a house has room for every attempt at every payout while no file comes: none is busy" "0 0" \
    "$code $(grep -c '"code":"06"' out/events.jsonl)"
claim "though there were nearly nine attempts each" \
    [ "$(grep -c '"code":"30"' out/events.jsonl)" -gt $(($(value payouts.requested) * 8)) ]

# --- what can never fire ------------------------------------------------------------------

# warns SENTENCE FAULT...
warns()
{
    sentence=$1
    shift
    toucun check files.json --set "/faults=[$1]"
    same "check warns of $sentence" \
        "0 --set: /faults/0: warning: this fault can never fire: no settlement file falls due while its window holds and the load runs" \
        "$code $(cat stderr)"
}
warns "a file fault whose window has no file" \
    '{"at": "unionpay.file", "kind": "file_late", "from": "10:00", "to": "12:00"}'
warns "one whose file comes after the load" \
    '{"at": "netsunion.file", "kind": "file_missing", "from": "2019-03-15T12:00:00+08:00",
      "to": "2019-03-17T00:00:00+08:00"}'
toucun check files.json --set '/faults=[{"at": "netsunion.file", "kind": "line_missing",
    "from": "10:00", "to": "12:00"}, {"id": "b", "at": "unionpay.file", "kind": "file_late",
    "from": "09:30", "to": "09:31"}]'
same "and of no other" "0 " "$code $(cat stderr)"

finish
