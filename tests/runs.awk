# runs.awk — checks of payouts.csv and positions.csv; -v check=NAME says which.
#
#     states     payouts.csv: times in order, final states, a reason where unpaid
#     waits      payouts.csv: the waiting parts add up to the time before sending
#     ties       a trace, then payouts.csv: every payout once, to the fen
#     identity   positions.csv: the custody balance is the sum of its parts
#
# Prints each thing that is wrong, and at the end how many rows it looked at.

function fen(yuan,    part, sign)
{
    sign = sub(/^-/, "", yuan) ? -1 : 1
    split(yuan, part, ".")
    return sign * (part[1] * 100 + substr(part[2] "00", 1, 2))
}

# Seconds of an RFC 3339 moment at +08:00, from a fixed day on.
function seconds(moment,    y, m, d)
{
    y = substr(moment, 1, 4) + 0
    m = substr(moment, 6, 2) + 0
    d = substr(moment, 9, 2) + 0
    if (m < 3) {
        y--
        m += 12
    }
    d += int((153 * (m - 3) + 2) / 5) + 365 * (y - 2000) + int(y / 4) - int(y / 100) + int(y / 400)
    return d * 86400 + substr(moment, 12, 2) * 3600 + substr(moment, 15, 2) * 60 \
        + substr(moment, 18, length(moment) - 23)
}

function wrong(what)
{
    if (++wrongs <= 10)
        print FILENAME ":" FNR ": " what
}

function at(name)
{
    return column[name] ? $(column[name]) : ""
}

BEGIN { FS = "," }

FNR == 1 {
    split("", column)
    for (i = 1; i <= NF; i++)
        column[$i] = i
    width = NF
    file++
    next
}

NF != width { wrong(NF " columns, not " width) }

check == "states" {
    rows++
    state = at("state")
    if (state !~ /^(reconciled|failed|expired|refused|cancelled|returned)$/)
        wrong("state " state " is not final")
    if ((state == "reconciled") != (at("reason") == ""))
        wrong("state " state " with reason \"" at("reason") "\"")
    if ((state == "reconciled") && (at("paid") == "" || at("settled") == "" || at("channel") == ""))
        wrong("settled without a time of payment or a channel")
    if ((state != "reconciled" && state != "returned") && at("paid") != "")
        wrong("paid, and yet " state)
    if (at("final") == "")
        wrong("no final time")
    if ((at("sent") == "") != (at("attempts") == 0))
        wrong(at("attempts") " attempts, sent \"" at("sent") "\"")
    last = 0
    for (i = 1; i <= split("requested sent paid settled final", name, " "); i++) {
        if (at(name[i]) == "")
            continue
        if (seconds(at(name[i])) < last)
            wrong(name[i] " comes before what it follows")
        last = seconds(at(name[i]))
    }
}

check == "waits" && at("state") == "reconciled" {
    rows++
    sum = at("quota_s") + at("breaker_s") + at("channel_s") + at("share_s") + at("hold_s") + at("turn_s")
    wait = seconds(at("sent")) - seconds(at("requested"))
    paid = seconds(at("paid")) - seconds(at("requested"))
    if (at("attempts") == 1 && (sum - wait > 1e-5 || wait - sum > 1e-5))
        wrong("waited " wait " s before sending, the parts are " sum " s")
    if (sum - paid > 1e-5 || wait - sum > 1e-5)
        wrong("the parts, " sum " s, are not between " wait " s and " paid " s")
    waited += sum > 0
}

check == "ties" && file == 1 {
    if ($2 == "collection") {
        collected += fen($6)
        collections++
        next
    }
    asked[$7] = $3 "," $4 "," $5 "," fen($6) "," seconds($1)
    requested += fen($6)
    requests++
}

check == "ties" && file == 2 {
    rows++
    got = at("business") "," at("merchant") "," at("user") "," fen(at("amount")) "," \
        seconds(at("requested"))
    if (asked[at("reference")] != got)
        wrong("the trace has \"" asked[at("reference")] "\", here is \"" got "\"")
    delete asked[at("reference")]
    if (at("state") == "reconciled") {
        paid_count++
        paid_fen += fen(at("amount"))
    }
}

check == "identity" {
    rows++
    parts = fen(at("acs.unallocated")) + fen(at("unionpay.mapped")) + fen(at("netsunion.mapped"))
    if (fen(at("acs.balance")) != parts)
        wrong("the custody balance is " at("acs.balance") ", its parts " parts / 100)
    for (i = 1; i <= split("unionpay netsunion", name, " "); i++) {
        if (fen(at(name[i] ".available")) < 0)
            wrong(name[i] " is overdrawn")
        if (fen(at(name[i] ".believed")) > fen(at(name[i] ".available")))
            wrong("more believed available at " name[i] " than there is")
    }
    if (rows == 1)
        first = at("time")
    else if (seconds(at("time")) <= last)
        wrong("not after the row before")
    last = seconds(at("time"))
    latest = at("time")
}

END {
    for (reference in asked)
        wrong(reference " of the trace is missing")
    if (wrongs > 10)
        print "and " wrongs - 10 " more"
    if (check == "states")
        print rows + 0
    if (check == "waits")
        print rows + 0 " " waited + 0
    if (check == "ties")
        printf "%d %d %.0f %.0f %d %.0f\n", rows, requests, requested, paid_fen, collections, collected
    if (check == "identity")
        print rows + 0 " " first " " latest
}
