#!/bin/sh
# Alert rules in a run: when they are raised, what the files say, what expectations see.

. tests/shell.sh

cat >"$WORK/dry.json" <<'END'
{"name": "dry", "seed": 5, "clock": {"from": "2019-03-12T08:00:00+08:00", "to": "2019-03-12T12:00:00+08:00"},
 "accounts": [{"id": "acs", "kind": "central_bank", "opening": "1000.00"}],
 "businesses": [{"id": "pay", "expires": "1h"}],
 "policy": {"allocation": {"kind": "static", "static_shares": {"unionpay": 1, "netsunion": 0}},
  "alerts": [
   {"id": "half", "watch": "unionpay.available", "below": "500.00", "level": "alarm"},
   {"id": "soon", "watch": "unionpay.time_to_dry_s", "below": "20m", "for": "1m"},
   {"id": "old", "watch": "queue.oldest_s", "above": "10m"},
   {"id": "never", "watch": "queue.depth", "above": 1000000}]},
 "load": [{"kind": "poisson", "flow": "payout", "business": "pay", "per_second": 0.01,
           "amount": {"kind": "constant", "value": "10.00"}}],
 "expect": [
  {"that": "alert.half", "is": 1}, {"that": "alert.half", "is": 1, "by": "10:00"},
  {"that": "alert.half", "at_most": 1, "always": true}, {"that": "alert.never", "is": 0, "always": true},
  {"that": "alert.soon", "is": 1}, {"that": "alert.old", "is": 1},
  {"that": "alert_raised", "is": 3}, {"that": "alerts.count", "is": 5}]}
END
cd "$WORK" || exit 1
toucun run dry.json --out out --events=alert_raised,alert_cleared,dry_began
same "every expectation of alerts is met" "0" "$code"
cat >want <<'END'
time,id,level,watch,change,value,reason
2019-03-12T09:26:49.803795+08:00,half,alarm,unionpay.available,raised,490.00,below_level
2019-03-12T10:14:00+08:00,,warn,unionpay,raised,2.16,backlog
2019-03-12T10:29:34.099635+08:00,soon,warn,unionpay.time_to_dry_s,raised,959.583297,below_level
2019-03-12T10:47:07.615161+08:00,old,warn,queue.oldest_s,raised,600.000001,above_level
2019-03-12T12:59:04.385421+08:00,old,warn,queue.oldest_s,cleared,0.000000,level_regained
2019-03-13T07:31:00+08:00,,warn,unionpay,raised,6.66,backlog
END
claim "alerts.csv has a row for each change, to the microsecond" diff -u want out/alerts.csv
claim "the warning comes before the channel is dry" sh -c \
    'grep -n "dry_began\|\"soon\"" out/events.jsonl | head -n 1 | grep -q soon'
claim "an event names the rule, its level and its value" grep -q \
    '"alert":"old","level":"warn","watch":"queue.oldest_s","value_us":600000001,"reason":"above_level"' \
    out/events.jsonl
claim "the report has a line and a table" grep -q \
    "alert half raised: unionpay.available below 500.00 yuan, 1 time" out/report.html
claim "a rule that was never raised is in the table" grep -q "never (warning)" out/report.html
toucun run dry.json --out zh --lang zh
claim "and in Chinese" grep -q "预警 half 触发：unionpay.available 低于 500.00 元" zh/report.html

# What is expected of an alert can fail, at the end and on the way.
toucun run dry.json --set '/expect=[{"that":"alert.half","is":0,"by":"09:00"},{"that":"alert.soon","is":2}]' --json
same "expectations that are not met" 1 "$code"
claim "say when" grep -q "2019-03-12T09:26:49.803795+08:00" stdout
claim "and how often" sh -c 'grep -A 1 "is 2" stdout | grep -q "\"got\": \"1\""' 

# Payday: told half an hour ahead; a policy that moves nothing is dry a quarter of an hour later.
toucun run "$ROOT/scenarios/payday.json" --set /policy/allocation/kind=static --out payday --quiet \
    --events=alert_raised,dry_began
same "with quota that stays where it is, payday fails" 1 "$code"
first() { sed -n "s/.*\"time\":\"\([^.\"]*\)[^\"]*\".*$1.*/\1/p" payday/events.jsonl | head -n 1; }
same "the warning" "2018-11-15T09:31:46" "$(first unionpay-dry-soon)"
same "comes before the channel is dry" "2018-11-15T09:47:11" "$(first dry_began)"

finish
