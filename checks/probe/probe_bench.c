/* Running all probes on one layer. */
#include "probe_bench.h"

#include <stdio.h>
#include <string.h>

#include "probe/probe.h"
#include "start/case_instance.h"

probe_bench *probe_bench_new(const gchk_layer *layer, const char *sizes, const double *option_values, uint64_t seed) {
  probe_bench *b = calloc(1, sizeof *b);
  ck_assert_ptr_nonnull(b);
  gchk_error error = {GCHK_OK, ""};
  b->options = (gchk_options)GCHK_OPTIONS_INIT;
  b->options.seed = seed;
  b->spec = (gchk_case){.name = layer->name, .layer = layer, .options = option_values, .sizes = sizes};
  b->work = (gchk_case_work){.spec = &b->spec,
                             .options = &b->options,
                             .arena = gchk_arena_new(),
                             .scratch = gchk_arena_new(),
                             .random = gchk_random_seeded(5)};
  b->work.findings.arena = b->work.arena;
  ck_assert_msg(gchk_case_instance(&b->spec, seed, &b->work.instance, &error) == GCHK_OK, "%s", error.message);
  b->work.output_count = gchk_instance_output_count(b->work.instance);
  b->work.y = gchk_arena_alloc(b->work.scratch, b->work.output_count, sizeof(double));
  ck_assert_int_eq(gchk_instance_forward(b->work.instance, &error), GCHK_OK);
  ck_assert_int_eq(gchk_instance_outputs(b->work.instance, b->work.y, &error), GCHK_OK);
  ck_assert_msg(gchk_probe_contract(&b->work, &error) == GCHK_OK, "%s", error.message);
  return b;
}

void probe_bench_free(probe_bench *bench) {
  gchk_instance_free(bench->work.instance);
  gchk_arena_free(bench->work.arena);
  gchk_arena_free(bench->work.scratch);
  free(bench);
}

const gchk_finding *probe_bench_expect(const probe_bench *bench, const char *code, const char *what) {
  const gchk_finding_list *list = &bench->work.findings;
  char all[4096] = "";
  for (size_t k = 0; k < list->count; k++) {
    const size_t used = strlen(all);
    (void)snprintf(all + used, sizeof all - used, "\n%s: %s", list->findings[k].code, list->findings[k].text);
  }
  if (code == NULL) {
    ck_assert_msg(list->count == 0, "%s (seed %llu): wanted no finding, not%s", what,
                  (unsigned long long)bench->options.seed, all);
    ck_assert_ptr_null(bench->work.refused);
    return NULL;
  }
  ck_assert_msg(list->count == 1 && strcmp(list->findings[0].code, code) == 0,
                "%s (seed %llu): wanted %s alone, not:%s", what, (unsigned long long)bench->options.seed, code, all);
  return &list->findings[0];
}

const gchk_evidence *probe_bench_evidence(const gchk_finding *finding, const char *key) {
  for (size_t k = 0; k < finding->evidence_count; k++)
    if (strcmp(finding->evidence[k].key, key) == 0)
      return &finding->evidence[k];
  ck_abort_msg("%s: no evidence %s", finding->code, key);
  return NULL;
}
