/*
 * The noise of a function along a line: ECNoise (Moré and Wild, "Estimating computational noise", SIAM J. Sci. Comput.
 * 33(3), 2011).
 *
 * phi is taken at seven equispaced points; in the table of its differences the smooth part dies out and noise stays:
 *
 *     sigma_j = sqrt(gamma_j mean_i (Delta^j phi_i)^2),   gamma_j = (j!)^2/(2j)!
 *
 * The first level j at which sigma_j, sigma_{j+1}, sigma_{j+2} agree within a factor of 4 and the differences change
 * sign is the noise. Where half of the values tie the spacing is too small, and is widened 16 times; where no level is
 * found it is too wide, and is narrowed 16 times (100 times in the paper: from below the step of a staircase to beyond
 * what is smooth).
 *
 * One spacing can be unlucky: where the slope is a whole number of output spacings per step the differences are all
 * equal and no noise shows. So three spacings that are in no ratio to each other have their say, and the middle sigma
 * stands.
 *
 * A kink among the points looks like noise too, but grows with the spacing, which noise does not. So what is large
 * beside rounding is measured once more 16 times wider than the widest of these, and if it grew, narrower until it is
 * small. So is what is large beside the outputs: that is an oscillation.
 *
 * Each phi is the sum of differences from the outputs at x, so an offset common to all points costs nothing.
 */
#include "numeric/noise.h"

#include <math.h>

#include "numeric/stencil.h"

enum { POINTS = 7, CENTRE = 3, ATTEMPTS = 7, BEATS = 3 };
static const double agree = 4;
static const double respace = 16;
static const double widest = 0x1p-6; /* of s; beyond, it is kinks far away that show */
static const double beats[BEATS] = {1, 1.618, 5.303};
static const double suspicious = 16;    /* times the rounding of the outputs */
static const double implausible = 1e-3; /* of the outputs */
static const double grows = 4;          /* from one spacing to one 16 times as wide; a kink grows by 16 */

typedef enum outcome { FOUND, TIES, NOT_FOUND } outcome;

/* ECNoise on the values phi, which it overwrites. */
static outcome estimate(double phi[POINTS], double *sigma) {
  double largest = 0;
  for (size_t i = 0; i < POINTS; i++)
    largest = fmax(largest, fabs(phi[i]));
  if (largest == 0)
    return TIES;
  // Squares of the unscaled values could over- or underflow.
  for (size_t i = 0; i < POINTS; i++)
    phi[i] /= largest;
  double level[POINTS - 1];
  bool changes_sign[POINTS - 1];
  double gamma = 1;
  for (size_t j = 1; j < POINTS; j++) {
    size_t count = POINTS - j, ties = 0;
    double squares = 0, low = HUGE_VAL, high = -HUGE_VAL;
    for (size_t i = 0; i < count; i++) {
      phi[i] = phi[i + 1] - phi[i];
      squares += phi[i] * phi[i];
      low = fmin(low, phi[i]);
      high = fmax(high, phi[i]);
      ties += phi[i] == 0;
    }
    if (j == 1 && 2 * ties >= POINTS)
      return TIES;
    gamma *= 0.5 * (double)j / (double)(2 * j - 1);
    level[j - 1] = sqrt(gamma * squares / (double)count);
    changes_sign[j - 1] = low < 0 && high > 0;
  }
  for (size_t j = 0; j + 2 < POINTS - 1; j++) {
    double low = fmin(level[j], fmin(level[j + 1], level[j + 2]));
    double high = fmax(level[j], fmax(level[j + 1], level[j + 2]));
    if (high <= agree * low && changes_sign[j]) {
      *sigma = level[j] * largest;
      return FOUND;
    }
  }
  return NOT_FOUND;
}

/*
 * The noise at one spacing: FOUND when it was for every draw; sigma of a draw without is 0. is_flat: phi is the same.
 */
static gchk_status probe(const gchk_line *line, double spacing, double *y, double sigma[GCHK_MAX_DRAWS], outcome *worst,
                         bool *is_flat, gchk_error *error) {
  double phi[GCHK_MAX_DRAWS][POINTS];
  bool is_finite = true;
  for (size_t i = 0; i < POINTS; i++) {
    double point = gchk_step_to(line->x, ((double)i - CENTRE) * spacing, line->variable_unit);
    bool is_base = i == CENTRE && line->y0_is_exact;
    if (!is_base)
      GCHK_TRY(line->evaluate(line->context, point, y, error));
    for (size_t d = 0; d < line->draw_count; d++) {
      phi[d][i] = is_base ? 0 : gchk_project(line->v[d], y, line->y0, line->output_count);
      is_finite = is_finite && isfinite(phi[d][i]);
    }
  }
  *is_flat = is_finite;
  for (size_t d = 0; d < line->draw_count; d++)
    for (size_t i = 0; i < POINTS; i++)
      *is_flat = *is_flat && phi[d][i] == 0;
  *worst = is_finite ? FOUND : NOT_FOUND;
  for (size_t d = 0; d < line->draw_count; d++) {
    sigma[d] = 0;
    outcome out = is_finite ? estimate(phi[d], &sigma[d]) : NOT_FOUND;
    if (*worst == FOUND)
      *worst = out;
  }
  return GCHK_OK;
}

static double rounding_of(const gchk_line *line, size_t draw) {
  double sum = 0;
  for (size_t j = 0; j < line->output_count; j++)
    sum += fabs(line->v[draw][j] * line->y0[j]);
  return line->output_unit * sum;
}

static bool is_suspicious(const gchk_line *line, const double sigma[GCHK_MAX_DRAWS]) {
  for (size_t d = 0; d < line->draw_count; d++)
    if (sigma[d] > suspicious * rounding_of(line, d))
      return true;
  return false;
}

/*
 * Narrows the spacing of the draws whose sigma grows with it, or is not small beside the outputs: that is the function,
 * a kink or an oscillation, and not its noise.
 */
static gchk_status reject_structure(const gchk_line *line, double spacing, double smallest, double largest, double *y,
                                    double *sigma, gchk_error *error) {
  double other[GCHK_MAX_DRAWS] = {0};
  outcome worst;
  bool is_flat;
  double wide = beats[BEATS - 1] * spacing * respace;
  if (wide <= largest)
    GCHK_TRY(probe(line, wide, y, other, &worst, &is_flat, error));
  bool grew[GCHK_MAX_DRAWS] = {false}, is_large[GCHK_MAX_DRAWS] = {false};
  for (size_t d = 0; d < line->draw_count; d++) {
    grew[d] = other[d] > grows * sigma[d];
    is_large[d] = sigma[d] > implausible * rounding_of(line, d) / line->output_unit;
  }
  for (int attempt = 0; attempt < ATTEMPTS && is_suspicious(line, sigma); attempt++) {
    if (spacing <= smallest || !(grew[0] || grew[1] || is_large[0] || is_large[1]))
      break;
    spacing = fmax(spacing / respace, smallest);
    GCHK_TRY(probe(line, spacing, y, other, &worst, &is_flat, error));
    // Nothing at all, from near: beside a kink; or on a step of a staircase, and then it was noise.
    for (size_t d = 0; d < line->draw_count; d++)
      if (grew[d] || (is_large[d] && other[d] > 0))
        sigma[d] = fmin(sigma[d], other[d]);
  }
  return GCHK_OK;
}

/*
 * Of what was found: the one, the smaller of two, the middle of three. A lucky spacing says too little, a kink too
 * much.
 */
static double typical(const double found[BEATS]) {
  double sorted[BEATS];
  size_t count = 0;
  for (size_t i = 0; i < BEATS; i++) {
    if (!(found[i] > 0))
      continue;
    size_t at = count++;
    for (; at > 0 && sorted[at - 1] > found[i]; at--)
      sorted[at] = sorted[at - 1];
    sorted[at] = found[i];
  }
  return count == 0 ? 0 : sorted[(count - 1) / 2];
}

/* The noise at a spacing and near it. */
static gchk_status probe_beats(const gchk_line *line, double spacing, double smallest, double *y, double *sigma,
                               bool *is_found, bool *all_tie, gchk_error *error) {
  double found[GCHK_MAX_DRAWS][BEATS] = {{0}};
  *is_found = false;
  *all_tie = true;
  for (size_t i = 0; i < BEATS; i++) {
    // A multiple of the variable's own spacing, so that the points are equispaced.
    double near = fmax(nearbyint(beats[i] * spacing / smallest), 1) * smallest;
    double here[GCHK_MAX_DRAWS];
    outcome worst;
    bool is_flat;
    GCHK_TRY(probe(line, near, y, here, &worst, &is_flat, error));
    *is_found = *is_found || worst == FOUND;
    *all_tie = *all_tie && worst == TIES;
    for (size_t d = 0; d < line->draw_count; d++)
      found[d][i] = here[d];
    // Flat, or too wide by far: another spacing near this one will say the same.
    if (!*is_found && (i == 1 || is_flat))
      break;
  }
  for (size_t d = 0; d < line->draw_count; d++)
    sigma[d] = typical(found[d]);
  return GCHK_OK;
}

gchk_status gchk_measure_noise(const gchk_line *line, double *space, double *sigma, gchk_error *error) {
  double s = isfinite(line->scale) && line->scale > fabs(line->x) ? line->scale : fabs(line->x);
  if (!(s > 0) || !isfinite(s))
    s = 1;
  double smallest = gchk_spacing_at(line->x, line->variable_unit);
  double spacing = fmax(ldexp(1, ilogb(s * pow(line->variable_unit, 0.6))), 8 * smallest);
  int direction = 0;
  for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
    bool all_tie, is_found;
    GCHK_TRY(probe_beats(line, spacing, smallest, space, sigma, &is_found, &all_tie, error));
    int next = is_found ? 0 : all_tie ? +1 : -1;
    // Too wide here and too narrow there: there is no spacing that shows it.
    if (next == 0 || next == -direction || (next < 0 && spacing / respace < 8 * smallest) ||
        (next > 0 && spacing * respace > s * widest))
      break;
    direction = next;
    spacing = next > 0 ? spacing * respace : spacing / respace;
  }
  if (!is_suspicious(line, sigma))
    return GCHK_OK;
  return reject_structure(line, spacing, 8 * smallest, s * widest, space, sigma, error);
}
