/* interface.h — interface types (接口类型): what an institution offers, and what is done when.
 *
 * Every account is registered with one interface type and thereby gets its
 * operations and its tasks.  What an account's interface does not offer is
 * refused, with the interface named by whoever tells people.
 */
#ifndef CORE_GATEWAY_INTERFACE_H
#define CORE_GATEWAY_INTERFACE_H

#include <stdint.h>

#include "core/base/schedule.h"

enum operation {
    OPERATE_BALANCE,  /* refresh the balance */
    OPERATE_DETAILS,  /* collect movements */
    OPERATE_TRANSFER, /* pay from the account through the bank */
    OPERATE_PAYOUT,   /* pay out at a clearing house */
    OPERATE_QUOTA,    /* report and move mapped quota */
    OPERATE_HISTORY,  /* what a day at a virtual ID came to */
    OPERATE_FILE,     /* fetch files */
    OPERATE_COUNT,
};

enum { INTERFACES_MAX = 32, TASKS_MAX = 8 };

struct interface_task {
    uint8_t operation; /* OPERATE_BALANCE, OPERATE_DETAILS, OPERATE_QUOTA or OPERATE_HISTORY */
    uint8_t pad[7];
    struct schedule when;
};

struct interface {
    uint8_t operations;  /* bit: enum operation */
    uint8_t institution; /* the caller's number */
    uint8_t task_count;
    uint8_t pad[5];
    struct interface_task tasks[TASKS_MAX];
};

#endif
