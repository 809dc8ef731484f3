#!/bin/sh
# toucun reconcile on whole files: what it says, what it writes, how it refuses.
# shellcheck disable=SC2154  # $code and $WORK come from shell.sh
. tests/shell.sh
cd "$WORK" || exit 1

header=time,kind,business,merchant,user,amount,reference

# reconcile ARGS...: ours and theirs, in this folder.
reconcile()
{
    toucun reconcile --ours ours.csv --theirs "$@"
}

# json: what stdout says, on one line.
json()
{
    tr -d '\n ' <stdout
}

# --- a small pair with everything in it ---------------------------------------------------

cat >ours.csv <<END
reference,amount,fee,status,time
A,10.00,0.10,paid,2019-03-11T10:00:00+08:00
B,20.00,0.10,paid,2019-03-11T10:00:01+08:00
C,30.00,0.10,paid,2019-03-11T10:00:02+08:00
D,40.00,0.10,paid,2019-03-11T10:00:03+08:00
E,50.00,0.10,paid,2019-03-11T10:00:04+08:00
F,60.00,0.10,paid,2019-03-11T10:00:05+08:00
G,70.00,0.10,paid,2019-03-11T10:00:06+08:00
END
cat >theirs.csv <<END
orderId,txnAmt,charge,respCode,at
G,7000,10,00,20190313100006
F,6000,10,returned,20190311100005
X,900,10,00,20190311100005
E,5000,11,00,20190311100004
D,4000,10,failed,20190311100003
C,3001,10,00,20190311100002
A,1000,10,A6,20190311100000
A,1000,10,A6,20190311100000
END
map=reference=orderId,amount=txnAmt:fen,fee=charge:fen,status=respCode,time=at

reconcile theirs.csv --columns-theirs "$map" --late 1d --json --out out
same "lists that differ exit with 1 and say nothing on stderr" "1 " "$code $(cat stderr)"
same "the totals as JSON" \
    '{"ours":{"rows":7,"amount_fen":28000,"fee_fen":70,"net_fen":27930},"theirs":{"rows":8,"amount_fen":27901,"fee_fen":81,"net_fen":27820},"matched":1,"breaks":{"missing_theirs":1,"missing_ours":1,"amount_differs":1,"status_differs":1,"fee_differs":1,"duplicate":1,"returned":1,"late":1}}' \
    "$(json)"
cat >want <<END
amount_differs,C,4,7,30.00,30.01,0.01,0.10,0.10,done,done,2019-03-11T10:00:02+08:00,2019-03-11T10:00:02+08:00
duplicate,A,,9,,10.00,10.00,,0.10,,done,,2019-03-11T10:00:00+08:00
fee_differs,E,6,5,50.00,50.00,0.00,0.10,0.11,done,done,2019-03-11T10:00:04+08:00,2019-03-11T10:00:04+08:00
late,G,8,2,70.00,70.00,0.00,0.10,0.10,done,done,2019-03-11T10:00:06+08:00,2019-03-13T10:00:06+08:00
missing_ours,X,,4,,9.00,9.00,,0.10,,done,,2019-03-11T10:00:05+08:00
missing_theirs,B,3,,20.00,,-20.00,0.10,,done,,2019-03-11T10:00:01+08:00,
returned,F,7,3,60.00,60.00,0.00,0.10,0.10,done,returned,2019-03-11T10:00:05+08:00,2019-03-11T10:00:05+08:00
status_differs,D,5,6,40.00,40.00,0.00,0.10,0.10,done,failed,2019-03-11T10:00:03+08:00,2019-03-11T10:00:03+08:00
END
tail -n +2 out/breaks.csv | sort >got
claim "each difference is a row of breaks.csv" diff -u want got

reconcile theirs.csv --columns-theirs "$map"
claim "the table names each type" grep -q "^missing theirs  *1  *-¥20.00$" stdout
claim "the table says how many differ" grep -q "^the lists differ in 7 places$" stdout
reconcile theirs.csv --columns-theirs "$map" --lang zh
claim "the table speaks Chinese" grep -q "^两份清单有差异：7 笔$" stdout
reconcile theirs.csv --columns-theirs "$map" --quiet
same "--quiet says nothing" "1 " "$code $(cat stdout)"
reconcile theirs.csv --columns-theirs "$map" --tolerance 0.01 --json
claim "what is within the tolerance agrees" grep -q '"matched": 4,' stdout
reconcile ours.csv
same "a list agrees with itself" "0 the lists agree" "$code $(tail -n 1 stdout)"

# --- keys, directions --------------------------------------------------------------------------

printf '%s\n' "$header" 2019-03-11T10:00:00+08:00,payout,w,,,10.00,A \
    2019-03-11T10:00:00+08:00,collection,w,,,10.00,B >trace.csv
printf 'reference,amount\nA,10.00\nB,10.00\n' >plain.csv
toucun reconcile --ours trace.csv --theirs plain.csv
same "a list without a direction is compared without" 0 "$code"
claim "and that is said" grep -q "without direction" stdout
printf 'reference,amount,kind\nA,10.00,out\nB,10.00,out\n' >plain.csv
toucun reconcile --ours trace.csv --theirs plain.csv --json
claim "a direction that differs is an amount that differs" grep -q '"amount_differs": 1,' stdout
printf 'time,amount,reference\n2019-03-11 10:00:00,10.00,X\n2019-03-11 23:00:00,10.00,Y\n' >plain.csv
toucun reconcile --ours trace.csv --theirs plain.csv --by amount+day
same "rows match by amount and day" 0 "$code"
toucun reconcile --ours trace.csv --theirs plain.csv --by amount+time --json
claim "rows match by amount and time" grep -q '"matched": 1,' stdout
toucun reconcile --ours trace.csv --theirs plain.csv --by merchant+query_id
same "a key that a list does not have is refused" 2 "$code"
claim "with its name" grep -q "^plain.csv: --by: no merchant here" stderr

# --- more than memory may hold -----------------------------------------------------------------

awk 'BEGIN { print "reference,amount"; for (i = 0; i < 4000; i++) printf "R%d,%d.00\n", i, i % 97 }' \
    >ours.csv
awk 'NR > 1 && NR % 501 != 0 { if (NR % 701 == 0) { print "X" $0 } if (NR % 307 == 0) sub(/.00$/, ".01")
    print (NR * 7919) % 4001 " " $0 } NR % 977 == 0 { print "2 " $0 }' ours.csv |
    sed 's/^X/1 X/' | sort -n | sed 's/^[0-9]* //' >body
{ echo "reference,amount"; cat body; } >theirs.csv
reconcile theirs.csv --json --out whole
mv stdout whole.json
sort whole/breaks.csv >whole.sorted
claim "the shuffled lists differ in every way" [ "$(cut -d, -f1 whole.sorted | sort -u | wc -l)" = 5 ]
TMPDIR=$WORK/nowhere
export TMPDIR
reconcile theirs.csv --out parts --remember 16
same "without a folder for them it exits with 5" "5 " "$code $(cat stdout)"
claim "and writes nothing" [ -z "$(ls -A parts)" ]
TMPDIR=$WORK/tmp
mkdir tmp
reconcile theirs.csv --json --out parts --remember 16
claim "through files on disk the totals are the same" diff whole.json stdout
sort parts/breaks.csv >parts.sorted
claim "and so is every difference" diff whole.sorted parts.sorted
claim "no temporary file stays" [ -z "$(ls -A tmp)" ]

awk 'BEGIN { print "reference,amount"; for (i = 0; i < 900; i++) print "SAME,1.00" }' >ours.csv
awk 'BEGIN { print "reference,amount"; for (i = 0; i < 300; i++) print "SAME,1.00" }' >theirs.csv
reconcile theirs.csv --json --remember 16
claim "hundreds of one key match, and the rest are duplicates" grep -q '"duplicate": 600,' stdout
claim "300 of them agree" grep -q '"matched": 300,' stdout

reconcile whole/breaks.csv --columns-theirs reference=ours_line,amount=difference
claim "an empty reference is told" grep -q "breaks.csv:[0-9]*: .*want 1 to 64 bytes" stderr

# --- packed ----------------------------------------------------------------------------------------

awk 'BEGIN { print "reference,amount"; for (i = 0; i < 60000; i++) printf "R%d,%d.00\n", i * 7919 % 60013, i % 97 }' \
    >ours.csv
head -n 30001 ours.csv | gzip >two.gz
tail -n +30002 ours.csv | gzip >>two.gz
gzip <ours.csv >one.gz
for packed in one.gz two.gz; do
    reconcile $packed
    same "$packed is read as what is in it" 0 "$code"
done
for cut in 1 9 17 1000 40000; do
    head -c -$cut one.gz >cut.gz
    reconcile cut.gz
    same "gzip cut by $cut bytes: exits with 2" "2 " "$code $(cat stdout)"
    claim "gzip cut by $cut bytes: that is said" grep -q "^cut.gz: cut off" stderr
done
{ cat one.gz; echo tail; } >tail.gz
reconcile tail.gz
same "gzip with something behind it: exits with 2" 2 "$code"
{ head -c 5000 one.gz; echo xxxxxxxxxx; tail -c +5012 one.gz; } >damaged.gz
reconcile damaged.gz
same "damaged gzip: exits with 2" 2 "$code"
if command -v zstd >/dev/null; then
    zstd -q -c ours.csv >one.zst
    reconcile one.zst
    same "zstd is read as what is in it" 0 "$code"
    head -c -3 one.zst >cut.zst
    reconcile cut.zst
    same "cut zstd: exits with 2" 2 "$code"
else
    skipped "zstd: no such program here"
fi

# --- UnionPay's file -----------------------------------------------------------------------------------

# zm ORDER FEN FEE SETTLED TIME
zm()
{
    printf '%-3s %-11s %-11s %-6s %-10s %-19s %-12s %-4s %-2s %-21s %-2s %-32s %-2s %-6s %-10s %-13s %-13s %-4s %-15s %-2s %-2s %-6s %-2s %-4s %-32s %-1s %-21s %-15s %-1s %-15s %-32s %-13s %-13s %-8s %-32s %-13s %-13s %-12s %-2s %-1s %-32s %-98s\r\n' \
        S56 48226800 48226800 000123 "$5" '622609******0048' "$2" 5311 07 "Q$1" '' "$1" 01 '' '' \
        "$3" "$4" '' '' 12 01 000401 '' '' '' '' '' 777290058110048 '' '' '' '' '' '' '' '' '' '' '' \
        '' '' ''
}
{
    zm A 000000001000 D000000000010 D000000001010 0311100000
    zm B 000000002000 D000000000010 C000000001990 0311100001
} >INN19031288ZM_777290058110048
cat >ours.csv <<END
time,kind,amount,reference
2019-03-11T10:00:00+08:00,payout,10.00,A
2019-03-11T10:00:01+08:00,collection,20.00,B
END
reconcile INN19031288ZM_777290058110048 --late 1s
same "UnionPay's file agrees with ours" "0 " "$code $(cat stderr)"
reconcile INN19031288ZM_777290058110048 --json
same "its fees are its own" '"theirs":{"rows":2,"amount_fen":1000,"fee_fen":20,"net_fen":980}' \
    "$(json | sed 's/.*\("theirs".*\),"matched.*/\1/')"
same "ours has none" '"ours":{"rows":2,"amount_fen":1000,"fee_fen":null,"net_fen":1000}' \
    "$(json | sed 's/.*\("ours".*\),"theirs.*/\1/')"
head -c 700 INN19031288ZM_777290058110048 >cut
reconcile cut
same "a cut file exits with 2, names the place and says no more" \
    "2 cut:2: the file ends here; want 607 bytes and CRLF, got 91 (at byte 91 of the line)" \
    "$code $(cat stdout stderr)"
: >INN19031388ZM_777290058110048
reconcile INN19031388ZM_777290058110048 --json
claim "an empty one is a day without trades" grep -q '"missing_theirs": 2,' stdout

# --- bad input --------------------------------------------------------------------------------------------

awk 'BEGIN { print "reference,amount"; for (i = 0; i < 30; i++) print "R" i ",x" }' >theirs.csv
reconcile theirs.csv --out bad
same "bad lines: exits with 2 and has no result" "2 " "$code $(cat stdout)"
same "twenty are told" 20 "$(grep -c '^theirs.csv:[0-9]*: amount: want yuan' stderr)"
claim "the others are counted" grep -q "^theirs.csv: and 10 more lines that cannot be read$" stderr
claim "nothing is written" [ -z "$(ls -A bad)" ]
{ cat ours.csv; echo 'R9'; } >longer.csv
toucun reconcile --ours longer.csv --theirs theirs.csv
claim "both lists are looked through" grep -q '^longer.csv:4: 1 column; the header has 4' stderr

# refused SENTENCE ARGS...: exit 2, and stderr has the words.
refused()
{
    words=$1
    shift
    toucun reconcile "$@"
    same "reconcile $*: exits with 2" "2 " "$code $(cat stdout)"
    claim "reconcile $*: says \"$words\"" grep -qF -e "$words" stderr
}

: >empty.csv
refused "want --ours FILE and --theirs FILE" --ours ours.csv
refused "want --ours FILE and --theirs FILE" ours.csv theirs.csv
refused "nowhere.csv: No such file" --ours nowhere.csv --theirs ours.csv
refused "want a regular file" --ours . --theirs ours.csv
refused "empty.csv: the file is empty" --ours ours.csv --theirs empty.csv
refused "--tolerance 1.234: want yuan" --ours ours.csv --theirs ours.csv --tolerance 1.234
refused "--late 0s: want a duration above 0" --ours ours.csv --theirs ours.csv --late 0s
refused "--day 2019-02-30: want a date" --ours ours.csv --theirs ours.csv --day 2019-02-30
refused "--remember 15: want an integer" --ours ours.csv --theirs ours.csv --remember 15
refused "--by fee: want some of" --ours ours.csv --theirs ours.csv --by fee
refused '--columns-ours: "x": want FIELD=COLUMN' --ours ours.csv --theirs ours.csv --columns-ours x
refused "the header has no column id" --ours ours.csv --theirs ours.csv \
    --columns-ours reference=id,amount=amount

finish
