#!/bin/sh
# Days of breakers: each scenario passes with them and shows without them what
# they are there for.

. tests/shell.sh
cd "$WORK" || exit 1

# value KEY FILE: what a summary says of a key.
value()
{
    sed -n 's/^ *"'"$1"'": \([^,]*\),\{0,1\}$/\1/p' "$2" | head -n 1
}

run()
{
    name=$1
    out=$2
    shift 2
    rm -rf "$out"
    toucun run "$ROOT/scenarios/$name.json" --out "$out" --quiet "$@"
}

# others_p99 DIR: the 99th percentile of the waits of all merchants but M-1, in ms.
others_p99()
{
    awk -F, 'function ms(t, hours) {
            hours = substr(t, 9, 2) * 24 + substr(t, 12, 2)
            return (hours * 60 + substr(t, 15, 2)) * 60000 + substr(t, 18, 9) * 1000 }
        NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
        $at["merchant"] != "M-1" && $at["paid"] != "" {
            printf "%d\n", ms($at["paid"]) - ms($at["requested"]) }' "$1/payouts.csv" |
        sort -n | awk '{ wait[NR] = $1 } END { print wait[int(NR * 0.99) + 1] }'
}

# One merchant drains; the others are within 10 % of the day on which it does not.
run merchant-run with --payouts
claim "merchant-run passes" [ "$code" = 0 ]
run merchant-run without --payouts --set '/policy/breakers=[]' --set '/expect=[]'
run merchant-run quiet --payouts --set /load/1/per_second=0.000001 --set '/expect=[]'
with=$(others_p99 with)
without=$(others_p99 without)
quiet=$(others_p99 quiet)
claim "others wait $with ms at p99, $quiet ms without the run: within 10 %" \
    [ $((with * 100)) -le $((quiet * 110)) ]
claim "and $without ms where no breaker stops it" [ "$without" -gt $((quiet * 10)) ]
claim "nobody but the merchant had to expire" awk -F, '
    $3 != "M-1" && /,expired,/ { bad = 1 } END { exit bad }' with/payouts.csv

# UnionPay is silent for 40 minutes.
run unionpay-outage with
claim "unionpay-outage passes" [ "$code" = 0 ]
run unionpay-outage without --set '/policy/breakers=[]' --set '/expect=[]'
claim "without a breaker twenty times as many orders are lost in the silence" \
    [ "$(value unionpay.failed without/summary.json)" -gt \
    $(($(value unionpay.failed with/summary.json) * 20)) ]

# NetsUnion comes and goes.
run breaker-flap with --events=breaker_opened,breaker_half_opened,breaker_closed
claim "breaker-flap passes" [ "$code" = 0 ]
same "its summary counts the openings in events.jsonl" \
    "$(grep -c '"kind":"breaker_opened"' with/events.jsonl)" \
    "$(value breaker.route with/summary.json)"
same "every opening ends" "$(grep -c '"kind":"breaker_opened"' with/events.jsonl)" \
    "$(grep -c '"kind":"breaker_half_opened"' with/events.jsonl)"
claim "the third in a row is open for 40 s, four times as long as the first" \
    grep -q '10:00:30.*"in_a_row":3.*"until":"2019-03-14T10:01:10' with/events.jsonl
run breaker-flap without --set '/policy/breakers=[]' --set '/expect=[]'
claim "without a breaker ten times as many orders are refused" \
    [ "$(value netsunion.failed without/summary.json)" -gt \
    $(($(value netsunion.failed with/summary.json) * 10)) ]

# The operator's hand.
force()
{
    run breaker-flap "$1" --events=breaker_opened,breaker_half_opened,breaker_closed \
        --set '/faults=[]' --set '/expect=[]' --set "/operator=[$2]"
}
force one '{"at": "2019-03-14T09:00:00+08:00", "do": "force_open", "breaker": "route",
    "key": "netsunion", "for": "10m"}'
same "forced open for ten minutes, then probed, then closed" \
    "opened operator half_opened forced_time_over closed probes_passed" \
    "$(sed 's/.*"kind":"breaker_\([a-z_]*\)".*"reason":"\([a-z_]*\)"}/\1 \2/' one/events.jsonl |
        paste -sd ' ' -)"
force all '{"at": "2019-03-14T09:00:00+08:00", "do": "force_open", "breaker": "route"},
    {"at": "2019-03-14T09:05:00+08:00", "do": "force_close", "breaker": "route"}'
same "without a key both routes are" "2 2" \
    "$(grep -c breaker_opened all/events.jsonl) $(grep -c breaker_closed all/events.jsonl)"

finish
