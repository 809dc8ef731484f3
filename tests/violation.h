/* violation.h — a small true story is told to the auditor up to some point and then falsified:
 * the invariant it breaks is found and called by its name, and no other.
 */
#ifndef TESTS_VIOLATION_H
#define TESTS_VIOLATION_H

#include "tests/story.h"

#define ALSO(which) (UINT32_C(1) << INVARIANT_##which)

struct violation {
    const char *name;
    enum moment at;
    enum invariant breaks;
    void (*plant)(void);
    uint32_t also;  /* others that cannot but break with it */
    uint64_t times; /* how many checks of the one fail */
};

/* A row of a table of violations; `plant` is the function that falsifies. */
#define PLANT(at, breaks, plant, also, times)                                                      \
    {                                                                                              \
#plant, at, INVARIANT_##breaks, plant, also, times                                         \
    }

/* Told up to there nothing is broken; then that invariant is, so often, and no other. */
static inline void check_planted(const struct violation *v)
{
    set_story();
    tell_story(v->at);
    ck_assert_msg(!auditor_broken(stage.auditor), "%s: broken before: %s", v->name,
                  auditor_first(stage.auditor));
    v->plant();
    after_event();
    if (v->at == SETTLED)
        auditor_finish(stage.auditor, stage.now_us, true);
    for (int i = 0; i < INVARIANTS; i++) {
        const struct invariant_count *c = count_of((enum invariant)i);
        bool may = i == (int)v->breaks || (v->also >> i & 1);
        ck_assert_msg(i != (int)v->breaks || c->broken == v->times, "%s: %d checks failed: %s",
                      v->name, (int)c->broken, auditor_first(stage.auditor));
        ck_assert_msg(may || c->broken == 0, "%s: broke %s: %s", v->name,
                      invariant_name((enum invariant)i), auditor_first(stage.auditor));
        ck_assert_uint_le(c->broken, c->checked);
    }
    ck_assert(auditor_broken(stage.auditor));
    if (v->also == 0)
        ck_assert_ptr_eq(strstr(auditor_first(stage.auditor), invariant_name(v->breaks)),
                         auditor_first(stage.auditor));
    const struct first_break *first = auditor_first_break(stage.auditor);
    ck_assert(first->which == v->breaks || (v->also >> first->which & 1));
    ck_assert_int_le(first->at_us, stage.now_us);
    ck_assert_ptr_nonnull(strstr(auditor_first(stage.auditor), invariant_name(first->which)));
    ck_assert_uint_gt(strlen(first->detail), 0);
    ck_assert_str_eq(strstr(auditor_first(stage.auditor), first->detail), first->detail);
    audit_close();
}

#endif
