#!/bin/sh
# Days of the treasury: each scenario passes with its rules and fails without
# them, and its money ends in the right place, to the fen.

. tests/shell.sh

# value KEY FILE: what a summary says of a key, without quotes.
value()
{
    sed -n 's/^ *"'"$1"'": "\{0,1\}\([^"]*[^",]\)"\{0,1\},\{0,1\}$/\1/p' "$2" | head -n 1
}

# balance ACCOUNT: in the end, in fen, by its last movement in truth.
balance()
{
    sed -n 's/.*"kind":"true_movement","account":"'"$1"'",.*"after_fen":\([0-9]*\)}$/\1/p' \
        out/events.jsonl | tail -n 1
}

# All movements of all accounts together, in fen.
all_movements()
{
    sed -n 's/.*"kind":"true_movement",.*"amount_fen":\(-\{0,1\}[0-9]*\),.*/\1/p' out/events.jsonl |
        awk '{ sum += $1 } END { printf "%.0f\n", sum }'
}

# moved FROM TO: the sum of transfers done between two accounts, in fen.
moved()
{
    awk -F, -v from="$1" -v to="$2" '$3 == from && $4 == to && $6 == "done" {
        sub(/\./, "", $5); sum += $5 } END { printf "%.0f\n", sum }' out/transfers.csv
}

# with_rules NAME: it passes, twice to the same hash, and by all accounts together
# went in what was collected, and out what was paid.
with_rules()
{
    scenario=$ROOT/scenarios/$1.json
    rm -rf out
    toucun run "$scenario" --out out --quiet \
        --events=true_movement,alert,transfer_requested,account_closed
    same "$1: passes with its rules" "0 " "$code $(cat stderr)"
    s=out/summary.json
    same "$1: no invariant is broken" 13 "$(grep -c '"broken": 0$' $s)"
    same "$1: the same hash, elsewhere" "$(value hash $s)" \
        "$(TZ=America/New_York LC_ALL=C hash_of "$scenario")"
    same "$1: not a fen is lost" "$(($(value collections.amount_fen $s) - \
        $(value payouts.amount_paid_fen $s)))" "$(all_movements)"
    same "$1: every transfer that started is done" \
        "$(value transfers.started $s) 0" \
        "$(value transfers.done $s) $(value transfers.failed $s)"
    same "$1: the transfers marked in the plot are those of the summary" \
        "$(value transfers.amount_fen $s)" \
        "$(awk -F, '{ sub(/\./, "", $5); sum += $5 } END { printf "%.0f", sum }' out/transfers.csv)"
}

# without NAME SETTING: it no longer does what is expected; summary in $WORK/stdout.
without()
{
    toucun run "$ROOT/scenarios/$1.json" --set "$2" --json
    same "$1 with $2: fails its expectations" "1 expectation_failed" "$code $(value verdict stdout)"
    same "$1 with $2: nobody is paid twice" 0 "$(value payouts.paid_twice stdout)"
}

# at_least SENTENCE LEAST VALUE: of numbers, with or without a fraction.
at_least()
{
    claim "$1: want at least $2, got $3" awk -v a="$3" -v b="$2" 'BEGIN { exit !(a != "" && a + 0 >= b + 0) }'
}

cd "$WORK" || exit 1

# --- golden-week ---------------------------------------------------------------------------

with_rules golden-week
same "own funds go up before the holiday and come back after it" \
    "3500000000 3500000000 4200000000" \
    "$(moved own acs) $(moved acs own) $(balance own)"
same "both reserve accounts are emptied, one of them by way of the virtual ID" \
    "1560000000 1240000000 0 0 0" "$(moved reserve-icbc acs) $(moved reserve-ccb acs) $(
        balance reserve-icbc) $(balance reserve-ccb) $(balance virtual)"
same "on the working day before, a make-up Sunday" "2018-09-30T14:00 2018-09-30T15:00" \
    "$(awk -F, '$3 ~ /^(reserve-icbc|own)$/ { printf "%s%s", sep, substr($1, 1, 16); sep = " " }' \
        out/transfers.csv)"
same "and back on the working day after" 1 \
    "$(grep -c '^2018-10-08T14:0.*,acs,own,35000000.00,done$' out/transfers.csv)"
same "no session settles and nothing reaches custody from 1 to 7 October" 1 \
    "$(awk -F, '/^2018-10-0[1-7]/ { print $2 }' out/positions.csv | sort -u | wc -l)"

without golden-week '/policy/transfers=[]'
at_least "without its rules UnionPay is short of quota for days" 259200 "$(value unionpay.dry_s stdout)"
at_least "and NetsUnion" 259200 "$(value netsunion.dry_s stdout)"
at_least "a fifth of all payouts is late" 0.2 "$(value late.share stdout)"
claim "the queue says since when" grep -q '"got": "40 at 2018-10-04T1' stdout
toucun run "$ROOT/scenarios/golden-week.json" --set '/policy/transfers=[]' --out dry --quiet
claim "and so does the report" \
    grep -q '2018-10-04 1[0-9:]* to 2018-10-08 10:00</td><td>UnionPay short of quota' dry/report.html

without golden-week '/policy/transfers/3/when/on_holiday="keep"'
at_least "a day later own funds wait until large-value opens again" 43200 \
    "$(value unionpay.dry_s stdout)"

# --- acs-low -------------------------------------------------------------------------------

with_rules acs-low
same "the first rule sees it at 16:50, gives what may be given, and says that it was not enough" \
    "600000000 300000000" "$(moved own-icbc acs) $(sed -n \
        's/.*"kind":"alert","account":"own-icbc","amount_fen":\([0-9]*\),.*/\1/p' out/events.jsonl |
        sort -u)"
same "in time" 1 "$(grep -c '^2019-05-16T16:50:.*,own-icbc,acs,6000000.00,done$' out/transfers.csv)"
at_least "the backlog asks the other bank" 3 \
    "$(grep -c '"kind":"transfer_requested".*"rule":"backlog"' out/events.jsonl)"
same "nothing of the day is under way when the large-value system closes" "0.00" \
    "$(awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "in_transit.amount") at = i }
        /^2019-05-16T17:15:00/ { print $at }' out/positions.csv)"
same "what passes through the virtual IDs rests in neither" "0 0" \
    "$(balance virtual-own) $(balance virtual-reserve)"

without acs-low '/policy/transfers=[]'
at_least "without its rules quota is short until the sessions settle" 57600 \
    "$(value unionpay.dry_s stdout)"
at_least "and a third of all payouts is late" 0.33 "$(value late.share stdout)"

# --- cut-over ------------------------------------------------------------------------------

with_rules cut-over
same "each old account gives all it had and closes" "183000000 42000000 0 0 0 0" \
    "$(moved old-abc acs) $(moved old-cmb acs) $(balance old-icbc) $(balance old-ccb) $(
        balance old-abc) $(balance old-cmb)"
same "in its turn" "old-abc old-cmb old-icbc old-ccb " \
    "$(sed -n 's/.*"kind":"account_closed","account":"\([^"]*\)".*/\1/p' out/events.jsonl | tr '\n' ' ')"
same "the prepaid-card account is swept on each of seven working days" 7 \
    "$(grep -c ',prepaid,acs,.*,done$' out/transfers.csv)"
same "custody holds what was swept" "$(value transfers.amount_fen out/summary.json)" \
    "$(($(moved old-icbc acs) + $(moved old-ccb acs) + $(moved old-abc acs) + $(moved old-cmb acs) +
        $(moved prepaid acs)))"

without cut-over '/policy/transfers=[]'
same "without its rules all four are overdue" 4 "$(value accounts.overdue stdout)"
without cut-over '/accounts/3/closes=null'
same "an account that nobody closes is overdue, with an alert" "1 1" \
    "$(value accounts.overdue stdout) $(value alerts.count stdout)"
without cut-over '/policy/transfers/4/keep=100.00'
same "a remainder in the prepaid-card account is an alert on every working day" "0 7" \
    "$(value accounts.overdue stdout) $(value alerts.count stdout)"

finish
