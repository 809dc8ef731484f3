/* checks.h — between the files that check what takes more than one section to see. */
#ifndef SIM_CHECKS_H
#define SIM_CHECKS_H

#include "sim/scenario.h"

/* A pointer like /load/3/via, made on the spot. */
__attribute__((format(printf, 2, 3))) const char *pointer_to(char out[POINTER_MAX],
                                                             const char *format, ...);

/* The i-th of a section's items has another name than those before it.  An item is a
 * struct of `stride` bytes that begins with its id.  The problem is at the item's id, or
 * at a place of its own. */
void check_own_name(struct reading *r, const struct list *list, size_t stride, size_t i,
                    const char *section);
void check_own_name_at(struct reading *r, const char *at, const struct list *list, size_t stride,
                       size_t i, const char *section);

/* Before reading: every bank that keeps an account has its settings, by default. */
void check_add_banks(json_t *root);
/* Resolves institutions and interfaces; adds what the operator registers. */
void check_accounts(struct reading *r, struct scenario *s);
/* After check_accounts() found nothing wrong. */
void check_breakers(struct reading *r, const struct scenario *s);
void check_transfers(struct reading *r, const struct scenario *s);
void check_funds(struct reading *r, const struct scenario *s); /* codes of banks and services */
void check_alerts(struct reading *r, struct scenario *s);      /* resolves what they watch */
void check_tagging(struct reading *r, struct scenario *s);     /* resolves their accounts */
void check_lines(struct reading *r, const struct scenario *s); /* that institutions book */
void check_line_times(struct reading *r, const struct scenario *s); /* the span is known */
void check_load_texts(struct reading *r, const struct scenario *s);
void check_operator_accounts(struct reading *r, struct scenario *s);

#endif
