/* test_auditor_transfers.c — a transfer that loses money, doubles it or lies about it is found. */

#include <string.h>

#include "sim/auditor.h"
#include "tests/harness.h"

/* Accounts: 0 ACS, 1 own, 2 and 3 virtual IDs. */
enum { ACS, OWN, VIRTUAL_OWN, VIRTUAL_RESERVE };

struct step {
    uint8_t kind;
    uint8_t from; /* of a movement: the account */
    uint8_t to;
    uint64_t id;
    int64_t amount_fen;
    uint8_t state; /* service, or where it rests */
    uint32_t session;
};

#define REQUESTED(f, t)                                                                            \
    {                                                                                              \
        FACT_TRANSFER_REQUESTED, f, t, 0, 500, 0, 0                                                \
    }
#define SENT(i, f, t, service)                                                                     \
    {                                                                                              \
        FACT_LEG_SENT, f, t, i, 500, service, 1                                                    \
    }
#define LEG_DONE(i, f, t)                                                                          \
    {                                                                                              \
        FACT_LEG_DONE, f, t, i, 500, 0, 1                                                          \
    }
#define LEG_FAILED(i, f, t)                                                                        \
    {                                                                                              \
        FACT_LEG_FAILED, f, t, i, 500, 0, 1                                                        \
    }
#define DONE(f, t)                                                                                 \
    {                                                                                              \
        FACT_TRANSFER_DONE, f, t, 0, 500, 0, 0                                                     \
    }
#define FAILED(f, t)                                                                               \
    {                                                                                              \
        FACT_TRANSFER_FAILED, f, t, 0, 500, 0, 0                                                   \
    }
#define RESTING(f, t, place)                                                                       \
    {                                                                                              \
        FACT_TRANSFER_RESTING, f, t, 0, 500, place, 2                                              \
    }
#define MOVED(i, account, fen)                                                                     \
    {                                                                                              \
        FACT_TRUE_MOVEMENT, account, 0, i, fen, 0, 1                                               \
    }

enum { STEPS_MAX = 16 };

static const struct {
    struct step steps[STEPS_MAX];
    const char *why;  /* of the first broken step; "": none */
    const char *rest; /* what is wrong at rest; "": nothing */
} stories[] = {
    {{REQUESTED(OWN, ACS), SENT(9, OWN, ACS, SERVICE_BANK), MOVED(9, OWN, -500), MOVED(9, ACS, 500),
      LEG_DONE(9, OWN, ACS), DONE(OWN, ACS)},
     "",
     ""},
    {{REQUESTED(OWN, ACS), SENT(9, OWN, ACS, SERVICE_BANK), MOVED(9, OWN, -500), MOVED(9, OWN, 500),
      LEG_FAILED(9, OWN, ACS), SENT(10, OWN, ACS, SERVICE_BANK), LEG_FAILED(10, OWN, ACS),
      FAILED(OWN, ACS)},
     "",
     ""},
    {{REQUESTED(ACS, OWN), SENT(9, ACS, OWN, SERVICE_PAYOUT), MOVED(9, OWN, 500),
      LEG_DONE(9, ACS, OWN), DONE(ACS, OWN)},
     "",
     ""},
    /* three legs; the second fails, rests, and goes on */
    {{REQUESTED(OWN, ACS), SENT(1, OWN, VIRTUAL_OWN, SERVICE_PREFUND), MOVED(1, OWN, -500),
      MOVED(1, VIRTUAL_OWN, 500), LEG_DONE(1, OWN, VIRTUAL_OWN),
      SENT(2, VIRTUAL_OWN, VIRTUAL_RESERVE, SERVICE_ADJUST),
      LEG_FAILED(2, VIRTUAL_OWN, VIRTUAL_RESERVE), RESTING(OWN, ACS, VIRTUAL_OWN),
      SENT(3, VIRTUAL_OWN, VIRTUAL_RESERVE, SERVICE_ADJUST), MOVED(3, VIRTUAL_OWN, -500),
      MOVED(3, VIRTUAL_RESERVE, 500), LEG_DONE(3, VIRTUAL_OWN, VIRTUAL_RESERVE)},
     "",
     "0 fen in transit and 500 resting, though all is at rest"},
    {{REQUESTED(OWN, ACS), SENT(9, OWN, ACS, SERVICE_BANK), MOVED(9, OWN, -500),
      MOVED(9, OWN, -500)},
     "order 9 took money from account 1 a second time",
     NULL},
    {{REQUESTED(OWN, ACS), SENT(9, OWN, ACS, SERVICE_BANK), MOVED(9, OWN, -500), MOVED(9, ACS, 500),
      MOVED(9, ACS, 500)},
     "order 9 brought money to account 0 a second time",
     NULL},
    {{REQUESTED(OWN, ACS), SENT(9, OWN, ACS, SERVICE_BANK), MOVED(9, ACS, 500)},
     "order 9 brought money to account 0 that was not taken",
     NULL},
    {{REQUESTED(OWN, ACS), SENT(9, OWN, ACS, SERVICE_BANK), MOVED(9, OWN, -499)},
     "order 9 moved 499 fen instead of 500",
     NULL},
    {{REQUESTED(OWN, ACS), SENT(9, OWN, ACS, SERVICE_BANK), MOVED(9, OWN, -500),
      MOVED(9, VIRTUAL_OWN, 500)},
     "order 9 brought money to account 2",
     NULL},
    {{MOVED(7, OWN, -500)}, "account 1: a movement by order 7, which no transfer sent", NULL},
    {{REQUESTED(OWN, ACS), SENT(9, OWN, ACS, SERVICE_BANK), MOVED(9, OWN, -500),
      LEG_DONE(9, OWN, ACS)},
     "transfer 0: order 9 said to be done, nothing arrived",
     NULL},
    {{REQUESTED(OWN, ACS), SENT(9, OWN, ACS, SERVICE_BANK), MOVED(9, OWN, -500),
      LEG_FAILED(9, OWN, ACS)},
     "transfer 0: order 9 said to have failed, its money has moved",
     NULL},
    {{REQUESTED(OWN, ACS), SENT(9, OWN, ACS, SERVICE_BANK), MOVED(9, OWN, -500), MOVED(9, ACS, 500),
      LEG_FAILED(9, OWN, ACS)},
     "transfer 0: order 9 said to have failed, its money has moved",
     NULL},
    {{REQUESTED(OWN, ACS), SENT(9, OWN, ACS, SERVICE_BANK), SENT(10, OWN, ACS, SERVICE_BANK)},
     "transfer 0 sent leg 1 from account 1, its money is at 1 or under way",
     NULL},
    {{REQUESTED(OWN, ACS), SENT(1, VIRTUAL_OWN, ACS, SERVICE_RETURN)},
     "transfer 0 sent leg 1 from account 2, its money is at 1",
     NULL},
    {{REQUESTED(OWN, ACS), SENT(9, OWN, ACS, SERVICE_BANK), LEG_FAILED(9, OWN, ACS),
      SENT(9, OWN, ACS, SERVICE_BANK)},
     "order 9 of a transfer was sent twice",
     NULL},
    {{REQUESTED(OWN, ACS), SENT(9, OWN, ACS, SERVICE_BANK), DONE(OWN, ACS)},
     "transfer 0 is done, its money is at account 1 and under way",
     NULL},
    {{REQUESTED(OWN, ACS), REQUESTED(OWN, ACS)}, "transfer 0 began twice", NULL},
    {{REQUESTED(OWN, ACS), RESTING(OWN, ACS, VIRTUAL_OWN)},
     "transfer 0 rests at account 2, its money is at 1",
     NULL},
    /* taken by the bank, and then nothing ever again */
    {{REQUESTED(OWN, ACS), SENT(9, OWN, ACS, SERVICE_BANK), MOVED(9, OWN, -500)},
     "",
     "order 9 took 500 fen, which never arrived"},
};

START_TEST(what_breaks_is_found_where_it_breaks)
{
    struct auditor_transfers *t = auditor_transfers_create();
    char why[200] = "";
    uint32_t checked = 0;
    int last = 0;
    for (int i = 0; i < STEPS_MAX && stories[_i].steps[i].kind != 0; i++) {
        const struct step *s = &stories[_i].steps[i];
        bool movement = s->kind == FACT_TRUE_MOVEMENT;
        struct fact f = {.kind = s->kind,
                         .subject = movement ? s->from : 0,
                         .class = movement ? 0 : s->from,
                         .routes = s->to,
                         .id = s->id,
                         .state = s->state,
                         .session = s->session,
                         .amount_fen = s->amount_fen};
        ck_assert_str_eq(why, ""); /* nothing before the last step */
        checked += auditor_transfers_fact(t, &f, why, sizeof why);
        last = i;
    }
    ck_assert_int_gt(checked, last);
    ck_assert_str_eq(why, stories[_i].why);
    if (stories[_i].rest != NULL) {
        why[0] = '\0';
        ck_assert_uint_gt(auditor_transfers_at_rest(t, why, sizeof why), 0);
        ck_assert_str_eq(why, stories[_i].rest);
    }
    auditor_transfers_free(t);
}
END_TEST

START_TEST(nothing_is_counted_where_there_is_no_transfer)
{
    struct auditor_transfers *t = auditor_transfers_create();
    char why[200] = "";
    struct fact net = {.kind = FACT_TRUE_MOVEMENT, .subject = ACS, .amount_fen = -700};
    struct fact payout = {.kind = FACT_SENT, .id = 4, .amount_fen = 100};
    ck_assert_uint_eq(auditor_transfers_fact(t, &net, why, sizeof why), 0);
    ck_assert_uint_eq(auditor_transfers_fact(t, &payout, why, sizeof why), 0);
    ck_assert_uint_eq(auditor_transfers_at_rest(t, why, sizeof why), 0);
    ck_assert_str_eq(why, "");
    auditor_transfers_free(t);
}
END_TEST

START_TEST(a_thousand_orders_are_told_apart)
{
    struct auditor_transfers *t = auditor_transfers_create();
    char why[200] = "";
    for (uint64_t id = 1; id <= 1000; id++) {
        struct fact all[] = {
            {.kind = FACT_TRANSFER_REQUESTED, .class = OWN, .routes = ACS, .amount_fen = 5},
            {.kind = FACT_LEG_SENT,
             .class = OWN,
             .routes = ACS,
             .id = id << 16,
             .session = 1,
             .state = SERVICE_BANK,
             .amount_fen = 5},
            {.kind = FACT_TRUE_MOVEMENT, .subject = OWN, .id = id << 16, .amount_fen = -5},
            {.kind = FACT_TRUE_MOVEMENT, .subject = ACS, .id = id << 16, .amount_fen = 5},
            {.kind = FACT_LEG_DONE, .class = OWN, .routes = ACS, .id = id << 16, .session = 1},
            {.kind = FACT_TRANSFER_DONE, .class = OWN, .routes = ACS},
        };
        for (int i = 0; i < COUNT(all); i++)
            ck_assert_in_loop(auditor_transfers_fact(t, &all[i], why, sizeof why) > 0);
    }
    ck_assert_str_eq(why, "");
    ck_assert_uint_gt(auditor_transfers_at_rest(t, why, sizeof why), 1000);
    ck_assert_str_eq(why, "");
    auditor_transfers_free(t);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("auditor of transfers");
    tcase_add_loop_test(t, what_breaks_is_found_where_it_breaks, 0, COUNT(stories));
    tcase_add_test(t, nothing_is_counted_where_there_is_no_transfer);
    tcase_add_test(t, a_thousand_orders_are_told_apart);
    return run_tests("auditor of transfers", t);
}
