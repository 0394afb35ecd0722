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
 * small; but not where the three spacings found the same, for then it is the function itself that the wider one no
 * longer resolves: exp(x - l) with l = log sum exp(x) near 1000 has noise of 3e-5 in float, shows it at three spacings,
 * and narrowed until l no longer moves from point to point it shows none. So is what is large beside the outputs: that
 * is an oscillation.
 *
 * Each phi is the sum of differences from the outputs at x, so an offset common to all points costs nothing.
 */
#include "numeric/noise.h"

#include <math.h>

#include "numeric/expect.h"
#include "numeric/stencil.h"

enum { POINTS = 7, CENTRE = 3, ATTEMPTS = 7, BEATS = 3 };
static const double agree = 4;
static const double respace = 16;
static const double widest = 0x1p-6; /* of s; beyond, it is kinks far away that show */
static const double beats[BEATS] = {1, 1.618, 5.303};
static const double negligible = 1e-3;  /* times the rounding of the outputs: all differences were equal by chance */
static const double suspicious = 16;    /* times the rounding of the outputs */
static const double implausible = 1e-3; /* of the outputs */
static const double steady = 3;         /* from the first of the beats to the last; a kink grows by 5.3 */
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

/* The state of one measurement. */
typedef struct search {
  const gchk_line *line;
  double *y;
  bool moved[GCHK_MAX_DRAWS];     /* phi was not the same everywhere, at some spacing */
  bool one_sided[GCHK_MAX_DRAWS]; /* where noise was found, phi had not moved at all on one side of x */
  bool is_steady[GCHK_MAX_DRAWS]; /* at the last spacing and those near it noise was found, and not growing with them */
  double size[GCHK_MAX_DRAWS];    /* sum |v_j y_j| over the outputs that moved */
} search;

/* Where the points lie: about x, or on the side towards zero where the other side is beyond the largest number. */
static bool place(const gchk_line *line, double spacing, double points[POINTS], size_t *centre) {
  static const size_t centres[] = {CENTRE, POINTS - 1, 0};
  for (size_t k = 0; k < sizeof centres / sizeof centres[0]; k++) {
    bool is_finite = true;
    for (size_t i = 0; i < POINTS; i++) {
      points[i] = gchk_step_to(line->x, ((double)i - (double)centres[k]) * spacing, line->variable_unit);
      is_finite = is_finite && isfinite(points[i]);
    }
    *centre = centres[k];
    if (is_finite)
      return true;
  }
  return false;
}

/* All of them are asked for; the one at x where its outputs came another way. */
static gchk_status expect_points(const gchk_line *line, const double points[POINTS], size_t centre, gchk_error *error) {
  gchk_expected expected = {.count = 0};
  for (size_t i = 0; i < POINTS && line->expect != NULL; i++)
    if (i != centre || !line->y0_is_exact)
      expected.x[expected.count++] = points[i];
  return gchk_expect(&expected, line, error);
}

/* Sizes of the outputs that differ from those at x. */
static void note_sizes(search *self) {
  const gchk_line *line = self->line;
  for (size_t d = 0; d < line->draw_count; d++) {
    double sum = 0;
    for (size_t j = 0; j < line->output_count; j++)
      sum += self->y[j] == line->y0[j] ? 0 : fabs(line->v[d][j] * line->y0[j]);
    if (isfinite(sum))
      self->size[d] = fmax(self->size[d], sum);
  }
}

static bool is_same(const double *phi, size_t count) {
  for (size_t i = 1; i < count; i++)
    if (phi[i] != phi[0])
      return false;
  return true;
}

/*
 * The noise at one spacing: FOUND when it was for every draw; sigma of a draw without is 0. is_flat: phi is the same.
 */
static gchk_status probe(search *self, double spacing, double sigma[GCHK_MAX_DRAWS], outcome *worst, bool *is_flat,
                         gchk_error *error) {
  const gchk_line *line = self->line;
  double phi[GCHK_MAX_DRAWS][POINTS], points[POINTS];
  size_t centre;
  *is_flat = false;
  *worst = NOT_FOUND;
  for (size_t d = 0; d < line->draw_count; d++)
    sigma[d] = 0;
  if (!place(line, spacing, points, &centre))
    return GCHK_OK;
  bool is_finite = true;
  GCHK_TRY(expect_points(line, points, centre, error));
  for (size_t i = 0; i < POINTS; i++) {
    bool is_base = i == centre && line->y0_is_exact;
    if (!is_base) {
      GCHK_TRY(line->evaluate(line->context, points[i], self->y, error));
      if (i == 0 || i == POINTS - 1)
        note_sizes(self);
    }
    for (size_t d = 0; d < line->draw_count; d++) {
      phi[d][i] = is_base ? 0 : gchk_line_project(line, line->v[d], self->y, line->y0);
      is_finite = is_finite && isfinite(phi[d][i]);
    }
  }
  if (!is_finite)
    return GCHK_OK;
  *is_flat = true;
  for (size_t d = 0; d < line->draw_count; d++)
    for (size_t i = 0; i < POINTS; i++) {
      *is_flat = *is_flat && phi[d][i] == 0;
    }
  *worst = FOUND;
  for (size_t d = 0; d < line->draw_count; d++) {
    bool is_one_sided = is_same(phi[d], CENTRE + 1) || is_same(phi[d] + CENTRE, POINTS - CENTRE);
    self->moved[d] = self->moved[d] || !is_same(phi[d], POINTS);
    outcome out = estimate(phi[d], &sigma[d]);
    if (out == FOUND)
      self->one_sided[d] = self->one_sided[d] || is_one_sided;
    if (*worst == FOUND)
      *worst = out;
  }
  return GCHK_OK;
}

static bool is_suspicious(const search *self, const double sigma[GCHK_MAX_DRAWS]) {
  for (size_t d = 0; d < self->line->draw_count; d++)
    if (sigma[d] > suspicious * self->line->output_unit * self->size[d])
      return true;
  return false;
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

/*
 * A multiple of the spacing of the variable's type, there where the outermost points lie, so that all are equispaced
 * and none is rounded.
 */
static double equispaced(const gchk_line *line, double spacing) {
  double unit = gchk_spacing_at(fabs(line->x) + (POINTS - 1) * spacing, line->variable_unit);
  return fmax(nearbyint(spacing / unit), 1) * unit;
}

/* The noise at a spacing and near it. */
static gchk_status probe_beats(search *self, double spacing, double *sigma, bool *is_found, bool *all_tie,
                               gchk_error *error) {
  double found[GCHK_MAX_DRAWS][BEATS] = {{0}};
  size_t draw_count = self->line->draw_count;
  *is_found = false;
  *all_tie = true;
  for (size_t i = 0; i < BEATS; i++) {
    double here[GCHK_MAX_DRAWS] = {0};
    outcome worst;
    bool is_flat;
    GCHK_TRY(probe(self, equispaced(self->line, beats[i] * spacing), here, &worst, &is_flat, error));
    *is_found = *is_found || worst == FOUND;
    *all_tie = *all_tie && worst == TIES;
    for (size_t d = 0; d < draw_count; d++)
      found[d][i] = here[d] > negligible * self->line->output_unit * self->size[d] ? here[d] : 0;
    // Flat, or too wide by far: another spacing near this one will say the same.
    if (!*is_found && (i == 1 || is_flat))
      break;
  }
  for (size_t d = 0; d < draw_count; d++) {
    sigma[d] = typical(found[d]);
    double nearer = fmin(found[d][0], found[d][1]);
    self->is_steady[d] = nearer > 0 && found[d][BEATS - 1] > 0 && found[d][BEATS - 1] <= steady * nearer;
  }
  return GCHK_OK;
}

/*
 * Narrows the spacing of the draws whose sigma grows with it, or is not small beside the outputs: that is the function,
 * a kink or an oscillation, and not its noise. So it is where nothing moved at a narrower spacing (was_flat) and there
 * is no room for a wider one, and only one side moves then: a kink that the outermost points have passed.
 */
static gchk_status reject_structure(search *self, double spacing, double smallest, double largest, bool was_flat,
                                    double *sigma, bool is_structure[GCHK_MAX_DRAWS], gchk_error *error) {
  const gchk_line *line = self->line;
  double other[GCHK_MAX_DRAWS] = {0};
  outcome worst;
  bool is_flat, is_found, all_tie, has_wider = beats[BEATS - 1] * spacing * respace <= largest;
  if (has_wider)
    GCHK_TRY(probe(self, beats[BEATS - 1] * spacing * respace, other, &worst, &is_flat, error));
  bool grew[GCHK_MAX_DRAWS] = {false}, is_large[GCHK_MAX_DRAWS] = {false};
  for (size_t d = 0; d < line->draw_count; d++) {
    bool stands_out = sigma[d] > suspicious * line->output_unit * self->size[d];
    grew[d] = (other[d] > grows * sigma[d] && !self->is_steady[d]) ||
              (stands_out && !has_wider && was_flat && self->one_sided[d]);
    is_large[d] = sigma[d] > implausible * self->size[d];
    is_structure[d] = grew[d] || is_large[d];
  }
  for (int attempt = 0; attempt < ATTEMPTS && is_suspicious(self, sigma); attempt++) {
    if (spacing <= smallest || !(grew[0] || grew[1] || is_large[0] || is_large[1]))
      break;
    spacing = fmax(spacing / respace, smallest);
    GCHK_TRY(probe_beats(self, spacing, other, &is_found, &all_tie, error));
    // Nothing at all, from near: beside a kink; or on a step of a staircase, and then it was noise.
    for (size_t d = 0; d < line->draw_count; d++) {
      if (grew[d] || (is_large[d] && other[d] > 0))
        sigma[d] = fmin(sigma[d], other[d]);
      // Here it is noise: further down it may freeze.
      grew[d] = grew[d] && !self->is_steady[d];
    }
  }
  return GCHK_OK;
}

gchk_status gchk_measure_noise(const gchk_line *line, double *space, double *sigma, bool *is_smooth,
                               gchk_error *error) {
  search self = {.line = line, .y = space};
  bool is_structure[GCHK_MAX_DRAWS] = {false};
  double s = isfinite(line->scale) && line->scale > fabs(line->x) ? line->scale : fabs(line->x);
  if (!(s > 0) || !isfinite(s))
    s = 1;
  for (size_t d = 0; d < line->draw_count; d++)
    sigma[d] = 0;
  double smallest = gchk_spacing_at(line->x, line->variable_unit);
  double spacing = fmax(ldexp(1, ilogb(s * pow(line->variable_unit, 0.6))), 8 * smallest);
  int direction = 0;
  bool has_edge = false; // nothing moves near x, and what moves further away is not noise
  for (int attempt = 0; attempt < ATTEMPTS && isfinite(line->x); attempt++) {
    bool all_tie, is_found;
    GCHK_TRY(probe_beats(&self, spacing, sigma, &is_found, &all_tie, error));
    int next = is_found ? 0 : all_tie ? +1 : -1;
    has_edge = all_tie || (direction > 0 && next < 0);
    // Too wide here and too narrow there: there is no spacing that shows it.
    if (next == 0 || next == -direction || (next < 0 && spacing / respace < 8 * smallest) ||
        (next > 0 && spacing * respace > s * widest))
      break;
    direction = next;
    spacing = next > 0 ? spacing * respace : spacing / respace;
  }
  if (is_suspicious(&self, sigma))
    GCHK_TRY(reject_structure(&self, spacing, 8 * smallest, s * widest, direction > 0, sigma, is_structure, error));
  for (size_t d = 0; is_smooth != NULL && d < line->draw_count; d++)
    is_smooth[d] = self.moved[d] && !is_structure[d] && !has_edge;
  return GCHK_OK;
}
