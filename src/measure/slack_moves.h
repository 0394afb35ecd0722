/* Moves that raise numbers, each by itself: by this process and by those that help with the case (core/crew.h). */
#ifndef GCHK_MEASURE_SLACK_MOVES_H
#define GCHK_MEASURE_SLACK_MOVES_H

#include "core/crew.h"
#include "measure/work.h"

typedef struct gchk_moves {
  size_t count; /* up to GCHK_MOST_MOVES */
  /* Raises `most` to what a move shows, whatever others showed; may be left where `state` says that it is done. */
  gchk_status (*make)(void *context, size_t move, const gchk_block_state *state, gchk_error *error);
  void *context;
  bool writes_values;  /* of inputs and parameters, all of them, before anything reads them; else it moves them */
  double *const *most; /* arrays over the elements of the work's tensors, of the first to the last and again */
  size_t most_count;
} gchk_moves;

enum { GCHK_MOST_MOVES = 16 };

/* Makes all moves: the same numbers, and the same count of calls, whoever made which. */
gchk_status gchk_make_moves(gchk_case_work *work, const gchk_moves *moves, gchk_error *error) GCHK_MUST_USE;

#endif
