/*
 * Elements that are used more than once.
 *
 *     repeats    the wrong rows are those that an index names more than once: all of them that tell, and no other
 *     fan out    g_i = sum of J_ij v_j over some of the outputs j that element i feeds, the same in every draw
 *
 * That an element feeds several outputs says nothing by itself: in a recurrent layer all but the last time step do. So
 * contributions are only said to be lost where what is left is the sum of some of them.
 */
#include "routes/diagnose_repeats.h"

#include <math.h>

#include "evidence/candidate.h"

/* An index tensor, and how often it names each row of the tensor's first axis. */
typedef struct row_uses {
  const char *index_name;
  size_t *count;
} row_uses;

static bool count_uses(gchk_diagnosis *d, const gchk_tensor *index, row_uses *uses) {
  size_t rows = d->t->shape.dim[0];
  *uses = (row_uses){index->name, gchk_arena_alloc(d->arena, rows, sizeof *uses->count)};
  if (uses->count == NULL)
    return false;
  for (size_t k = 0; k < index->count; k++) {
    double row = gchk_tensor_get(index, index->value, k);
    // An index that does not fit is one of something else.
    if (!(row < (double)rows))
      return false;
    if (row >= 0)
      uses->count[(size_t)row]++;
  }
  return true;
}

static bool are_the_repeated_ones(const gchk_diagnosis *d, const row_uses *uses) {
  size_t once = 0, right_repeated = 0;
  for (size_t k = 0; k < d->tensor->checked_count; k++) {
    size_t i = d->tensor->checked[k], n = uses->count[gchk_axis_index(&d->t->shape, 0, i)];
    if (d->fails[i] && n < 2)
      return false;
    if (d->fails[i] || d->tensor->verdict[i] != GCHK_PASS)
      continue;
    once += n == 1;
    right_repeated += n > 1 && gchk_is_told_from_zero(d, i);
  }
  return once > 0 && gchk_is_nearly_all(d->fail_count, d->fail_count + right_repeated);
}

bool gchk_diagnose_repeats(gchk_diagnosis *d) {
  const gchk_instance *instance = d->work->instance;
  row_uses uses = {"", NULL};
  bool is_found = false;
  for (size_t i = 0; i < instance->tensor_count && d->t->shape.rank > 0 && !is_found; i++)
    is_found =
        instance->t[i].role == GCHK_INDEX && count_uses(d, &instance->t[i], &uses) && are_the_repeated_ones(d, &uses);
  if (!is_found)
    return false;
  // With a Jacobian, one contribution alone, or some, would have been named before.
  gchk_finding *finding = gchk_diagnosis_add(
      d, GCHK_CODE_WRONG_WHERE_REPEATED, d->fail_count,
      "wrong only in rows that %s names more than once (%zu elements), right in those named once: %s", uses.index_name,
      d->fail_count,
      d->jacobian == NULL ? "= for += in a scatter" : "look at what the second use of a row does to the first one's");
  gchk_finding_text(&d->tensor->findings, finding, "index", "%s", uses.index_name);
  return true;
}

enum { MOST_FED = 10 }; // of 2^10 sums none meets two gradients by accident

/* The outputs that an element feeds. */
typedef struct fan {
  size_t output[MOST_FED], count;
} fan;

static bool is_fed(const gchk_diagnosis *d, size_t i, size_t j) {
  return fabs(d->jacobian[i * d->output_count + j]) > 2 * d->tensor->bound[0][i];
}

// False when it feeds more of them than can be tried.
static bool fan_of(const gchk_diagnosis *d, size_t i, fan *f) {
  f->count = 0;
  for (size_t j = 0; j < d->output_count; j++) {
    if (!is_fed(d, i, j))
      continue;
    if (f->count == MOST_FED)
      return false;
    f->output[f->count++] = j;
  }
  return true;
}

static double partial_sum(const gchk_diagnosis *d, size_t draw, size_t i, const fan *f, size_t kept) {
  double sum = 0;
  for (size_t k = 0; k < f->count; k++)
    if ((kept >> k & 1) != 0)
      sum += d->jacobian[i * d->output_count + f->output[k]] * d->work->v[draw][f->output[k]];
  return sum;
}

// The sum over some of the outputs that is nearest to the analytic gradient, all draws together.
static size_t nearest_sum(const gchk_diagnosis *d, size_t i, const fan *f) {
  size_t best = 0;
  double least = HUGE_VAL;
  for (size_t kept = 0; kept + 1 < (size_t)1 << f->count; kept++) {
    double off = 0;
    for (size_t draw = 0; draw < d->draws; draw++)
      off = fmax(off, fabs(partial_sum(d, draw, i, f, kept) - d->tensor->analytic[draw][i]));
    if (off < least) {
      least = off;
      best = kept;
    }
  }
  return best;
}

bool gchk_diagnose_fan_out(gchk_diagnosis *d) {
  enum { FEWEST = 2 };
  gchk_candidate c;
  size_t single = 0, several = 0, matched;
  if (d->fail_count < FEWEST || d->jacobian == NULL || d->draws < 2 || !gchk_candidate_new(d, &c))
    return false;
  for (size_t k = 0; k < d->tensor->checked_count; k++) {
    size_t i = d->tensor->checked[k];
    fan f;
    bool is_told = fan_of(d, i, &f);
    if (d->fails[i] && is_told && f.count < 2)
      return false;
    single += !d->fails[i] && is_told && f.count == 1;
    several += !d->fails[i] && (!is_told || f.count > 1) && d->tensor->verdict[i] == GCHK_PASS;
    if (!d->fails[i] || !is_told)
      continue;
    size_t kept = nearest_sum(d, i, &f);
    for (size_t draw = 0; draw < d->draws; draw++) {
      c.value[draw][i] = partial_sum(d, draw, i, &f, kept);
      c.slack[draw][i] = 8 * d->tensor->bound[draw][i];
    }
  }
  if (single == 0 || !gchk_candidate_holds(d, &c, false, &matched))
    return false;
  (void)gchk_diagnosis_add(
      d, GCHK_CODE_WRONG_WHERE_REPEATED, matched,
      "wrong only where an element feeds several outputs, and there the sum of some of their contributions (%zu of "
      "%zu); right where it feeds one (%zu) and in %zu others: = for +=, or overlapping windows",
      matched, d->fail_count, single, several);
  return true;
}
