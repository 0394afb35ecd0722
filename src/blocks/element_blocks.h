/* The checked elements of a tensor, cut into blocks, which several processes may decide (core/crew.h). */
#ifndef GCHK_BLOCKS_ELEMENT_BLOCKS_H
#define GCHK_BLOCKS_ELEMENT_BLOCKS_H

#include "core/crew.h"
#include "lines/tensor_line.h"

/* Checked elements first, first + 1, ... by their place in gchk_tensor_work.checked. */
typedef struct gchk_element_block {
  size_t first, count;
} gchk_element_block;

/* How many blocks so many checked elements make, at least one, and the i-th of so many: by nothing else. */
size_t gchk_element_block_count(size_t checked, size_t least);
gchk_element_block gchk_element_block_at(size_t checked, size_t count, size_t i);

/* What is done with a block: nothing that depends on what another one came to. */
typedef struct gchk_block_job {
  /* Decides its elements; may leave it at once where `state` says that it is done (gchk_block_is_done). */
  gchk_status (*decide)(void *context, gchk_element_block block, const gchk_block_state *state, gchk_error *error);
  void *context;
  size_t least;         /* elements of a block, unless there are fewer */
  double operations;    /* of an evaluation (cost/operations.h) */
  const size_t *order;  /* NULL, or: the checked elements as blocks have them, which are cut here: */
  const size_t *starts; /* count + 1: where a block begins in that order */
  size_t count;
  unsigned char *marks; /* NULL, or: what else the job notes of an element of the tensor, a byte each */
} gchk_block_job;

/*
 * Does the job for all checked elements, with the help that the work's crew gives where there is so much to do that it
 * pays: the same in the tensor's arrays, and the same count of calls, whoever did which.
 */
gchk_status gchk_decide_blocks(gchk_tensor_line *l, const gchk_block_job *job, gchk_error *error) GCHK_MUST_USE;

#endif
