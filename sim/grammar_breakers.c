/* grammar_breakers.c — circuit breakers; see settings.h for what a row says. */

#include "sim/grammar.h"

#include "core/base/civil.h"

/* clang-format off */

/* In the order of enum breaker_kind. */
static const char *const key_names[] = {"business", "merchant", "user", "route", "route+bank",
                                        NULL};

/* A pattern, or a list of them: '+' joins a route and a bank. */
static void read_match(struct reading *r, const char *pointer, json_t *value, void *into)
{
    static const struct setting a_pattern = {.key = "", .kind = SETTING_TEXT, .max = 64};
    struct list *match = into;
    size_t count = json_is_array(value) ? json_array_size(value) : 1;
    char at[POINTER_MAX];
    char shown[64];
    if (count == 0 || (!json_is_array(value) && !json_is_string(value))) {
        reading_problem(r, pointer, "want a pattern, or a list of them, got %s",
                        json_shown(value, shown));
        return;
    }
    match->items = arena_take(r->arena, count * sizeof(char *));
    match->count = count;
    for (size_t i = 0; i < count; i++) {
        pointer_join_index(at, pointer, i);
        settings_read_text(r, json_is_array(value) ? at : pointer,
                           json_is_array(value) ? json_array_get(value, i) : value, &a_pattern,
                           (char **)match->items + i);
    }
}

static void check_window_size(struct reading *r, const char *pointer, void *into)
{
    const struct breaker_settings *b = into;
    if (b->window_calls != 0 && b->window_seconds != 0)
        reading_problem(r, pointer, "want \"calls\" or \"seconds\", not both");
}

static const struct setting window_rows[] = {
    {.key = "calls", .kind = SETTING_INT, .offset = AT(breaker_settings, window_calls), .min = 1,
     .max = BREAKER_CALLS_MAX, .text = "the last so many completed calls"},
    {.key = "seconds", .kind = SETTING_INT, .offset = AT(breaker_settings, window_seconds),
     .min = 1, .max = BREAKER_SECONDS_MAX,
     .text = "the last so many whole seconds, the running one included"},
};
static const struct section window_section = {"window", SETTINGS(window_rows),
                                              sizeof(struct breaker_settings), check_window_size};

static void check_velocity(struct reading *r, const char *pointer, void *into)
{
    const struct breaker_settings *b = into;
    char at[POINTER_MAX];
    bool limited = b->velocity_count != 0 || b->velocity_fen != 0;
    if (limited != (b->within_us != 0))
        reading_problem(r, pointer, "want \"within\", and \"count\", \"amount\" or both");
    if (b->within_us % US_PER_S != 0) {
        pointer_join(at, pointer, "within");
        reading_problem(r, at, "want whole seconds");
    }
}

static const struct setting velocity_rows[] = {
    {.key = "count", .kind = SETTING_INT, .offset = AT(breaker_settings, velocity_count),
     .max = UINT32_MAX, .preset = "0", .text = "so many payouts sent open it; 0: any number may"},
    {.key = "amount", .kind = SETTING_MONEY, .offset = AT(breaker_settings, velocity_fen),
     .preset = "\"0\"", .text = "so much money sent opens it; 0: any amount may"},
    {.key = "within", .kind = SETTING_DURATION, .offset = AT(breaker_settings, within_us),
     .min = US_PER_S, .max = VELOCITY_SECONDS_MAX * US_PER_S,
     .text = "whole seconds; longer than a minute it counts by sixtieths of it"},
};
static const struct section velocity_section = {"velocity", SETTINGS(velocity_rows),
                                                sizeof(struct breaker_settings), check_velocity};

static void check_trips(struct reading *r, const char *pointer, const struct breaker_settings *b)
{
    bool windowed = b->window_calls != 0 || b->window_seconds != 0;
    bool rated = b->failure_ppm != 0 || b->slow_ppm != 0;
    if (!rated && b->consecutive == 0 && b->within_us == 0)
        reading_problem(r, pointer, "it never opens; want \"failure_share\", \"consecutive\", "
                        "\"slow_share\" or \"velocity\"");
    if (rated && !windowed)
        reading_problem(r, pointer, "a share of which calls? want \"window\": {\"calls\": 100} or "
                        "{\"seconds\": 60}");
    if (!rated && windowed)
        reading_problem(r, pointer, "\"window\" goes with \"failure_share\" and \"slow_share\"; "
                        "want one of them, or no window");
    if ((b->slow_ppm != 0) != (b->slow_after_us != 0))
        reading_problem(r, pointer, "want both \"slow_after\" and \"slow_share\", or neither");
}

static void check_breaker(struct reading *r, const char *pointer, void *into)
{
    const struct breaker_settings *b = into;
    char at[POINTER_MAX];
    check_trips(r, pointer, b);
    if (b->window_calls != 0 && b->min_calls > b->window_calls) {
        pointer_join(at, pointer, "min_calls");
        reading_problem(r, at, "the window never has so many calls; want at most %d",
                        (int)b->window_calls);
    }
    if (b->open_max_us != 0 && b->open_max_us < b->open_for_us) {
        pointer_join(at, pointer, "open_max");
        reading_problem(r, at, "shorter than \"open_for\"; want at least that, or 0");
    }
}

static const struct setting breaker_rows[] = {
    {.key = "id", .kind = SETTING_NAME, .offset = AT(breaker_settings, id), .required = true,
     .text = "the breaker's name in outputs"},
    {.key = "key", .kind = SETTING_CHOICE, .offset = AT(breaker_settings, key), .required = true,
     .choices = key_names, .text = "of what each has a state of its own"},
    {.key = "match", .kind = SETTING_CUSTOM, .offset = AT(breaker_settings, match),
     .custom = read_match,
     .text = "a pattern over the keys' names, or a list of them: a business, merchant, user, "
             "unionpay, or unionpay+icbc; by default all are watched"},
    {.key = "window", .kind = SETTING_SECTION, .section = &window_section,
     .text = "the calls that shares are of"},
    {.key = "min_calls", .kind = SETTING_INT, .offset = AT(breaker_settings, min_calls), .min = 1,
     .max = 1000000, .preset = "10", .text = "with fewer in the window, shares do not open it"},
    {.key = "failure_share", .kind = SETTING_SHARE, .offset = AT(breaker_settings, failure_ppm),
     .preset = "0", .text = "this share of failures opens it; 0: none does"},
    {.key = "consecutive", .kind = SETTING_INT, .offset = AT(breaker_settings, consecutive),
     .max = 1000000, .preset = "0", .text = "so many failures in a row open it; 0: none do"},
    {.key = "slow_after", .kind = SETTING_DURATION, .offset = AT(breaker_settings, slow_after_us),
     .max = US_PER_DAY, .preset = "\"0s\"", .text = "a call that takes longer is slow"},
    {.key = "slow_share", .kind = SETTING_SHARE, .offset = AT(breaker_settings, slow_ppm),
     .preset = "0", .text = "this share of slow calls opens it; 0: none does"},
    {.key = "velocity", .kind = SETTING_SECTION, .section = &velocity_section,
     .text = "what is sent too fast opens it"},
    {.key = "open_for", .kind = SETTING_DURATION, .offset = AT(breaker_settings, open_for_us),
     .min = 1, .max = 30 * US_PER_DAY, .preset = "\"30s\"",
     .text = "it admits nothing for so long; then probes decide"},
    {.key = "open_multiplier", .kind = SETTING_NUMBER,
     .offset = AT(breaker_settings, open_multiplier), .min = 1000000, .max = 100000000,
     .preset = "1", .text = "open_for grows by it with each opening in a row"},
    {.key = "open_max", .kind = SETTING_DURATION, .offset = AT(breaker_settings, open_max_us),
     .max = 30 * US_PER_DAY, .preset = "\"0s\"", .text = "but not beyond this; 0: no limit"},
    {.key = "probes", .kind = SETTING_INT, .offset = AT(breaker_settings, probes), .min = 1,
     .max = BREAKER_PROBES_MAX, .preset = "3", .text = "calls admitted when it is half open"},
    {.key = "probe_deadline", .kind = SETTING_DURATION,
     .offset = AT(breaker_settings, probe_deadline_us), .min = 1, .max = US_PER_DAY,
     .preset = "\"1m\"", .text = "a probe without an answer for longer opens it again"},
};
static const struct section breaker_section = {"breaker", SETTINGS(breaker_rows),
                                               sizeof(struct breaker_settings), check_breaker};
const struct setting a_breaker = {.key = "", .kind = SETTING_SECTION,
                                  .section = &breaker_section};
/* clang-format on */
