# policies.awk — the tables of policies.sh.  Reads rows of
#
#     kind seed payout-hours yuan-seconds late% expired idle moves

# Half of a 95 % interval is this many standard errors wide.
function student(df,    t)
{
    if (df < 1)
        return 0
    if (df <= 30) {
        split("12.706 4.303 3.182 2.776 2.571 2.447 2.365 2.306 2.262 2.228 2.201 2.179 2.160 " \
              "2.145 2.131 2.120 2.110 2.101 2.093 2.086 2.080 2.074 2.069 2.064 2.060 2.056 " \
              "2.052 2.048 2.045 2.042", t, " ")
        return t[df]
    }
    return 1.96 + 2.46 / df
}

# The mean over the seeds of a policy's metric, less another policy's on the same
# seed if there is one; sets `half`.
function mean_of(kind, metric, less,    i, x, sum, squares)
{
    for (i = 1; i <= seeds; i++)
        sum += at[kind, i, metric] - (less == "" ? 0 : at[less, i, metric])
    sum /= seeds
    for (i = 1; i <= seeds; i++) {
        x = at[kind, i, metric] - (less == "" ? 0 : at[less, i, metric]) - sum
        squares += x * x
    }
    half = seeds > 1 ? student(seeds - 1) * sqrt(squares / (seeds - 1) / seeds) : 0
    return sum
}

function cell(kind, metric, less,    mean, digits, form)
{
    mean = mean_of(kind, metric, less)
    digits = decimals[metric]
    form = (less == "" ? "%." : "%+.") digits "f"
    if (sprintf("%." digits "f", mean < 0 ? -mean : mean) + half == 0)
        return "0"
    return sprintf(form " ± %." digits "f", mean, half)
}

# printf counts bytes in some awks, so the two of "±" are made up for.
function pad(text, width,    shown)
{
    shown = text
    gsub(/±/, "+", shown)
    while (length(shown) < width) {
        text = " " text
        shown = shown " "
    }
    return text
}

function table(title, less,    i, m, line)
{
    print ""
    line = sprintf("%-20s", title)
    for (m = 1; m <= metrics; m++)
        line = line pad(heading[m], width[m])
    print line
    for (i = 1; i <= count; i++) {
        if (kind[i] == less)
            continue
        line = sprintf("%-20s", "  " kind[i])
        for (m = 1; m <= metrics; m++)
            line = line pad(cell(kind[i], m, less), width[m])
        print line
    }
}

function column(text, columns, places)
{
    heading[++metrics] = text
    width[metrics] = columns
    decimals[metrics] = places
}

# Says how `sums` go along the list of kinds.
function compare_sums(    i, line, falls)
{
    falls = 1
    for (i = 1; i <= count; i++) {
        line = line (i == 1 ? "" : sum[kind[i]] <= sum[kind[i - 1]] ? " >= " : " < ") \
            kind[i] sprintf(" %.1f", sum[kind[i]])
        if (i > 1 && sum[kind[i]] > sum[kind[i - 1]])
            falls = 0
    }
    printf "\nPayout-hours blocked by quota, summed over %d seeds, %s:\n  %s\n", seeds,
        falls ? "fall or stay from each policy to the next" : "do not fall from each policy to the next",
        line
}

# Seeds on which two policies compare otherwise than their sums do.
function exceptions(a, b,    s, line)
{
    for (s = 1; s <= seeds; s++)
        if (at[a, s, 1] != at[b, s, 1] && (at[a, s, 1] > at[b, s, 1]) != (sum[a] > sum[b]))
            line = line sprintf("%s%d (%.1f and %.1f)", line == "" ? " " : ", ", s, at[a, s, 1], at[b, s, 1])
    if (line != "")
        printf "Single seeds on which %s and %s compare the other way:%s\n", a, b, line
    return line != ""
}

function compare_seeds(    i, found)
{
    for (i = 2; i <= count; i++) {
        found += exceptions(kind[i], kind[i - 1])
        if (i > 2)
            found += exceptions(kind[i], kind[1])
    }
    if (!found)
        print "Every single seed compares as the sums do, or is even."
}

{
    for (m = 1; m <= 6; m++)
        at[$1, $2, m] = $(m + 2)
    sum[$1] += $3
    if ($2 > seeds)
        seeds = $2
}

END {
    count = split(kinds, kind, " ")
    column("payout-hours blocked", 24, 1)
    column("bn yuan-seconds", 20, 2)
    column("late, %", 16, 2)
    column("expired", 18, 0)
    column("idle, m yuan", 18, 1)
    column("moves", 14, 1)
    table("mean of a run")
    table("against static", "static")
    print "\nThe price of fragmentation, in bn yuan-seconds blocked beyond pooled:"
    for (i = 1; i <= count; i++)
        if (kind[i] != "pooled")
            printf "  %-18s%s\n", kind[i], pad(cell(kind[i], 2, "pooled"), 20)
    compare_sums()
    compare_seeds()
}
