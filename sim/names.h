/* names.h — who there is: merchants, users and banks, by number and by name.
 *
 * Synthetic merchants and users are numbered from 1 and called M-1, U-1, ...
 * without anybody writing that down; those of traces are kept by their text,
 * and one called like a synthetic one is that one.  Number 0 is nobody.
 */
#ifndef SIM_NAMES_H
#define SIM_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { NAME_TEXT_MAX = 64 };

struct names; /* owns memory */

/* prefix: "M-"; the first `synthetic` are made of it.  NULL: no synthetic ones. */
struct names *names_create(const char *prefix, uint32_t synthetic);
void names_free(struct names *n);

uint32_t names_number(struct names *n, const char *text, size_t length); /* adds what is new */
uint32_t names_count(const struct names *n);                             /* numbers are below */
void names_text(const struct names *n, uint32_t number, char out[NAME_TEXT_MAX]);

#endif
