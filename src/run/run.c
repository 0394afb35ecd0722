/* Running cases in this process, and what both ways of running share. */
#include "run/run.h"

#include <string.h>

#include "check/case_check.h"
#include "core/memory.h"
#include "gradcheck/compare.h"
#include "instance/layer_sizes.h"
#include "instance/roles.h"
#include "instance/sizes.h"
#include "result/passed_over.h"
#include "start/case_instance.h"

uint64_t gchk_case_elements(const gchk_case *spec) {
  gchk_sizes sizes;
  if (gchk_layer_read_sizes(spec->layer, spec->sizes, &sizes, NULL) != GCHK_OK)
    return 0;
  uint64_t total = 0;
  for (size_t i = 0; i < spec->layer->tensor_count; i++) {
    const gchk_tensor_spec *row = &spec->layer->tensors[i];
    gchk_shape shape;
    size_t count;
    bool is_given = gchk_role_is_moved(row->role) && row->grad != GCHK_GRAD_NONE;
    bool is_inner = row->role == GCHK_CACHE && row->grad == GCHK_GRAD_OVERWRITE && spec->layer->update != NULL &&
                    gchk_setting_asks_for_gradient(gchk_case_setting(spec, row->name));
    if ((is_given || is_inner) && gchk_sizes_shape(&sizes, row->shape, &shape, NULL) == GCHK_OK &&
        gchk_shape_count(&shape, &count, NULL) == GCHK_OK)
      total += count;
  }
  return total;
}

bool gchk_leaves_nothing(const gchk_case *spec) {
  const gchk_reference *reference = spec->layer->reference;
  return spec->layer->leaves_nothing &&
         (reference == NULL || (reference->layer != NULL && reference->layer->leaves_nothing));
}

bool gchk_run_is_interrupted(const gchk_run *run) {
  return run->options->interrupt != NULL && *run->options->interrupt != 0;
}

static void report(gchk_run *run, gchk_progress *progress) {
  if (run->options->progress == NULL)
    return;
  progress->cases_done = run->finished - run->left_out;
  progress->cases_total = run->count - run->left_out;
  progress->elements_total = run->elements_total;
  progress->elements_done = run->elements_done;
  run->options->progress(run->options->progress_context, progress);
}

static void note_elements(gchk_run *run, size_t index, uint64_t elements) {
  run->elements_done += elements - run->elements_of[index];
  run->elements_of[index] = elements;
}

void gchk_run_tell(gchk_run *run, size_t index, const char *stage, uint64_t elements_done) {
  note_elements(run, index, elements_done);
  gchk_progress progress = {.case_name = run->cases[index].name, .case_index = index, .stage = stage};
  report(run, &progress);
}

// The run ends here: what comes after this case is not part of it, even where it was under way or done.
static void end_after(gchk_run *run, size_t index) {
  run->count = index + 1;
  run->finished = run->left_out = 0;
  for (size_t i = 0; i < run->count; i++) {
    run->finished += run->is_finished[i];
    run->left_out += run->is_left_out[i];
  }
}

void gchk_run_finish(gchk_run *run, size_t index) {
  const gchk_verdict bad = run->options->strict ? GCHK_INCONCLUSIVE : GCHK_FAIL;
  if (index >= run->count)
    return;
  run->slots[index].index = index;
  run->is_finished[index] = true;
  run->finished++;
  if (run->options->fail_fast && run->is_row[index] && run->slots[index].verdict >= bad)
    end_after(run, index);
  note_elements(run, index, gchk_case_elements(&run->cases[index]));
  gchk_progress progress = {
      .case_name = run->cases[index].name, .case_index = index, .stage = "done", .finished = &run->slots[index]};
  report(run, &progress);
}

bool gchk_run_pass_over_if_told(gchk_run *run, size_t index) {
  if (!gchk_pass_over_if_told(run->slots, run->count, &run->slots[index]))
    return false;
  if (!run->is_finished[index])
    gchk_run_finish(run, index);
  return true;
}

typedef struct here {
  gchk_run *run;
  size_t index;
} here;

static void tell_here(void *context, const char *stage, uint64_t elements_done) {
  here *h = context;
  gchk_run_tell(h->run, h->index, stage, elements_done);
}

gchk_status gchk_run_here(gchk_run *run, gchk_error *error) {
  for (size_t i = 0; i < run->count && !gchk_run_is_interrupted(run); i++) {
    if (run->is_finished[i])
      continue;
    here h = {run, i};
    const gchk_case_host host = {.stage = tell_here, .stage_context = &h};
    if (gchk_run_pass_over_if_told(run, i))
      continue;
    gchk_error inner = {GCHK_OK, ""};
    const gchk_status status =
        gchk_check_case(&run->cases[i], run->options, run->result->arena, &host, &run->slots[i], &inner);
    if (status != GCHK_OK) // ends the run, which must say where
      return gchk_fail(error, status, "case %s: %s", run->cases[i].name, inner.message);
    gchk_run_finish(run, i);
  }
  return GCHK_OK;
}
