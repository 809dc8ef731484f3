#!/bin/sh
# shell.sh — what the whole-run tests share; each sources it first.
#
# TOUCUN is the program under test.  A test says with claim() what must be true
# and goes on after a failure, so that one run shows all of them.
# shellcheck disable=SC2034  # what it sets is for those who source it

TOUCUN=${TOUCUN:-build/toucun}
case $TOUCUN in /*) ;; *) TOUCUN=$PWD/$TOUCUN ;; esac
ROOT=$PWD
WORK=$(mktemp -d) || exit 1
trap 'rm -rf "$WORK"' EXIT
trap 'exit 130' INT TERM
claims=0
failures=0

# claim SENTENCE COMMAND...: the command succeeds.
claim()
{
    sentence=$1
    shift
    claims=$((claims + 1))
    "$@" && return
    failures=$((failures + 1))
    echo "    not so: $sentence" >&2
}

# same SENTENCE WANT GOT: two texts are equal.
same()
{
    claims=$((claims + 1))
    [ "$2" = "$3" ] && return
    failures=$((failures + 1))
    echo "    not so: $1: want \"$2\", got \"$3\"" >&2
}

skipped()
{
    echo "    SKIPPED: $1"
}

# toucun ARGS...: runs it; leaves its exit code in $code, its output in $WORK.
toucun()
{
    code=0
    "$TOUCUN" "$@" >"$WORK/stdout" 2>"$WORK/stderr" </dev/null || code=$?
}

# hash_of ARGS...: the hash of a run.
hash_of()
{
    "$TOUCUN" run "$@" --json </dev/null 2>/dev/null | sed -n 's/^  "hash": "\([0-9a-f]*\)",$/\1/p'
}

finish()
{
    [ "$failures" -eq 0 ] && [ "$claims" -gt 0 ] && exit 0
    echo "    $failures of $claims claims do not hold" >&2
    exit 1
}
