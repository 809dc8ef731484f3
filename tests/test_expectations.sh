#!/bin/sh
# Every way to expect something, of a run whose every value is known: each met
# once, and each failed once.
#
# tests/expect/ten.json pays ten times 100 yuan through UnionPay, which starts
# with 60,000: four before ten o'clock, the last at 10:50; each takes 3 s.

. tests/shell.sh

cd "$WORK" || exit 1
ten=$ROOT/tests/expect/ten.json

# One expectation a line: when, that, verb, a value that meets it, one that does not.
cat >table <<'END'
;payouts.requested;is;10;9
;payouts.requested;not;9;10
;payouts.requested;below;11;10
;payouts.requested;above;9;10
;payouts.requested;at_least;10;11
;payouts.requested;at_most;10;9
;payouts.requested;between;[10, 12];[11, 12]
;payouts.requested;between;[8, 10];[8, 9]
"during": "09:00-10:00";payouts.requested;is;4;10
"during": "09:00-10:00";payouts.requested;not;10;4
"during": "09:00-10:00";payouts.requested;below;5;4
"during": "09:00-10:00";payouts.requested;above;3;4
"during": "09:00-10:00";payouts.requested;at_least;4;5
"during": "09:00-10:00";payouts.requested;at_most;4;3
"during": "09:00-10:00";payouts.requested;between;[4, 5];[5, 6]
"during": "09:00-09:10";payouts.requested;is;0;1
"during": "09:10-09:11";payouts.requested;is;1;0
;unionpay.available;is;"59000.00";"59000.01"
;unionpay.available;not;"60000.00";"59000.00"
;unionpay.available;below;"59000.01";"59000.00"
;unionpay.available;above;"58999.99";"59000.00"
;unionpay.available;at_least;"59000.00";"59000.01"
;unionpay.available;at_most;"59000.00";"58999.99"
;unionpay.available;between;["59000.00", "60000.00"];["59000.01", "60000.00"]
"during": "09:00-10:00";unionpay.mapped;is;"60000.00";"59600.00"
"during": "09:00-10:00";unionpay.available;not;"59500.00";"59700.00"
"during": "09:00-10:00";unionpay.available;below;"60000.01";"60000.00"
"during": "09:00-10:00";unionpay.available;above;"59599.99";"59600.00"
"during": "09:00-10:00";unionpay.available;at_least;"59600.00";"59600.01"
"during": "09:00-10:00";unionpay.available;at_most;"60000.00";"59999.99"
"during": "09:00-10:00";unionpay.available;between;["59600.00", "60000.00"];["59600.01", "60000.00"]
"during": "10:30-10:50";unionpay.available;is;"59100.00";"59000.00"
"by": "10:51";unionpay.processing;is;"0";"100.00"
"by": "10:30";unionpay.available;not;"59200.00";"59000.00"
"by": "10:30";unionpay.available;below;"59100.01";"59100.00"
"by": "10:30";unionpay.available;above;"58999.99";"59000.00"
"by": "10:30";unionpay.available;at_least;"59000.00";"59000.01"
"by": "10:30";unionpay.available;at_most;"59100.00";"59099.99"
"by": "10:30";unionpay.available;between;["59000.00", "59100.00"];["59000.00", "59099.99"]
"by": "2019-03-12T10:51:00+08:00";unionpay.available;is;"59000.00";"59100.00"
"always": true;account.own;is;"1000.00";"999.99"
"always": true;unionpay.available;not;"58999.99";"59700.00"
"always": true;unionpay.available;below;"60000.01";"60000.00"
"always": true;unionpay.available;above;"58999.99";"59000.00"
"always": true;unionpay.available;at_least;"59000.00";"59000.01"
"always": true;unionpay.available;at_most;"60000.00";"59999.99"
"always": true;unionpay.available;between;["59000.00", "60000.00"];["59000.01", "60000.00"]
"always": true;unionpay.mapped;at_least;"59000.00";"60000.00"
;wait.max;is;"3s";"3001ms"
;wait.max;below;3.001;3
;wait.max;between;["2s", "3s"];["1s", "2s"]
"during": "10:00-11:00";wait.withdrawal.p99;at_most;"3003ms";"2s"
;late.share;is;0;0.1
;payouts.amount_paid_fen;is;"1000.00";"1000.01"
;payouts.amount_paid_fen;is;100000;100001
;settled;is;10;9
;failed;is;0;1
;alert;at_most;0;-1
END

# expect COLUMN: the table as a list of expectations, with the values of a column.
expect()
{
    awk -F';' -v value="$1" '
        { printf "%s{\"that\": \"%s\", \"%s\": %s%s}", NR == 1 ? "[" : ", ", $2, $3, $value,
              $1 == "" ? "" : ", " $1 }
        END { print "]" }' table
}

# judged: the judgements in order, one a line.
judged()
{
    sed -nE 's/^      "pass": (true|false).*/\1/p' stdout
}

# odd WANTED: the lines of the table that were not judged so.
odd()
{
    judged | paste -d';' - table | grep -v "^$1;"
}

count=$(wc -l <table)
toucun run "$ten" --json --set "/expect=$(expect 4)"
same "all that is met: exit code" "0 " "$code $(cat stderr)"
same "all that is met: every one is judged" "$count" "$(judged | wc -l)"
same "all that is met" "" "$(odd true)"
toucun run "$ten" --json --set "/expect=$(expect 5)"
same "all that is failed: exit code" "1 " "$code $(cat stderr)"
same "all that is failed: every one is judged" "$count" "$(judged | wc -l)"
same "all that is failed" "" "$(odd false)"

# --- what is said of them ---------------------------------------------------------------------

# says WANT GOT EXPECTATION: how one is shown.
says()
{
    toucun run "$ten" --json --set "/expect=[$3]"
    same "$3" "$1; $2" "$(sed -nE 's/^      "(want|got)": "(.*)",$/\2/p' stdout |
        tr '\n' ';' | sed 's/;$//; s/;/; /')"
}

says "is 9" "10" '{"that": "payouts.requested", "is": 9}'
says "at_least 59700.00 yuan" "59600.00 yuan at 2019-03-12T09:40:00+08:00" \
    '{"that": "unionpay.available", "at_least": "59700.00", "always": true}'
says "at_least 59700.00 yuan" "59600.00 yuan at 2019-03-12T09:45:00+08:00" \
    '{"that": "unionpay.available", "at_least": "59700.00", "during": "09:45-10:00"}'
says "is 0.00 yuan" "100.00 yuan at 2019-03-12T10:50:00+08:00" \
    '{"that": "unionpay.processing", "is": "0", "by": "10:30"}'
says "at_least 59000.00 yuan" "it held; 59000.00 yuan last" \
    '{"that": "unionpay.available", "at_least": "59000.00", "always": true}'
says "below 2 s" "3 s" '{"that": "wait.mean", "below": "2s"}'
says "above 50 %" "0 %" '{"that": "late.share", "above": 0.5}'
says "below 5 s" "nothing measured" \
    '{"that": "wait.max", "below": "5s", "during": "11:00-12:00"}'

# --- the verdict ----------------------------------------------------------------------------------

# verdict EXIT-CODE PASS EXPECTATIONS
verdict()
{
    toucun run "$ten" --json --set "/expect=$3"
    same "$3" "$1 $2" "$code $(judged | tr '\n' ' ' | sed 's/ $//')"
}

verdict 0 "true" '[{"that": "verdict", "is": "pass"}]'
verdict 1 "false" '[{"that": "verdict", "is": "stuck"}]'
verdict 0 "true" '[{"that": "verdict", "not": "stuck"}]'
verdict 1 "false" '[{"that": "verdict", "not": "pass"}]'
verdict 0 "true false" \
    '[{"that": "verdict", "is": "expectation_failed"}, {"that": "payouts.paid", "is": 9}]'

# One that names the verdict wants it; that it is not another makes nothing good.
stuck='[{"that": "verdict", "not": "pass"}'
toucun run "$ten" --json --set "/expect=$stuck]" --set /clock/drain_max=1us
same "stuck, and not pass: still stuck" "4 true" "$code $(judged | tr '\n' ' ' | sed 's/ $//')"
toucun run "$ten" --json --set "/expect=$stuck, {\"that\": \"verdict\", \"is\": \"stuck\"}]" \
    --set /clock/drain_max=1us
same "stuck, as was wanted" "0 true true" "$code $(judged | tr '\n' ' ' | sed 's/ $//')"
verdict 1 "true false" \
    '[{"that": "verdict", "not": "pass"}, {"that": "payouts.paid", "is": 9}]'
verdict 1 "true false false" '[{"that": "verdict", "is": "expectation_failed"},
    {"that": "verdict", "is": "pass"}, {"that": "payouts.paid", "is": 9}]'

finish
