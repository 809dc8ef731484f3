#!/bin/sh
# ledger.csv and balances.csv of a run: a trial balance at each day's close, and every balance
# explained.

. tests/shell.sh
cd "$WORK" || exit 1

toucun run "$ROOT/scenarios/cut-over.json" --out out --events=entry_pending,entry_posted,entry_taken,entry_voided
same "the run passes" 0 "$code"
same "the header" "day,account,kind,parent,debit,credit,balance,pending" "$(head -n 1 out/ledger.csv)"
same "nothing is left beside it" "" "$(find out -name '*ledger*' ! -name ledger.csv)"
same "ten days and the drain, each closed once" "10 10" \
    "$(awk -F, '$2 == "total" && $1 < "2019-01-20" { n++; days[$1] } END { print n, length(days) }' out/ledger.csv)"
cat >balance.awk <<'END'
BEGIN { FS = "," }
function fen(yuan) { return sprintf("%.0f", yuan * 100) + 0 }
FNR == 1 { next }
$2 == "total" {
    if (fen($5) != debit || fen($6) != credit || debit != credit || fen($7) != 0 || fen($8) != 0 || pending != 0)
        print "total of " $1
    debit = credit = pending = 0
    next
}
{
    if (fen($5) - fen($6) != fen($7)) print $1 " " $2
    if ($3 !~ /^(asset|liability|equity|expense|memo)$/) print $2 " is " $3
    debit += fen($5); credit += fen($6); pending += fen($8)
}
END
same "rows add up to their totals, debits to credits" "" "$(awk -f balance.awk out/ledger.csv)"
for row in "clients,liability," "own,asset," "unionpay.quota,memo,custody" \
    "netsunion.payable,liability,netsunion.clearing"; do
    claim "each book has its kind and parent: $row" grep -q "^2019-01-12,$row," out/ledger.csv
done

# The last balance of each book is what its entries come to.
cat >entries.awk <<'END'
/"kind":"entry_(posted|taken)"/ {
    match($0, /"debit":"[^"]*/); debit = substr($0, RSTART + 9, RLENGTH - 9)
    match($0, /"credit":"[^"]*/); credit = substr($0, RSTART + 10, RLENGTH - 10)
    match($0, /"amount_fen":[0-9]*/); fen = substr($0, RSTART + 13, RLENGTH - 13)
    at = substr($0, 10, 10)
    if (at <= last) { sum[debit] += fen; sum[credit] -= fen }
}
END { for (b in sum) printf "%s %.2f\n", b, sum[b] / 100 + 0 }
END
last=$(tail -n 1 out/ledger.csv | cut -d, -f1)
awk -v last="$last" -f entries.awk out/events.jsonl | sed 's/ -0\.00/ 0.00/' | sort >by_entries
awk -F, -v last="$last" '$1 == last && $2 != "total" { print $2, $7 }' out/ledger.csv | sort >by_ledger
claim "a balance is the sum of its entries" diff by_entries by_ledger

"$TOUCUN" run "$ROOT/scenarios/cut-over.json" --json >summary.json
claim "none of the closes is out of balance" grep -q '"ledger.unbalanced": 0,' summary.json
same "and their number is known" "$(grep -c ',total,' out/ledger.csv)" \
    "$(sed -n 's/.*"ledger.closes": \([0-9]*\),/\1/p' summary.json)"

# Nothing is booked but by a template, and no template is there for nothing.
for name in $(sed -n 's/^ *\(ENTRY\|EITHER_WAY\)(X, \([A-Z_]*\),.*/\2/p; s/^ *TWO_PHASE(X, \([A-Z_]*\),.*/\1_PENDS/p' \
    "$ROOT/core/books/chart.h"); do
    claim "template $name is used" sh -c "cat $ROOT/core/*.c | grep -qE 'TEMPLATE_$name([^A-Z_]|$)'"
done

# A month: each of 31 closes balances, each balance is explained, each net is written off.
toucun run "$ROOT/scenarios/month-close.json" --out month --events=balance_audited,net_agreed
same "the month closes as expected" 0 "$code"
same "31 days and the drain" "31" "$(grep -c '^2019-07-.*,total,' month/ledger.csv)"
same "the header of balances" \
    "day,account,reported,internal,in_transit,unsettled,uncollected,unexplained,adopted" \
    "$(head -n 1 month/balances.csv)"
cat >parts.awk <<'END'
BEGIN { FS = "," }
function fen(yuan) { return sprintf("%.0f", yuan * 100) + 0 }
FNR > 1 && fen($3) - fen($4) != fen($5) + fen($6) + fen($7) + fen($8) { print $1 " " $2 }
FNR > 1 && fen($8) != 0 { print $1 " " $2 " unexplained" }
END
same "parts add up to the difference, and nothing is unexplained" "" "$(awk -f parts.awk month/balances.csv)"
same "five accounts and two quotas a day" "217" "$(grep -c '^2019-07' month/balances.csv)"
claim "something was uncollected on the way" sh -c "cut -d, -f7 month/balances.csv | grep -q '[1-9]'"
claim "what was adopted is said" sh -c "grep own-ccb month/balances.csv | cut -d, -f9 | grep -q '[1-9]'"
claim "nets went to both accounts and were shown there" sh -c \
    "grep '\"kind\":\"net_agreed\"' month/events.jsonl | grep '\"shown\":true' | grep -q unionpay"

finish
