/* A case at its base point. */
#include "measure/work_fixture.h"

#include <check.h>
#include <string.h>

#include "decide/differentiate_tensor.h"
#include "measure/base_point.h"
#include "measure/tensor_work.h"
#include "measure/upstream.h"

#define MUST(call, error) ck_assert_msg((call) == GCHK_OK, "%s", (error).message)

void work_fixture_open(work_fixture *f, const gchk_case *spec, const gchk_options *options) {
  gchk_error error = {GCHK_OK, ""};
  *f = (work_fixture){.arena = gchk_arena_new(), .spec = *spec, .options = GCHK_OPTIONS_INIT};
  ck_assert_ptr_nonnull(f->arena);
  if (options != NULL)
    f->options = *options;
  gchk_case_work *work = &f->work;
  MUST(gchk_work_open(work, &f->spec, &f->options, f->arena, &error), error);
  MUST(gchk_reach_base_point(work, &error), error);
  MUST(gchk_draw_upstream(work, &error), error);
  work->tensors = gchk_arena_alloc(work->scratch, work->instance->tensor_count, sizeof *work->tensors);
  ck_assert_ptr_nonnull(work->tensors);
  for (size_t i = 0; i < work->instance->tensor_count; i++)
    if (gchk_instance_is_differentiable(work->instance, i)) {
      MUST(gchk_tensor_work_init(work, &work->tensors[work->tensor_count], i, &error), error);
      gchk_check_all(&work->tensors[work->tensor_count++]);
    }
  MUST(gchk_find_analytic(work, &error), error);
}

void work_fixture_close(work_fixture *f) {
  gchk_work_close(&f->work);
  gchk_arena_free(f->arena);
}

void work_fixture_differentiate(work_fixture *f) {
  gchk_error error = {GCHK_OK, ""};
  for (size_t k = 0; k < f->work.tensor_count; k++)
    MUST(gchk_differentiate_tensor(&f->work, &f->work.tensors[k], &error), error);
}

gchk_tensor_work *work_fixture_tensor(work_fixture *f, const char *name) {
  size_t index = gchk_instance_find(f->work.instance, name);
  for (size_t k = 0; k < f->work.tensor_count; k++)
    if (f->work.tensors[k].index == index)
      return &f->work.tensors[k];
  ck_abort_msg("%s is not differentiated", name);
  return NULL;
}

size_t count_findings(const gchk_finding_list *list, gchk_code code) {
  size_t count = 0;
  for (size_t i = 0; i < list->count; i++)
    count += gchk_finding_is(&list->findings[i], code);
  return count;
}

const gchk_finding *first_finding(const gchk_finding_list *list, gchk_code code) {
  for (size_t i = 0; i < list->count; i++)
    if (gchk_finding_is(&list->findings[i], code))
      return &list->findings[i];
  ck_abort_msg("the finding is not there");
  return NULL;
}

static const gchk_evidence *evidence(const gchk_finding *finding, const char *key) {
  for (size_t i = 0; i < finding->evidence_count; i++)
    if (strcmp(finding->evidence[i].key, key) == 0)
      return &finding->evidence[i];
  ck_abort_msg("%s has no evidence '%s'", finding->code, key);
  return NULL;
}

const char *evidence_text(const gchk_finding *finding, const char *key) {
  return evidence(finding, key)->text;
}

double evidence_number(const gchk_finding *finding, const char *key) {
  return evidence(finding, key)->number;
}
