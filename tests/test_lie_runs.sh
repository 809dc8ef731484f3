#!/bin/sh
# What a house says that is not so, over whole days: money is found, nobody is
# paid twice but for a lie, and each lie is a break.

. tests/shell.sh

cd "$WORK" || exit 1

cat >base.json <<'JSON'
{"name": "lies", "seed": 5, "fragment": true,
 "clock": {"from": "2023-03-06T08:00:00+08:00", "to": "2023-03-08T08:00:00+08:00"},
 "accounts": [{"id": "acs", "kind": "central_bank", "opening": "900000"},
              {"id": "own", "kind": "own", "opening": "1000"}],
 "businesses": [{"id": "pay", "expires": "6h"}],
 "policy": {"routing": {"kind": "by_quota", "retries": 2, "retry_after": "5m"}},
 "gateways": {"unionpay": {"payout": {"codes": {"61": 0.03}, "fee": {"fixed": "0.20", "in_net": true}}},
              "netsunion": {"payout": {"codes": {"01": 0.03}, "fee": {"fixed": "0.10"}}}},
 "load": [{"kind": "poisson", "flow": "payout", "business": "pay", "per_second": 0.02,
           "amount": {"kind": "lognormal", "median": "80", "p99": "900"}, "merchants": {"count": 20}}],
 "expect": [{"that": "verdict", "is": "pass"}, {"that": "payouts.paid_twice", "is": 0}]}
JSON

# lies FAULT...: a scenario with these.
lies()
{
    list=$(printf '%s,' "$@")
    echo '{"extends": "base.json", "fragment": false, "faults": ['"${list%,}"']}' >lies.json
}

metric()
{
    sed -n 's/^ *"'"$1"'": \(-\{0,1\}[0-9.]*\),\{0,1\}$/\1/p' stdout
}

fired()
{
    grep -A 2 '"id": "'"$1"'"' stdout | sed -n 's/.*"fired": \([0-9]*\).*/\1/p'
}

# all_found TYPE...: everything that was told wrong is found, as these, and nothing else.
all_found()
{
    same "$kind: ends well" 0 "$code"
    claim "$kind: something was told wrong" [ "$(metric audit.injected)" -gt 10 ]
    same "$kind: as many as the fault fired" "$(fired 0)" "$(metric audit.injected)"
    same "$kind: all of it is found" 0 "$(metric audit.missed)"
    same "$kind: nothing is found that was right" 0 "$(metric audit.false)"
    sum=0
    for type in "$@"; do
        claim "$kind: some are $type" [ "$(metric "audit.found.$type")" -gt 0 ]
        sum=$((sum + $(metric "audit.found.$type")))
    done
    same "$kind: none is of another type" "$(metric audit.found)" "$sum"
}

run()
{
    toucun run lies.json --json --out out --events=true_error,true_paid,break_opened,break_closed "$@"
}

for at in unionpay netsunion; do
    kind="$at wrong_amount"
    lies '{"at": "'$at'.payout", "kind": "wrong_amount", "share": 0.05}'
    run
    all_found amount_differs
    same "$kind: nobody is paid twice" 0 "$(metric payouts.paid_twice_by_lie)"

    kind="$at wrong_status"
    lies '{"at": "'$at'.payout", "kind": "wrong_status", "share": 0.2}'
    run
    all_found status_differs missing_theirs
    claim "$kind: some are paid twice for it" [ "$(metric payouts.paid_twice_by_lie)" -gt 0 ]
    claim "$kind: none more often than it lied" \
        [ "$(metric payouts.paid_twice_by_lie)" -le "$(metric audit.found.status_differs)" ]
    toucun run lies.json
    claim "$kind: the summary says so" grep -q \
        '0 paid twice, and [0-9]* because a house said failed of what it had paid$' stdout
    toucun run lies.json --lang zh
    claim "$kind: in Chinese, too" grep -q '另因机构误报失败而重复付款 [0-9]* 笔$' stdout

    kind="$at accept_then_return"
    lies '{"at": "'$at'.payout", "kind": "accept_then_return", "share": 0.05}'
    run
    all_found returned
    same "$kind: as many come back" "$(fired 0)" "$(metric payouts.returned)"
done

# A code that is not worth another attempt: nobody is paid twice.
kind="a final code"
lies '{"at": "unionpay.payout", "kind": "wrong_status", "share": 0.2, "code": "44"}'
run
all_found status_differs missing_theirs
same "$kind: nobody is paid twice" 0 "$(metric payouts.paid_twice_by_lie)"

# Everything at once, and lines that are wrong besides: at most one thing of an order.
lies '{"at": "unionpay.payout", "kind": "wrong_amount", "share": 0.05}' \
    '{"at": "unionpay.payout", "kind": "wrong_status", "share": 0.05}' \
    '{"at": "unionpay.payout", "kind": "accept_then_return", "share": 0.05, "after": "30m"}' \
    '{"at": "unionpay.file", "kind": "line_missing", "share": 0.05}'
run
same "all at once ends well" 0 "$code"
same "all of it is found" 0 "$(metric audit.missed)"
same "nothing is found that was right" 0 "$(metric audit.false)"
same "nothing is told wrong twice" 0 \
    "$(sed -n 's/.*"kind":"true_error".*"order":"\([0-9a-f]*\)".*/\1/p' out/events.jsonl |
        sort | uniq -d | wc -l)"

run --set '/faults=[]'
same "without a fault nothing is told wrong" "0 0" "$(metric audit.injected) $(metric audit.breaks_open)"

finish
