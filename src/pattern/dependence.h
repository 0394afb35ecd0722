/*
 * On which elements of a tensor an output depends, found by perturbing many of them at once (trial.h).
 *
 * Along each dimension of the tensor an output depends on places whose index has certain bits, or on a window of
 * neighbouring places, or on anything.
 *
 * Bits. For every bit b of the index of an element (index_bits.h) all elements with b = 1 are perturbed together, and
 * then all with b = 0. An output that moves in the one trial alone depends on elements with that bit alone; one that
 * moves in both depends on either, and b tells nothing of it. So every output has a mask and a value, and
 *
 *     the elements that move it  are among  { e : bits(e) & mask = value }.
 *
 * With M the bits that are in the masks of all outputs that move, elements that differ in bits(e) & M share none. This
 * takes 2 log2 n forwards and finds rows, columns, samples of a batch, single elements, and these scattered anywhere in
 * the outputs.
 *
 * Windows. A dimension of which no bit is left is cut in blocks of one or more places, the smallest of which no output
 * depends on three neighbours: all elements of every third block are perturbed. Then the bits of the numbers of blocks
 * are tried, in the Gray code, where two neighbours differ in one bit alone: so every output has a block, or two. Where
 * blocks are small their places are tried one by one, all those that are as many places apart as a window is long. With
 * w the most blocks of any output, elements whose blocks differ by a multiple of w share no output. This takes some 20
 * log2 n forwards, and as many as a window has places, and finds convolutions, and rows of any length in a flat vector.
 * Dead and saturated outputs move in some trials and not in others: those are tried again until they show, and taken
 * for as long as the longest that was seen.
 */
#ifndef GCHK_PATTERN_DEPENDENCE_H
#define GCHK_PATTERN_DEPENDENCE_H

#include "measure/work.h"
#include "pattern/index_bits.h"

/* Of a dimension; `first` and `last` are blocks, one an output that is moved. */
typedef struct gchk_windows {
  size_t places;        /* of a block */
  size_t blocks, width; /* width: the most blocks of an output; 0: there are no windows along this dimension */
  uint32_t *first, *last;
} gchk_windows;

typedef struct gchk_dependence {
  gchk_index_bits bits;
  uint64_t left;   /* M */
  uint64_t *value; /* an output: the bits of M of the elements that move it */
  bool *moves;     /* an output: does any element move it? */
  size_t output_count;
  gchk_windows windows[GCHK_MAX_RANK];
} gchk_dependence;

#endif
