/* `suppress`: findings of a case that are known: {finding: stale-state, tensor: h, until: 2027-03-31, reason: why} */
#include "suite/suite_suppress.h"

#include "claims/suppressed.h"
#include "core/memory.h"

static gchk_status read_row(const gchk_suite_case *c, const gchk_yaml *node, gchk_suppression *row) {
  gchk_suppress_keys keys = {0};
  gchk_error inner;
  GCHK_TRY(gchk_suite_map(c->reader, node, "a row of suppress"));
  GCHK_TRY(gchk_suite_check_keys(c->reader, node, GCHK_KEYS_SUPPRESS, "a row of suppress"));
  GCHK_TRY(gchk_suite_read_keys(c->reader, node, GCHK_KEYS_SUPPRESS, &keys));
  *row = (gchk_suppression){.finding = keys.finding, .tensor = keys.tensor, .reason = keys.reason, .until = keys.until};
  return gchk_suppression_check(row, c->layer, &inner) == GCHK_OK
             ? GCHK_OK
             : gchk_suite_fail(c->reader, node, "%s", inner.message);
}

gchk_status gchk_suite_read_suppressions(const gchk_suite_case *c, const gchk_suppression **suppressions,
                                         size_t *count) {
  const gchk_yaml *list = c->keys.suppress;
  if (list->kind != GCHK_YAML_LIST)
    return gchk_suite_fail(c->reader, list,
                           "suppress wants a list of findings: [{finding: stale-state, tensor: h, until: 2027-03-31, "
                           "reason: \"issue 12\"}]");
  gchk_suppression *read = gchk_arena_alloc(c->reader->arena, list->count, sizeof *read);
  if (read == NULL)
    return gchk_fail_memory(c->reader->error, "suppress");
  for (size_t i = 0; i < list->count; i++)
    GCHK_TRY(read_row(c, list->item[i], &read[i]));
  *suppressions = read;
  *count = list->count;
  return GCHK_OK;
}
