#!/bin/sh
# Every allocation policy in one world, on the same seeds: what each leaves blocked.
#
#     sh tests/policies.sh [-n SEEDS] [-j JOBS] [SCENARIO [--set POINTER=VALUE]...]
#
# Runs the scenario once for each policy and seed, changing /policy/allocation/kind
# alone, and prints means per run with 95 % intervals (Student's t), the
# differences to `static` and to `pooled` on the same seeds, and where single seeds
# do not follow the order of the sums.  TOUCUN names the program, default
# build/toucun.  Ends with 0 whatever the order is, with 2 if a run went wrong.

seeds=20
jobs=2
while getopts n:j: option; do
    case $option in
    n) seeds=$OPTARG ;;
    j) jobs=$OPTARG ;;
    *) sed -n '4p' "$0" >&2; exit 2 ;;
    esac
done
shift $((OPTIND - 1))
scenario=${1:-scenarios/fragmentation.json}
[ $# -gt 0 ] && shift
kinds="static tilt threshold demand pooled"
dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT
trap 'exit 2' HUP INT TERM

# one DIR KIND.SEED SCENARIO OPTION...: an expectation that fails is no failure here.
cat >"$dir/one" <<'SCRIPT'
dir=$1 run=$2
shift 2
"${TOUCUN:-build/toucun}" run "$@" --set "/policy/allocation/kind=${run%.*}" --seed "${run#*.}" \
    --json --quiet >"$dir/$run" 2>"$dir/$run.err"
code=$?
[ $code -le 1 ] || { echo "$run: exit $code"; cat "$dir/$run.err"; exit 255; } >&2
SCRIPT
for kind in $kinds; do
    seed=1
    while [ $seed -le "$seeds" ]; do
        echo "$kind.$seed"
        seed=$((seed + 1))
    done
done | xargs -P "$jobs" -I @run sh "$dir/one" "$dir" @run "$scenario" "$@" || exit 2

echo "$scenario $*"
for kind in $kinds; do
    seed=1
    while [ $seed -le "$seeds" ]; do
        awk -v kind="$kind" -v seed="$seed" '
            { gsub(/[",:]/, " "); value[$1] = $2 }
            END { print kind, seed, value["blocked.quota_s"] / 3600, value["blocked.quota_yuan_s"] / 1e9,
                        100 * value["late.share"], value["payouts.expired"],
                        value["idle.mean_fen"] / 1e8, value["quota.moves"] }' "$dir/$kind.$seed"
        seed=$((seed + 1))
    done
done | awk -f "${0%/*}/policies.awk" -v kinds="$kinds"
