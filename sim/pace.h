/* pace.h — the run and the wall clock: pacing, interruption, the progress bar.
 *
 * libevent waits and hears signals here; it never decides which event of the
 * run comes first.  With no speed the run goes as fast as it can.
 */
#ifndef SIM_PACE_H
#define SIM_PACE_H

#include <stdbool.h>
#include <stdint.h>

struct pace; /* owns resources */

/* speed_millionths: virtual time by wall time; 0: unpaced. */
struct pace *pace_create(int64_t speed_millionths, int64_t start_us, int64_t end_us, bool progress);
void pace_free(struct pace *p);

/* Waits until virtual time `at_us` has come on the wall; now and then looks
 * for signals and draws the bar.  False: interrupted. */
bool pace_until(struct pace *p, int64_t at_us);
int pace_signal(const struct pace *p); /* the one that interrupted, or 0 */

double wall_seconds(void);

#endif
