/* grammar_faults.c — what goes wrong; see settings.h for what a row says. */

#include "sim/grammar.h"

#include <string.h>

#include "core/base/civil.h"
#include "core/base/money.h"

/* clang-format off */

const char *const fault_kind_names[] = {"latency", "down", "timeout", "error_code",
                                        "applied_no_reply", "rejected_no_reply", "line_missing",
                                        "line_extra", "line_twice", "line_amount", "line_status",
                                        "line_fee", "file_late", "file_missing", "file_truncated",
                                        "accept_then_return", "wrong_amount", "wrong_status",
                                        NULL};

/* --- faults ---------------------------------------------------------------- */

static void read_by(struct reading *r, const char *pointer, json_t *value, void *into)
{
    struct fault_settings *f = into;
    char shown[64];
    f->by_given = 1;
    f->by_ppm = PPM;
    if (json_is_string(value) && duration_parse(json_string_value(value),
                                                json_string_length(value), &f->by_us))
        return;
    if (json_millionths(value, &f->by_ppm) && f->by_ppm > 0 && f->by_ppm <= 1000000 * PPM)
        return;
    reading_problem(r, pointer, "want a factor above 0 or a duration to add, got %s",
                    json_shown(value, shown));
}

static const struct setting match_amount_rows[] = {
    {.key = "min", .kind = SETTING_MONEY, .offset = AT(fault_settings, min_fen),
     .text = "at least this"},
    {.key = "max", .kind = SETTING_MONEY, .offset = AT(fault_settings, max_fen),
     .text = "at most this"},
};
static const struct section match_amount_section = {
    "amount", SETTINGS(match_amount_rows), sizeof(struct fault_settings), NULL};

static const struct setting match_rows[] = {
    {.key = "business", .kind = SETTING_NAME, .offset = AT(fault_settings, business),
     .text = "payouts of this business"},
    {.key = "merchant", .kind = SETTING_PATTERN, .offset = AT(fault_settings, merchant),
     .text = "payouts of merchants that match this pattern"},
    {.key = "bank", .kind = SETTING_NAME, .offset = AT(fault_settings, bank),
     .text = "payouts to this bank"},
    {.key = "amount", .kind = SETTING_SECTION, .section = &match_amount_section,
     .text = "payouts of such amounts"},
};
static const struct section match_section = {"match", SETTINGS(match_rows),
                                             sizeof(struct fault_settings), NULL};

static void check_fault(struct reading *r, const char *pointer, void *into)
{
    struct fault_settings *f = into;
    if (f->share_given + (f->first != 0) + (f->every != 0) > 1)
        reading_problem(r, pointer, "want at most one of \"share\", \"first\" and \"every\"");
    check_window(r, pointer, &f->keys);
}

/* A share of 0 is a fault that never fires; no share is one that always does. */
static void read_share(struct reading *r, const char *pointer, json_t *value, void *into)
{
    struct fault_settings *f = into;
    char shown[64];
    f->share_given = 1;
    if (!json_millionths(value, &f->share_ppm) || f->share_ppm > PPM)
        reading_problem(r, pointer, "want a share, a number from 0 to 1 with at most 6 decimals, "
                        "got %s", json_shown(value, shown));
}

static void read_fault_id(struct reading *r, const char *pointer, json_t *value, void *into)
{
    struct fault_settings *f = into;
    char shown[64];
    const char *text = json_is_string(value) ? json_string_value(value) : "";
    if (text[0] == '\0' || strlen(text) > 63)
        reading_problem(r, pointer, "want a text of 1 to 63 bytes, got %s",
                        json_shown(value, shown));
    f->id = arena_text(r->arena, text, strlen(text));
}

static const struct setting fault_rows[] = {
    {.key = "id", .kind = SETTING_CUSTOM, .custom = read_fault_id,
     .text = "keys its draws and names it in outputs; by default its index"},
    {.key = "at", .kind = SETTING_TEXT, .offset = AT(fault_settings, at), .max = 40,
     .required = true, .text = "the place: an institution, a dot, and what it does, as in "
     "unionpay.payout or icbc.transfer"},
    {.key = "kind", .kind = SETTING_CHOICE, .offset = AT(fault_settings, kind), .required = true,
     .choices = fault_kind_names, .text = "what goes wrong there"},
    {.key = "share", .kind = SETTING_CUSTOM, .custom = read_share,
     .text = "share of the operations that meet it"},
    {.key = "first", .kind = SETTING_INT, .offset = AT(fault_settings, first), .min = 1,
     .max = INT64_MAX, .text = "only the first so many"},
    {.key = "every", .kind = SETTING_INT, .offset = AT(fault_settings, every), .min = 1,
     .max = INT64_MAX, .text = "every so many-th"},
    WINDOW_ROWS(fault_settings),
    {.key = "match", .kind = SETTING_SECTION, .section = &match_section,
     .text = "only orders about such payouts, or their lines"},
    {.key = "by", .kind = SETTING_CUSTOM, .custom = read_by,
     .text = "latency: a factor, or a duration to add; file_late (by default 6h), "
     "file_truncated (by default not before the load has ended): the whole file comes so much "
     "later, more than 1h"},
    {.key = "code", .kind = SETTING_TEXT, .offset = AT(fault_settings, code), .max = 8,
     .text = "error_code, rejected_no_reply: the answer code; wrong_status: that of the failure "
     "it tells of what was paid"},
    {.key = "truth_after", .kind = SETTING_DURATION, .offset = AT(fault_settings, truth_after_us),
     .text = "applied_no_reply: until then a query answers \"processing\""},
    {.key = "applied_share", .kind = SETTING_SHARE, .offset = AT(fault_settings, applied_ppm),
     .preset = "0.5", .text = "error_code with an unknown code: share executed in truth"},
    {.key = "after", .kind = SETTING_DURATION, .offset = AT(fault_settings, after_us), .min = 1,
     .text = "accept_then_return: it comes back so long after it was paid; by default on the next "
     "working day"},
};
static const struct section fault_section = {"fault", SETTINGS(fault_rows),
                                             sizeof(struct fault_settings), check_fault};
const struct setting a_fault = {.key = "", .kind = SETTING_SECTION,
                                       .section = &fault_section};
/* clang-format on */
