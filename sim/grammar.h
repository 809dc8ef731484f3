/* grammar.h — between the files of the grammar: sections, and rows that they share. */
#ifndef SIM_GRAMMAR_H
#define SIM_GRAMMAR_H

#include "sim/scenario.h"

/* clang-format off */
#define AT(type, member) offsetof(struct type, member)
#define CONSTANT_MS(ms) "{\"kind\":\"constant\",\"value\":\"" ms "ms\"}"
#define LOGNORMAL_MS(median, p99) \
    "{\"kind\":\"lognormal\",\"median\":\"" median "ms\",\"p99\":\"" p99 "ms\"}"

#define WINDOW_ROWS_OF(type, what) \
    {.key = "from", .kind = SETTING_CUSTOM, .offset = AT(type, keys), \
     .custom = read_window_from, .text = "start of " what ", a clock or a moment"}, \
    {.key = "to", .kind = SETTING_CUSTOM, .offset = AT(type, keys), .custom = read_window_to, \
     .text = "end of the window, not included"}, \
    {.key = "days", .kind = SETTING_CUSTOM, .offset = AT(type, keys), \
     .custom = read_window_days, \
     .text = "all, working, non_working or a list of dates: narrows a window of two clocks; " \
     "alone, whole days"}
#define WINDOW_ROWS(type) WINDOW_ROWS_OF(type, "the window")

#define LATENCY(name, member, default, what) \
    {.key = name, .kind = SETTING_VARIANT, .offset = AT(gateway_settings, member), \
     .section = latency_kinds, .preset = default, .text = what}
/* clang-format on */

extern const struct setting a_text;
extern const struct setting a_share;
extern const struct setting a_money;
extern const struct setting a_duration;
extern const struct setting a_clock;
extern const struct setting a_closing;
extern const struct setting a_weight;
extern const struct section latency_kinds[];
extern const struct section amount_kinds[];

extern const struct section account_section;
extern const struct setting an_account;
extern const struct setting an_interface;
extern const struct setting a_transfer;
extern const struct setting an_alert;
extern const struct setting a_breaker;
extern const struct setting a_tag;
extern const struct setting a_line;
extern const struct section bank_section;
extern const struct section central_bank_section;
/* struct service_settings */
extern const struct section between_banks_section;
extern const struct section within_house_section;
extern const struct section policy_section;
extern const struct section gateways_section;
extern const struct setting a_load;
extern const struct setting a_fault;
extern const struct setting an_operator;
extern const struct setting an_expect;

/* Once, before the first use: the allocation's rows come from the policies. */
void grammar_build_policy(void);

/* Into a struct hours. */
void read_hours(struct reading *r, const char *pointer, json_t *value, void *into);
/* A clock (given becomes 1) or a moment (2). */
void read_window_end(struct reading *r, const char *pointer, json_t *value, bool end,
                     uint8_t *given, int64_t *us);
void read_window_from(struct reading *r, const char *pointer, json_t *value, void *into);
void read_window_to(struct reading *r, const char *pointer, json_t *value, void *into);
void read_window_days(struct reading *r, const char *pointer, json_t *value, void *into);
/* Two clocks, two moments, or nothing at all. */
void check_window(struct reading *r, const char *pointer, struct window_keys *w);

#endif
