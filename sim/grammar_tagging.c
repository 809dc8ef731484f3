/* grammar_tagging.c — lines of statements: what banks book by themselves, and the rules by which
 * what was collected is tagged; see settings.h for what a row says. */

#include "sim/grammar.h"

#include <string.h>

#include "core/base/civil.h"
#include "core/edge/remark.h"
#include "mocks/line.h"

/* clang-format off */

enum { TEXT_BYTES = 200, CODE_MAX = 9999 };
_Static_assert((int)TEXT_BYTES < (int)LINE_TEXT_MAX, "a given text fits a line");

static const char *const direction_names[] = {"in", "out", NULL};
/* In the order of enum tag_book. */
static const char *const book_names[] = {"clients", "equity", "fee_expense", "interest",
                                         "suspense", NULL};

/* --- what banks book by themselves ----------------------------------------- */

static void read_line_at(struct reading *r, const char *pointer, json_t *value, void *into)
{
    struct own_line_settings *l = into;
    read_window_end(r, pointer, value, false, &l->at_given, &l->at_us);
}

static const struct setting line_rows[] = {
    {.key = "at", .kind = SETTING_CUSTOM, .custom = read_line_at, .required = true,
     .wanted = "a clock like \"03:00\", or a moment",
     .text = "when it is booked: a clock (every day) or a moment (once)"},
    {.key = "account", .kind = SETTING_NAME, .offset = AT(own_line_settings, account),
     .required = true, .text = "one of the accounts that it keeps"},
    {.key = "direction", .kind = SETTING_CHOICE, .offset = AT(own_line_settings, direction),
     .choices = direction_names, .required = true, .text = "in, or out; of custody in alone"},
    {.key = "amount", .kind = SETTING_MONEY, .offset = AT(own_line_settings, amount_fen),
     .min = 1, .required = true,
     .text = "how much; what the account does not have is not taken from it"},
    {.key = "counterparty", .kind = SETTING_TEXT, .offset = AT(own_line_settings, counterparty),
     .max = TEXT_BYTES, .text = "whose name the line has (对方户名); by default none"},
    {.key = "remark", .kind = SETTING_TEXT, .offset = AT(own_line_settings, remark),
     .max = TEXT_BYTES, .text = "what the line says (摘要); by default 收款 or 扣款"},
    {.key = "code", .kind = SETTING_INT, .offset = AT(own_line_settings, code), .max = CODE_MAX,
     .min = 1, .text = "the line's code (交易码); by default 1003 or 1004"},
};
static const struct section line_section = {"line", SETTINGS(line_rows),
                                            sizeof(struct own_line_settings), NULL};
const struct setting a_line = {.key = "", .kind = SETTING_SECTION, .section = &line_section};

/* --- tagging rules --------------------------------------------------------- */

static void read_direction(struct reading *r, const char *pointer, json_t *value, void *into)
{
    struct tagging_settings *t = into;
    uint32_t which = 0;
    settings_read_choice(r, pointer, value, direction_names, &which);
    t->direction = which == 0 ? TAG_IN : TAG_OUT;
}

static const struct setting size_rows[] = {
    {.key = "min", .kind = SETTING_MONEY, .offset = AT(tagging_settings, min_fen), .min = 1,
     .text = "at least this"},
    {.key = "max", .kind = SETTING_MONEY, .offset = AT(tagging_settings, max_fen), .min = 1,
     .text = "at most this"},
};
static const struct section size_section = {"amount", SETTINGS(size_rows),
                                            sizeof(struct tagging_settings), NULL};

static void check_pattern(struct reading *r, const char *pointer, const char *key,
                          const char *pattern)
{
    char at[POINTER_MAX];
    char why[REMARK_WHY_MAX];
    if (pattern == NULL || remark_pattern_sound(pattern, why))
        return;
    pointer_join(at, pointer, key);
    reading_problem(r, at, "not a pattern (PCRE2), %s; want one, or leave it out", why);
}

static bool asks_for_nothing(const struct tagging_settings *t)
{
    return t->account == NULL && t->direction == TAG_EITHER && t->min_fen == 0 &&
           t->max_fen == 0 && t->counterparty == NULL && t->remark == NULL && t->code == 0 &&
           t->keys.from_given == 0 && t->keys.to_given == 0 &&
           t->keys.window.kind == WINDOW_ALWAYS;
}

static void check_tag(struct reading *r, const char *pointer, void *into)
{
    struct tagging_settings *t = into;
    char at[POINTER_MAX];
    check_pattern(r, pointer, "counterparty", t->counterparty);
    check_pattern(r, pointer, "remark", t->remark);
    if (t->max_fen != 0 && t->max_fen < t->min_fen) {
        pointer_join(at, pointer, "amount");
        reading_problem(r, at, "\"min\" is above \"max\"; want min <= max");
    }
    check_window(r, pointer, &t->keys);
    if (asks_for_nothing(t))
        reading_problem(r, pointer, "it asks for nothing, so every line would be \"%s\"; want at "
                        "least one of account, direction, amount, counterparty, remark, code, a "
                        "window", t->tag == NULL ? "" : t->tag);
}

static const struct setting tag_rows[] = {
    {.key = "tag", .kind = SETTING_NAME, .offset = AT(tagging_settings, tag), .required = true,
     .text = "what a line that matches is called; several rules may give the same tag"},
    {.key = "account", .kind = SETTING_PATTERN, .offset = AT(tagging_settings, account),
     .text = "a pattern over the ids of accounts; none: any"},
    {.key = "direction", .kind = SETTING_CUSTOM, .custom = read_direction,
     .text = "in or out; none: either"},
    {.key = "amount", .kind = SETTING_SECTION, .section = &size_section,
     .text = "how large the amount is, whichever way it went"},
    {.key = "counterparty", .kind = SETTING_TEXT, .offset = AT(tagging_settings, counterparty),
     .max = TEXT_BYTES,
     .text = "a regular expression (PCRE2) that is found in the counterparty's name; none: any"},
    {.key = "remark", .kind = SETTING_TEXT, .offset = AT(tagging_settings, remark),
     .max = TEXT_BYTES, .text = "the same of the remark"},
    {.key = "code", .kind = SETTING_INT, .offset = AT(tagging_settings, code), .min = 1,
     .max = CODE_MAX, .text = "the line's code; none: any"},
    WINDOW_ROWS_OF(tagging_settings, "the window in which the bank booked the line"),
    {.key = "book", .kind = SETTING_CHOICE, .offset = AT(tagging_settings, book),
     .choices = book_names, .required = true,
     .text = "the account of the books that it is booked against"},
};
static const struct section tag_section = {"tagging rule", SETTINGS(tag_rows),
                                           sizeof(struct tagging_settings), check_tag};
const struct setting a_tag = {.key = "", .kind = SETTING_SECTION, .section = &tag_section};
/* clang-format on */
