/* report_page.h — between the files of the report: the page, and what writes to it. */
#ifndef SIM_REPORT_PAGE_H
#define SIM_REPORT_PAGE_H

#include <stdint.h>
#include <stdio.h>

#include "core/base/civil.h"
#include "sim/run.h"

struct page {
    FILE *file;
    const struct run *run;
    const char *dir;
};

__attribute__((format(printf, 2, 3))) void page_text(const struct page *p, const char *format, ...);
void page_open_table(const struct page *p, const char *const *titles, size_t count, size_t numbers);
void page_close_table(const struct page *p);
const char *shown_moment(int64_t at_us, char out[CIVIL_MOMENT_TEXT_MAX]);
void page_timeline(const struct page *p);
void page_alerts(const struct page *p);
void page_audit(const struct page *p);
void page_section(const struct page *p, const char *name, const char *heading, const char *caption);

#endif
