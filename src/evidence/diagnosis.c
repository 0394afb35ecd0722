/* What the rules of diagnosis share: errors of elements, findings, outputs, and the names of axes. */
#include "evidence/diagnosis.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "instance/precision.h"
#include "measure/judge.h"

enum { SENTENCE = 1024 };

gchk_case_work gchk_named_work(const gchk_case_work *work) {
  gchk_case_work named = *work;
  named.instance = work->single != NULL ? work->single : work->instance;
  named.single = NULL;
  return named;
}

bool gchk_is_nearly_all(size_t some, size_t all) {
  return some > 0 && (all - some) * 50 <= all;
}

double gchk_diagnosis_error(const gchk_diagnosis *d, size_t draw, size_t element) {
  return d->tensor->bound[draw][element] +
         gchk_rounding_allowance(d->unit) * d->unit * fabs(d->tensor->analytic[draw][element]);
}

bool gchk_is_told_from_zero(const gchk_diagnosis *d, size_t element) {
  static const double far = 10;
  return fabs(d->tensor->numeric[0][element]) > far * gchk_diagnosis_error(d, 0, element);
}

// Do the elements that pass have a derivative that is told from zero? Then the factor is not everywhere.
size_t gchk_telling_passes(const gchk_diagnosis *d) {
  size_t count = 0;
  for (size_t k = 0; k < d->tensor->checked_count; k++) {
    size_t i = d->tensor->checked[k];
    count += d->tensor->verdict[i] == GCHK_PASS && gchk_is_told_from_zero(d, i);
  }
  return count;
}

bool gchk_agrees_as_it_stands(const gchk_diagnosis *d) {
  static const double terms = 4;
  const double unit = fmax(d->unit, GCHK_UNIT_OF_BF16), of_value = gchk_rounding_allowance(unit) * unit;
  double largest[GCHK_MAX_DRAWS] = {0};
  size_t same = 0;
  for (size_t draw = 0; draw < d->draws; draw++)
    for (size_t i = 0; i < d->total; i++)
      if (d->fails[i])
        largest[draw] = fmax(largest[draw], fabs(d->tensor->numeric[draw][i]));
  for (size_t i = 0; i < d->total; i++) {
    bool agrees = d->fails[i];
    for (size_t draw = 0; draw < d->draws && agrees; draw++) {
      const double n = d->tensor->numeric[draw][i];
      agrees = fabs(d->tensor->analytic[draw][i] - n) <= of_value * fabs(n) + terms * unit * largest[draw];
    }
    same += agrees;
  }
  return gchk_is_nearly_all(same, d->fail_count);
}

bool gchk_is_zero_where_it_fails(const gchk_diagnosis *d) {
  for (size_t draw = 0; draw < d->draws; draw++)
    for (size_t i = 0; i < d->total; i++)
      if (d->fails[i] && d->tensor->analytic[draw][i] != 0)
        return false;
  return true;
}

gchk_finding *gchk_diagnosis_add(gchk_diagnosis *d, gchk_code code, size_t explained, const char *format, ...) {
  char text[SENTENCE];
  va_list arguments;
  va_start(arguments, format);
  (void)vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  gchk_finding_list *list = &d->tensor->findings;
  gchk_finding *finding = gchk_finding_add(list, code, "%s", text);
  gchk_finding_number(list, finding, "explained", (double)explained);
  gchk_finding_number(list, finding, "failing", (double)(d->fail_count + d->bad_count));
  return finding;
}

const gchk_tensor *gchk_output_tensor(const gchk_diagnosis *d, size_t k, size_t *start, size_t *index) {
  const gchk_instance *instance = d->work->instance;
  *start = 0;
  if (instance->layer->loss != NULL)
    return NULL;
  for (size_t i = 0; i < instance->tensor_count; i++) {
    if (instance->t[i].role != GCHK_OUTPUT)
      continue;
    if (k-- == 0) {
      *index = i;
      return &instance->t[i];
    }
    *start += instance->t[i].count;
  }
  return NULL;
}

const char *gchk_axis_name(const gchk_diagnosis *d, size_t tensor, size_t axis, char *text, size_t size) {
  const char *at = d->work->instance->layer->tensors[tensor].shape;
  bool has_list = strstr(at, "...") != NULL;
  for (size_t k = 0; !has_list; k++) {
    at += strspn(at, " ");
    size_t length = strcspn(at, " ");
    if (length == 0)
      break;
    // A plain name says more than "axis 1"; a number does not.
    if (k == axis && length < size && strcspn(at, "0123456789") > 0) {
      (void)snprintf(text, size, "%.*s", (int)length, at);
      return text;
    }
    at += length;
  }
  (void)snprintf(text, size, "axis %zu", axis);
  return text;
}

bool gchk_may_be_changed(const gchk_diagnosis *d, size_t tensor) {
  static const gchk_fill_kind random[] = {GCHK_FILL_DEFAULT, GCHK_FILL_NORMAL, GCHK_FILL_UNIFORM, GCHK_FILL_POSITIVE,
                                          GCHK_FILL_DISTINCT};
  const gchk_fill_kind kind = d->work->instance->layer->tensors[tensor].fill.kind;
  bool may_be = d->work->instance->t[tensor].role != GCHK_CONSTANT;
  for (size_t k = 0; k < sizeof random / sizeof random[0]; k++)
    may_be = may_be || kind == random[k];
  return may_be;
}
