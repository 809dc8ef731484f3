#!/bin/sh
# README.md shows commands and what they print; each is run here and compared.
# A line of three dots stands for any lines; times of the machine are masked.
# `make demo` is checked by the scenario it runs, in the release build alone.
set -u
toucun=${TOUCUN:-build/toucun}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Every command to $work/N.command with what it should print in N.want.
awk -v work="$work" '
    /^```/ { inside = !inside; file = ""; next }
    inside && /^\$ / { n++; print substr($0, 3) > (work "/" n ".command")
                       file = work "/" n ".want"; printf "" > file; next }
    inside && file { print > file }' README.md

mask() {
    sed -E 's/ in [0-9.]+ (s|ms), / in N s, /; s/ +[0-9]+\.[0-9]+ s$/  N s/'
}

passed=0 failed=0 skipped=0
for command_file in "$work"/*.command; do
    want=${command_file%.command}.want
    command=$(cat "$command_file")
    case $command in
    "make demo")
        case $toucun in
        *release*) command="build/toucun run scenarios/demo.json --out build/demo
            echo; echo 'report: build/demo/report.html'" ;;
        *) skipped=$((skipped + 1)); continue ;;
        esac ;;
    make*) skipped=$((skipped + 1)); continue ;;
    *retail-trace*)
        [ -e ../shared/data/retail-trace.csv ] || {
            echo "skipped: no ../shared/data/retail-trace.csv"
            skipped=$((skipped + 1)); continue
        } ;;
    esac
    command=$(printf '%s\n' "$command" | sed "s|build/toucun|$toucun|g; s|build/demo|$work/demo|g; s|build/day|$work/day|g")
    { sh -c "$command" 2>&1; echo "exit code $?"; } | sed "s|$work/demo|build/demo|g; s|$work/day|build/day|g" |
        mask >"$work/got"
    mask <"$want" >"$work/want"
    # An exit code that the README does not show is 0.
    grep -q '^exit code ' "$work/want" || echo 'exit code 0' >>"$work/want"
    if awk '
        NR == FNR { want[++n] = $0; next }
        { got[++m] = $0 }
        function match_from(i, j) {
            while (i <= n && want[i] != "...") { if (j > m || want[i] != got[j]) return 0; i++; j++ }
            if (i > n) return j > m
            for (; j <= m + 1; j++) if (match_from(i + 1, j)) return 1
            return 0
        }
        END { exit !match_from(1, 1) }' "$work/want" "$work/got"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "README.md: $(cat "$command_file")"
        diff "$work/want" "$work/got" | head -40
    fi
done
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 3 ]
