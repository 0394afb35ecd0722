/* A layer at its base point with all probes run: what the tests of probes look at. */
#ifndef CHECKS_PROBE_BENCH_H
#define CHECKS_PROBE_BENCH_H

#include "main.h"
#include "measure/work.h"

typedef struct probe_bench {
  gchk_case spec;
  gchk_options options;
  gchk_case_work work;
} probe_bench;

/* `sizes` and `option_values` may be NULL. The bench keeps pointers to the arguments. */
probe_bench *probe_bench_new(const gchk_layer *layer, const char *sizes, const double *option_values, uint64_t seed);
void probe_bench_free(probe_bench *bench);

/* The findings are one of this code, or none where it is NULL; `what` says what was tried, should it be otherwise. */
const gchk_finding *probe_bench_expect(const probe_bench *bench, const char *code, const char *what);

const gchk_evidence *probe_bench_evidence(const gchk_finding *finding, const char *key);

#endif
