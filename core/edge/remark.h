/* remark.h — the texts of a statement's line, turned into bits by patterns.
 *
 * A line's counterparty (对方户名) and remark (摘要) are text; the core sees no
 * text.  Up to 32 rules may each ask for a pattern in one of them, in both or
 * in neither; of each line there are two masks, in which bit i says that the
 * text has what rule i asks for.  A rule that asks for nothing has its bit.
 *
 * Patterns are Perl-compatible regular expressions over Unicode (PCRE2), found
 * anywhere in the text unless they say ^ or $.  What is not UTF-8 in a text
 * matches nothing, and the rest of it is read.  No pattern can hang: one that
 * takes more than a bounded number of steps over a text gives up, is taken as
 * not found, and says so in `gave_up`.
 */
#ifndef CORE_EDGE_REMARK_H
#define CORE_EDGE_REMARK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { REMARK_RULES_MAX = 32, REMARK_WHY_MAX = 160 };

struct remark_rule {
    const char *counterparty; /* patterns; NULL: any text */
    const char *remark;
};

struct remark_bits {
    uint32_t counterparty;
    uint32_t remark;
    uint32_t gave_up; /* rules of which a pattern did */
};

struct remarks; /* owns memory */

/* False: `why` says what is wrong with the pattern and at which character, from 1. */
bool remark_pattern_sound(const char *pattern, char why[REMARK_WHY_MAX]);

/* Every pattern is sound. */
struct remarks *remarks_create(const struct remark_rule *rules, uint32_t count);
void remarks_free(struct remarks *r);
struct remark_bits remarks_read(struct remarks *r, const char *counterparty, const char *remark);

#endif
