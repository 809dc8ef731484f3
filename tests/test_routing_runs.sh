#!/bin/sh
# Routing over a whole day: what each kind of it is good for, and that every
# attempt says why it went where it went.

. tests/shell.sh

day=$ROOT/scenarios/primary-falters.json

# metric KIND NAME: of that kind's run.
metric()
{
    sed -n 's/^ *"'"$2"'": \(-\{0,1\}[0-9.]*\),\{0,1\}$/\1/p' "$WORK/$1.json"
}

cd "$WORK" || exit 1

toucun test "$day"
same "by success few fail" 0 "$code"

for kind in primary_first by_quota by_cost by_success; do
    toucun run "$day" --json --out $kind --events=sent,true_paid --set /policy/routing/kind=$kind \
        --set '/expect=[]'
    same "$kind ends well" 0 "$code"
    cp stdout $kind.json
    sends=$(grep -c '"kind":"sent"' $kind/events.jsonl)
    total=$(sed -n 's/^ *"decisions\.[a-z_]*": \([0-9]*\),\{0,1\}$/\1/p' $kind.json |
        awk '{ sum += $1 } END { print sum }')
    claim "$kind sends" [ "$sends" -gt 8000 ]
    same "$kind: each sending is one decision" "$sends" "$total"
    claim "$kind tells why in each" [ "$(grep -c '"kind":"sent".*"reason":"[a-z_]*"' \
        $kind/events.jsonl)" -eq "$sends" ]
    claim "$kind: nobody is paid twice" [ "$(metric $kind payouts.paid_twice)" -eq 0 ]
done

# The bank that UnionPay alone reaches stays there, whatever is preferred.
for kind in by_quota by_cost by_success; do
    same "$kind: as many have one route" "$(metric primary_first decisions.only_route)" \
        "$(metric $kind decisions.only_route)"
done
claim "some have one route" [ "$(metric primary_first decisions.only_route)" -gt 300 ]

for kind in primary_first by_quota by_cost; do
    claim "by success fewer fail than $kind" \
        [ "$(metric by_success payouts.failed)" -lt "$(metric $kind payouts.failed)" ]
done
for kind in primary_first by_quota by_success; do
    claim "by cost costs less than $kind" \
        [ "$(metric by_cost fees.total_fen)" -lt "$(metric $kind fees.total_fen)" ]
done
for kind in primary_first by_cost by_success; do
    claim "by quota the least quota is more than $kind" \
        [ "$(metric by_quota unionpay.available_min_fen)" -gt \
        "$(metric $kind unionpay.available_min_fen)" ]
done
same "no more than one word is the kind's own" "0 0 0" \
    "$(metric primary_first decisions.more_success) $(metric by_cost decisions.more_quota) $(metric \
        by_quota decisions.cheaper)"

# A failure goes again on the other route, and says so.
toucun run "$day" --json --set /policy/routing/kind=primary_first --set /policy/routing/retries=1 \
    --set '/expect=[]'
cp stdout again.json
claim "what failed goes again elsewhere" [ "$(metric again decisions.tried_elsewhere)" -gt 300 ]
claim "and fails less" \
    [ "$(metric again payouts.failed)" -lt "$(metric primary_first payouts.failed)" ]

toucun run "$day" --lang zh
claim "the summary says why, in Chinese too" grep -q '^  通道选择 *主付款通道 [0-9.]*%，' stdout

finish
