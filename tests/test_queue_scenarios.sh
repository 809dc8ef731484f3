#!/bin/sh
# The scenarios of the queue: one large payout stops nobody, and the operator's hold does.

. tests/shell.sh

large=$ROOT/scenarios/priority-inversion.json

# sent [DIR]: when the large settlement was sent, from payouts.csv.
sent()
{
    awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "sent") at = i }
        $1 == "S-LARGE" { print substr($at, 12, 5) }' "${1:-out}/payouts.csv"
}

# held KIND: how many facts of that kind name it.
held()
{
    grep '"kind":"'"$1"'"' out/events.jsonl | grep -c '"S-LARGE"'
}

cd "$WORK" || exit 1

toucun test "$large"
same "nobody waits for the large settlement" 0 "$code"
for bypass_max in 0 20 50; do
    toucun run "$large" --out out --quiet --set /policy/queue/bypass_max=$bypass_max
    same "with bypass_max $bypass_max somebody does" 1 "$code"
done

# Early risers come before the withdrawals, which then wait for them.
toucun run "$large" --out out --quiet --set /policy/queue/ageing=10m
same "with fast ageing the withdrawals wait for it" 1 "$code"

# --- held by the operator ------------------------------------------------------------------------

hold='{"at":"2019-03-12T11:00:00+08:00","do":"hold_payout","reference":"S-LARGE"}'
again='{"at":"2019-03-12T11:30:00+08:00","do":"hold_payout","reference":"S-LARGE"}'
release='{"at":"2019-03-12T18:00:00+08:00","do":"release_payout","reference":"S-LARGE"}'

toucun run "$large" --out free --quiet --payouts
claim "unheld it is sent before 18:00" test "$(sent free)" "<" 18:00
toucun run "$large" --out out --quiet --payouts --events \
    --set "/operator=[$hold,$again,$release]" --set /expect=null
same "a held payout is paid once it is released" "0 18:00" "$code $(sent)"
same "it was held once, though asked for twice" "1 1 1" \
    "$(held held) $(held repeated) $(held released)"

toucun run "$large" --out out --quiet --payouts --events --set /clock/drain_max=1d \
    --set "/operator=[$hold]" --set /expect=null
same "held for ever it is stuck, and nothing breaks" "4 " "$code $(sent)"

finish
