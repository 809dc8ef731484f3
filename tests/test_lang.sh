#!/bin/sh
# --lang changes what people read and nothing else: a day on which everything
# goes wrong is run in each language, and both runs are compared.
set -u
toucun=${TOUCUN:-build/toucun}
case $toucun in /*) ;; *) toucun=$PWD/$toucun ;; esac
day=tests/lang/bad-day.json
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0

# claim SENTENCE COMMAND...
claim() {
    sentence=$1
    shift
    if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "not so: $sentence"; fi
}
is() { [ "$1" = "$2" ] || { echo "want $1, got $2"; false; }; }
not() { ! "$@"; }
empty() { [ ! -s "$1" ] || { head -n 20 "$1"; false; }; }

for lang in en zh; do
    $toucun run $day --lang $lang --payouts --events --out "$work/$lang" \
        >"$work/$lang.summary" 2>"$work/$lang.said"
    echo $? >"$work/$lang.code"
    $toucun run $day --lang $lang --json >"$work/$lang.json" 2>/dev/null
    $toucun test $day --lang $lang --junit "$work/$lang.xml" >"$work/$lang.test"
done
$toucun run $day >"$work/default.summary" 2>/dev/null
for lang in en zh; do
    $toucun run $day --lang $lang --set /clock/drain_max=1m --out "$work/$lang-stuck" \
        >"$work/$lang-stuck.summary" 2>/dev/null
done

# --- what stays the same ------------------------------------------------------

of_the_machine() {
    sed -E 's/"(wall_s|payouts_per_s|peak_bytes)": [0-9.e-]+/"\1": 0/; s/ in [0-9.]+ s,/ in N s,/
            s/time="[0-9.]+"/time="N"/' "$1"
}
same() {
    of_the_machine "$1" >"$work/a"
    of_the_machine "$2" >"$work/b"
    cmp "$work/a" "$work/b"
}
claim "English is the default" same "$work/en.summary" "$work/default.summary"
claim "the exit codes are equal" cmp "$work/en.code" "$work/zh.code"
claim "an expectation failed" is 1 "$(cat "$work/zh.code")"
claim "the same files are written" is "$(ls -A "$work/en")" "$(ls -A "$work/zh")"
for file in summary.json scenario.json positions.csv waits.csv payouts.csv events.jsonl; do
    claim "$file does not depend on the language" same "$work/en/$file" "$work/zh/$file"
done
claim "--json does not depend on the language" same "$work/en.json" "$work/zh.json"
claim "JUnit does not depend on the language" same "$work/en.xml" "$work/zh.xml"
claim "the hash is in both summaries" \
    is "$(grep -o '[0-9a-f]\{16\}' "$work/en.summary")" "$(grep -o '[0-9a-f]\{16\}' "$work/zh.summary")"
claim "nothing is said on stderr" empty "$work/zh.said"
claim "nothing is said on stderr" empty "$work/en.said"

# Counts and amounts, in order: the same numbers, whatever words stand between.
amounts() { grep -oE '¥[0-9,]+\.[0-9]+' "$1"; }
claim "both summaries hold the same amounts" is "$(amounts "$work/en.summary")" "$(amounts "$work/zh.summary")"
claim "there are amounts to compare" [ "$(amounts "$work/en.summary" | wc -l)" -gt 5 ]

# --- what is Chinese ------------------------------------------------------------

# What people see of a page or a plot: no style, no tags, and not what machines
# know by that name (in <code>).
seen() {
    case $1 in
    *.html) sed '/<style>/,/<\/style>/d; s/<code>[^<]*<\/code>//g; s/<[^>]*>//g' "$1" ;;
    *.svg) tr -d '\n' <"$1" | sed 's/<title>[^<]*<\/title>//g' | grep -o '<text[ >].*</text>' | sed 's/<\/text>/\n/g' | sed 's/<[^>]*>//g' ;;
    *) cat "$1" ;;
    esac
}

# English words in what is seen: not JSON's names of settings and metrics, not
# the hash, not a command, and not what is a name in both languages.
english_words() {
    seen "$1" | sed -E 's/[0-9a-f]{16}//; s/[a-z_0-9]+\.[a-z_.0-9]+//g; s#/expect/[0-9]+( verdict)?##g
                        s/[0-9-]+T[0-9:.+]+//g; s/(预期) verdict/\1/g; /重现|repeat/d' |
        grep -oE '[A-Za-z]{2,}' | grep -vxE 'ACS|toucun|json' | sort -u
}
chinese() { seen "$1" | LC_ALL=C grep -q "$(printf '[\344-\351][\200-\277][\200-\277]')"; }

for file in zh.summary zh.test zh/report.html zh/quota.svg zh/acs.svg zh/queue.svg zh/waits.svg; do
    claim "$file holds Chinese" chinese "$work/$file"
    english_words "$work/$file" | grep -vE '^(tests|lang|bad|day)$' >"$work/words"
    claim "no English word is left in $file" empty "$work/words"
    english_words "$work/$(echo "$file" | sed 's/zh/en/')" >"$work/words"
    claim "the search finds English words where there are some: $file" [ -s "$work/words" ]
done
for file in stuck.summary stuck/report.html; do
    claim "the work that is left is said in Chinese: $file" chinese "$work/zh-$file"
    english_words "$work/zh-$file" | grep -v '^L0*$' >"$work/words"
    claim "no English word is left in zh-$file" empty "$work/words"
done
for words in 映射额度 可用额度 备付金集中存管账户 未分配头寸 场次 退汇 手续费 结果不明; do
    claim "the report says $words" grep -q "$words" "$work/zh/report.html"
done
claim "the page says what language it is in" grep -q '<html lang="zh-CN">' "$work/zh/report.html"
claim "the English page does, too" grep -q '<html lang="en">' "$work/en/report.html"

# --- each fault has its line ----------------------------------------------------

line_of() { grep -c "fault $1 (.*) fired" "$work/en/report.html"; }
for fault in f1 f2 f3 f4 f5 f6; do
    claim "$fault fired and has its line" is 1 "$(line_of $fault)"
done
claim "f7 did not fire and has none" is 0 "$(line_of f7)"
claim "f1 fired within its window" grep -qE \
    '>2019-03-12 13:0[0-9] to 13:1[0-9]</td><td>fault f1 \(down at unionpay.payout\) fired [0-9]+ times<' \
    "$work/en/report.html"
claim "what happened once is in the singular" grep -q 'fault f3 (.*) fired 1 time<' "$work/en/report.html"
claim "nothing happened 1 times" not grep -qE '[^0-9,.]1 (times|moves|sessions|payouts|orders|payments)' \
    "$work/en/report.html"

# --- numbers for machines, rounded to what they can mean ------------------------

claim "wall_s has at most six decimals" grep -qE '"wall_s": [0-9]+\.[0-9]{1,6},$' "$work/zh/summary.json"
claim "payouts_per_s is an integer" grep -qE '"payouts_per_s": [0-9]+,$' "$work/zh/summary.json"

# --- a language that is none ----------------------------------------------------

for command in run test; do
    $toucun $command $day --lang fr >"$work/out" 2>"$work/said"
    claim "an unknown language is bad usage" is 2 $?
    claim "it is said" is "toucun: --lang fr: no such language; want en or zh" "$(cat "$work/said")"
    claim "nothing runs" empty "$work/out"
done

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
