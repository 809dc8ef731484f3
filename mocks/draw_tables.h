/* draw_tables.h — see draw_tables.c. */
#ifndef MOCKS_DRAW_TABLES_H
#define MOCKS_DRAW_TABLES_H

#include <stdint.h>

enum {
    DRAW_STEPS = 256,       /* of draw_log2 and draw_exp2 in one octave */
    DRAW_NORMAL_STEPS = 16, /* of draw_normal in one octave */
    DRAW_NORMAL_ROW = DRAW_NORMAL_STEPS + 3,
    DRAW_NORMAL_OCTAVES = 63,
};

extern const uint32_t draw_log2[DRAW_STEPS + 3];
extern const uint32_t draw_exp2[DRAW_STEPS + 3];
extern const int32_t draw_normal[DRAW_NORMAL_OCTAVES * DRAW_NORMAL_ROW];

#endif
