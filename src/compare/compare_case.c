/*
 * What is wrong where a layer and its reference differ: forward, where outputs do; backward, where outputs agree and
 * gradients do not. Gradients of another forward are other gradients, and no finding of their own.
 *
 * The bound is that of two computations of one function (agreement.h), with the layer's unit; n u is no more than what
 * differences of that precision resolve.
 */
#include "compare/compare_case.h"

#include <math.h>
#include <stdio.h>

#include "compare/counterpart.h"
#include "compare/kinks.h"
#include "core/memory.h"
#include "core/text.h"
#include "instance/index.h"
#include "instance/precision.h"
#include "measure/agreement.h"
#include "measure/tensor_work.h"

static const double most_of_the_largest = 0x1p-13; // for n u

/* What became of one part. */
typedef struct outcome {
  size_t compared, differ, worst;
  double excess; /* of the worst */
  double used;   /* largest part of what is allowed, of those that agree */
} outcome;

typedef struct comparing {
  gchk_case_work *work;
  gchk_counterpart counterpart;
  gchk_agreement agreement;
  outcome *outcomes;
} comparing;

static gchk_status set_up(comparing *c, gchk_error *error) {
  const gchk_counterpart *counterpart = &c->counterpart;
  gchk_agreement *a = &c->agreement;
  const double unit = gchk_coarsest_unit(counterpart->own);
  const double n = fmin((double)gchk_longest_dimension(counterpart->own), most_of_the_largest / unit);
  *a = (gchk_agreement){.instance = counterpart->own,
                        .evaluate = gchk_counterpart_evaluate,
                        .context = &c->counterpart,
                        .unit = unit,
                        .n = n,
                        .floor = 2 * gchk_rounding_allowance(unit) + n,
                        .is_wary = true,
                        .count = counterpart->count,
                        .part_count = counterpart->part_count};
  a->parts = gchk_arena_alloc(c->work->scratch, a->part_count, sizeof *a->parts);
  a->is_left_out = gchk_arena_alloc(c->work->scratch, a->count, sizeof *a->is_left_out);
  c->outcomes = gchk_arena_alloc(c->work->scratch, a->part_count, sizeof *c->outcomes);
  if (a->parts == NULL || a->is_left_out == NULL || c->outcomes == NULL)
    return gchk_fail_memory(error, "a comparison");
  for (size_t p = 0; p < a->part_count; p++)
    a->parts[p] = (gchk_agreement_part){.first = counterpart->parts[p].first, .count = counterpart->parts[p].count};
  return gchk_agreement_init(a, c->work->scratch, error);
}

static gchk_status measure(comparing *c, gchk_error *error) {
  gchk_instance *own = c->counterpart.own;
  gchk_random random = gchk_random_stream(c->work->options->seed, "reference");
  gchk_snapshot *base = gchk_snapshot_new(own, GCHK_SNAPSHOT_ALL);
  if (base == NULL)
    return gchk_fail_memory(error, "the values of a layer");
  gchk_status status = gchk_leave_out_kinks(&c->agreement, base, &random, c->work->scratch, error);
  if (status == GCHK_OK)
    status = gchk_agreement_measure(&c->agreement, base, &random, error);
  gchk_snapshot_restore(base, own);
  gchk_snapshot_free(base);
  return status;
}

static outcome judge(const gchk_agreement *a, const gchk_agreement_part *part) {
  outcome o = {.worst = part->first};
  for (size_t j = part->first; j < part->first + part->count; j++) {
    if (a->is_left_out[j])
      continue;
    const double excess = gchk_agreement_excess(a, part, j), allowed = gchk_agreement_allowance(a, part, j);
    o.compared++;
    o.differ += excess > 0;
    if (excess <= 0 && allowed > 0)
      o.used = fmax(o.used, fabs(a->y[j] - a->z[j]) / allowed);
    if (excess > o.excess) {
      o.excess = excess;
      o.worst = j;
    }
  }
  return o;
}

/* Of all outputs, or of all gradients; `worst` is a part, part_count where none differs. */
typedef struct summary {
  size_t compared, total, differ, worst;
  double used;
} summary;

static summary sum_up(const comparing *c, bool of_gradients) {
  const gchk_counterpart *counterpart = &c->counterpart;
  summary s = {.worst = counterpart->part_count};
  for (size_t p = 0; p < counterpart->part_count; p++) {
    const outcome *o = &c->outcomes[p];
    if (counterpart->parts[p].is_gradient != of_gradients)
      continue;
    s.compared += o->compared;
    s.total += counterpart->parts[p].count;
    s.differ += o->differ;
    s.used = fmax(s.used, o->used);
    if (o->differ > 0 && (s.worst == counterpart->part_count || o->excess > c->outcomes[s.worst].excess))
      s.worst = p;
  }
  return s;
}

static const char *name_of(const comparing *c, const gchk_result_part *part) {
  return part->is_loss ? "the loss" : c->counterpart.own->t[part->own].name;
}

static const char *index_of(const comparing *c, size_t p, char *text, size_t size) {
  const gchk_result_part *part = &c->counterpart.parts[p];
  text[0] = '\0';
  return part->is_loss ? text
                       : gchk_index_format(&c->counterpart.own->t[part->own].shape, c->outcomes[p].worst - part->first,
                                           text, size);
}

static void put_evidence(const comparing *c, size_t p, gchk_finding_list *list, gchk_finding *finding) {
  const outcome *o = &c->outcomes[p];
  const gchk_agreement *a = &c->agreement;
  gchk_finding_text(list, finding, "reference", "%s", c->counterpart.instance->layer->name);
  gchk_finding_text(list, finding, "tensor", "%s", name_of(c, &c->counterpart.parts[p]));
  gchk_finding_number(list, finding, "element", (double)(o->worst - a->parts[p].first));
  gchk_finding_number(list, finding, "value", a->y[o->worst]);
  gchk_finding_number(list, finding, "expected", a->z[o->worst]);
  gchk_finding_number(list, finding, "bound", gchk_agreement_allowance(a, &a->parts[p], o->worst));
  gchk_finding_number(list, finding, "differ", (double)o->differ);
  gchk_finding_number(list, finding, "compared", (double)o->compared);
}

// Do differences agree with backward?
static bool backward_is_of_forward(const gchk_case_work *work) {
  for (size_t k = 0; k < work->tensor_count; k++)
    if (work->tensors[k].tally.worst == GCHK_FAIL)
      return false;
  return true;
}

static const char *say_of_gradients(const comparing *c, const summary *gradients) {
  if (gradients->compared == 0)
    return "no gradient was compared";
  if (gradients->differ == 0)
    return "the gradients agree with the reference's";
  return backward_is_of_forward(c->work)
             ? "the gradients differ too, and are those of this forward: backward goes with it"
             : "the gradients differ too, from the reference's and from those of this forward";
}

static void report_forward(const comparing *c, size_t p, const summary *outputs, const summary *gradients) {
  const outcome *o = &c->outcomes[p];
  const gchk_agreement *a = &c->agreement;
  gchk_finding_list *list = &c->work->findings;
  char index[GCHK_INDEX_TEXT];
  gchk_finding *finding = gchk_finding_add(
      list, GCHK_CODE_FORWARD_DIFFERS_FROM_REFERENCE,
      "forward is not that of %s: %s%s is %.9g and %.9g in the reference at the same values, where rounding explains "
      "%.2g (%zu of %zu outputs differ by more than that); %s",
      c->counterpart.instance->layer->name, name_of(c, &c->counterpart.parts[p]), index_of(c, p, index, sizeof index),
      a->y[o->worst], a->z[o->worst], gchk_agreement_allowance(a, &a->parts[p], o->worst), outputs->differ,
      outputs->compared, say_of_gradients(c, gradients));
  put_evidence(c, p, list, finding);
}

static void report_backward(const comparing *c, const summary *outputs) {
  const gchk_agreement *a = &c->agreement;
  for (size_t p = 0; p < c->counterpart.part_count; p++) {
    const gchk_result_part *part = &c->counterpart.parts[p];
    const outcome *o = &c->outcomes[p];
    if (!part->is_gradient || o->differ == 0)
      continue;
    gchk_finding_list *list = gchk_findings_of(c->work, part->own);
    char index[GCHK_INDEX_TEXT];
    gchk_finding *finding = gchk_finding_add(
        list, GCHK_CODE_GRADIENT_DIFFERS_FROM_REFERENCE,
        "backward is not that of %s, and forward is (%zu outputs agree): the gradient of %s%s is %.9g and %.9g in the "
        "reference, where rounding explains %.2g (%zu of %zu elements differ by more than that)",
        c->counterpart.instance->layer->name, outputs->compared, name_of(c, part), index_of(c, p, index, sizeof index),
        a->y[o->worst], a->z[o->worst], gchk_agreement_allowance(a, &a->parts[p], o->worst), o->differ, o->compared);
    put_evidence(c, p, list, finding);
  }
}

static void report_agreement(const comparing *c, const summary *outputs, const summary *gradients) {
  gchk_finding_list *list = &c->work->findings;
  gchk_finding *finding = gchk_finding_note(
      list, GCHK_CODE_AGREES_WITH_REFERENCE,
      "agrees with %s: %zu of %zu outputs and %zu of %zu gradients were compared, and differ by no more than %.2g of "
      "what rounding explains%s",
      c->counterpart.instance->layer->name, outputs->compared, outputs->total, gradients->compared, gradients->total,
      fmax(outputs->used, gradients->used),
      outputs->compared + gradients->compared < outputs->total + gradients->total ? "; the others sit on kinks" : "");
  gchk_finding_text(list, finding, "reference", "%s", c->counterpart.instance->layer->name);
  gchk_finding_number(list, finding, "outputs", (double)outputs->compared);
  gchk_finding_number(list, finding, "gradients", (double)gradients->compared);
  gchk_finding_number(list, finding, "used", fmax(outputs->used, gradients->used));
}

static gchk_status conclude(comparing *c, gchk_error *error) {
  for (size_t p = 0; p < c->counterpart.part_count; p++)
    c->outcomes[p] = judge(&c->agreement, &c->agreement.parts[p]);
  const summary outputs = sum_up(c, false), gradients = sum_up(c, true);
  if (outputs.compared == 0)
    return gchk_fail(error, GCHK_INVALID,
                     "comparing %s with %s: the reference has no finite output at these values; choose others",
                     c->counterpart.own->layer->name, c->counterpart.instance->layer->name);
  if (outputs.differ > 0)
    report_forward(c, outputs.worst, &outputs, &gradients);
  else if (gradients.differ > 0)
    report_backward(c, &outputs);
  else
    report_agreement(c, &outputs, &gradients);
  return GCHK_OK;
}

static gchk_status compare(comparing *c, gchk_instance *own, gchk_error *error) {
  GCHK_TRY(gchk_counterpart_open(&c->counterpart, c->work, own, own->layer->reference, error));
  GCHK_TRY(set_up(c, error));
  GCHK_TRY(measure(c, error));
  return conclude(c, error);
}

gchk_status gchk_compare_case(gchk_case_work *work, gchk_instance *own, gchk_error *error) {
  if (own->layer->reference == NULL)
    return GCHK_OK;
  comparing c = {.work = work};
  const gchk_status status = compare(&c, own, error);
  gchk_counterpart_close(&c.counterpart);
  return status;
}
