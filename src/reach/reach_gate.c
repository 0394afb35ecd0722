/* It fails closed: where nothing is known, nothing was shown to be enough. */
#include "reach/reach_gate.h"

#include <string.h>

#include "core/memory.h"
#include "reach/reach_layers.h"
#include "reach/reach_words.h"
#include "result/findings.h"

enum { FEW = 3 };

// A case that was skipped, or ended before its time, says nothing of branches.
static bool was_checked(const gchk_result *result, size_t first) {
  const gchk_case_result *c = &result->cases[first];
  for (size_t i = first; i < result->case_count; i++)
    if (gchk_reach_is_same_layer(c, &result->cases[i]) && result->cases[i].verdict != GCHK_SKIPPED &&
        result->cases[i].verdict != GCHK_ERROR)
      return true;
  return false;
}

static void put_untaken(gchk_text *out, const gchk_reach_result *reach) {
  size_t count = 0;
  for (size_t i = 0; i < reach->function_count; i++) {
    const gchk_reached_function *f = &reach->functions[i];
    for (size_t k = 0; k < f->untaken_count && strcmp(f->callback, "backward") == 0;
         k += gchk_untaken_alike(f, k), count++) {
      if (count >= FEW)
        continue;
      gchk_text_put(out, count > 0 ? ", " : "; never taken: ");
      gchk_put_untaken_place(out, f, &f->untaken[k]);
    }
  }
  if (count > FEW)
    gchk_text_format(out, " and %zu more", count - FEW);
}

static void find(gchk_finding_list *list, const gchk_reach_result *reach, double least) {
  const gchk_reach_counts counts = gchk_reach_count(reach, "backward");
  if (counts.branches == 0) {
    (void)gchk_finding_add(list, GCHK_CODE_REACH_UNKNOWN, "which of its branches backward took is not known: %s",
                           *reach->why_not != '\0' ? reach->why_not
                                                   : "it was not compiled with -fsanitize-coverage=trace-pc,trace-cmp");
    return;
  }
  if ((double)counts.taken >= least * (double)counts.branches)
    return;
  gchk_text places = {0};
  char percent[GCHK_REAL_SIZE];
  put_untaken(&places, reach);
  gchk_finding *finding =
      gchk_finding_add(list, GCHK_CODE_REACH_TOO_LOW, "backward took %zu of its %zu branches, less than %s %%%s",
                       counts.taken, counts.branches, gchk_format_real(percent, sizeof percent, 'g', 6, 100 * least),
                       places.data != NULL ? places.data : "");
  gchk_finding_number(list, finding, "taken", (double)counts.taken);
  gchk_finding_number(list, finding, "branches", (double)counts.branches);
  list->failed = list->failed || places.failed;
  gchk_text_deinit(&places);
}

gchk_status gchk_reach_gate(gchk_result *result, double least, gchk_error *error) {
  gchk_layer_reach *layers;
  size_t count = 0;
  GCHK_TRY(gchk_reach_of_layers(result, result->arena, &layers, &count, error));
  for (size_t i = 0; i < count; i++) {
    gchk_case_result *c = &result->cases[layers[i].first_case];
    gchk_finding_list list = gchk_finding_list_from(result->arena, c->findings, c->finding_count);
    if (!was_checked(result, layers[i].first_case))
      continue;
    find(&list, &layers[i].reach, least);
    if (list.failed)
      return gchk_fail_memory(error, "the branches of layers");
    if (list.count > c->finding_count && c->verdict < GCHK_FAIL)
      c->verdict = GCHK_FAIL;
    c->findings = list.findings;
    c->finding_count = list.count;
  }
  return GCHK_OK;
}
