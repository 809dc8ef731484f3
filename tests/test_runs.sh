#!/bin/sh
# Whole runs: exit codes, what goes to stdout and to stderr, and every output
# file, held against the scenario and the trace that made it.

. tests/shell.sh

day=$ROOT/scenarios/quiet-day.json
recorded=$ROOT/scenarios/recorded.json

# value KEY FILE: what summary.json says of a key, without quotes.
value()
{
    sed -n 's/^ *"'"$1"'": "\{0,1\}\([^"]*[^",]\)"\{0,1\},\{0,1\}$/\1/p' "$2" | head -n 1
}

# shellcheck disable=SC2317 # called by claim()
# json_whole FILE: it is one JSON text; with --lines, each line is one.
json_whole()
{
    if command -v jq >/dev/null; then
        jq -e . "$1" >/dev/null
    elif command -v python3 >/dev/null; then
        python3 -c 'import json, sys
for part in open(sys.argv[1]) if sys.argv[1].endswith("l") else [open(sys.argv[1]).read()]:
    json.loads(part)' "$1"
    else
        skipped "neither jq nor python3 to read $1 with"
    fi
}

# rows CHECK FILES...: what runs.awk counts; its complaints, if any, first.
rows()
{
    check=$1
    shift
    awk -v check="$check" -f "$ROOT/tests/runs.awk" "$@"
}

cd "$WORK" || exit 1

# --- exit codes and streams -----------------------------------------------------------------

never='/expect=[{"that": "payouts.paid", "is": 0}]'
stuck=/clock/drain_max=1m

toucun run "$day"
same "a day as expected" "0 " "$code $(cat stderr)"
same "its summary starts with the verdict" "quiet-day: pass" "$(head -n 1 stdout)"
toucun run "$day" --set "$never"
same "an expectation that fails" "1 quiet-day: expectation_failed" "$code $(head -n 1 stdout)"
claim "is named" grep -qF "/expect/0: payouts.paid: want is 0, got 114" stdout
toucun run "$day" --set "$stuck"
same "work that is left" "4 quiet-day: stuck" "$code $(head -n 1 stdout)"
claim "is named, oldest first" grep -qF "L0-0, ¥124.68, requested 2019-03-12T08:00:26" stdout
toucun run "$day" --set "$stuck" --set "$never"
same "stuck comes before an expectation" 4 "$code"
toucun run "$day" --set "$stuck" --set '/expect=[{"that": "verdict", "is": "stuck"}]'
same "a verdict that was expected" 0 "$code"
toucun run "$day" --set '/expect=[{"that": "verdict", "is": "stuck"}]'
same "a verdict that was not" 1 "$code"
skipped "exit code 3: no scenario breaks an invariant, as it should be"

toucun run "$day" --quiet
same "--quiet says nothing" "0 0 0" "$code $(wc -c <stdout) $(wc -c <stderr)"
toucun run "$day" --quiet --set "$never"
same "--quiet leaves the exit code" "1 0 0" "$code $(wc -c <stdout) $(wc -c <stderr)"
toucun run "$day" --json
same "--json" "0 " "$code $(cat stderr)"
claim "--json writes JSON" json_whole stdout
same "and nothing before it" "{" "$(head -n 1 stdout)"
same "and nothing after it" "}" "$(tail -n 1 stdout)"
toucun run "$day" --json --quiet
claim "--json speaks under --quiet, too" json_whole stdout
toucun run "$day" --json --set "$stuck"
same "--json of a run that got stuck" "4 stuck" "$code $(value verdict stdout)"
toucun --version
same "--version" "0 " "$code $(cat stderr)"
claim "--version names the program" grep -q '^toucun [0-9]' stdout
for command in "" run check test; do
    # shellcheck disable=SC2086 # no command is no argument
    toucun $command --help
    same "help is an answer: toucun $command --help" "0 0" "$code $(wc -c <stderr)"
    claim "toucun $command --help says something" [ -s stdout ]
done

if [ -c /dev/full ]; then
    for command in run check test; do
        code=0
        "$TOUCUN" $command "$day" >/dev/full 2>stderr || code=$?
        same "$command with a full disk behind stdout" "5 1" "$code $(grep -c '^stdout: ' stderr)"
    done
fi

# --- the files -----------------------------------------------------------------------------------

toucun run "$day" --out one
same "a run with --out" "0 " "$code $(cat stderr)"
same "writes these and no more" \
    "acs.svg alerts.csv balances.csv breaks.csv decisions.csv ledger.csv outlook.csv outlook.svg positions.csv queue.svg quota.svg report.html scenario.json shortages.csv summary.json waits.csv waits.svg" \
    "$(find one -type f | sed 's/.*\///' | sort | tr '\n' ' ' | sed 's/ $//')"
toucun run "$day" --out deep/er/two --payouts --events --quiet
same "--out makes folders" "0 0" "$code $(wc -c <stdout)"
two=deep/er/two
for file in "$two"/*; do
    claim "$file is not empty" [ -s "$file" ]
done
claim "nothing is left of files being written" \
    [ -z "$(find one "$two" -name '.*' -type f)" ]

same "summary.json has these keys" \
    "scenario seed version verdict hash virtual_s wall_s events payouts_per_s peak_bytes metrics expectations invariants faults" \
    "$(sed -n 's/^  "\([a-z_]*\)":.*/\1/p' $two/summary.json | tr '\n' ' ' | sed 's/ $//')"
claim "summary.json is JSON" json_whole $two/summary.json
hash=$(value hash $two/summary.json)
claim "the hash is 16 hex digits" expr "$hash" : '[0-9a-f]\{16\}$' >/dev/null
same "the hash depends on no output" "$hash" "$(value hash one/summary.json)"
toucun run "$day" --json
same "--json says what summary.json says" \
    "$(grep -vE '"(wall_s|payouts_per_s|peak_bytes)"' $two/summary.json)" \
    "$(grep -vE '"(wall_s|payouts_per_s|peak_bytes)"' stdout)"

ends="paid failed expired returned refused cancelled in_doubt sent queued"
# ends_sum FILE: the payouts in each end state, added up.
ends_sum()
{
    sum=0
    for end in $ends; do
        sum=$((sum + $(value "payouts.$end" "$1")))
    done
    echo $sum
}
same "end states sum to requested" "$(value payouts.requested one/summary.json)" \
    "$(ends_sum one/summary.json)"

same "positions.csv has these columns" \
    "time,acs.balance,acs.unallocated,unionpay.mapped,unionpay.available,unionpay.believed,unionpay.processing,unionpay.reported,netsunion.mapped,netsunion.available,netsunion.believed,netsunion.processing,netsunion.reported,account.own,queue.depth,queue.amount,queue.withdrawal.depth,queue.withdrawal.amount,queue.settlement.depth,queue.settlement.amount,waiting.hold,waiting.breaker,waiting.share,waiting.quota,waiting.channel,waiting.turn,in_doubt.count,in_transit.amount" \
    "$(head -n 1 $two/positions.csv)"
same "a row a minute, and one at each end" \
    "1441 2019-03-12T00:00:00+08:00 2019-03-13T00:00:00+08:00" \
    "$(rows identity $two/positions.csv)"
toucun run "$day" --out one --quiet --set /report/sample=7h
same "a row per sample, and one at each end" \
    "5 2019-03-12T00:00:00+08:00 2019-03-13T00:00:00+08:00" "$(rows identity one/positions.csv)"

case $(head -n 1 $two/payouts.csv) in
reference,business,merchant,user,amount,channel,attempts,state,requested,sent,paid,settled,final,quota_s,breaker_s,channel_s,share_s,hold_s,turn_s,reason) ;;
*) claim "payouts.csv has the columns of the manual" false ;;
esac
same "payouts.csv: a row a payout, each in a final state" \
    "$(value payouts.requested $two/summary.json)" "$(rows states $two/payouts.csv)"

events=$(wc -l <$two/events.jsonl)
claim "events.jsonl has a line a fact" [ "$events" -gt 1000 ]
claim "events.jsonl is JSON" json_whole $two/events.jsonl
same "every line has its time, number and kind, from 0 on" "$events" \
    "$(awk -F'"seq":' '$2 + 0 == NR - 1 && /^{"time":"20[^"]*","seq":[0-9]+,"kind":"[a-z_]+"/' \
        $two/events.jsonl | wc -l)"
same "every request is an event" "$(value payouts.requested $two/summary.json)" \
    "$(grep -c '"kind":"requested"' $two/events.jsonl)"
toucun run "$day" --out three --quiet --events=paid,settled
same "--events=kind,kind writes those" "paid settled" \
    "$(sed 's/.*"kind":"\([a-z_]*\)".*/\1/' three/events.jsonl | sort -u | tr '\n' ' ' | sed 's/ $//')"
same "and all of those" "$(grep -cE '"kind":"(paid|settled)"' $two/events.jsonl)" \
    "$(wc -l <three/events.jsonl)"

claim "report.html is whole" grep -q '</html>' $two/report.html
claim "report.html needs nothing from outside" \
    sh -c '! grep -qE "(src|href)=\"(http|[a-z]+\.svg)" '$two/report.html
for plot in acs queue quota waits; do
    claim "$plot.svg is whole" grep -q '^</svg>' $two/$plot.svg
done

# --- scenario.json ---------------------------------------------------------------------------------

toucun run "$day" --out changed --quiet --seed 5 --set /policy/routing/retries=3 \
    --set '/businesses/0/deadline=1h'
hash=$(value hash changed/summary.json)
same "scenario.json has what --set and --seed said" "5 3" \
    "$(value seed changed/scenario.json) $(value retries changed/scenario.json)"
same "scenario.json shows numbers as they were written" "0.6" \
    "$(value unionpay changed/scenario.json)"
same "running scenario.json gives the same hash" "$hash" "$(hash_of changed/scenario.json)"
toucun run changed/scenario.json --out again --quiet
claim "and the same scenario.json" cmp changed/scenario.json again/scenario.json
toucun check changed/scenario.json
same "scenario.json has no problem" "0 " "$code $(cat stderr)"

toucun run "$recorded" --out traced --quiet
mkdir elsewhere
mv traced/scenario.json elsewhere
same "the scenario.json of a trace runs from any folder" "$(value hash traced/summary.json)" \
    "$(cd / && hash_of "$WORK/elsewhere/scenario.json")"

# --- days with nothing to draw -----------------------------------------------------------------------

# drawn SENTENCE CODE ARGS...: the run ends as it should, with its plots, in silence.
drawn()
{
    sentence=$1
    want=$2
    shift 2
    rm -rf drawn
    toucun run "$ROOT/tests/expect/ten.json" --out drawn --quiet "$@"
    same "$sentence" "$want " "$code $(cat stderr)"
    same "$sentence: every plot is there" 5 "$(find drawn -name '*.svg' ! -name blocked.svg | wc -l)"
}

drawn "every wait the same" 0
drawn "no wait at all" 0 --set /gateways/unionpay/payout/latency/value=0s \
    --set /gateways/unionpay/payout/final/value=0s
drawn "nothing paid" 4 --set /accounts/0/opening=0
drawn "no payout and no business that pays" 0 \
    --set '/load/0={"kind": "poisson", "flow": "collection", "business": "withdrawal",
                    "per_second": 0.1, "amount": {"kind": "constant", "value": "1.00"}}'

code=0
PATH="$WORK" "$TOUCUN" run "$ROOT/tests/expect/ten.json" --out undrawn --quiet 2>stderr || code=$?
same "plots that cannot be drawn fail" 5 "$code"
claim "and say why" grep -q 'undrawn/quota.svg: not drawn; plots want gnuplot' stderr

# --- a folder that is there already --------------------------------------------------------------

mkdir used
echo mine >used/notes.txt
echo old >used/summary.json
echo old >used/positions.csv
toucun run "$day" --out used --quiet
same "--out takes a folder that is there" 0 "$code"
same "files of others are left alone" mine "$(cat used/notes.txt)"
claim "our own are replaced" cmp used/positions.csv $two/positions.csv
same "all of them" quiet-day "$(value scenario used/summary.json)"

echo file >file
toucun run "$day" --out file
same "a file where --out wants a folder" "5 file: Not a directory" "$code $(cat stderr)"
same "which stays as it was" file "$(cat file)"
toucun run "$day" --out file/below
same "a file on the way to --out" "5 file/below: Not a directory" "$code $(cat stderr)"
toucun run "$day" --out ""
same "no name for --out" "5 : No such file or directory" "$code $(cat stderr)"
if [ "$(id -u)" -ne 0 ]; then
    mkdir locked
    chmod 555 locked
    toucun run "$day" --out locked
    same "a folder that may not be written" \
        "5 locked/.positions.csv.part: Permission denied" "$code $(cat stderr)"
else
    skipped "a folder that may not be written: root may write all"
fi

# A disk that fills up: files larger than 8 KiB cannot be written.
code=0
(
    trap '' XFSZ
    ulimit -f 16
    exec "$TOUCUN" run "$day" --out full --quiet 2>full.stderr
) || code=$?
same "a disk that is full" "5 full/positions.csv: File too large" "$code $(cat full.stderr)"
same "leaves nothing half written" "" "$(find full -type f)"

# --- a trace, to the fen ----------------------------------------------------------------------------

# ties NAME TRACE PAYOUTS ARGS...: payouts.csv and the summary agree with the trace.
ties()
{
    name=$1
    trace=$2
    payouts=$3
    shift 3
    rm -rf tied
    toucun run "$recorded" --out tied --quiet --payouts "$@"
    same "$name: as expected" 0 "$code"
    s=tied/summary.json
    same "$name: payouts" "$payouts" "$(value payouts.requested $s)"
    same "$name: end states sum to requested" "$payouts" "$(ends_sum $s)"
    same "$name: every payout is paid or failed, with its reason" \
        "$payouts $(($(value payouts.paid $s) + $(value payouts.failed $s)))" \
        "$(rows states tied/payouts.csv) $payouts"
    claim "$name: at least 99 % are paid" \
        [ "$(value payouts.paid $s)" -ge $((payouts * 99 / 100)) ]
    same "$name: rows and amounts are the trace's, and the summary's" \
        "$payouts $payouts $(value payouts.amount_requested_fen $s) $(value payouts.amount_paid_fen $s) $(value collections.count $s) $(value collections.amount_fen $s)" \
        "$(rows ties "$trace" tied/payouts.csv)"
    same "$name: and none is broken" 13 "$(grep -c '"broken": 0$' $s)"
    same "$name: the waiting parts add up to the wait" \
        "$(value payouts.paid $s)" "$(rows waits tied/payouts.csv | sed 's/ .*//')"
}

ties "the sample trace" "$ROOT/scenarios/traces/corner-shop.csv" \
    "$(grep -c ',payout,' "$ROOT/scenarios/traces/corner-shop.csv")"
retail=$ROOT/../shared/data/retail-trace.csv
if [ -f "$retail" ]; then
    ties "the retail trace" "$retail" 3559 --set "/load/0/file=$retail"
    same "the retail trace puts every invariant to the test" "13 " \
        "$(grep -c '"checked": ' tied/summary.json) $(
            grep -B1 '"checked": 0,' tied/summary.json | sed -n 's/.*"name": "\(.*\)",/\1/p')"
else
    skipped "the retail trace: ../shared/data/retail-trace.csv is not here"
fi

# --- the end of a run ------------------------------------------------------------------------------

# At midnight one account is asked for its balance, and another's details are due.
cat >rests.json <<'END'
{
  "name": "rests", "seed": 1,
  "clock": {"from": "2019-05-13T00:00:00+08:00", "to": "2019-05-14T00:00:00+08:00"},
  "accounts": [
    {"id": "acs", "kind": "central_bank", "opening": "1000.00"},
    {"id": "watched", "kind": "own", "institution": "icbc", "interface": "icbc-link"},
    {"id": "silent", "kind": "own", "institution": "ccb", "interface": "ccb-link"}],
  "interfaces": [
    {"id": "icbc-link", "institution": "icbc", "operations": ["details"],
     "tasks": [{"do": "details", "every": "1m"}]},
    {"id": "ccb-link", "institution": "ccb", "operations": ["balance"]}],
  "businesses": [{"id": "sales"}],
  "load": [
    {"kind": "poisson", "flow": "collection", "business": "sales", "per_second": 0.001,
     "amount": {"kind": "constant", "value": "1.00"}, "via": {"silent": 1}}]
}
END
toucun run rests.json
same "a run ends though another account's answer is due when the last one is asked" 0 "$code"

# --- the operator ----------------------------------------------------------------------------------

# The last of the changes of an account is listed first.
toucun run rests.json --out changed --set '/interfaces/-={
    "id": "told", "institution": "ccb", "operations": ["details"],
    "tasks": [{"do": "details", "every": "1h"}]}' --set '/operator=[
    {"at": "2019-05-13T12:00:00+08:00", "do": "change_account", "account": "silent",
     "interface": "told"},
    {"at": "2019-05-13T11:00:00+08:00", "do": "change_account", "account": "silent",
     "interface": "ccb-link"}]' --events=movement
same "an account is as it was changed last, in whatever order the changes are listed" \
    "0 $(value collections.count changed/summary.json)" \
    "$code $(grep -c '"account":"silent"' changed/events.jsonl)"

toucun run rests.json --set '/interfaces/-={
    "id": "mute", "institution": "ccb", "operations": []}' --set '/operator=[
    {"at": "2019-05-13T12:00:00+08:00", "do": "change_account", "account": "silent",
     "interface": "mute"}]'
same "of an account whose interface was taken away nothing more can be known" 0 "$code"

finish
