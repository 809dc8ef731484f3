#!/bin/sh
# Lines of accounts' details that faults make wrong: each is found, none moves
# money that did not move, and the run comes to rest though numbers stay missing.

. tests/shell.sh
cd "$WORK" || exit 1

case $TOUCUN in */release/*) seeds=12 ;; *) seeds=2 ;; esac

value()
{
    sed -n 's/^ *"'"$1"'": "\{0,1\}\([^",]*\)"\{0,1\},\{0,1\}$/\1/p' "${2:-out/summary.json}" |
        head -n 1
}

# of_every_kind PLACE SHARE: faults of each kind at the details of an institution.
of_every_kind()
{
    for kind in missing extra twice amount; do
        printf '{"id":"%s-%s","at":"%s.details","kind":"line_%s","share":%s},' \
            "$1" "$kind" "$1" "$kind" "$2"
    done
}

# fired: how often all faults together did.
fired()
{
    awk -F'[:,]' '/^ *"fired":/ { sum += $2 } END { print sum + 0 }' "$1"
}

# --- every kind, at every place ---------------------------------------------------------------------

cat >treasury.json <<END
{
  "extends": "$ROOT/scenarios/tagging.json", "name": "details", "expect": [],
  "accounts": [
    {"id": "acs", "kind": "central_bank", "opening": "800000.00", "interface": "acs-desk"},
    {"id": "ccb-card", "kind": "reserve", "use": "prepaid_card", "institution": "ccb",
     "opening": "60000.00", "interface": "ccb-link", "direct_link": true},
    {"id": "icbc-own", "kind": "own", "institution": "icbc", "opening": "300000.00",
     "interface": "icbc-link", "direct_link": true},
    {"id": "virtual", "kind": "virtual_reserve", "institution": "unionpay",
     "interface": "unionpay-link"}
  ],
  "interfaces": [
    {"id": "acs-desk", "institution": "central_bank",
     "operations": ["balance", "details", "payout", "quota"],
     "tasks": [{"do": "details", "every": "30m"}]},
    {"id": "ccb-link", "institution": "ccb", "operations": ["balance", "details", "transfer"],
     "tasks": [{"do": "details", "every": "10m"}]},
    {"id": "icbc-link", "institution": "icbc", "operations": ["balance", "details", "transfer"],
     "tasks": [{"do": "details", "every": "1h"}, {"do": "balance", "at": ["08:00", "18:00"]}]},
    {"id": "unionpay-link", "institution": "unionpay",
     "operations": ["balance", "details", "transfer"],
     "tasks": [{"do": "details", "every": "3h"}]}
  ]
}
END
toucun run treasury.json --set /faults=[] --out plain --quiet
same "without faults nothing is found" "0 0 0" \
    "$code $(value audit.injected plain/summary.json) $(value audit.breaks_open plain/summary.json)"

faults="[$(of_every_kind ccb 0.03)$(of_every_kind central_bank 0.1)$(of_every_kind icbc 0.2)"
faults="${faults%,}]"
seed=1
: >all
while [ $seed -le $seeds ]; do
    toucun run treasury.json --seed $seed --set "/faults=$faults" --json
    injected=$(value audit.injected stdout)
    same "seed $seed: found is injected, none missed, none false" "0 $injected 0 0" \
        "$code $(value audit.found stdout) $(value audit.missed stdout) $(value audit.false stdout)"
    same "seed $seed: each firing of a fault is one error" "$injected" "$(fired stdout)"
    same "seed $seed: at the end the books are what the balances are" "0 0" \
        "$(value audit.unexplained_end_fen stdout) $(value ledger.unbalanced stdout)"
    for type in missing_theirs missing_ours amount_differs duplicate; do
        same "seed $seed: and so of $type" "$(value audit.injected.$type stdout)" \
            "$(value audit.found.$type stdout)"
        echo "$type $(value audit.found.$type stdout)" >>all
    done
    seed=$((seed + 1))
done
for type in missing_theirs missing_ours amount_differs duplicate; do
    found=$(awk -v type=$type '$1 == type { sum += $2 } END { print sum + 0 }' all)
    claim "$type was found $found times, so often that it means something" \
        [ "$found" -ge $((10 * seeds)) ]
done

# --- when nothing at all is told ------------------------------------------------------------------

toucun run treasury.json --out none --set '/faults=[
    {"at": "ccb.details", "kind": "line_missing"}, {"at": "icbc.details", "kind": "line_missing"}]'
same "every other line of two banks left out: the run comes to rest" "0 0" \
    "$code $(value audit.missed none/summary.json)"
same "and no payout is worse for it" "$(value payouts.paid plain/summary.json)" \
    "$(value payouts.paid none/summary.json)"

# --- houses that tell of their nets days later -----------------------------------------------------

cat >late.json <<END
{
  "name": "late", "seed": 1,
  "clock": {"from": "2019-05-13T00:00:00+08:00", "to": "2019-05-17T00:00:00+08:00"},
  "accounts": [{"id": "acs", "kind": "central_bank", "opening": "3000000.00", "interface": "desk"}],
  "interfaces": [
    {"id": "desk", "institution": "central_bank",
     "operations": ["balance", "details", "payout", "quota"],
     "tasks": [{"do": "details", "every": "30m"}, {"do": "balance", "every": "1h"}]}],
  "businesses": [{"id": "pay"}],
  "policy": {"routing": {"kind": "by_quota"}},
  "gateways": {
    "unionpay": {"notice": {"latency": {"kind": "constant", "value": "60h"}}},
    "netsunion": {"notice": {"latency": {"kind": "lognormal", "median": "20h", "p99": "60h"}}}},
  "load": [
    {"kind": "poisson", "flow": "payout", "business": "pay", "per_second": 0.003,
     "amount": {"kind": "lognormal", "median": "300.00", "p99": "8000.00"}},
    {"kind": "poisson", "flow": "collection", "business": "pay", "per_second": 0.003,
     "amount": {"kind": "lognormal", "median": "300.00", "p99": "8000.00"}}],
  "faults": [{"id": "gone", "at": "central_bank.details", "kind": "line_missing"}]
}
END
for load in 0 1; do
    toucun run late.json --out late --events=books_differ --set "/load/$load/per_second=0.008"
    same "nets told days after their lines were left out: the run ends well" "0 0" \
        "$code $(value audit.missed late/summary.json)"
    same "each net is booked once, custody is what its quotas are" "0 0" \
        "$(value audit.unexplained_end_fen late/summary.json) $(grep -c books_differ late/events.jsonl)"
done

# --- what is said of it ---------------------------------------------------------------------------

toucun run treasury.json --out said --events=break_opened,true_error,movement --lang zh --set '/faults=[
    {"id": "gone", "at": "ccb.details", "kind": "line_missing", "first": 1},
    {"id": "shown", "at": "ccb.details", "kind": "line_amount", "first": 1}]'
row=$(grep missing_theirs said/breaks.csv)
line=$(echo "$row" | sed 's/.*ccb-card#\([0-9]*\),.*/\1/')
same "breaks.csv says which line of which account, and that the account owns it" \
    "line ccb-card#$line 0.00 line_withheld ccb-card" \
    "$(echo "$row" | awk -F, '{ print $4, $7, $9, $10, $12 }')"
same "what it was of is what the account truly moved by" \
    "$(grep '"kind":"true_error"' said/events.jsonl | grep missing_theirs |
        sed 's/.*"true_fen":\([-0-9]*\).*/\1/')" \
    "$(echo "$row" | awk -F, '{ printf "%d\n", $8 * 100 + ($8 < 0 ? -0.5 : 0.5) }')"
claim "events name it, too" \
    grep -q '"break_opened".*"account":"ccb-card","line":'"$line"',' said/events.jsonl
same "no movement of that number is ever told" 0 \
    "$(grep '"kind":"movement"' said/events.jsonl | grep '"ccb-card"' | grep -c "\"number\":$line,")"
claim "the summary says where the fault fires" grep -q 'gone.*ccb' stdout
claim "the report lists what stands" grep -q "明细第 $line 笔" said/report.html

# --- who is told ----------------------------------------------------------------------------------

toucun run treasury.json --out told --quiet --set '/faults=[
    {"id": "gone", "at": "ccb.details", "kind": "line_missing", "first": 1}]' \
    --set '/policy/tagging=[]' --set '/operator=[
    {"at": "2019-03-22T10:00:00+08:00", "do": "adjust", "break": 1, "by": "li"},
    {"at": "2019-03-22T11:00:00+08:00", "do": "approve", "break": 1, "by": "wang"}]' \
    --set '/policy/alerts=[{"id": "any", "watch": "breaks.open", "above": 0},
    {"id": "much", "watch": "suspense.amount", "above": "0.00"}]'
row=$(sed -n 2p told/breaks.csv)
opened=$(echo "$row" | cut -d, -f2)
amount=$(echo "$row" | cut -d, -f8)
same "an alert rule watches breaks and suspense, until they are resolved" \
    "$opened any 1 $opened much $amount 2019-03-22T11:00:00+08:00 any 0 2019-03-22T11:00:00+08:00 much 0.00" \
    "$(awk -F, '$2 == "any" || $2 == "much" { print $1, $2, $6 }' told/alerts.csv | tr '\n' ' ' | sed 's/ $//')"

# --- what can never fire --------------------------------------------------------------------------

toucun check treasury.json --set '/faults=[
    {"id": "pushed", "at": "unionpay.details", "kind": "line_missing"},
    {"id": "nobody", "at": "icbc.details", "kind": "line_missing"}]' \
    --set '/interfaces/2/operations=["balance", "transfer"]' \
    --set '/interfaces/2/tasks=[]'
why="warning: this fault can never fire: no account there has details that are collected and not pushed"
same "check warns of lines that are pushed, and of those that nobody collects" \
    "0 --set: /faults/0: $why --set: /faults/1: $why" "$code $(tr '\n' ' ' <stderr | sed 's/ $//')"

finish
