/*
 * Screening a large tensor: two signed random directions instead of one difference an element, and bisection to the
 * culprits.
 *
 * Along x + t r the derivative of phi is sum_i g_i r_i; it is held against a numeric derivative with its bound. For a
 * subset of the elements r is zero elsewhere, and derivatives along the two halves of a subset add up to its own. So
 * one culprit among n costs 1 + ceil(log2 n) directions, each of about six evaluations. Where nothing is wrong, or what
 * is wrong has no culprit, it costs the two whole ones, and some twenty evaluations for the noise of the outputs.
 *
 * A mistake must stand out from the bound of the whole direction: `detectable` says how large it must be. Knows nothing
 * of layers: the caller sets elements and evaluates.
 */
#ifndef GCHK_SCREEN_SCREEN_H
#define GCHK_SCREEN_SCREEN_H

#include <stddef.h>
#include <stdint.h>

#include "gradcheck/result.h"
#include "numeric/derivative.h"

typedef struct gchk_screen {
  /*
   * Sets x_i + t direction_(i - first) for the `count` elements from `first`, every other element as it was, and writes
   * the outputs. The caller puts the elements back after the screening.
   */
  gchk_status (*evaluate)(void *context, size_t first, const double *direction, size_t count, double t, double *y,
                          gchk_error *error);
  /* NULL, or: sets what is known of a line by this noise, which was measured along the whole direction. */
  void (*use_noise)(void *context, const double *sigma, gchk_line *line);
  void *context;
  size_t element_count;
  const double *x;                     /* the elements at the base point */
  const double *g[GCHK_MAX_DRAWS];     /* their analytic gradient, one a draw */
  const double *slack[GCHK_MAX_DRAWS]; /* what rounding may have done to each; NULL: nothing but that of storing it */
  double left_of_zero[GCHK_MAX_DRAWS]; /* the least slack of each, of gradients that are declared to be 0 */
  double scale;                        /* rms of the tensor, 1 when all is zero */
  double gradient_rounding;            /* the part of each g that rounding may be */
  double variable_unit, output_unit;
  size_t output_count;
  const double *y0; /* outputs at the base point */
  bool y0_is_exact;
  size_t draw_count;
  const double *v[GCHK_MAX_DRAWS];
  uint64_t seed;
} gchk_screen;

typedef struct gchk_screening {
  /*
   * pass; fail; or inconclusive: no bound was to be had (kinks), or one so wide that an error of the size of the
   * largest gradient would not have shown. Check a sample instead.
   */
  gchk_verdict verdict;
  double largest;                  /* finite |g| of all draws */
  double analytic, numeric, bound; /* along the whole direction, of the direction and the draw that are worst */
  double detectable;               /* a larger error of one element would have been seen; HUGE_VAL: none would */
  double off[GCHK_MAX_DRAWS];      /* by how much sum g_i r_i may be off along any whole direction; HUGE_VAL: unknown */
  size_t culprit_count;            /* elements to check one by one, ascending; at most the capacity given */
  bool has_more;          /* there were more culprits than room, or a half that failed could not be split further */
  size_t direction_count; /* directions that were differentiated */
  double sigma[GCHK_MAX_DRAWS]; /* the noise of phi_v along the first */
  bool is_noise_known;          /* no kink was in its way */
} gchk_screening;

/*
 * Screens all elements; on a fail, bisects to at most `capacity` culprits in culprits[capacity]. Allocates its own work
 * space. Errors: what evaluate returns, GCHK_NO_MEMORY.
 */
gchk_status gchk_screen_tensor(const gchk_screen *screen, size_t *culprits, size_t capacity, gchk_screening *result,
                               gchk_error *error) GCHK_MUST_USE;

#endif
