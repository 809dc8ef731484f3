#!/bin/sh
# Payouts in doubt, as whole runs: how long the lists are waited for, and what
# people decide where they prove nothing.

. tests/shell.sh
cd "$WORK" || exit 1

# value KEY: what the summary says of a key.
value()
{
    sed -n 's/^ *"'"$1"'": "\{0,1\}\([^",]*\)"\{0,1\},\{0,1\}$/\1/p' out/summary.json | head -n 1
}

# --- a slow house ---------------------------------------------------------------------------------

# slow FINAL QUERIES: one order is accepted, and nobody hears of it; its outcome takes so long, and
# queries go wrong so.
slow()
{
    cat >slow.json <<END
{"extends": "$ROOT/scenarios/quiet-day.json", "clock": {"to": "2019-03-22T00:00:00+08:00"},
 "load": [{"kind": "poisson", "flow": "payout", "business": "withdrawal", "per_second": 0.002,
   "from": "2019-03-12T10:00:00+08:00", "to": "2019-03-12T13:00:00+08:00",
   "amount": {"kind": "constant", "value": "100.00"}, "merchants": {"count": 5}}],
 "gateways": {"unionpay": {"payout": {"outcome_within": "8d", "final": {"kind": "constant", "value": "$1"}}}},
 "faults": [
  {"id": "queries", "at": "unionpay.query", $2},
  {"id": "silence", "at": "unionpay.payout", "kind": "applied_no_reply", "first": 1, "from": "2019-03-12T11:00:00+08:00", "to": "2019-03-12T12:00:00+08:00"}],
 "expect": []}
END
    rm -rf out
    toucun run slow.json --out out --quiet --events=attempt_failed
}
slow 7d '"kind": "timeout"'
same "what takes longer than the doubtful days is not taken as absent" "0 0 0" \
    "$code $(wc -l <out/events.jsonl) $(value payouts.paid_twice)"
slow 30h '"kind": "error_code", "code": "34"'
same "nor what is said not to be found while it is under way" "0 0 0" \
    "$code $(wc -l <out/events.jsonl) $(value payouts.paid_twice)"

# --- lists that prove nothing ---------------------------------------------------------------------

# undecided ARGS...: the scenario without what its people do, and then with it.
undecided()
{
    rm -rf out
    toucun run "$ROOT/scenarios/undecided.json" --out out --payouts \
        --events=attempt_failed,paid,reconciled,entry_posted --set '/expect=[]' "$@"
}
# decides BREAK AS: two people do, while the house is still silent.
decides()
{
    echo '{"at": "2019-03-18T11:00:00+08:00", "do": "adjust", "break": '"$1"', "by": "li", "as": "'"$2"'"},
          {"at": "2019-03-18T11:30:00+08:00", "do": "approve", "break": '"$1"', "by": "wang"}'
}
break_row()
{
    sed -n "$(($1 + 1))p" out/breaks.csv | cut -d, -f"$2"
}

undecided --set '/operator=[]'
same "with nobody to decide it is stuck" 4 "$code"
claim "and says what people can do" grep -q \
    'in doubt: adjust break 2 as paid or as not_paid, and another approves' stdout
same "a break stands about it" "undecided,unionpay.payable," \
    "$(break_row 2 '10,12-13' | tr -d '\n')"
same "in Chinese, too" 1 "$(toucun run "$ROOT/scenarios/undecided.json" --set '/operator=[]' \
    --set '/expect=[]' --lang zh && grep -c '结果存疑：请经办对差错 2 认定已付或未付' stdout)"

undecided
same "two people decide two of them, and the list the third" \
    "0 adjusted,not_paid matched_later, adjusted,paid" "$code $(break_row 1 '13,17') $(break_row \
        2 '13,17') $(break_row 3 '13,17')"
same "nothing is paid twice, everything is found, nothing is left" "0 0 0 0 0" \
    "$(value payouts.paid_twice) $(value payouts.in_doubt) $(value audit.missed) $(value \
        audit.false) $(value audit.breaks_open)"
same "the one said to be decided is settled by it" "reconciled,decided" \
    "$(sed -n 's/^L0-52,.*,\(reconciled\),.*,\(decided\)$/\1,\2/p' out/payouts.csv)"
same "the one that never arrived is sent again then, and paid once" "2,reconciled" \
    "$(grep '^L0-16,' out/payouts.csv | cut -d, -f7,8)"
claim "nothing is left in suspense" awk -F, \
    '$2 ~ /suspense/ { left[$2] = $7 + 0 } END { for (i in left) if (left[i] != 0) exit 1 }' \
    out/ledger.csv
same "the first of the day's list is the customer's again" "660.32" \
    "$(sed -n 's/.*"booking":"break_adjusted_long".*"amount_fen":\([0-9]*\)\([0-9][0-9]\)}/\1.\2/p' \
        out/events.jsonl)"

undecided --set "/operator=[$(decides 3 not_paid)]"
same "who decides wrongly that it was not paid, pays twice, and the auditor says so" "3 1" \
    "$code $(value payouts.paid_twice)"
undecided --set "/operator=[$(decides 2 paid)]"
same "who decides wrongly that it was paid, is found out by the books" 3 "$code"
claim "for suspense does not come to nothing" grep -q 'suspense is left with' stdout

# One that is said to be paid and was not, and one that was and in silence, as much each: count and
# total are as they should be.
undecided --set '/operator=[]' --set '/load/0/amount={"kind":"constant","value":"100.00"}'
same "two that stand for each other prove nothing" "0 0" "$code $(value payouts.paid_twice)"

finish
