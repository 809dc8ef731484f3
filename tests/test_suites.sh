#!/bin/sh
# toucun test: which scenarios it finds, how it judges them, and what it leaves
# for a CI server.

. tests/shell.sh

cd "$WORK" || exit 1
day=$ROOT/scenarios/quiet-day.json

# write NAME LABELS REST: a scenario over the quiet day.
write()
{
    echo "{\"extends\": \"$day\", \"labels\": [$2]$3}" >"$1"
}

mkdir -p suite/below empty
write suite/a-good.json '"smoke"' ''
write suite/b-fails.json '"slow", "fails"' \
    ', "expect": [{"that": "payouts.paid", "is": 3}, {"that": "payouts.failed", "is": 0}]'
write suite/c-silent.json '' ', "expect": []'
write suite/below/d-stuck.json '"fails"' ', "clock": {"drain_max": "1m"}'
echo '{"fragment": true, "seed": 3}' >suite/e-fragment.json
echo 'not a scenario' >suite/notes.txt
cp suite/e-fragment.json empty/only.json

# test_of EXPECTED-CODE ARGS...: runs the suite; the lines of scenarios are in ./lines.
test_of()
{
    want=$1
    shift
    toucun test "$@"
    same "toucun test $*: exit code" "$want" "$code"
    sed -nE 's/^(ok|FAIL)  *([^ ]*).*/\1 \2/p' stdout | tr '\n' ' ' | sed 's/ $//' >lines
}

# --- finding and judging ----------------------------------------------------------------------

test_of 4 suite
same "a folder: every scenario in it and below, in order; no fragment" \
    "ok suite/a-good.json FAIL suite/b-fails.json FAIL suite/below/d-stuck.json ok suite/c-silent.json" \
    "$(cat lines)"
same "stderr has nothing" 0 "$(wc -c <stderr)"
same "the last line counts" "4 scenarios, 2 failed, 1 skipped" "$(tail -n 1 stdout)"
claim "how many expectations were met" grep -qE '^ok .*a-good.json  3 of 3 expectations' stdout
claim "and not" grep -qE '^FAIL .*b-fails.json  1 of 2 expectations' stdout
claim "why" grep -qF '/expect/0: payouts.paid: want is 3, got 114' stdout
claim "and only that" sh -c '! grep -q /expect/1 stdout'
claim "what expects nothing is shown as such" \
    grep -qE '^ok .*c-silent.json  \(expects nothing' stdout
claim "a verdict is a reason" grep -qF 'verdict stuck' stdout

test_of 0 suite/a-good.json suite/c-silent.json
test_of 1 suite/b-fails.json suite/a-good.json
test_of 4 suite/b-fails.json suite/below
test_of 0 suite/b-fails.json --set /expect=[]
test_of 1 suite/a-good.json --set '/expect=[{"that": "payouts.paid", "is": 3}]'
test_of 2 suite nowhere.json
claim "a path that leads nowhere is named" \
    grep -qF 'nowhere.json: No such file or directory' stdout
echo '{"name": "x", "sede": 1}' >suite/f-bad.json
test_of 2 suite
claim "bad input is named, too" \
    grep -qF 'suite/f-bad.json: /sede: no such setting; did you mean "seed"?' stdout
claim "and the others are run" grep -q 'ok .*c-silent' stdout

# --- labels, and the first failure ------------------------------------------------------------------

rm suite/f-bad.json
test_of 0 suite --label smoke
same "--label chooses" "ok suite/a-good.json" "$(cat lines)"
same "the others are skipped" "1 scenario, 0 failed, 4 skipped" "$(tail -n 1 stdout)"
test_of 1 suite --label smoke --label slow
same "more than one label: any" "ok suite/a-good.json FAIL suite/b-fails.json" "$(cat lines)"
test_of 2 suite --label nobody
same "nothing selected" "toucun test: nothing selected" "$(cat stderr)"
test_of 2 empty
same "a folder of fragments selects nothing" "toucun test: nothing selected" "$(cat stderr)"
mkdir bare
test_of 2 bare
test_of 1 suite --fail-fast
same "--fail-fast stops at the first" "ok suite/a-good.json FAIL suite/b-fails.json" "$(cat lines)"
test_of 0 suite/a-good.json suite/c-silent.json --fail-fast
same "but not without one" "ok suite/a-good.json ok suite/c-silent.json" "$(cat lines)"

for option in --jobs "--out x" --payouts --quiet --json "--speed 2x"; do
    # shellcheck disable=SC2086 # options are words
    toucun test suite/a-good.json $option
    same "$option does not exist here" "2 0" "$code $(wc -c <stdout)"
done

for option in -j -j0 "-j 0" "-j -1" "-j 257" -jx "-j 2x"; do
    # shellcheck disable=SC2086 # options are words
    toucun test suite/a-good.json $option
    same "$option is no number of processes" "2 0" "$code $(wc -c <stdout)"
    claim "$option: and that is said" grep -q 'want a number of processes from 1 to 256' stderr
done

# --- the command that repeats a failure ------------------------------------------------------------

test_of 1 suite/b-fails.json --set '/story="it'"'"'s"' --seed 5
again=$(sed -n 's/^ *repeat: toucun //p' stdout)
same "it is as a shell reads it" \
    "run suite/b-fails.json --set '/story=\"it'\\''s\"' --set /seed=5" "$again"
eval "toucun $again"
same "it fails again" 1 "$code"

# --- JUnit ---------------------------------------------------------------------------------------------

odd="suite/o&d<d> \"'.json"
write "$odd" '' ', "expect": [{"that": "payouts.paid", "is": 3}]'
test_of 4 suite --junit results.xml
if command -v xmllint >/dev/null; then
    claim "the results are XML" xmllint --noout results.xml
    same "they name the odd file" "$odd" \
        "$(xmllint --xpath 'string(//testcase[failure][last()]/@classname)' results.xml)"
    same "they count" "14 3 14 3" "$(xmllint --xpath 'concat(/testsuite/@tests, " ",
        /testsuite/@failures, " ", count(//testcase), " ", count(//failure))' results.xml)"
else
    skipped "xmllint is not here to read the results with"
fi
same "they are one document" '<?xml version="1.0" encoding="UTF-8"?> </testsuite>' \
    "$(head -n 1 results.xml) $(tail -n 1 results.xml)"
same "a case a scenario, and one an expectation" 14 "$(grep -c '<testcase ' results.xml)"
same "one says that the scenario is well" 5 "$(grep -c 'name="invariants hold' results.xml)"
claim "an expectation's says what it is" \
    grep -qF 'classname="suite/b-fails.json" name="/expect/0: payouts.paid is 3"' results.xml
claim "a scenario that is stuck fails, not its expectations" sh -c \
    'grep -A 1 "d-stuck.json\" name=\"invariants" results.xml | grep -q "exit code 4"'
claim "a failure says how to see it again" \
    grep -qF 'repeat: toucun run suite/b-fails.json</failure>' results.xml
claim "a failure says why" \
    sh -c 'grep -A 3 "<failure message=\"exit code 1\">" results.xml | grep -qF "want is 3, got 114"'
test_of 0 suite/a-good.json --junit results.xml
same "the next results replace them" 4 "$(grep -c '<testcase ' results.xml)"
same "and nothing is left beside them" "" "$(find . -name '.*.part')"
ln -s results.xml link.xml
test_of 0 suite/a-good.json suite/c-silent.json --junit link.xml
claim "what is a link stays one" [ -h link.xml ]
test_of 5 suite/a-good.json --junit nowhere/results.xml
claim "results that cannot be written are named" \
    grep -qF 'nowhere/results.xml: No such file or directory' stderr
test_of 2 suite --label nobody --junit none.xml
[ ! -e none.xml ] || claim "nothing selected is an empty suite" grep -q 'tests="0"' none.xml

finish
