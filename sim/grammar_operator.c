/* grammar_operator.c — what people do by hand, and what must hold; see settings.h for what a
 * row says. */

#include "sim/grammar.h"

#include <string.h>

#include "core/base/civil.h"
#include "core/base/money.h"

/* clang-format off */

static const char *const place_names[] = {"unionpay", "netsunion", "unallocated", NULL};
static const char *const operator_names[] = {"move_quota", "cancel_payout", "transfer",
                                             "register_account", "change_account",
                                             "close_account", "refresh", "hold_payout",
                                             "release_payout", "suspend_rules",
                                             "resume_rules", "force_open", "force_close",
                                             "adjust", "write_off", "approve", NULL};

/* --- operator and expectations --------------------------------------------- */

/* move_quota: unionpay, netsunion or unallocated. */
static void check_place(struct reading *r, const char *pointer, const char *key, const char *name,
                        uint8_t *place)
{
    char at[POINTER_MAX];
    for (*place = 0; place_names[*place] != NULL; (*place)++)
        if (strcmp(name, place_names[*place]) == 0)
            return;
    pointer_join(at, pointer, key);
    reading_problem(r, at, "want unionpay, netsunion or unallocated, got \"%s\"", name);
}

/* Of register_account an account as in /accounts; of others its name. */
static void read_account(struct reading *r, const char *pointer, json_t *value, void *into)
{
    struct operator_settings *o = into;
    char shown[64];
    if (json_is_object(value)) {
        o->registered = arena_take(r->arena, sizeof *o->registered);
        settings_read(r, pointer, value, &account_section, o->registered);
    } else if (json_string_length(value) > 0) {
        o->account = arena_text(r->arena, json_string_value(value), json_string_length(value));
    } else {
        reading_problem(r, pointer, "want the id of an account, or of register_account an account "
                        "as in /accounts, got %s", json_shown(value, shown));
    }
}

static void read_direct_link(struct reading *r, const char *pointer, json_t *value, void *into)
{
    char shown[64];
    ((struct operator_settings *)into)->direct_link = value;
    if (!json_is_boolean(value))
        reading_problem(r, pointer, "want true or false, got %s", json_shown(value, shown));
}

/* A money setting that may be absent and may be 0. */
static void read_keep(struct reading *r, const char *pointer, json_t *value, void *into)
{
    struct operator_settings *o = into;
    char shown[64];
    o->keep_given = 1;
    if (!json_is_string(value) ||
        !money_parse(json_string_value(value), json_string_length(value), &o->keep_fen) ||
        o->keep_fen < 0)
        reading_problem(r, pointer, "want an amount in yuan as text, like \"0\" or \"12.30\", "
                        "got %s", json_shown(value, shown));
}

enum operator_key {
    KEY_FROM = 1, KEY_TO = 2, KEY_AMOUNT = 4, KEY_REFERENCE = 8, KEY_ACCOUNT = 16,
    KEY_REGISTERED = 32, KEY_INTERFACE = 64, KEY_POSITION_NUMBER = 128, KEY_DIRECT_LINK = 256,
    KEY_KEEP = 512, KEY_BREAKER = 1024, KEY_KEY = 2048, KEY_FOR = 4096,
    KEY_BREAK = 8192, KEY_BY = 16384, KEY_AS = 32768,
};

static uint32_t keys_given(const struct operator_settings *o)
{
    return (o->from != NULL ? KEY_FROM : 0u) | (o->to != NULL ? KEY_TO : 0u) |
           (o->amount_fen != 0 ? KEY_AMOUNT : 0u) | (o->reference != NULL ? KEY_REFERENCE : 0u) |
           (o->account != NULL ? KEY_ACCOUNT : 0u) |
           (o->registered != NULL ? KEY_REGISTERED : 0u) |
           (o->interface != NULL ? KEY_INTERFACE : 0u) |
           (o->position_number != NULL ? KEY_POSITION_NUMBER : 0u) |
           (o->direct_link != NULL ? KEY_DIRECT_LINK : 0u) | (o->keep_given ? KEY_KEEP : 0u) |
           (o->breaker != NULL ? KEY_BREAKER : 0u) | (o->key != NULL ? KEY_KEY : 0u) |
           (o->for_us != 0 ? KEY_FOR : 0u) | (o->break_number != 0 ? KEY_BREAK : 0u) |
           (o->by != NULL ? KEY_BY : 0u) | (o->as != NULL ? KEY_AS : 0u);
}

static void check_decision(struct reading *r, const char *pointer, struct operator_settings *o)
{
    char at[POINTER_MAX];
    o->decided = strcmp(o->as, "paid") == 0       ? DECIDED_PAID
                 : strcmp(o->as, "not_paid") == 0 ? DECIDED_NOT_PAID
                                                  : DECIDED_NOTHING;
    pointer_join(at, pointer, "as");
    if (o->decided == DECIDED_NOTHING)
        reading_problem(r, at, "want paid or not_paid, got \"%s\"", o->as);
}

static void check_operator(struct reading *r, const char *pointer, void *into)
{
    static const struct {
        uint32_t wants;
        uint32_t may; /* of change_account: some of them */
        const char *text;
    } rows[] = {
        [OPERATOR_MOVE_QUOTA] = {KEY_FROM | KEY_TO | KEY_AMOUNT, 0,
                                 "\"from\", \"to\" and \"amount\""},
        [OPERATOR_CANCEL_PAYOUT] = {KEY_REFERENCE, 0, "\"reference\""},
        [OPERATOR_TRANSFER] = {KEY_FROM | KEY_TO | KEY_AMOUNT, 0,
                               "\"from\", \"to\" and \"amount\""},
        [OPERATOR_REGISTER] = {KEY_REGISTERED, 0, "\"account\", an object as in /accounts"},
        [OPERATOR_CHANGE] = {KEY_ACCOUNT, KEY_INTERFACE | KEY_POSITION_NUMBER | KEY_DIRECT_LINK |
                             KEY_KEEP, "\"account\", an id, and some of \"interface\", "
                             "\"keep\", \"direct_link\" and \"position_number\""},
        [OPERATOR_CLOSE] = {KEY_ACCOUNT, 0, "\"account\", an id"},
        [OPERATOR_REFRESH] = {KEY_ACCOUNT, 0, "\"account\", an id"},
        [OPERATOR_HOLD_PAYOUT] = {KEY_REFERENCE, 0, "\"reference\""},
        [OPERATOR_RELEASE_PAYOUT] = {KEY_REFERENCE, 0, "\"reference\""},
        [OPERATOR_SUSPEND_RULES] = {0, 0, "\"at\""},
        [OPERATOR_RESUME_RULES] = {0, 0, "\"at\""},
        [OPERATOR_FORCE_OPEN] = {KEY_BREAKER, KEY_KEY | KEY_FOR, "\"breaker\", an id, and may have "
                                 "\"key\" and \"for\""},
        [OPERATOR_FORCE_CLOSE] = {KEY_BREAKER, KEY_KEY | KEY_FOR, "\"breaker\", an id, and may "
                                  "have \"key\" and \"for\""},
        [OPERATOR_ADJUST] = {KEY_BREAK | KEY_BY, KEY_AS, "\"break\" and \"by\", and may have "
                             "\"as\""},
        [OPERATOR_WRITE_OFF] = {KEY_BREAK | KEY_BY, 0, "\"break\" and \"by\""},
        [OPERATOR_APPROVE] = {KEY_BREAK | KEY_BY, 0, "\"break\" and \"by\""},
    };
    struct operator_settings *o = into;
    uint32_t given = keys_given(o);
    uint32_t wants = rows[o->what].wants;
    if ((given & wants) != wants || (given & ~(wants | rows[o->what].may)) != 0 ||
        (o->what == OPERATOR_CHANGE && (given & rows[o->what].may) == 0)) {
        reading_problem(r, pointer, "%s wants %s, and nothing else", operator_names[o->what],
                        rows[o->what].text);
        return;
    }
    if (o->what == OPERATOR_MOVE_QUOTA) {
        check_place(r, pointer, "from", o->from, &o->from_number);
        check_place(r, pointer, "to", o->to, &o->to_number);
    }
    if (o->as != NULL)
        check_decision(r, pointer, o);
    if (o->from != NULL && strcmp(o->from, o->to) == 0)
        reading_problem(r, pointer, "%s from a place to itself; want two places",
                        operator_names[o->what]);
}

static const struct setting operator_rows[] = {
    {.key = "at", .kind = SETTING_MOMENT, .offset = AT(operator_settings, at_us), .required = true,
     .text = "when they do it; about breaks, in the drain too"},
    {.key = "do", .kind = SETTING_CHOICE, .offset = AT(operator_settings, what), .required = true,
     .choices = operator_names, .text = "what they do"},
    {.key = "from", .kind = SETTING_NAME, .offset = AT(operator_settings, from),
     .text = "move_quota: unionpay, netsunion or unallocated; transfer: the paying account"},
    {.key = "to", .kind = SETTING_NAME, .offset = AT(operator_settings, to),
     .text = "move_quota: the same; transfer: the receiving account"},
    {.key = "amount", .kind = SETTING_MONEY, .offset = AT(operator_settings, amount_fen), .min = 1,
     .text = "move_quota, transfer: how much"},
    {.key = "reference", .kind = SETTING_TEXT, .offset = AT(operator_settings, reference),
     .max = REFERENCE_MAX, .text = "cancel_payout, hold_payout, release_payout: which"},
    {.key = "account", .kind = SETTING_CUSTOM, .custom = read_account,
     .text = "register_account: an account as in /accounts; change_account, close_account, "
             "refresh: the id of one"},
    {.key = "interface", .kind = SETTING_NAME, .offset = AT(operator_settings, interface),
     .text = "change_account: one of the interfaces"},
    {.key = "position_number", .kind = SETTING_TEXT,
     .offset = AT(operator_settings, position_number), .max = 32,
     .text = "change_account: the position number that UnionPay gave it"},
    {.key = "direct_link", .kind = SETTING_CUSTOM, .custom = read_direct_link,
     .text = "change_account: whether the bank takes transfer orders from us"},
    {.key = "keep", .kind = SETTING_CUSTOM, .custom = read_keep,
     .text = "change_account: transfer rules leave at least this"},
    {.key = "breaker", .kind = SETTING_NAME, .offset = AT(operator_settings, breaker),
     .text = "force_open, force_close: one of /policy/breakers"},
    {.key = "key", .kind = SETTING_TEXT, .offset = AT(operator_settings, key),
     .max = NAME_MAX_BYTES * 2 + 1, .text = "force_open, force_close: the business, merchant, "
     "user, route, or unionpay+icbc; without it every one there is"},
    {.key = "for", .kind = SETTING_DURATION, .offset = AT(operator_settings, for_us), .min = 1,
     .max = 400 * US_PER_DAY,
     .text = "force_open, force_close: then it is half open, or closed; without it for good"},
    {.key = "break", .kind = SETTING_INT, .offset = AT(operator_settings, break_number), .min = 1,
     .max = 1000000, .text = "adjust, write_off, approve: its number in breaks.csv"},
    {.key = "by", .kind = SETTING_NAME, .offset = AT(operator_settings, by),
     .text = "adjust, write_off, approve: who; another approves than proposed it"},
    {.key = "as", .kind = SETTING_NAME, .offset = AT(operator_settings, as),
     .text = "adjust, of a payment that no list has: paid or not_paid; of one in doubt it must "
             "be said"},
};
static const struct section operator_section = {"operator", SETTINGS(operator_rows),
                                                sizeof(struct operator_settings), check_operator};
const struct setting an_operator = {.key = "", .kind = SETTING_SECTION,
                                           .section = &operator_section};

static void keep_json(struct reading *r, const char *pointer, json_t *value, void *into)
{
    (void)r;
    (void)pointer;
    *(json_t **)into = value;
}

#define KEEP(name, member, what) \
    {.key = name, .kind = SETTING_CUSTOM, .offset = AT(expect_settings, member), \
     .custom = keep_json, .text = what}

static void check_expect(struct reading *r, const char *pointer, void *into)
{
    const struct expect_settings *e = into;
    int verbs = (e->is != NULL) + (e->is_not != NULL) + (e->below != NULL) + (e->above != NULL) +
                (e->at_least != NULL) + (e->at_most != NULL) + (e->between != NULL);
    if (verbs != 1)
        reading_problem(r, pointer, "want exactly one of \"is\", \"not\", \"below\", \"above\", "
                        "\"at_least\", \"at_most\", \"between\"");
    if ((e->during != NULL) + (e->by != NULL) + (e->always != 0) > 1)
        reading_problem(r, pointer, "want at most one of \"during\", \"by\" and \"always\"");
}

static const struct setting expect_rows[] = {
    {.key = "that", .kind = SETTING_TEXT, .offset = AT(expect_settings, that), .max = 100,
     .required = true, .text = "a metric, a positions column, verdict, or a kind of event"},
    KEEP("is", is, "equal to"),
    KEEP("not", is_not, "different from"),
    KEEP("below", below, "less than"),
    KEEP("above", above, "more than"),
    KEEP("at_least", at_least, "this or more"),
    KEEP("at_most", at_most, "this or less"),
    KEEP("between", between, "a list of two: from the first to the second, both included"),
    {.key = "during", .kind = SETTING_TEXT, .offset = AT(expect_settings, during), .max = 40,
     .text = "\"16:00-18:00\": payouts requested then; of a position, all the time then"},
    KEEP("by", by, "a clock or a moment: true then and until the load ends"),
    {.key = "always", .kind = SETTING_BOOL, .offset = AT(expect_settings, always),
     .text = "true: at every change"},
};
static const struct section expect_section = {"expect", SETTINGS(expect_rows),
                                              sizeof(struct expect_settings), check_expect};
const struct setting an_expect = {.key = "", .kind = SETTING_SECTION,
                                         .section = &expect_section};
/* clang-format on */
