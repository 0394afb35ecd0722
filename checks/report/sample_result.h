/*
 * Results made up for the tests of reports: each is what a run could have given, without running anything.
 *
 * Their statistics are computed here, from arrays of gradients that a formula gives, so that a test can say what a
 * report must show. The caller frees them with gchk_result_free. They abort when memory is out.
 */
#ifndef CHECKS_REPORT_SAMPLE_RESULT_H
#define CHECKS_REPORT_SAMPLE_RESULT_H

#include "gradcheck/report.h"

gchk_result *sample_empty(void);   /* no case */
gchk_result *sample_passing(void); /* a small network and layers, all well */
gchk_result *sample_failing(void); /* the same with a wrong bias (half of what it should be) and a broken contract */
gchk_result *sample_inconclusive(void); /* one tensor inconclusive, one case skipped */
gchk_result *sample_everything(void);   /* every verdict, notes, waivers, samples, references, kinks, a baseline */
gchk_result *sample_large(size_t rows, size_t columns, bool is_wrong); /* one matrix of rows x columns */
gchk_result *sample_names(const char *name);                           /* `name` wherever a result has a text */
gchk_result *sample_apple_orange(void);                                /* the documents' graph with their figures */
gchk_result *sample_many(size_t cases);                                /* so many small cases, every tenth wrong */
/* The same, each in a layer of its own: as many mistakes as there are wrong cases. */
gchk_result *sample_many_mistakes(size_t cases);

/* Adds a case without tensors, whose texts are all set. */
gchk_case_result *sample_add_case(gchk_result *result, const char *name, const char *layer, gchk_verdict verdict);
const char *sample_copy(gchk_result *result, const char *text);

#endif
