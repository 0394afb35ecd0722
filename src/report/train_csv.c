/* The curves of a training run as CSV. */
#include "report/train_csv.h"

#include <math.h>

static void put_field(gchk_text *out, double x) {
  gchk_text_put(out, ",");
  if (!isnan(x))
    gchk_text_real(out, 'g', 17, x);
}

void gchk_train_csv(const gchk_train_record *record, gchk_text *out) {
  gchk_text_put(out, "iteration,loss,train_accuracy,test_accuracy\n");
  size_t next = 0;
  for (uint64_t i = 0; i <= record->step_count; i++) {
    const bool has_point = next < record->point_count && record->points[next].iteration == i;
    if (i == 0 && !has_point)
      continue;
    gchk_text_format(out, "%llu", (unsigned long long)i);
    put_field(out, i > 0 ? record->loss[i - 1] : (double)NAN);
    put_field(out, has_point ? record->points[next].train_accuracy : (double)NAN);
    put_field(out, has_point ? record->points[next].test_accuracy : (double)NAN);
    gchk_text_put(out, "\n");
    next += has_point;
  }
}
