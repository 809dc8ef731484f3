#!/bin/sh
# toucun reconcile side by side with what people use instead, on the same two lists in one
# run: 5 million rows each (ROWS=), the second shuffled within 100,000 rows, 0.01 % missing,
# extra and altered.  Seconds are of the processor, so that a busy machine changes them
# less; compare the ratios.  What is not installed is said and left out.
#   bench_reconcile.sh TOUCUN LISTS
set -eu
toucun=$PWD/$1
lists=$PWD/$2
rows=${ROWS:-5000000}
dir=build/bench
mkdir -p $dir
cd $dir
rm -f lines
truth=$("$lists" . "$rows" 100000)
records=$(($(cat ours.csv theirs.csv | wc -l) - 2))
command -v time >/dev/null || { echo "  reconcile     SKIPPED: no time command here (Debian: time)"; exit 0; }

# measured NAME COMMAND...: what it takes, in $used; its answer is the last line of stdout.
measured()
{
    name=$1
    shift
    code=0
    command time -q -o spent -f '%U %S %e %M' "$@" >answer 2>said || code=$?
    used=$(awk '{ print $1 + $2 }' spent)
    awk -v name="$name" -v records="$records" -v mine="$mine" '{ cpu = $1 + $2
        printf "  %-13s %6.2f s of processor, %6.2f s by the clock: %5.2f M records a second, %4.0f MiB%s\n", \
            name, cpu, $3, records / cpu / 1e6, $4 / 1024, \
            mine == "" ? "" : sprintf("; %.1f times", cpu / mine) }' spent
}

found()
{
    [ "$1" = "$truth" ] || { echo "  $name found \"$1\", not \"$truth\""; exit 1; }
}

# The best of three, of the one that is so short.
mine=
for _ in 1 2 3; do
    measured reconcile "$toucun" reconcile --ours ours.csv --theirs theirs.csv --out . --json >line
    [ $code = 1 ]
    echo "$used $(cat line)" >>lines
done
sort -n lines | head -n 1 | cut -d' ' -f2- | sed 's/^ *reconcile/  reconcile    /'
mine=$(sort -n lines | head -n 1 | cut -d' ' -f1)
counted()
{
    sed -n "s/.*\"$1\": \([0-9]*\).*/\1/p" answer
}
found "$(counted missing_theirs) $(counted missing_ours) $(counted amount_differs)"

cat >sorted.sh <<'END'
export LC_ALL=C TMPDIR=.
for side in ours theirs; do
    tail -n +2 $side.csv | sort --parallel=1 -S 512M -t, -k7,7 >$side.sorted
done
join -t, -1 7 -2 7 -a1 -a2 -e- -o 1.6,2.6 ours.sorted theirs.sorted |
    awk -F, '$2 == "-" { a++; next } $1 == "-" { b++; next } $1 != $2 { c++ } END { print a+0, b+0, c+0 }'
END
measured "sort, join" sh sorted.sh
found "$(cat answer)"

if command -v sqlite3 >/dev/null; then
    cat >query.sql <<'END'
pragma journal_mode=off; pragma synchronous=off; pragma cache_size=-500000;
.mode csv
.import ours.csv ours
.import theirs.csv theirs
create index o on ours(reference); create index t on theirs(reference);
select (select count(*) from ours o where not exists (select 1 from theirs t where t.reference = o.reference)) || ' ' ||
    (select count(*) from theirs t where not exists (select 1 from ours o where t.reference = o.reference)) || ' ' ||
    (select count(*) from ours o join theirs t using (reference) where o.amount <> t.amount);
END
    measured sqlite3 sh -c 'rm -f sqlite.db; sqlite3 sqlite.db <query.sql'
    found "$(tail -n 1 answer | tr -d '"')"
else
    echo "  sqlite3       SKIPPED: not installed"
fi

cat >duck.js <<'END'
const { DuckDBInstance } = require('@duckdb/node-api');
(async () => {
    const db = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect();
    const got = await db.runAndReadAll(`
        with o as (select reference, amount from read_csv('ours.csv')),
             t as (select reference, amount from read_csv('theirs.csv'))
        select count(*) filter (where t.reference is null), count(*) filter (where o.reference is null),
               count(*) filter (where o.amount <> t.amount)
        from o full join t using (reference)`);
    console.log(got.getRows()[0].map(String).join(' '));
})();
END
if command -v node >/dev/null && node -e "require('@duckdb/node-api')" 2>/dev/null; then
    measured duckdb node duck.js
    found "$(cat answer)"
else
    echo "  duckdb        SKIPPED: no @duckdb/node-api for node here (npm install; NODE_PATH)"
fi

"$lists" . "$rows" 0 >/dev/null
mine=
measured "any order" "$toucun" reconcile --ours ours.csv --theirs theirs.csv --json
echo "                reconcile with the second list in any order at all"
rm -f ours.* theirs.* sqlite.db line lines
