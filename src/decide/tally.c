/* Counts of judged elements. */
#include "decide/tally.h"

enum {
  SIGN = 1 << 0,
  ZERO = 1 << 1,
  FACTOR_TWO = 1 << 2,
  COARSE = SIGN | ZERO | FACTOR_TWO
}; // of gchk_tensor_work.caught

/* How many elements have caught what: one count a set of bits; of those with a gradient, and of the decided ones. */
typedef struct sets {
  size_t nonzero[1 << GCHK_MUTATIONS], decided[1 << GCHK_MUTATIONS];
} sets;

/* What is counted of an element. Most are as the one before them. */
typedef struct kind {
  unsigned char verdict, resolution, caught;
  bool has_gradient;
} kind;

static inline kind kind_of(const gchk_tensor_work *tensor, size_t e) {
  return (kind){tensor->verdict[e], tensor->resolution[e], tensor->caught[e], !gchk_element_is_zero(tensor, e)};
}

static inline bool is_same(kind a, kind b) {
  return (a.verdict == b.verdict) & (a.resolution == b.resolution) & (a.caught == b.caught) &
         (a.has_gradient == b.has_gradient);
}

static inline bool shows_coarse(kind of) {
  return (of.caught & COARSE) == COARSE;
}

static void add(gchk_tally *tally, sets *caught, kind of, size_t count) {
  const bool has_passed = of.verdict == GCHK_PASS;
  const bool is_decided = of.has_gradient && has_passed && of.resolution == GCHK_RESOLVED;
  if (count == 0)
    return;
  tally->worst = (gchk_verdict)of.verdict > tally->worst ? (gchk_verdict)of.verdict : tally->worst;
  tally->exact_zero += has_passed && of.resolution == GCHK_EXACT_ZERO ? count : 0;
  tally->flat += has_passed && of.resolution == GCHK_FLAT ? count : 0;
  tally->unresolved += has_passed && of.resolution == GCHK_UNRESOLVED ? count : 0;
  tally->nonzero += of.has_gradient ? count : 0;
  tally->decided += is_decided ? count : 0;
  tally->decided_coarse += is_decided && shows_coarse(of) ? count : 0;
  caught->nonzero[of.caught] += of.has_gradient ? count : 0;
  caught->decided[of.caught] += is_decided ? count : 0;
}

void gchk_tally_tensor(gchk_tensor_work *tensor) {
  sets caught = {{0}, {0}};
  gchk_tally tally = {.worst = GCHK_PASS}; // here, where no byte that is written may be part of it
  kind run = {.verdict = 0};
  size_t length = 0; // elements of one kind that follow one another
  bool is_evidence = false;
  for (size_t k = 0; k < tensor->checked_count; k++) {
    const size_t e = tensor->checked[k];
    const kind next = kind_of(tensor, e);
    if (length == 0 || !is_same(next, run)) {
      add(&tally, &caught, run, length);
      run = next;
      length = 0;
      is_evidence = run.has_gradient && run.verdict != GCHK_INCONCLUSIVE && shows_coarse(run);
    }
    length++;
    tensor->is_evidence[e] = is_evidence;
  }
  add(&tally, &caught, run, length);
  for (size_t bits = 0; bits < 1 << GCHK_MUTATIONS; bits++)
    for (size_t m = 0; m < GCHK_MUTATIONS; m++) {
      tally.caught[m] += (bits >> m & 1) != 0 ? caught.nonzero[bits] : 0;
      tally.decided_caught[m] += (bits >> m & 1) != 0 ? caught.decided[bits] : 0;
    }
  tensor->tally = tally;
}
