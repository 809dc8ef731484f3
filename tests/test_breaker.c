/* test_breaker.c — when a breaker opens, whom it lets try, and when it closes again.
 *
 * The table is scripts: words that happen to one key of one breaker, and words
 * that claim something of it.
 *
 *     +250            the clock goes on by so many milliseconds; what is due happens
 *     ok fail ign     a call is sent and completes at once
 *     slow edge       one that succeeds, after more than slow_after, or exactly that
 *     slowfail        one that fails, after more than slow_after
 *     pay:500         a call of 5 yuan is sent and succeeds
 *     A..Z  A=fail    a call is sent; it completes
 *     force:open force:closed   by the operator; force:open/500 for so many milliseconds
 *     yes no          a call would be admitted, or not
 *     closed open half forced_open forced_closed    the state
 *     why:...         the reason of the last change
 *     n:3             so many completed calls count now
 *     wait:500        the state lasts so many milliseconds more
 */

#include <string.h>

#include "core/base/civil.h"
#include "core/base/money.h"
#include "core/payout/breaker.h"
#include "tests/harness.h"

#define MS INT64_C(1000)
#define BASE_US (INT64_C(1700000000) * US_PER_S)

/* --- the table ------------------------------------------------------------------ */

#define OPENS                                                                                      \
    .open_for_us = 1000 * MS, .open_multiplier_ppm = PPM, .probes = 2,                             \
    .probe_deadline_us = 5000 * MS, .keys = 4

static const struct breaker_terms half_of_4 = {OPENS, .window_calls = 4, .min_calls = 4,
                                               .failure_ppm = 500000};
static const struct breaker_terms third_of_6 = {OPENS, .window_calls = 6, .min_calls = 3,
                                                .failure_ppm = 333334};
static const struct breaker_terms all_of_70 = {OPENS, .window_calls = 70, .min_calls = 70,
                                               .failure_ppm = PPM};
static const struct breaker_terms any_of_2 = {OPENS, .window_calls = 2, .min_calls = 1,
                                              .failure_ppm = 1};
static const struct breaker_terms in_3_s = {OPENS, .window_seconds = 3, .min_calls = 2,
                                            .failure_ppm = PPM};
static const struct breaker_terms in_1_s = {OPENS, .window_seconds = 1, .min_calls = 2,
                                            .failure_ppm = 500000};
static const struct breaker_terms three_in_a_row = {OPENS, .min_calls = 2, .consecutive = 3};
static const struct breaker_terms slow_half = {OPENS, .window_calls = 4, .min_calls = 2,
                                               .slow_ppm = 500000, .slow_after_us = 100 * MS};
static const struct breaker_terms slow_in_2_s = {OPENS, .window_seconds = 2, .min_calls = 2,
                                                 .slow_ppm = PPM, .slow_after_us = 100 * MS};
static const struct breaker_terms both = {OPENS,
                                          .window_calls = 4,
                                          .min_calls = 4,
                                          .failure_ppm = 750000,
                                          .consecutive = 3,
                                          .slow_ppm = 750000,
                                          .slow_after_us = 100 * MS};
static const struct breaker_terms five_a_second = {OPENS, .min_calls = 2, .velocity_count = 5,
                                                   .velocity_seconds = 1};
static const struct breaker_terms three_in_10_s = {OPENS, .min_calls = 2, .velocity_count = 3,
                                                   .velocity_seconds = 10};
static const struct breaker_terms ten_yuan_in_10_s = {OPENS, .min_calls = 2, .velocity_fen = 1000,
                                                      .velocity_seconds = 10};
static const struct breaker_terms three_in_2_min = {OPENS, .min_calls = 2, .velocity_count = 3,
                                                    .velocity_seconds = 120};
static const struct breaker_terms growing = {.open_for_us = 100 * MS,
                                             .open_multiplier_ppm = 2 * PPM,
                                             .open_max_us = 500 * MS,
                                             .probes = 1,
                                             .probe_deadline_us = 5000 * MS,
                                             .keys = 4,
                                             .consecutive = 1};
static const struct breaker_terms growing_by_half = {.open_for_us = 100 * MS,
                                                     .open_multiplier_ppm = 1500000,
                                                     .probes = 1,
                                                     .probe_deadline_us = 5000 * MS,
                                                     .keys = 4,
                                                     .consecutive = 1};
static const struct breaker_terms three_probes = {.open_for_us = 100 * MS,
                                                  .open_multiplier_ppm = PPM,
                                                  .probes = 3,
                                                  .probe_deadline_us = 400 * MS,
                                                  .keys = 4,
                                                  .window_calls = 10,
                                                  .min_calls = 10,
                                                  .failure_ppm = 500000,
                                                  .consecutive = 1};
static const struct breaker_terms two_answers_do = {.open_for_us = 100 * MS,
                                                    .open_multiplier_ppm = PPM,
                                                    .probes = 5,
                                                    .probe_deadline_us = 400 * MS,
                                                    .keys = 4,
                                                    .window_calls = 10,
                                                    .min_calls = 2,
                                                    .failure_ppm = 600000,
                                                    .consecutive = 1};
static const struct breaker_terms slow_probes = {.open_for_us = 100 * MS,
                                                 .open_multiplier_ppm = PPM,
                                                 .probes = 2,
                                                 .probe_deadline_us = 900 * MS,
                                                 .keys = 4,
                                                 .window_calls = 2,
                                                 .min_calls = 2,
                                                 .slow_ppm = 500000,
                                                 .slow_after_us = 100 * MS};

static const struct row {
    const char *name;
    const struct breaker_terms *terms;
    const char *script;
} rows[] = {
    /* share of failures in a window of calls */
    {"nothing happened", &half_of_4, "closed yes n:0"},
    {"one call too few", &half_of_4, "fail fail fail closed yes n:3"},
    {"enough calls, the share exactly", &half_of_4, "ok ok fail fail open no why:failure_share"},
    {"enough calls, just below the share", &half_of_4, "ok ok ok fail closed n:4"},
    {"a success that completes the number trips as well", &half_of_4, "fail fail fail ok open"},
    {"the oldest call leaves", &half_of_4, "fail ok ok ok fail closed ok n:4 fail open"},
    {"failures that left do not count", &half_of_4, "fail ok ok ok ok ok fail closed n:4"},
    {"ignored calls are no calls", &half_of_4, "fail fail fail ign ign ign closed n:3 fail open"},
    {"a third, a millionth above it", &third_of_6, "ok ok fail closed n:3 fail open"},
    {"two of six are under that", &third_of_6, "ok ok ok ok fail fail closed n:6"},
    {"three of six are not", &third_of_6, "ok ok ok fail ok fail closed fail open"},
    {"a window longer than a word", &all_of_70, "fail*69 closed n:69 fail open why:failure_share"},
    {"one success far back", &all_of_70, "ok fail*69 closed n:70 fail open"},
    {"one success in its midst", &all_of_70, "fail*66 ok fail*69 closed n:70 fail open"},
    {"the smallest share", &any_of_2, "ok ok ok closed fail open"},
    {"an open one begins with an empty window", &half_of_4, "fail*4 open n:0"},
    {"calls sent before do not count when it is closed again", &half_of_4,
     "A B C D E fail*4 open +1001 half ok ok closed A=fail B=fail C=fail D=fail E=fail closed n:0"},

    /* and in a window of seconds */
    {"two in one second", &in_3_s, "fail fail open"},
    {"two in the window", &in_3_s, "fail +2000 fail open"},
    {"the first second leaves as a whole", &in_3_s, "+999 fail +2000 fail open"},
    {"and leaves when the third after it begins", &in_3_s, "fail +3000 fail closed n:1"},
    {"at its last millisecond it is in", &in_3_s, "fail +2999 fail open"},
    {"a success in between", &in_3_s, "fail ok +2000 fail closed n:3 +1000 fail open"},
    {"a long pause empties the window", &in_3_s, "fail +86400000 fail closed n:1 fail open"},
    {"seconds are taken out one by one", &in_3_s,
     "ok +1000 fail +1000 fail closed n:3 +1000 fail open why:failure_share"},
    {"a window of one second", &in_1_s, "fail +999 fail open"},
    {"is over with the second", &in_1_s, "fail +1000 fail closed n:1"},
    {"nothing is evaluated between calls", &in_3_s, "ok fail fail +1000 closed +1000 closed"},

    /* consecutive failures */
    {"three in a row", &three_in_a_row, "fail fail closed fail open why:consecutive_failures"},
    {"a success ends the row", &three_in_a_row, "fail fail ok fail fail closed fail open"},
    {"an ignored call does not", &three_in_a_row, "fail fail ign fail open"},
    {"time does not", &three_in_a_row, "fail +86400000 fail +86400000 fail open"},
    {"the order is that of completion", &three_in_a_row,
     "A B C A=fail C=fail ok B=fail closed fail fail open"},
    {"a close ends the row", &three_in_a_row,
     "fail*3 +1001 ok ok closed fail fail closed fail open"},

    /* slow calls */
    {"exactly the limit is not slow", &slow_half, "edge edge edge edge closed"},
    {"strictly longer is", &slow_half, "ok slow open why:slow_share"},
    {"below the least number", &slow_half, "slow closed n:1"},
    {"below the share", &slow_half, "ok ok ok slow closed"},
    {"a call that fails may be slow as well", &slow_half, "ok slowfail open why:slow_share"},
    {"failing alone is not slow", &slow_half, "fail fail fail fail closed"},
    {"slow calls leave the window", &slow_half, "slow closed ok open"},
    {"by seconds", &slow_in_2_s, "slow +1000 slow open"},
    {"by seconds, too long ago", &slow_in_2_s, "slow +2000 slow closed"},

    /* several kinds at once: the first reason of three is told */
    {"the share before the row", &both, "ok fail fail fail open why:failure_share"},
    {"the row before there are enough", &both, "fail fail fail open why:consecutive_failures"},
    {"the share of slow ones last", &both, "slow slow slow ok open why:slow_share"},
    {"both shares reached", &both,
     "ok ok slowfail slowfail closed slowfail open why:failure_share"},

    /* velocity */
    {"the fifth in a second", &five_a_second, "ok*4 closed ok open why:velocity_count no"},
    {"not in two", &five_a_second, "ok*4 +1000 ok*4 closed"},
    {"it counts what is sent, not what completes", &five_a_second, "A B C D closed E open"},
    {"failures count as well", &five_a_second, "fail ign fail ign closed fail open"},
    {"the answer to the one that tripped it changes nothing", &five_a_second,
     "A B C D E open +1001 half E=fail A=fail half n:0 yes"},
    {"within ten seconds", &three_in_10_s, "ok +5000 ok +4999 ok open"},
    {"the first has left", &three_in_10_s, "ok +5000 ok +5000 ok closed ok open"},
    {"an amount, exactly", &ten_yuan_in_10_s, "pay:999 closed pay:1 open why:velocity_amount"},
    {"an amount in one", &ten_yuan_in_10_s, "pay:5000 open"},
    {"an amount that left", &ten_yuan_in_10_s, "pay:900 +10000 pay:900 closed"},
    {"two minutes, by buckets of two seconds", &three_in_2_min, "ok +119999 ok ok open"},
    {"the bucket leaves as a whole", &three_in_2_min, "+1999 ok +118001 ok ok closed ok open"},
    {"a close begins to count anew", &three_in_10_s,
     "ok*3 open +1001 ok ok closed ok ok closed ok open"},
    {"probes are not counted", &three_in_10_s, "ok*3 open +1001 half ok half ok closed"},
    {"any probe that fails opens it again", &three_in_10_s,
     "ok*3 open +1001 ok half fail open why:probes_failed"},

    /* how long it is open */
    {"it admits nothing at the last moment", &three_in_a_row,
     "fail*3 open wait:1000 +1000 open no"},
    {"and tries right after", &three_in_a_row, "fail*3 +1000 open +1 half yes why:open_time_over"},
    {"the wait grows and is bounded", &growing,
     "fail wait:100 +101 fail wait:200 +201 fail wait:400 +401 fail wait:500 +501 fail wait:500"},
    {"a close ends the row of openings", &growing,
     "fail wait:100 +101 fail wait:200 +201 ok closed fail wait:100"},
    {"growth by half, without a bound", &growing_by_half,
     "fail wait:100 +101 fail wait:150 +151 fail wait:225 +226 fail wait:337"},

    /* half open */
    {"no more probes than may be", &three_probes, "fail +101 A yes B yes C no half"},
    {"an answer gives no permit back", &three_probes, "fail +101 A B C no A=ok no half n:1"},
    {"an ignored one does", &three_probes, "fail +101 A B C no A=ign yes half n:0 D no"},
    {"all pass", &three_probes, "fail +101 A B C A=ok B=ok half C=ok closed why:probes_passed"},
    {"one of three may fail", &three_probes, "fail +101 ok fail half ok closed"},
    {"two of three may not", &three_probes,
     "fail +101 ok fail fail open why:probes_failed wait:100"},
    {"too few answers decide nothing", &three_probes, "fail +101 fail fail half yes"},
    {"decided before all answered", &two_answers_do,
     "fail +101 A B C D E no A=ok half B=ok closed"},
    {"what comes after the decision is late", &two_answers_do,
     "fail +101 A B C D E A=fail B=fail open C=ok D=ok E=ok open n:0"},
    {"half of two is under the share", &two_answers_do, "fail +101 A B A=fail B=ok closed"},
    {"an answer to a call sent before it opened", &three_probes,
     "A B fail open A=ok open +101 half B=ok half n:0 ok n:1 half"},
    {"a call of an earlier round", &three_probes,
     "fail +101 A +401 open +101 half A=ok n:0 half yes"},
    {"slow probes", &slow_probes, "slow ok open +101 ok slow open why:probes_failed"},
    {"a probe that fails though only slowness is watched", &slow_probes,
     "slow ok open +101 ok fail open"},
    {"probes at the limit are not slow", &slow_probes, "slow ok open +101 edge edge closed"},

    /* the deadline of probes */
    {"a probe without an answer", &three_probes,
     "fail +101 A +400 half +1 open why:probe_overdue wait:99"},
    {"counts from the first", &three_probes, "fail +101 A +300 B +100 half +1 open"},
    {"none in flight, no deadline", &three_probes, "fail +101 ok +86400000 half n:1 yes"},
    {"then it counts anew", &three_probes, "fail +101 ok +1000 A +400 half +1 open"},
    {"ignored: no deadline either", &three_probes, "fail +101 A A=ign +1000 half n:0 yes"},
    {"no probe ever, half open for ever", &three_probes, "fail +101 +86400000 half yes"},
    {"overdue openings are openings in a row", &growing,
     "fail wait:100 +101 A +5001 open wait:199 why:probe_overdue A=ok open"},

    /* by the operator */
    {"forced open", &half_of_4, "force:open forced_open no why:operator +86400000 no"},
    {"forced open for a time", &half_of_4,
     "force:open/500 +500 forced_open no +1 half yes why:forced_time_over"},
    {"then probes decide", &half_of_4, "force:open/500 +501 ok ok closed"},
    {"a forced opening is none in the row", &growing, "force:open/500 +501 half fail wait:100"},
    {"forced closed does not trip", &half_of_4, "force:closed fail*20 forced_closed yes n:0"},
    {"forced closed for a time", &half_of_4,
     "force:closed/500 fail*20 +500 forced_closed +1 closed n:0 why:forced_time_over fail closed"},
    {"its calls do not count later", &three_in_a_row,
     "force:closed/500 A B C +501 closed A=fail B=fail C=fail closed fail fail fail open"},
    {"forced closed while open", &three_in_a_row, "fail*3 open force:closed yes fail*3 yes"},
    {"forced open while half open", &three_in_a_row,
     "fail*3 +1001 A force:open A=ok forced_open no"},
    {"forced open, then closed", &three_in_a_row, "force:open/500 force:closed +501 forced_closed"},
    {"velocity does not trip one that is forced closed", &five_a_second,
     "force:closed ok*20 forced_closed yes"},
    {"forced again, the later end counts", &half_of_4,
     "force:open/500 +400 force:open/500 +400 forced_open +101 half"},
};

/* --- who walks it ------------------------------------------------------------------ */

static struct breaker breaker;
static _Alignas(16) uint64_t memory[1 << 16];
static int64_t now_us;
static uint32_t sends;
static struct {
    uint32_t number;
    int64_t sent_us;
} calls[26];
static enum reason last_reason;
static const struct row *row;

static void begin(const struct breaker_terms *terms)
{
    ck_assert_uint_le(breaker_bytes(terms), sizeof memory);
    memset(memory, 0, sizeof memory);
    breaker_init(&breaker, terms);
    now_us = BASE_US;
    sends = 0;
    last_reason = REASON_NONE;
}

static struct breaker_time now(void)
{
    return (struct breaker_time){now_us, sends};
}

static void heed(struct breaker_change change)
{
    if (change.news != BREAKER_NOTHING)
        last_reason = (enum reason)change.reason;
}

static uint32_t the_key(void)
{
    return breaker_take(&breaker, memory, 7);
}

static uint32_t send(int64_t amount_fen)
{
    ck_assert_msg(breaker_admits(&breaker, memory, the_key()), "%s: not admitted", row->name);
    heed(breaker_sent(&breaker, memory, the_key(), now(), amount_fen));
    return sends++;
}

static void answer(uint32_t number, enum breaker_outcome outcome, int64_t took_us)
{
    struct breaker_call call = {number, (uint8_t)outcome, took_us};
    heed(breaker_answered(&breaker, memory, the_key(), now(), call));
}

static void go_on(int64_t us)
{
    int64_t until_us = now_us + us;
    while (breaker_next_us(&breaker, memory) <= until_us) {
        if (breaker_next_us(&breaker, memory) > now_us)
            now_us = breaker_next_us(&breaker, memory);
        uint32_t key = breaker_overdue(&breaker, memory, now_us);
        if (key != NONE)
            heed(breaker_expire(&breaker, memory, key, now()));
    }
    now_us = until_us;
}

static bool act(const char *word)
{
    static const struct {
        const char *word;
        enum breaker_outcome outcome;
        int64_t took_us;
    } whole[] = {{"ok", BREAKER_SUCCESS, 0},          {"fail", BREAKER_FAILURE, 0},
                 {"ign", BREAKER_IGNORED, 0},         {"slow", BREAKER_SUCCESS, 100 * MS + 1},
                 {"edge", BREAKER_SUCCESS, 100 * MS}, {"slowfail", BREAKER_FAILURE, 100 * MS + 1}};
    size_t length = strcspn(word, "*");
    int times = word[length] == '*' ? atoi(word + length + 1) : 1;

    for (int i = 0; i < COUNT(whole); i++)
        if (strlen(whole[i].word) == length && strncmp(word, whole[i].word, length) == 0) {
            while (times-- > 0)
                answer(send(100), whole[i].outcome, whole[i].took_us);
            return true;
        }
    if (word[0] == '+') {
        go_on(atoll(word + 1) * MS);
    } else if (strncmp(word, "pay:", 4) == 0) {
        answer(send(atoll(word + 4)), BREAKER_SUCCESS, 0);
    } else if (word[0] >= 'A' && word[0] <= 'Z' && word[1] == '\0') {
        calls[word[0] - 'A'].sent_us = now_us;
        calls[word[0] - 'A'].number = send(100);
    } else if (word[0] >= 'A' && word[0] <= 'Z') {
        enum breaker_outcome outcome = word[2] == 'o'   ? BREAKER_SUCCESS
                                       : word[2] == 'f' ? BREAKER_FAILURE
                                                        : BREAKER_IGNORED;
        answer(calls[word[0] - 'A'].number, outcome, now_us - calls[word[0] - 'A'].sent_us);
    } else if (strncmp(word, "force:", 6) == 0) {
        const char *slash = strchr(word, '/');
        int64_t until_us = slash == NULL ? INT64_MAX : now_us + atoll(slash + 1) * MS;
        heed(breaker_force(&breaker, memory, the_key(), now(), word[6] == 'o', until_us));
    } else {
        return false;
    }
    return true;
}

static const char *const state_names[] = {"closed", "open", "half", "forced_open", "forced_closed"};

static void claim(const char *word)
{
    const struct breaker_key *k = breaker_key(&breaker, memory, the_key());
    bool admits = breaker_admits(&breaker, memory, the_key());
    if (strcmp(word, "yes") == 0 || strcmp(word, "no") == 0) {
        ck_assert_msg(admits == (word[0] == 'y'), "%s: wanted %s", row->name, word);
    } else if (strncmp(word, "why:", 4) == 0) {
        ck_assert_msg(strcmp(word + 4, reason_name(last_reason)) == 0, "%s: %s, but %s", row->name,
                      word, reason_name(last_reason));
    } else if (strncmp(word, "n:", 2) == 0) {
        ck_assert_msg((int)k->completed == atoi(word + 2), "%s: %s, but %u", row->name, word,
                      k->completed);
    } else if (strncmp(word, "wait:", 5) == 0) {
        int64_t wait_us = k->until_us - now_us;
        ck_assert_msg(wait_us / MS == atoll(word + 5), "%s: %s, but %lld us", row->name, word,
                      (long long)wait_us);
    } else {
        ck_assert_msg(strcmp(word, state_names[k->state]) == 0, "%s: wanted %s, is %s", row->name,
                      word, state_names[k->state]);
    }
}

START_TEST(a_breaker_does_what_the_table_says)
{
    char script[200];
    row = &rows[_i];
    begin(row->terms);
    ck_assert_uint_lt(strlen(row->script), sizeof script);
    memcpy(script, row->script, strlen(row->script) + 1);
    int claims = 0;
    for (char *word = strtok(script, " "); word != NULL; word = strtok(NULL, " "))
        if (!act(word)) {
            claim(word);
            claims++;
        }
    ck_assert_int_gt(claims, 0);
    bool shut = !breaker_admits(&breaker, memory, the_key());
    ck_assert_uint_eq(breaker.shut, shut);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("breaker");
    tcase_add_loop_test(t, a_breaker_does_what_the_table_says, 0, COUNT(rows));
    return run_tests("breaker", t);
}
