/* check_breakers.c — breakers against what there is to watch; see checks.h. */

#include <stdio.h>
#include <string.h>

#include "core/base/must.h"
#include "sim/checks.h"
#include "sim/load.h"

bool breaker_matches(const struct breaker_settings *b, const char *name)
{
    char *const *patterns = b->match.items;
    for (size_t i = 0; i < b->match.count; i++)
        if (pattern_matches(patterns[i], name))
            return true;
    return b->match.count == 0;
}

static bool matches_any(const struct scenario *s, const struct breaker_settings *b)
{
    const struct business_settings *businesses = s->businesses.items;
    bool any = b->key != BREAKER_BUSINESS && b->key != BREAKER_ROUTE;
    for (size_t i = 0; i < s->businesses.count && b->key == BREAKER_BUSINESS; i++)
        any |= breaker_matches(b, businesses[i].id);
    for (int c = 0; c < CHANNELS && b->key == BREAKER_ROUTE; c++)
        any |= breaker_matches(b, channel_name((enum channel)c));
    return any;
}

void check_breakers(struct reading *r, const struct scenario *s)
{
    const struct breaker_settings *b = s->breakers.items;
    char p[POINTER_MAX];
    for (size_t i = 0; i < s->breakers.count; i++) {
        check_own_name(r, &s->breakers, sizeof *b, i, "/policy/breakers");
        if (!matches_any(s, &b[i]))
            reading_problem(r, pointer_to(p, "/policy/breakers/%zu/match", i),
                            b[i].key == BREAKER_ROUTE
                                ? "it matches no route; want unionpay, netsunion or a pattern"
                                : "it matches no business; want the id of one, or a pattern");
    }
}

int scenario_breaker(const struct scenario *s, const char *id)
{
    const struct breaker_settings *b = s->breakers.items;
    for (size_t i = 0; i < s->breakers.count; i++)
        if (strcmp(b[i].id, id) == 0)
            return (int)i;
    return -1;
}

/* --- keys by name ------------------------------------------------------------------ */

/* "unionpay", and of "unionpay+icbc" the first part. */
static int channel_of(const char *name, size_t length)
{
    for (int c = 0; c < CHANNELS; c++) {
        const char *channel = channel_name((enum channel)c);
        if (strlen(channel) == length && strncmp(channel, name, length) == 0)
            return c;
    }
    return -1;
}

static bool known_number(struct names *names, const char *name, uint32_t *value)
{
    uint32_t count = names_count(names);
    *value = names_number(names, name, strlen(name));
    return *value != 0 && *value < count;
}

bool breaker_key_value(const struct scenario *s, const struct parties *p,
                       const struct breaker_settings *b, const char *name, uint32_t *value)
{
    size_t length = strcspn(name, "+");
    int found = -1;
    switch ((enum breaker_kind)b->key) {
    case BREAKER_BUSINESS:
        found = scenario_business(s, name);
        *value = (uint32_t)found;
        return found >= 0;
    case BREAKER_MERCHANT:
        return known_number(p->merchants, name, value);
    case BREAKER_USER:
        return known_number(p->users, name, value);
    case BREAKER_ROUTE:
        found = channel_of(name, strlen(name));
        *value = (uint32_t)found;
        return found >= 0;
    case BREAKER_ROUTE_BANK:
        found = channel_of(name, length);
        if (found < 0 || name[length] == '\0')
            return false;
        if (strcmp(name + length + 1, "other") == 0)
            *value = 0;
        else if (!known_number(p->banks, name + length + 1, value))
            return false;
        *value = BREAKER_BANK_OF(found, *value);
        return true;
    case BREAKER_KINDS:
        break;
    }
    NEVER("an unlisted kind");
}

void breaker_key_name(const struct scenario *s, const struct parties *p,
                      const struct breaker_settings *b, uint32_t value, char out[KEY_NAME_MAX])
{
    const struct business_settings *businesses = s->businesses.items;
    char bank[NAME_TEXT_MAX] = "other";
    switch ((enum breaker_kind)b->key) {
    case BREAKER_BUSINESS:
        snprintf(out, KEY_NAME_MAX, "%s", businesses[value].id);
        return;
    case BREAKER_MERCHANT:
        names_text(p->merchants, value, out);
        return;
    case BREAKER_USER:
        names_text(p->users, value, out);
        return;
    case BREAKER_ROUTE:
        snprintf(out, KEY_NAME_MAX, "%s", channel_name((enum channel)value));
        return;
    case BREAKER_ROUTE_BANK:
        if ((value & 255) != 0)
            names_text(p->banks, value & 255, bank);
        snprintf(out, KEY_NAME_MAX, "%s+%s", channel_name((enum channel)(value >> 8)), bank);
        return;
    case BREAKER_KINDS:
        break;
    }
    NEVER("an unlisted kind");
}
