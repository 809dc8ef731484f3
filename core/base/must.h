/* must.h — the one assertion of this project.
 *
 * MUST(x) states something the programmer guarantees.  It is never compiled
 * out: a treasury that has lost track of money must stop, not continue.
 * It is not for input that can be wrong; that is a verdict or an error.
 *
 * The core only raises the alarm.  Each program defines must_failed(), because
 * only it knows the seed and the virtual time worth printing.
 */
#ifndef CORE_BASE_MUST_H
#define CORE_BASE_MUST_H

_Noreturn void must_failed(const char *file, int line, const char *claim);

#define MUST(claim)                                                                                \
    (__builtin_expect(!!(claim), 1) ? (void)0 : must_failed(__FILE__, __LINE__, #claim))
#define NEVER(why) must_failed(__FILE__, __LINE__, why) /* a branch nothing reaches */

#endif
