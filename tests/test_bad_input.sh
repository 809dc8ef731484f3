#!/bin/sh
# Every way to say something wrong, and exactly what is answered.
#
# tests/bad/NAME.json is one mistake, mostly a word over base.json; NAME.want
# is what stderr must say, NAME.args has values for --set, one a line.  What
# cannot lie in a repository is made here.

. tests/shell.sh

# refuses NAME WANT-FILE ARGS...: check and run say the same, and nothing else.
refuses()
{
    name=$1
    want=$2
    shift 2
    toucun check "$@"
    same "$name: check exits with 2" 2 "$code"
    claim "$name: check writes nothing to stdout" [ ! -s "$WORK/stdout" ]
    claim "$name: check says exactly what is wrong" diff -u "$want" "$WORK/stderr"
    toucun run "$@" --out "$WORK/out"
    same "$name: run exits with 2" 2 "$code"
    claim "$name: run writes nothing to stdout" [ ! -s "$WORK/stdout" ]
    claim "$name: run says exactly what is wrong" diff -u "$want" "$WORK/stderr"
    claim "$name: run makes no folder" [ ! -e "$WORK/out" ]
    rm -rf "$WORK/out"
}

# made NAME MESSAGE: the same for a file that was made in $WORK.
made()
{
    echo "$2" >"$WORK/want"
    refuses "$1" "$WORK/want" "$1"
}

# --- the corpus ---------------------------------------------------------------------

cd tests/bad || exit 1
toucun check base.json
same "the base of the corpus has no mistake of its own" "0 " "$code $(cat "$WORK/stderr")"

cases=0
for scenario in *.json; do
    name=${scenario%.json}
    [ "$name" != base ] || continue
    cases=$((cases + 1))
    set --
    if [ -f "$name.args" ]; then
        while IFS= read -r value; do
            set -- "$@" --set "$value"
        done <"$name.args"
    fi
    refuses "$name" "$name.want" "$scenario" "$@"
done
claim "the corpus has at least 80 cases, not $cases" [ "$cases" -ge 80 ]

cat duplicate-key.want trace-order.want >"$WORK/want"
toucun check duplicate-key.json base.json trace-order.json
same "check reads on after a bad file" "2 base.json: no problem" "$code $(cat "$WORK/stdout")"
claim "and tells the problems of all" diff -u "$WORK/want" "$WORK/stderr"

# --- what is made here ----------------------------------------------------------------

cd "$WORK" || exit 1
mkdir folder.json
made folder.json "folder.json: Is a directory"
made nowhere.json "nowhere.json: No such file or directory"
{
    echo '{"name": "x", "story": "'
    head -c 17000000 /dev/zero | tr '\0' ' '
    echo '"}'
} >large.json
made large.json "large.json: larger than 16 MiB; a scenario is text that people read"
printf '{"name": "x\0"}\n' >nul.json
made nul.json "nul.json: contains a NUL byte; want JSON in UTF-8"
if [ "$(id -u)" -ne 0 ]; then
    echo '{}' >locked.json
    chmod 000 locked.json
    made locked.json "locked.json: Permission denied"
else
    skipped "a file that may not be read: root may read all"
fi

# A fragment is checked with what extends it; alone it does not run.
echo '{"fragment": true, "seed": 3}' >fragment.json
toucun run fragment.json --out out
same "run refuses a fragment" \
    "2 fragment.json: a fragment, for other scenarios to extend; want a scenario" \
    "$code $(cat stderr)"
claim "and writes nothing" [ ! -e out ]
toucun check fragment.json
same "check leaves a fragment to those that extend it" \
    "0 fragment.json: a fragment, checked with the scenarios that extend it" \
    "$code $(cat stdout)"

# --- traces that look odd and are fine ----------------------------------------------------

header=time,kind,business,merchant,user,amount,reference
row=2019-03-12T09:01:00+08:00,payout,withdrawal,M-1,U-1,10.00,R1
bare=2019-03-12T09:01:00+08:00,payout,withdrawal,,,0.01,R2
cat >traced.json <<END
{"extends": "$ROOT/tests/bad/base.json", "clock": {"from": null, "to": null},
 "load": [{"kind": "trace", "file": "trace.csv"}]}
END

# accepts SENTENCE: trace.csv runs, and pays every payout.
accepts()
{
    toucun run traced.json --json
    same "$1: it runs" "0 " "$code $(cat stderr)"
    claim "$1: every row is paid" grep -q "\"payouts.paid\": $2," stdout
}

printf '%s\n%s\n%s' "$header" "$row" "$bare" >trace.csv
accepts "no newline at the end" 2
printf '%s\r\n%s\r\n%s\r\n' "$header" "$row" "$bare" >trace.csv
accepts "CRLF line ends" 2
printf '%s\n%s\n' "$header" "$bare" >trace.csv
accepts "no merchant and no user" 1

# --- usage -----------------------------------------------------------------------------------

good=$ROOT/tests/bad/base.json

# usage WORDS ARGS...: exit 2, nothing on stdout, and stderr has the words.
usage()
{
    words=$1
    shift
    toucun "$@"
    same "toucun $*: exits with 2" 2 "$code"
    claim "toucun $*: writes nothing to stdout" [ ! -s stdout ]
    claim "toucun $*: says \"$words\"" grep -qF -e "$words" stderr
}

usage "toucun COMMAND"
usage 'no command "rnu"' rnu
usage "want one scenario, got 0" run
usage "want one scenario, got 2" run "$good" "$good"
usage "want at least one scenario" check
usage "want scenarios or folders" test
usage "no option --speeed here" run "$good" --speeed 2x
usage "no option -x here" run "$good" -x
usage "no option --record here" run "$good" --record
usage "no option --jobs here" run "$good" --jobs 2
usage "no option --junit here" run "$good" --junit x.xml
usage "no option --out here" check "$good" --out out
usage "no option -j here" run "$good" -j 2
usage "--out wants a value" run "$good" --out
usage "--json takes no value" run "$good" --json=yes
usage "want an integer from 0 to 9223372036854775807" run "$good" --seed seven
usage "want an integer from 0 to 9223372036854775807" run "$good" --seed -1
usage "want an integer from 0 to 9223372036854775807" run "$good" --seed 9223372036854775808
usage "want a factor above 0, as in 60x" run "$good" --speed 0
usage "want a factor above 0, as in 60x" run "$good" --speed fast
usage "want a factor above 0, as in 60x" run "$good" --speed -5x
usage "write into --out DIR; give one" run "$good" --payouts
usage "write into --out DIR; give one" run "$good" --events
usage 'no kind of event is called "lost"' run "$good" --out out --events=paid,lost
claim "wrong usage makes no folder" [ ! -e out ]

finish
