#!/bin/sh
# A run is a function of scenario and seed: nothing around it, and nothing that
# is written from it, changes its hash.

. tests/shell.sh

day=$ROOT/scenarios/quiet-day.json
recorded=$ROOT/scenarios/recorded.json
demo=$ROOT/scenarios/demo.json

# Ten minutes of the demonstration's evening: UnionPay goes down, replies are lost.
short()
{
    hash_of "$demo" --set /clock/from=2018-11-11T20:35:00+08:00 \
        --set /clock/to=2018-11-11T20:45:00+08:00 --set '/expect=[]' "$@"
}

for scenario in "$day" "$recorded"; do
    name=$(basename "$scenario")
    hash=$(hash_of "$scenario")
    claim "$name has a hash" expr "$hash" : '[0-9a-f]\{16\}$' >/dev/null
    same "$name twice" "$hash" "$(hash_of "$scenario")"
    same "$name in Tokyo, in the C locale" "$hash" \
        "$(TZ=Asia/Tokyo LC_ALL=C hash_of "$scenario")"
    same "$name in New York, in another locale" "$hash" \
        "$(TZ=America/New_York LC_ALL=de_DE.UTF-8 hash_of "$scenario")"
    same "$name in memory that is not zero" "$hash" \
        "$(MALLOC_PERTURB_=165 MALLOC_ARENA_MAX=1 hash_of "$scenario")"
    same "$name with no environment" "$hash" \
        "$(env -i "$TOUCUN" run "$scenario" --json | sed -n 's/^  "hash": "\(.*\)",$/\1/p')"
    same "$name from another folder" "$hash" "$(cd / && hash_of "$scenario")"
    other=$(hash_of "$scenario" --seed 99)
    claim "$name with another seed has a hash, too" [ -n "$other" ]
    claim "$name with another seed has another hash" [ "$other" != "$hash" ]
    same "$name: --seed and --set are the same" "$other" "$(hash_of "$scenario" --set /seed=99)"

    same "$name: no output changes the hash" "$hash" \
        "$(hash_of "$scenario" --out "$WORK/out" --payouts --events)"
    same "$name: nor does how often positions are sampled" "$hash" \
        "$(hash_of "$scenario" --set /report/sample=3h)"
    same "$name: nor does an expectation that is watched" "$hash" \
        "$(hash_of "$scenario" --set '/expect=[{"that": "queue.depth", "below": 100, "always": true}]')"
    same "$name: nor do its words" "$hash" \
        "$(hash_of "$scenario" --set /name=other --set '/story=Another story.' --set '/labels=[]')"
done

hash=$(short)
claim "ten minutes of the demonstration have a hash" [ -n "$hash" ]
same "ten minutes of the demonstration, twice" "$hash" \
    "$(TZ=Asia/Tokyo LC_ALL=C MALLOC_PERTURB_=90 short)"
claim "and another with another seed" [ "$(short --seed 12)" != "$hash" ]

# --- paced ----------------------------------------------------------------------------------

toucun run "$day" --json
hash=$(sed -n 's/^  "hash": "\(.*\)",$/\1/p' "$WORK/stdout")
virtual_s=$(sed -n 's/^  "virtual_s": \([0-9]*\).*/\1/p' "$WORK/stdout")
toucun run "$day" --json --speed 100000x
same "a paced run has the same hash" "$hash" \
    "$(sed -n 's/^  "hash": "\(.*\)",$/\1/p' "$WORK/stdout")"
wall_ms=$(awk '/"wall_s"/ { printf "%d", $2 * 1000 }' "$WORK/stdout")
# The last event's time has come on the wall; idle time behind it is not waited for.
claim "a paced run takes its time: $wall_ms ms for $virtual_s s at 100000x" \
    [ "$wall_ms" -ge $((virtual_s * 9 / 1000)) ]

finish
