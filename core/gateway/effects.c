/* effects.c — see effects.h. */

#include "core/gateway/effects.h"

#define NAME(name, text) #text,
static const char *const kind_names[] = {FACT_KINDS(NAME)};
static const char *const reason_names[] = {REASONS(NAME)};
#undef NAME

const char *fact_kind_name(enum fact_kind kind)
{
    MUST(kind < FACT_KIND_COUNT);
    return kind_names[kind];
}

const char *reason_name(enum reason reason)
{
    MUST(reason < REASON_COUNT);
    return reason_names[reason];
}
