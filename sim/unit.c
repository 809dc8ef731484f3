/* unit.c — see unit.h. */

#include "sim/unit.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/base/money.h"
#include "core/base/must.h"
#include "sim/settings.h"

bool unit_read(enum unit unit, const json_t *json, int64_t *value)
{
    const char *text = json_string_value(json);
    switch (unit) {
    case UNIT_COUNT:
        *value = json_integer_value(json);
        return json_is_integer(json);
    case UNIT_FEN:
        *value = json_integer_value(json);
        return json_is_integer(json) ||
               (json_is_string(json) && money_parse(text, strlen(text), value));
    case UNIT_SECONDS:
        return json_millionths(json, value) ||
               (json_is_string(json) && duration_parse(text, strlen(text), value));
    case UNIT_SHARE:
        return json_millionths(json, value) && *value <= PPM;
    }
    NEVER("an unlisted unit");
}

const char *unit_wanted(enum unit unit)
{
    static const char *const wanted[] = {
        [UNIT_COUNT] = "an integer",
        [UNIT_FEN] = "yuan as text, \"12.30\", or an integer of fen",
        [UNIT_SECONDS] = "a duration, \"120s\", or a number of seconds",
        [UNIT_SHARE] = "a number from 0 to 1",
    };
    return wanted[unit];
}

const char *unit_text(enum unit unit, int64_t value, enum language language,
                      char out[UNIT_TEXT_MAX])
{
    char yuan[MONEY_TEXT_MAX];
    switch (unit) {
    case UNIT_COUNT:
        snprintf(out, UNIT_TEXT_MAX, "%" PRId64, value);
        return out;
    case UNIT_FEN:
        money_print(yuan, value);
        snprintf(out, UNIT_TEXT_MAX, TEXT_IN(language, YUAN), yuan);
        return out;
    case UNIT_SECONDS:
        snprintf(out, UNIT_TEXT_MAX, TEXT_IN(language, SECONDS_EXACT), (double)value / 1e6);
        return out;
    case UNIT_SHARE:
        snprintf(out, UNIT_TEXT_MAX, TEXT_IN(language, PERCENT_EXACT), (double)value / 1e4);
        return out;
    }
    NEVER("an unlisted unit");
}
