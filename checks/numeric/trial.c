/* Running trials and counting what came of them. */
#include "numeric/trial.h"
#include "numeric/differentiate.h"
#include "numeric/noise.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct counted {
  const trial_function *function;
  size_t calls;
} counted;

static gchk_status evaluate(void *context, double x, double *y, gchk_error *error) {
  (void)error;
  counted *self = context;
  self->calls++;
  y[0] = self->function->value(self->function->context, x);
  return GCHK_OK;
}

static const double factors[GCHK_MUTATIONS] = {-1, 0, 2, 1.1, 1.01, 1.001};

void trial_run(trial *result, const trial_function *function, double x, double scale, quad exact, trial_noise noise) {
  static const double one = 1;
  counted self = {function, 0};
  double y0 = function->value(function->context, x);
  double unit = function->is_float ? 0x1p-24 : 0x1p-53;
  gchk_line line = {
      .evaluate = evaluate,
      .context = &self,
      .output_count = 1,
      .x = x,
      .scale = fmax(fabs(x), scale) > 0 ? fmax(fabs(x), scale) : 1,
      .variable_unit = unit,
      .output_unit = unit,
      .y0 = &y0,
      .y0_is_exact = true,
      .draw_count = 1,
      .v = {&one},
  };
  memset(result, 0, sizeof(*result));
  double work[6];
  if (noise == NOISE_MEASURED) {
    if (gchk_measure_noise(&line, work, line.sigma, NULL, NULL) != GCHK_OK)
      abort();
  }
  result->noise_cost = self.calls;
  self.calls = 0;
  gchk_ladder ladder = {0};
  if (gchk_differentiate(&line, &ladder, work, &result->derivative, NULL) != GCHK_OK)
    abort();

  result->x = x;
  result->scale = line.scale;
  result->sigma = line.sigma[0];
  result->cost = self.calls;
  result->g = function->is_float ? (double)(float)exact : (double)exact;
  quad difference = (quad)result->derivative.value - exact;
  result->error = fabs((double)difference);
  result->judgement =
      gchk_judge(result->g, &result->derivative, &(gchk_allowance){.unit = unit, .largest = fabs(result->g)});
  for (size_t i = 0; i < GCHK_MUTATIONS; i++)
    result->wrong[i] = gchk_judge(factors[i] * result->g, &result->derivative,
                                  &(gchk_allowance){.unit = unit, .largest = fabs(result->g)});
}

void tally_add(tally *to, const trial *result) {
  to->count++;
  to->covered += result->error <= result->derivative.bound || result->derivative.smoothness == GCHK_UNDEFINED;
  to->alarms += result->judgement.verdict == GCHK_FAIL;
  to->inconclusive += result->judgement.verdict == GCHK_INCONCLUSIVE;
  to->cost_count[result->cost < 256 ? result->cost : 255]++;
  to->total_cost += result->cost;
  if (result->g == 0)
    return;
  to->nonzero++;
  for (size_t i = 0; i < GCHK_MUTATIONS; i++) {
    to->caught[i] += result->wrong[i].verdict == GCHK_FAIL;
    to->passed[i] += result->wrong[i].verdict <= GCHK_KINK && result->wrong[i].resolution == GCHK_RESOLVED;
  }
}

size_t tally_median_cost(const tally *of) {
  size_t seen = 0, cost = 0;
  while (cost < 255 && 2 * (seen += of->cost_count[cost]) < of->count)
    cost++;
  return cost;
}

void tally_print(const tally *of, const char *title) {
  double n = of->count > 0 ? (double)of->count : 1, m = of->nonzero > 0 ? (double)of->nonzero : 1;
  printf("%-28s %6zu  covered %6.2f%%  alarms %zu  inconclusive %5.2f%%  evaluations median %zu mean %.1f\n", title,
         of->count, 100 * (double)of->covered / n, of->alarms, 100 * (double)of->inconclusive / n,
         tally_median_cost(of), (double)of->total_cost / n);
  static const char *names[GCHK_MUTATIONS] = {"-g", "0", "2g", "1.1g", "1.01g", "1.001g"};
  printf("%-28s caught (let through):", "");
  for (size_t i = 0; i < GCHK_MUTATIONS; i++)
    printf("  %s %.2f%% (%zu)", names[i], 100 * (double)of->caught[i] / m, of->passed[i]);
  printf("\n");
}
