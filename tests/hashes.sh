#!/bin/sh
# The same scenarios with every compiler and variant at hand: the same hashes.
# Builds the program alone, each in build/hash-COMPILER-VARIANT but for the one
# that `make` has built.
set -u
unset MAKEFLAGS # its jobs are its own

# hashes_of PROGRAM: the hashes of a day, of a trace, and of ten minutes under faults.
hashes_of()
{
    program=$1
    for scenario in "quiet-day" "recorded" "demo --set /expect=[] \
        --set /clock/from=2018-11-11T20:35:00+08:00 --set /clock/to=2018-11-11T20:45:00+08:00"; do
        # shellcheck disable=SC2086 # options are words
        set -- ${scenario#* }
        [ "$scenario" != "${scenario#* }" ] || set --
        "$program" run "scenarios/${scenario%% *}.json" --json "$@" |
            sed -n 's/^  "hash": "\(.*\)",$/\1/p'
    done | tr '\n' ' '
}

# program_of COMMAND: the file that it is.
program_of()
{
    readlink -f "$(command -v "$1")"
}

first=
built=0
bad=0
printf '%-16s %-16s %-16s %s\n' "" quiet-day recorded "demo, 10 min"
for compiler in gcc clang; do
    if ! command -v $compiler >/dev/null; then
        echo "$compiler: not installed"
        continue
    fi
    for variant in debug release; do
        build=build/hash-$compiler-$variant
        cc=$compiler
        if [ $variant = release ] && [ "$(program_of $compiler)" = "$(program_of cc)" ]; then
            build=build/release
            cc=cc
        fi
        program=$build/toucun
        make -s -j"$(nproc)" VARIANT=$variant CC=$cc B=$build $program >build/hash.log || {
            cat build/hash.log
            exit 1
        }
        hashes=$(hashes_of $program)
        printf '%-16s %s\n' "$compiler $variant" "$hashes"
        built=$((built + 1))
        case $hashes in
        *[0-9a-f]\ *[0-9a-f]\ *[0-9a-f]\ ) ;;
        *) echo "not three hashes"; bad=1 ;;
        esac
        [ "$hashes" = "${first:=$hashes}" ] || bad=1
    done
done
[ $built -ge 2 ] || bad=1
if [ $bad -eq 0 ]; then
    echo "the same $built times"
else
    echo "not the same" >&2
fi
exit $bad
