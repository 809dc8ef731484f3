/* payout_rows.c — payouts.csv; see journal.h.
 *
 * Every payout's row is kept until the end, because a payment can come back
 * days after it settled; this is asked for by --payouts alone. */

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/civil.h"
#include "core/base/idmap.h"
#include "core/base/money.h"
#include "core/base/must.h"
#include "sim/journal.h"

struct payout_row {
    char reference[REFERENCE_MAX + 1];
    uint8_t business;
    uint8_t channel;
    uint8_t attempts;
    uint8_t state;
    uint8_t reason;
    uint16_t code;
    uint32_t merchant;
    uint32_t user;
    uint32_t slot; /* while it is open */
    int64_t amount_fen;
    int64_t requested_us;
    int64_t sent_us; /* times: INT64_MIN where there was none */
    int64_t paid_us;
    int64_t settled_us;
    int64_t final_us;
    int64_t parts_us[BLOCKED_REASONS]; /* of its wait */
    uint64_t order_id;
};

struct payout_rows {
    const struct scenario *scenario;
    const struct parties *parties;
    const struct recorder *recorder;
    uint32_t count;
    uint32_t capacity;
    struct payout_row *rows;
    uint32_t *of_slot;    /* row of the payout in a slot */
    struct idmap settled; /* rows by order id, for returns */
    struct idmap_slot *settled_slots;
};

struct payout_rows *payout_rows_create(const struct scenario *s, const struct parties *p,
                                       const struct recorder *r, uint32_t expected)
{
    struct payout_rows *rows = calloc(1, sizeof *rows);
    MUST(rows != NULL);
    rows->scenario = s;
    rows->parties = p;
    rows->recorder = r;
    rows->of_slot = calloc(r->slot_count, sizeof *rows->of_slot);
    idmap_init(&rows->settled, expected);
    rows->settled_slots = calloc(idmap_slots(expected), sizeof *rows->settled_slots);
    MUST(rows->of_slot != NULL && rows->settled_slots != NULL);
    return rows;
}

void payout_rows_free(struct payout_rows *rows)
{
    if (rows == NULL)
        return;
    free(rows->rows);
    free(rows->of_slot);
    free(rows->settled_slots);
    free(rows);
}

static struct payout_row *new_row(struct payout_rows *rows)
{
    if (rows->count == rows->capacity) {
        rows->capacity = rows->capacity == 0 ? 4096 : rows->capacity * 2;
        rows->rows = realloc(rows->rows, rows->capacity * sizeof *rows->rows);
        MUST(rows->rows != NULL);
    }
    return &rows->rows[rows->count++];
}

static void start_row(struct payout_rows *rows, const struct fact *f)
{
    const struct arrival *a = rows->recorder->request;
    struct payout_row *row = new_row(rows);
    *row = (struct payout_row){.business = a->business,
                               .channel = CHANNEL_NONE,
                               .state = PAYOUT_REQUESTED,
                               .merchant = a->merchant,
                               .user = a->user,
                               .amount_fen = a->amount_fen,
                               .requested_us = f->at_us,
                               .sent_us = INT64_MIN,
                               .paid_us = INT64_MIN,
                               .settled_us = INT64_MIN,
                               .final_us = INT64_MIN};
    if (a->text[0] != '\0')
        memcpy(row->reference, a->text, sizeof row->reference);
    else
        reference_write(a->reference, row->reference);
    row->slot = f->subject;
    if (f->subject != NONE)
        rows->of_slot[f->subject] = rows->count - 1;
}

static uint32_t tag_of(uint64_t order_id)
{
    return (uint32_t)((order_id ^ order_id >> 29) * UINT64_C(0x9e3779b97f4a7c15) >> 32);
}

static struct payout_row *settled_row(struct payout_rows *rows, uint64_t order_id)
{
    uint32_t tag = tag_of(order_id);
    for (uint32_t at = idmap_first(&rows->settled, rows->settled_slots, tag); at != NONE;
         at = idmap_next(&rows->settled, rows->settled_slots, tag, at)) {
        struct payout_row *row = &rows->rows[idmap_index(rows->settled_slots, at)];
        if (row->order_id == order_id)
            return row;
    }
    return NULL;
}

static void take_parts(const struct payout_rows *rows, struct payout_row *row)
{
    blocked_parts_us(rows->recorder->blocked, row->slot, row->parts_us);
}

static void end_row(struct payout_row *row, const struct fact *f, enum payout_state state)
{
    row->state = (uint8_t)state;
    row->reason = f->reason;
    row->code = f->code;
    row->final_us = f->at_us;
}

static void send_row(const struct payout_rows *rows, struct payout_row *row, const struct fact *f)
{
    row->state = PAYOUT_SENT;
    row->channel = f->channel;
    row->attempts = (uint8_t)f->session;
    row->order_id = f->id;
    take_parts(rows, row);
    if (row->sent_us == INT64_MIN)
        row->sent_us = f->at_us;
}

static void note_truly_paid(struct payout_rows *rows, const struct fact *f)
{
    if (f->class != 0)
        return; /* a transfer's: no payout, no row */
    struct payout_row *row = &rows->rows[rows->of_slot[order_id_slot(f->id)]];
    if (row->paid_us == INT64_MIN) /* else a lie has it paid again */
        row->paid_us = f->at_us;
}

void payout_rows_fact(struct payout_rows *rows, const struct fact *f)
{
    struct payout_row *row = NULL;
    if (f->kind == FACT_REQUESTED) {
        start_row(rows, f);
        return;
    }
    if (f->kind == FACT_REFUSED) {
        end_row(&rows->rows[rows->count - 1], f, PAYOUT_REFUSED);
        return;
    }
    if (f->kind == FACT_TRUE_PAID) {
        note_truly_paid(rows, f);
        return;
    }
    if ((f->kind == FACT_RETURNED || f->kind == FACT_RECONCILED) && f->subject == NONE)
        row = settled_row(rows, f->id);
    else if (f->subject < rows->recorder->slot_count)
        row = &rows->rows[rows->of_slot[f->subject]];
    if (row == NULL)
        return;
    switch ((int)f->kind) {
    case FACT_QUEUED:
        row->state = PAYOUT_QUEUED;
        return;
    case FACT_SENT:
        send_row(rows, row, f);
        return;
    case FACT_IN_DOUBT:
        row->state = PAYOUT_IN_DOUBT;
        return;
    case FACT_PAID:
        row->state = PAYOUT_PAID;
        return;
    case FACT_SETTLED:
        row->settled_us = f->at_us;
        end_row(row, f, PAYOUT_SETTLED);
        MUST(idmap_add(&rows->settled, rows->settled_slots, tag_of(f->id),
                       (uint32_t)(row - rows->rows)));
        return;
    case FACT_RECONCILED:
        end_row(row, f, PAYOUT_RECONCILED);
        return;
    case FACT_RETURNED:
        end_row(row, f, PAYOUT_RETURNED);
        return;
    case FACT_FAILED:
        end_row(row, f, PAYOUT_FAILED);
        return;
    case FACT_EXPIRED:
        take_parts(rows, row);
        end_row(row, f, PAYOUT_EXPIRED);
        return;
    case FACT_CANCELLED:
        take_parts(rows, row);
        end_row(row, f, PAYOUT_CANCELLED);
        return;
    default:
        return;
    }
}

static void write_time(FILE *file, int64_t at_us)
{
    char text[CIVIL_MOMENT_TEXT_MAX] = "";
    if (at_us != INT64_MIN)
        civil_print_moment(text, at_us);
    fprintf(file, ",%s", text);
}

static void write_row(const struct payout_rows *rows, const struct payout_row *row, FILE *file)
{
    const struct business_settings *b = rows->scenario->businesses.items;
    char merchant[NAME_TEXT_MAX];
    char user[NAME_TEXT_MAX];
    char yuan[MONEY_TEXT_MAX];
    names_text(rows->parties->merchants, row->merchant, merchant);
    names_text(rows->parties->users, row->user, user);
    money_print(yuan, row->amount_fen);
    fprintf(file, "%s,%s,%s,%s,%s,%s,%u,%s", row->reference, b[row->business].id, merchant, user,
            yuan, row->channel < CHANNELS ? channel_name((enum channel)row->channel) : "",
            row->attempts, payout_state_name((enum payout_state)row->state));
    write_time(file, row->requested_us);
    write_time(file, row->sent_us);
    write_time(file, row->paid_us);
    write_time(file, row->settled_us);
    write_time(file, row->final_us);
    static const enum blocked_reason order[] = {BLOCKED_QUOTA, BLOCKED_BREAKER, BLOCKED_CHANNEL,
                                                BLOCKED_SHARE, BLOCKED_HOLD,    BLOCKED_TURN};
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++)
        fprintf(file, ",%" PRId64 ".%06" PRId64, row->parts_us[order[i]] / US_PER_S,
                row->parts_us[order[i]] % US_PER_S);
    if (row->reason == REASON_CODE)
        fprintf(file, ",code %s\n", code_text((enum channel)row->channel, row->code));
    else
        fprintf(file, ",%s\n",
                row->reason == REASON_NONE ? "" : reason_name((enum reason)row->reason));
}

void payout_rows_write(struct payout_rows *rows, FILE *file)
{
    fputs("reference,business,merchant,user,amount,channel,attempts,state,requested,sent,paid,"
          "settled,final,quota_s,breaker_s,channel_s,share_s,hold_s,turn_s,reason\n",
          file);
    for (uint32_t i = 0; i < rows->count; i++) {
        if (rows->rows[i].state == PAYOUT_QUEUED) /* still: the run is stuck */
            take_parts(rows, &rows->rows[i]);
        write_row(rows, &rows->rows[i], file);
    }
}
