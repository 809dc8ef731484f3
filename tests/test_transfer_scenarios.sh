#!/bin/sh
# The scenarios of transfers: their money in the right place to the fen, what
# their rules are worth, and the same hash twice.

. tests/shell.sh

# value KEY [DIR]: what summary.json says of a key, without quotes.
value()
{
    sed -n 's/^ *"'"$1"'": "\{0,1\}\([^"]*[^",]\)"\{0,1\},\{0,1\}$/\1/p' "${2:-out}/summary.json" |
        head -n 1
}

# last COLUMN [DIR]: the last row of positions.csv, in yuan.
last()
{
    awk -F, -v want="$1" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == want) at = i }
        END { print $at }' "${2:-out}/positions.csv"
}

# events KIND WORDS [DIR]: how many, and their sum in fen, of that kind with those words.
events()
{
    grep '"kind":"'"$1"'"' "${3:-out}/events.jsonl" | grep -- "$2" |
        awk -F'"amount_fen":' '{ n++; split($2, a, /[,}]/); sum += a[1] }
            END { printf "%d %d", n, sum }'
}

# whole NAME [ARGS]: runs it into out/, ends as expected, with every invariant kept.
whole()
{
    name=$1
    shift
    rm -rf out
    toucun run "$ROOT/scenarios/$name.json" --out out --events --payouts --quiet "$@"
    same "$name $*: as expected" "0 " "$code $(cat "$WORK/stderr")"
    same "$name $*: no invariant is broken" 13 "$(grep -c '"broken": 0$' out/summary.json)"
    same "$name $*: nobody is paid twice" 0 "$(value payouts.paid_twice)"
}

# worthless NAME CODE: without its rules it does not do.
worthless()
{
    rm -rf without
    toucun run "$ROOT/scenarios/$1.json" --out without --quiet --set '/policy/transfers=[]'
    same "$1 without its rules fails" "$2" "$code"
    same "$1 without its rules moves nothing" 0 "$(value transfers.started without)"
}

twice()
{
    same "$1: the same hash twice" "$(value hash)" "$(hash_of "$ROOT/scenarios/$1.json")"
}

cd "$WORK" || exit 1

# --- where UnionPay settles ----------------------------------------------------------------------

whole virtual-id-acs
twice virtual-id-acs
load="$(value payouts.requested) $(value payouts.amount_paid_fen) $(value collections.amount_fen)"
acs_least=$(value unionpay.available_min_fen)
same "settling to custody, nothing rests on the virtual ID" 0 "$(value virtual.mean_fen)"
same "settled to custody: the two days' net is there" 0.00 "$(last account.unionpay-virtual)"

whole virtual-id
twice virtual-id
same "the same load either way" "$load" \
    "$(value payouts.requested) $(value payouts.amount_paid_fen) $(value collections.amount_fen)"
claim "less can be paid while money waits on the virtual ID" \
    [ "$(value unionpay.available_min_fen)" -lt "$acs_least" ]
claim "which it does" [ "$(value virtual.mean_fen)" -gt 100000 ]
same "what reached the virtual ID in sessions went back to custody by return" \
    "$(events true_movement '"account":"unionpay-virtual","order"' | awk '{ print -$2 }')" \
    "$(value transfers.amount_fen)"
same "and arrived there to the fen" \
    "$(events true_movement '"account":"acs","order"')" \
    "$(value transfers.done) $(value transfers.amount_fen)"
same "each return costs five yuan, each payout fifty fen" \
    $(($(value transfers.done) * 500 + $(value payouts.paid) * 50)) "$(value fees.total_fen)"
returned=$(value virtual.mean_fen)

worthless virtual-id 4
claim "without returns idle money grows" [ "$(value virtual.mean_fen without)" -gt "$returned" ]
claim "and payouts run dry" grep -q '"unionpay.dry_s": [1-9]' without/summary.json

# --- early settlement to a custodian bank --------------------------------------------------------

whole custody-bank
twice custody-bank
same "nothing is refused while own funds are advanced" 0 "$(value payouts.refused)"
same "what left own funds and what came back" \
    "$(value transfers.amount_fen)" \
    $(($(events true_movement '"account":"own","order".*"amount_fen":-' | awk '{ print -$2 }') +
        $(events true_movement '"account":"own","order".*"amount_fen":[1-9]' | cut -d' ' -f2)))
same "payouts.csv has a row a payout, and none for a transfer" \
    "$(value payouts.requested)" "$(($(wc -l <out/payouts.csv) - 1))"
same "a sum for the custodian leaves the reserve: paid as any other" \
    "$(value payouts.paid)" "$(sed 1d out/payouts.csv | grep -c ',reconciled,')"

worthless custody-bank 1
claim "without the advance trades are refused" [ "$(value payouts.refused without)" -gt 0 ]
same "each trade is settled early or refused, none waits" \
    "$(value payouts.requested without)" \
    $(($(value payouts.refused without) + $(value payouts.paid without)))

# --- notices of the custody account --------------------------------------------------------------

whole acs-notices
twice acs-notices
by_notice=$(events movement '"account":"acs","order"')
same "every credit is told once, to the fen" \
    "$(events true_movement '"account":"acs","order"')" "$by_notice"
same "by a notice" "$by_notice" "$(events movement '"account":"acs","order".*"pushed":true')"
swept=$(value transfers.amount_fen)
same "as much as was swept" "$(value transfers.done) $swept" "$by_notice"

# compared SENTENCE PUSHED ARGS...: the same money, later believed.
compared()
{
    sentence=$1
    pushed=$2
    shift 2
    rm -rf other
    toucun run "$ROOT/scenarios/acs-notices.json" --out other --events --quiet "$@"
    same "$sentence: belief is late, so payouts are" 1 "$code"
    same "$sentence: the same sum, each credit once" \
        "$by_notice" "$(events movement '"account":"acs","order"' other)"
    same "$sentence: in truth too" \
        "$by_notice" "$(events true_movement '"account":"acs","order"' other)"
    same "$sentence: told by a notice" "$pushed" \
        "$(events movement '"account":"acs","order".*"pushed":true' other | cut -d' ' -f1)"
    same "$sentence: all is in its place" "13 0" \
        "$(grep -c '"broken": 0$' other/summary.json) $(value transfers.failed other)"
}
compared "pushed by none" 0 --set /gateways/central_bank/acs_push=none
compared "pushed two hours late" 1 \
    --set '/faults/-={"id": "late", "at": "unionpay.notice", "kind": "latency", "by": "2h"}'
rm -rf other
toucun run "$ROOT/scenarios/acs-notices.json" --out other --events --quiet \
    --set /gateways/central_bank/acs_push=netsunion
same "pushed by NetsUnion: as good" "0 $by_notice" \
    "$code $(events movement '"account":"acs","order".*"pushed":true' other)"
worthless acs-notices 4

# --- position numbers alone ----------------------------------------------------------------------

whole no-direct-link
twice no-direct-link
same "no leg went by a bank" "0 0" "$(events leg_sent '"service":"bank"')"
same "commission: from the card account to own funds, over both virtual IDs" \
    "1 325040 1 325040 1 325040" \
    "$(events leg_done '"to":"virtual-reserve","service":"prefund".*"amount_fen":325040,') $(events \
        leg_done '"service":"adjust".*"amount_fen":325040,') $(events leg_done \
        '"to":"own","service":"return".*"amount_fen":325040,')"
same "nothing stays on the virtual IDs" "0.00 0.00 0.00" \
    "$(last account.virtual-reserve) $(last account.virtual-own) $(last in_transit.amount)"
same "what arrived is what was moved" \
    "$(value transfers.done) $(value transfers.amount_fen)" "$(events transfer_done '')"
worthless no-direct-link 4

# --- stuck half-way -----------------------------------------------------------------------------

whole transfer-stuck
twice transfer-stuck
same "half a million rests at the virtual own ID" "stuck 500000.00 500000.00 300000.00" \
    "$(value verdict) $(last account.virtual-own) $(last in_transit.amount) $(last account.own)"
same "alarmed there" "1 50000000" "$(events alert '"account":"virtual-own"')"
toucun run "$ROOT/scenarios/transfer-stuck.json"
claim "the drain names it" grep -q \
    'transfer 1 (own -> acs), ¥500,000.00, rests at virtual-own: leg 2, adjust, failed: 91' stdout
toucun run "$ROOT/scenarios/transfer-stuck.json" --lang zh
claim "in Chinese too" grep -q \
    '调拨 1（own → acs），¥500,000.00，停在 virtual-own：第 2 步（调账）失败：91' stdout
for lang in en zh; do
    toucun run "$ROOT/scenarios/transfer-stuck.json" --lang $lang \
        --set '/gateways/unionpay/prefund/hours={"from": "03:00", "to": "03:30"}' \
        --set /clock/to=2019-06-11T00:00:00+08:00 --set /clock/drain_max=1m
    cp stdout waits.$lang
done
claim "why a transfer waits is said" grep -q "waits: outside the service's hours" waits.en
claim "and in Chinese" grep -q '等待：不在受理时间' waits.zh
toucun run "$ROOT/scenarios/transfer-stuck.json" --quiet --set '/expect=[]'
same "a run nobody expects to be stuck says so" 4 "$code"
toucun test "$ROOT/scenarios/transfer-stuck.json"
same "its own expectation is met" 0 "$code"

rm -rf out
toucun run "$ROOT/scenarios/transfer-stuck.json" --out out --events --quiet --set '/expect=[]' \
    --set '/policy/transfers/0/when/rrule=FREQ=DAILY;COUNT=2'
same "the next firing takes it up where it rests, and finishes" \
    "0 1 0 1 50000000 1 50000000 0.00 0.00 300000.00" \
    "$code $(value transfers.done) $(value transfers.failed) $(events transfer_resumed \
        '"at":"virtual-own"') $(events true_movement '"account":"acs","order"') $(last \
        account.virtual-own) $(last in_transit.amount) $(last account.own)"
same "own funds were debited once" "1 -50000000" \
    "$(events true_movement '"account":"own","order"')"
worthless transfer-stuck 1

finish
