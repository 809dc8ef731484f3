/* audited.h — the mock world with an auditor, who is told by hand what a treasury would tell.
 *
 *   set the stage     stage_set(), then change stage.terms
 *   bring him in      audit_open(settings): of those the tests choose; the rest is the stage's
 *   tell him          tell(), tell_opened(); after_event() when all of one instant is told
 *   ask him           broken(INVARIANT); audit_close() at the end
 *
 * What the world says by itself he hears from the stage.
 */
#ifndef TESTS_AUDITED_H
#define TESTS_AUDITED_H

#include "tests/stage.h"

static struct core_config config;

static inline void audit_open(struct core_config settings)
{
    stage_open();
    config = settings;
    config.calendar = CALENDAR_CHINA;
    config.account_count = stage.terms.account_count;
    config.start_us = stage.now_us;
    for (int c = 0; c < CHANNELS; c++)
        config.channels[c].first_session =
            house_first_session(&stage.terms.houses[c], stage.now_us);
    stage.auditor = auditor_create(&config, stage.world, 1);
}

static inline void audit_close(void)
{
    auditor_free(stage.auditor);
    stage.auditor = NULL;
    stage_close();
}

static inline void tell(struct fact f)
{
    f.at_us = stage.now_us;
    auditor_fact(stage.auditor, &f);
}

static inline void after_event(void)
{
    auditor_after_event(stage.auditor, stage.now_us);
}

/* The quotas of both channels, and what is left unallocated. */
static inline void tell_opened(void)
{
    for (uint8_t c = 0; c < CHANNELS; c++)
        tell((struct fact){.kind = FACT_OPENED,
                           .channel = c,
                           .amount_fen = STAGE_MAPPED_FEN,
                           .other = STAGE_MAPPED_FEN});
    tell((struct fact){.kind = FACT_OPENED,
                       .channel = CHANNEL_NONE,
                       .amount_fen = STAGE_CUSTODY_FEN - CHANNELS * STAGE_MAPPED_FEN});
}

static inline uint64_t broken(enum invariant which)
{
    return auditor_counts(stage.auditor)[which].broken;
}

#endif
