#!/bin/sh
# Tagging in a run: what is tagged, what waits in suspense, which rules were of no use.

. tests/shell.sh

cd "$WORK" || exit 1
tagging=$ROOT/scenarios/tagging.json
toucun run "$tagging" --out out --events=tagged,untagged,entry_posted
same "the scenario meets its expectations" "0" "$code"
same "and says which rule never matched, and nothing else" \
    "$tagging: /policy/tagging/5: warning: this rule never matched a line" "$(cat stderr)"
claim "so does the summary" grep -q "/policy/tagging/5, penalty: never matched" stdout
claim "which says what no rule knows" grep -q "3 untagged: ¥8,918.44 in, ¥0.00 out" stdout
claim "and that it lies in suspense" grep -q "suspense  *¥8,918.44 too much, ¥18.44 too little" stdout

cat >want <<'END'
time,account,number,amount,counterparty,remark,code,tag,book,nearest,fails
2019-03-21T14:35:00+08:00,icbc-own,4,318.44,中国工商银行,2019年一季度结息,2001,,suspense_long,2 interest,time
2019-03-21T16:40:00+08:00,icbc-own,5,5000.00,某某集团有限公司,往来款,1003,,suspense_long,4 parent-money,min
2019-03-22T15:12:40+08:00,ccb-card,545,3600.00,李四,转账,1003,,suspense_long,0 card-sale,remark
END
{ head -n 1 out/tagging.csv; grep ',,suspense' out/tagging.csv; } >got
claim "untagged lines name the nearest rule and what fails" diff -u want got
cat >want <<'END'
2019-03-20T14:00:00+08:00,icbc-own,1,-200.00,中国工商银行,账户管理费,2002,bank-fee,fee_expense,,
2019-03-21T02:10:00+08:00,icbc-own,2,318.44,中国工商银行,2019年一季度结息,2001,interest,interest,,
2019-03-21T11:20:00+08:00,icbc-own,3,50000.00,某某集团有限公司,往来款,1003,parent-money,equity,,
2019-03-22T09:00:00+08:00,icbc-own,6,-18.44,中国工商银行,利息冲正,2001,correction,suspense_short,,
END
grep ',icbc-own,.*,,$' out/tagging.csv >got
claim "tagged lines name their tag and book; of two rules the first wins" diff -u want got
claim "a session's net is printed as clearing houses do" \
    grep -q '^2019-03-21T10:00:00+08:00,acs,[0-9]*,[-0-9.]*,中国银联股份有限公司,银联清算 20190320-04,1201,session_net,unionpay.clearing,,$' out/tagging.csv
claim "and our own transfers by both banks" \
    test "$(grep -c 'own_transfer,transit' out/tagging.csv)" -eq 12
same "every line is there once" "" "$(tail -n +2 out/tagging.csv | cut -d , -f 2,3 | sort | uniq -d)"
same "however slow the pages were" "yes" \
    "$(grep -q '"id": "slow-pages"' out/summary.json && ! grep -q '"fired": 0' out/summary.json && echo yes)"
claim "an event has the tag" grep -q '"tag":"interest","reason":"rule_matched"' out/events.jsonl
claim "or the nearest rule" grep -q \
    '"nearest":"parent-money","fails":"min","reason":"no_rule_matched"' out/events.jsonl
claim "of a window too" grep -q \
    '"nearest":"interest","fails":"time","reason":"no_rule_matched"' out/events.jsonl
claim "what is untagged is booked against suspense" grep -q \
    '"debit":"icbc-own","credit":"suspense_long","amount_fen":500000' out/events.jsonl

toucun run "$tagging" --lang zh
claim "in Chinese, too" grep -q "未打标 3 条：转入 ¥8,918.44，转出 ¥0.00" stdout
toucun run "$tagging" --quiet
same "quiet says nothing" "" "$(cat stdout stderr)"
same "the same twice" "$(hash_of "$tagging")" "$(hash_of "$tagging")"

# --- windows ---

same "what it writes as its scenario is the same day" \
    "$(hash_of "$tagging")" "$(hash_of out/scenario.json)"
claim "window and all" sh -c "tr -d ' \n' <out/scenario.json | grep -q \
    '\"from\":\"22:00\",\"to\":\"06:00\",\"days\":\[\"2019-03-20\",\"2019-06-20\"'"
met() # RULE: exit code with it in the place of the rule for interest
{
    toucun run "$tagging" --set "/policy/tagging/2=$1" --quiet
    echo "$code"
}
interest='"tag":"interest","remark":"利息|结息","code":2001,"book":"interest"'
same "without its window the rule takes the second credit, too" "1" "$(met "{$interest}")"
same "two moments do as well" "0" "$(met "{$interest,
    \"from\":\"2019-03-20T22:00:00+08:00\",\"to\":\"2019-03-21T06:00:00+08:00\"}")"
same "but end where they end" "1" "$(met "{$interest,
    \"from\":\"2019-03-20T22:00:00+08:00\",\"to\":\"2019-03-21T02:10:00+08:00\"}")"
same "a night is of the day on which it begins" "1" "$(met "{$interest,
    \"from\":\"22:00\",\"to\":\"06:00\",\"days\":[\"2019-03-21\"]}")"
same "days alone are whole days" "0" "$(toucun run "$tagging" --quiet \
    --set "/policy/tagging/2={$interest,\"days\":[\"2019-03-21\"]}" \
    --set '/expect=[{"that":"audit.tagged.interest","is":2},{"that":"audit.untagged","is":3}]'
    echo "$code")"
same "heard of only in the morning, lines are of the night all the same" "0 " "$(toucun run \
    "$tagging" --quiet --set '/interfaces/2/tasks=[{"do":"details","at":["08:30"]}]'
    echo "$code $(cat stdout)")"

toucun check "$tagging" --set '/policy/tagging/2/days=["2019-06-20"]'
same "check warns of a window that never comes" \
    "$tagging: /policy/tagging/2: warning: this rule can never match: its window never holds during the run" \
    "$(cat stderr)"
behind="[{$interest,\"from\":\"20:00\",\"to\":\"08:00\"},
 {$interest,\"from\":\"22:00\",\"to\":\"06:00\",\"days\":[\"2019-03-20\"]}]"
toucun check "$tagging" --set "/policy/tagging=$behind" --set '/expect=[]'
same "and of one that lies within another's" \
    "--set: /policy/tagging/1: warning: this rule can never match: /policy/tagging/0 (interest) takes all that it would" \
    "$(cat stderr)"
toucun check "$tagging" --set "/policy/tagging=$behind" --set '/expect=[]' \
    --set '/policy/tagging/0/to=05:59'
same "but not of one that reaches beyond it" "" "$(cat stderr)"

# Without rules there is no file, and no word of tags.
toucun run "$tagging" --set '/policy/tagging=[]' --set '/expect=[]' --out none --json
same "without rules it runs" "0 " "$code $(cat stderr)"
claim "without tagging.csv" [ ! -e none/tagging.csv ]
claim "and without metrics of tags" sh -c '! grep -q audit.tagged stdout'

# A rule behind one that takes all; a pattern that would hang; texts that CSV must quote.
rules='[{"tag":"all","direction":"in","remark":"利息","book":"interest"},
 {"tag":"none","direction":"in","amount":{"min":"5.00"},"remark":"利息","book":"interest"},
 {"tag":"endless","remark":"^(.+)+(.+)+[xy]$","book":"clients"},
 {"tag":"most","account":"*","book":"clients"}]'
quoted='[{"at":"2019-03-20T10:00:00+08:00","account":"icbc-own","direction":"in","amount":"1.00",
 "counterparty":"A, \"B\" 有限公司","remark":"一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十"}]'
toucun check "$tagging" --set "/policy/tagging=$rules" --set '/expect=[]'
same "check warns of a rule that can never match" \
    "--set: /policy/tagging/1: warning: this rule can never match: /policy/tagging/0 (all) takes all that it would" \
    "$(cat stderr)"
toucun run "$tagging" --set "/policy/tagging=$rules" --set '/expect=[]' \
    --set "/gateways/icbc/lines=$quoted" --out odd
same "a pattern that would hang does not" "0" "$code"
claim "but is told of" grep -q "/policy/tagging/2: warning: its pattern gave up on a line" stderr
claim "and the next rule has its turn" grep -q \
    '1.00,"A, ""B"" 有限公司",一二三四五.*,1003,most,clients,,$' odd/tagging.csv

# What a bank cannot take it does not take.
toucun run "$tagging" --set '/gateways/icbc/lines=[{"at":"09:00","account":"icbc-own","direction":"out","amount":"200000.00","remark":"扣划"}]' \
    --set '/expect=[{"that":"audit.untagged","is":2},{"that":"account.icbc-own","is":"100000.00"}]'
same "it takes what there is" "0" "$code"
claim "and what there is not is told" \
    grep -q "3 of the banks' own lines were not booked" stderr

# Where only balances are told, a difference is a line without number and texts.
toucun run "$tagging" --out bare --set '/interfaces/2/operations=["balance","transfer"]' \
    --set '/interfaces/2/tasks=[{"do":"balance","at":["08:00","18:00"]}]' --set '/expect=[]'
same "differences of balances are tagged, too" "0" "$code"
claim "without number, texts and time" grep -q \
    '^2019-03-20T18:00:00.*+08:00,icbc-own,,-200.00,,,,,suspense_short,' bare/tagging.csv
finish
