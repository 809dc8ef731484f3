#!/bin/sh
# The scenarios of the audit: every error that was planted is found, under its
# type, and nothing else is; and what people read of it.

. tests/shell.sh
cd "$WORK" || exit 1

# The statistics are for the fast build; others run a few of the seeds.
case $TOUCUN in */release/*) seeds=50 ;; *) seeds=3 ;; esac
types="missing_theirs missing_ours amount_differs status_differs fee_differs duplicate returned late"

# value KEY [FILE]: what a summary says of a key.
value()
{
    sed -n 's/^ *"'"$1"'": "\{0,1\}\([^",]*\)"\{0,1\},\{0,1\}$/\1/p' "${2:-out/summary.json}" |
        head -n 1
}

# score NAME ARGS...: "exit code, injected, found, missed, false" of a run; it is in stdout.
score()
{
    name=$1
    shift
    toucun run "$ROOT/scenarios/$name.json" --json "$@"
    echo "$code $(value audit.injected stdout) $(value audit.found stdout) $(value \
        audit.missed stdout) $(value audit.false stdout)"
}

# fired: how often the faults fired that leave an error each, all together; returns are counted apart.
fired()
{
    awk -F'[:,]' '/^ *"id":/ { leaves_one = $2 !~ /notices-lost|comes-back/ }
        /^ *"fired":/ && leaves_one { sum += $2 } END { print sum + 0 }' stdout
}

# --- every kind of error in settlement files -----------------------------------------------------

: >all
seed=1
while [ $seed -le $seeds ]; do
    got=$(score statement-errors --seed "$seed")
    injected=$(value audit.injected stdout)
    same "statement-errors, seed $seed: found is injected, none missed, none false" \
        "0 $injected $injected 0 0" "$got"
    same "seed $seed: each firing of a fault is one error" "$injected" \
        "$(($(fired) + $(value audit.injected.returned stdout)))"
    for type in $types; do
        same "seed $seed: and so of $type" "$(value audit.injected."$type" stdout)" \
            "$(value audit.found."$type" stdout)"
        echo "$type $(value audit.found."$type" stdout)" >>all
    done
    seed=$((seed + 1))
done
for type in $types; do
    found=$(awk -v type="$type" '$1 == type { sum += $2 } END { print sum + 0 }' all)
    claim "$type was found $found times in $seeds seeds, so often that it means something" \
        [ $((found * 50)) -ge $((20 * seeds)) ]
done
same "without faults there is nothing to find, and nothing is found" "0 0 0 0 0" \
    "$(score statement-errors --set '/faults=[]')"
claim "and whatever stays paid is matched" \
    [ "$(value audit.matched stdout)" -ge "$(value payouts.paid stdout)" ]

# --- across the cut-offs -------------------------------------------------------------------------

seed=1
while [ $seed -le $((seeds / 5 + 1)) ]; do
    same "cross-midnight, seed $seed: no break" "0 0 0 0 0" \
        "$(score cross-midnight --seed "$seed")"
    same "cross-midnight, seed $seed: every payment is matched" \
        "$(value payouts.requested stdout)" "$(value audit.matched stdout)"
    got=$(score returned-payments --seed "$seed")
    injected=$(value audit.injected.returned stdout)
    same "returned-payments, seed $seed: what only the list tells is found" \
        "0 $injected $injected 0 0" "$got"
    seed=$((seed + 1))
done
rm -rf out
toucun run "$ROOT/scenarios/cross-midnight.json" --out out --quiet --payouts --events=paid
# across CHANNEL CLOCK: payouts requested before the clock and paid after it.
across()
{
    awk -F, -v channel="$1" -v clock="$2" '
        NR > 1 && $6 == channel && substr($9, 12, 5) < clock && substr($9, 12, 5) > "12:00" &&
            (substr($11, 12, 5) >= clock || substr($11, 1, 10) > substr($9, 1, 10)) { n++ }
        END { print n + 0 }' out/payouts.csv
}
claim "payments lie across UnionPay's cut-off" [ "$(across unionpay 23:00)" -ge 40 ]
claim "and across NetsUnion's" [ "$(across netsunion 24:00)" -ge 30 ]
claim "the list is the first to tell of most" \
    [ "$(grep -c 'T09:30:00+08:00' out/events.jsonl)" -gt 300 ]

# --- payments that come back ---------------------------------------------------------------------

rm -rf out
toucun run "$ROOT/scenarios/returned-payments.json" --out out --quiet \
    --events=true_returned,returned,true_error,break_opened
same "each return is booked once, by the notice or by the list" \
    "$(grep -c '"kind":"true_returned"' out/events.jsonl)" \
    "$(grep -c '"kind":"returned"' out/events.jsonl)"
same "the list was the first to tell of NetsUnion's alone" "0 $(value audit.injected)" \
    "$(grep '"kind":"break_opened"' out/events.jsonl | grep -c '"channel":"unionpay"') $(grep \
        '"kind":"break_opened"' out/events.jsonl | grep -c '"channel":"netsunion"')"
same "and each of those breaks closed as it was booked" "$(value audit.injected)" \
    "$(grep -c ',booked,' out/breaks.csv)"
same "with notices there is nothing to find" "1 0 0 0 0" \
    "$(score returned-payments --set '/faults=[]')"

# --- nets that do not meet the books -------------------------------------------------------------

rm -rf out
toucun run "$ROOT/scenarios/unmatched-net.json" --out out --quiet \
    --events=net_differs,true_error,entry_posted
# figures KIND KEY: that key of each event of a kind.
figures()
{
    grep '"kind":"'"$1"'"' out/events.jsonl | sed 's/.*"'"$2"'":\(-\{0,1\}[0-9]*\).*/\1/' | tr '\n' ' '
}
true_fen=$(grep '"kind":"true_error"' out/events.jsonl |
    sed 's/.*"true_fen":\([0-9]*\),"told_fen":\([0-9]*\).*/\1 \2/' | awk '{ print $2 - $1 }' | tr '\n' ' ')
same "each net that differs says by how much: what the house had lied about" "$true_fen" \
    "$(figures net_differs differs_fen)"
same "and which session it is: two of one day" "1" \
    "$(figures net_differs session | awk '{ print $2 - $1 }')"
same "the two came out of suspense, one for the customer, one as a loss" "$true_fen" \
    "$(sed -n 's/.*"booking":"break_\(adjusted\|written_off\)_[a-z]*".*"amount_fen":\([0-9]*\)}/\2/p' \
        out/events.jsonl | tr '\n' ' ')"
claim "and nothing is left there at any later close" \
    awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i }
        $2 ~ /suspense/ && $at["balance"] + 0 != 0 { exit 1 }' out/ledger.csv
same "without the lie every net agrees" "0" \
    "$(toucun run "$ROOT/scenarios/unmatched-net.json" --set '/faults=[]' --set '/expect=[]' \
        --out out --quiet --events=net_differs; wc -l <out/events.jsonl)"

# --- payouts in doubt whose queries are never answered --------------------------------------------

# silent EXTRA: a week without answers to queries, and of its first day without notices; one order
# never arrives, one is paid and its answer lost.
silent()
{
    cat >silent.json <<END
{"extends": "$ROOT/scenarios/quiet-day.json", "clock": {"to": "2019-03-19T00:00:00+08:00"},
 "faults": [
  {"id": "queries", "at": "unionpay.query", "kind": "timeout"},
  {"id": "notices", "at": "unionpay.notice", "kind": "timeout", "from": "2019-03-12T00:00:00+08:00", "to": "2019-03-13T00:00:00+08:00"},
  {"id": "lost", "at": "unionpay.payout", "kind": "timeout", "first": 1, "from": "2019-03-12T09:00:00+08:00", "to": "2019-03-12T10:00:00+08:00"},
  {"id": "paid", "at": "unionpay.payout", "kind": "applied_no_reply", "first": 1, "from": "2019-03-12T11:00:00+08:00", "to": "2019-03-12T12:00:00+08:00"}$1],
 "expect": []}
END
    rm -rf out
    toucun run silent.json --out out --quiet --events=attempt_failed,in_doubt,break_opened --payouts
}
silent ""
same "what never arrived is absent from the lists of the doubtful days, and only then sent again" \
    "2019-03-17T09:30:00 absent_from_list" \
    "$(sed -n 's/^{"time":"\([^+]*\)+.*"kind":"attempt_failed".*"reason":"\(.*\)"}/\1 \2/p' out/events.jsonl)"
lost=$(sed -n 's/.*"kind":"attempt_failed","payout":"\([^"]*\)".*/\1/p' out/events.jsonl)
same "and then paid" "2,reconciled" "$(grep "^$lost," out/payouts.csv | cut -d, -f7,8)"
same "no break, nothing paid twice" "0 0" \
    "$(value audit.breaks_open) $(value payouts.paid_twice)"
silent ', {"id": "withheld", "at": "unionpay.file", "kind": "line_missing", "first": 1, "from": "2019-03-12T11:00:00+08:00", "to": "2019-03-12T12:00:00+08:00"}'
short=$(grep -c ',missing_theirs,list,' out/breaks.csv)
missing=$(sed -n 's/.*,missing_theirs,order,unionpay,\([^,]*\),.*,not_listed,.*/\1/p' out/breaks.csv)
same "whose line is withheld is not paid again: its list is short, and a break stands" \
    "1 1,reconciled-not" "$short $(grep "^$missing," out/payouts.csv | cut -d, -f7,8 |
        sed 's/settled/reconciled-not/')"
same "found, and paid once" "1 1 0 0" "$(value audit.injected) $(value audit.found) $(value \
    audit.false) $(value payouts.paid_twice)"

# --- what is said of it --------------------------------------------------------------------------

rm -rf out
toucun run "$ROOT/scenarios/statement-errors.json" --out out --events
same "a run with breaks" "0 " "$code $(cat stderr)"
rows=$(sed 1d out/breaks.csv | wc -l)
same "breaks.csv has a row a break" "$rows" "$(grep -c '"kind":"break_opened"' out/events.jsonl)"
same "some closed, some not" "$rows" "$(($(value audit.breaks_open) + $(value audit.breaks_closed)))"
same "they are numbered as they were opened" "$(seq 1 "$rows" | tr '\n' ' ')" \
    "$(sed 1d out/breaks.csv | cut -d, -f1 | tr '\n' ' ')"
same "whatever is an order of ours has its reference" 0 \
    "$(awk -F, '$4 == "order" && $3 != "missing_ours" && $6 !~ /^L0-[0-9]+$/' out/breaks.csv | wc -l)"
same "one was adjusted, one written off, by two people each" "adjusted,li,wang written_off,wang,li" \
    "$(sed -n 's/.*,\(adjusted,[a-z]*,[a-z]*\),.*/\1/p
        s/.*,\(written_off,[a-z]*,[a-z]*\),.*/\1/p' out/breaks.csv | tr '\n' ' ' |
        sed 's/ $//')"
same "who proposed it could not approve it" 1 \
    "$(grep '"kind":"break_refused"' out/events.jsonl | grep -c same_person)"

# total LANGUAGE WORD: the last row of the table in the summary.
total()
{
    toucun run "$ROOT/scenarios/statement-errors.json" --lang "$1"
    awk -v word="$2" 'index($0, word) { sub(".*" word, ""); print $1, $2, $3, $4, $5, $6 }' stdout
}
injected=$(value audit.injected)
want="$injected $injected 0 0 $(value audit.breaks_open) $(value audit.breaks_closed)"
same "the summary adds them up" "$want" "$(total en 'in all ')"
same "in Chinese, too" "$want" "$(total zh 合计)"
toucun run "$ROOT/scenarios/quiet-day.json"
claim "a day without breaks says nothing of them" [ "$(grep -c missed stdout)" = 0 ]

if [ -f out/breaks.svg ]; then
    claim "the plot is whole" grep -q '^</svg>' out/breaks.svg
    same "its last row has what stands, by type and by age" \
        "$(value audit.breaks_open) $(value audit.breaks_open)" \
        "$(tail -n 1 out/open_breaks.csv | awk -F, '{
            for (i = 2; i <= 9; i++) types += $i
            for (i = 10; i <= 13; i++) ages += $i
            print types, ages }')"
    claim "the report lists what stands" grep -q '<h3>Breaks that nobody has resolved</h3>' \
        out/report.html
else
    claim "breaks are drawn" false
fi

finish
