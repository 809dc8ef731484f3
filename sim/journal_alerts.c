/* journal_alerts.c — alerts.csv: alert rules raised and cleared, and what the core warns of itself.
 */

#include <inttypes.h>

#include "core/base/civil.h"
#include "core/base/money.h"
#include "sim/journal.h"
#include "sim/watches.h"

void journal_write_alerts_header(FILE *file)
{
    fputs("time,id,level,watch,change,value,reason\n", file);
}

static void write_value(FILE *file, enum unit unit, int64_t value)
{
    char yuan[MONEY_TEXT_MAX];
    if (unit == UNIT_FEN) {
        money_print(yuan, value);
        fputs(yuan, file);
    } else if (unit == UNIT_SECONDS) {
        fprintf(file, "%" PRId64 ".%06" PRId64, value / US_PER_S, value % US_PER_S);
    } else {
        fprintf(file, "%" PRId64, value);
    }
}

/* About a channel, an account, or nothing that has a name. */
static void write_own(FILE *file, const struct recorder *r, const struct fact *f)
{
    const struct account_settings *a = r->scenario->accounts.items;
    fputs(",,warn,", file);
    if (f->channel < CHANNELS)
        fputs(channel_name((enum channel)f->channel), file);
    else if (f->class > 0)
        fprintf(file, "account.%s", a[f->class - 1].id);
    fputs(",raised,", file);
    write_value(file, UNIT_FEN, f->amount_fen);
}

void journal_write_alert(FILE *file, const struct recorder *r, const struct fact *f)
{
    char when[CIVIL_MOMENT_TEXT_MAX];
    if (f->kind != FACT_ALERT && f->kind != FACT_ALERT_RAISED && f->kind != FACT_ALERT_CLEARED)
        return;
    civil_print_moment(when, f->at_us);
    fputs(when, file);
    if (f->kind == FACT_ALERT) {
        write_own(file, r, f);
    } else {
        const struct alert_settings *a = alert_setting(r->scenario, f->subject);
        fprintf(file, ",%s,%s,%s,%s,", a->id, a->rule.alarm ? "alarm" : "warn", a->watch,
                f->kind == FACT_ALERT_RAISED ? "raised" : "cleared");
        write_value(file, watch_unit((enum watch)a->rule.watch), f->amount_fen);
    }
    fprintf(file, ",%s\n", reason_name((enum reason)f->reason));
}

/* --- outlook.csv ----------------------------------------------------------- */

void journal_write_outlook_header(FILE *file)
{
    fputs("time", file);
    for (uint32_t c = 0; c < CHANNELS; c++)
        fprintf(file, ",%s.hours", channel_name((enum channel)c));
    putc('\n', file);
}

/* The channels are told one after the other, each time all of them. */
void journal_write_outlook(FILE *file, const struct fact *f)
{
    char when[CIVIL_MOMENT_TEXT_MAX];
    if (f->kind != FACT_FORESEEN)
        return;
    civil_print_moment(when, f->at_us);
    if (f->channel == 0)
        fputs(when, file);
    double hours = f->other == NEVER_US ? 24 : (double)(f->other - f->at_us) / (double)US_PER_HOUR;
    fprintf(file, ",%.6g%s", hours, f->channel + 1 == CHANNELS ? "\n" : "");
}
