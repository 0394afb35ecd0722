/* Elements of a tensor whose layer varies, decided in blocks. */
#ifndef GCHK_DECIDE_BATCH_ELEMENTS_H
#define GCHK_DECIDE_BATCH_ELEMENTS_H

#include "batch/batch.h"
#include "batch/judge_batch.h"
#include "lines/tensor_line.h"

enum { GCHK_BATCH_ELEMENTS = 4096 };

typedef struct gchk_batch_elements {
  gchk_tensor_line *l;
  gchk_batch batch;
  size_t *asked; /* the elements of all points of a round */
  bool *is_kept; /* of the block that was decided last: the k-th element is */
  double *analytic[GCHK_MAX_DRAWS], *slack[GCHK_MAX_DRAWS]; /* of the block's elements */
  unsigned char *resolution, *caught;                       /* of those that passed */
} gchk_batch_elements;

/* Room for blocks of up to GCHK_BATCH_ELEMENTS, of a line that varies. To be closed even when this fails. */
gchk_status gchk_batch_open(gchk_batch_elements *b, gchk_tensor_line *l, gchk_error *error) GCHK_MUST_USE;
void gchk_batch_close(gchk_batch_elements *b);

/*
 * Decides those of `count` elements, ascending, which pass, and which the rounds of batch.h settle; they are kept in
 * the tensor's arrays. The others are for gchk_decide. The pilots must be done. Six to twenty-eight points an element,
 * in up to four calls of vary.
 */
gchk_status gchk_batch_decide(gchk_batch_elements *b, const size_t *elements, size_t count,
                              gchk_error *error) GCHK_MUST_USE;

/*
 * The same of elements that vary says have no effect, and backward gives 0 for: what it would come to, points counted,
 * without asking for any. Elements that are not kept then have points missing.
 */
void gchk_batch_decide_still(gchk_batch_elements *b, const size_t *elements, size_t count);

#endif
