/* gradcheck explain CASE:TENSOR[i,j]: one element's table of steps, and why it got its verdict. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "check/explain.h"
#include "commands.h"
#include "explain_code.h"
#include "gradcheck/layers.h"
#include "targets.h"

enum { NAME_SIZE = 512 };

typedef struct place {
  char case_name[NAME_SIZE], tensor[NAME_SIZE];
  size_t index[GCHK_MAX_RANK], rank;
} place;

// "case:tensor[1,2]"; the last colon divides, for case names may have colons. Without brackets: a scalar, or element 0.
static bool parse_place(const char *text, place *p) {
  const char *bracket = strrchr(text, '[');
  size_t length = bracket != NULL ? (size_t)(bracket - text) : strlen(text);
  size_t colon = length;
  while (colon > 0 && text[colon - 1] != ':')
    colon--;
  if (colon < 2 || colon >= NAME_SIZE || length - colon == 0 || length - colon >= NAME_SIZE)
    return false;
  *p = (place){.rank = 0};
  memcpy(p->case_name, text, colon - 1);
  memcpy(p->tensor, text + colon, length - colon);
  if (bracket == NULL)
    return true;
  const char *at = bracket + 1;
  while (*at >= '0' && *at <= '9' && p->rank < GCHK_MAX_RANK) {
    char *end;
    p->index[p->rank++] = strtoull(at, &end, 10);
    at = *end == ',' ? end + 1 : end;
  }
  return p->rank > 0 && at[0] == ']' && at[1] == '\0';
}

static void print_rungs(const gchk_derivative *d, double analytic) {
  (void)printf("  %-10s %-24s %-12s %-12s %-12s %-10s %-10s %s\n", "step", "difference D", "|D-analytic|", "slope +",
               "slope -", "truncation", "rounding", "bound E");
  for (size_t k = 0; k < d->rung_count; k++) {
    const gchk_rung *r = &d->rungs[k];
    (void)printf("%c %-10.3g %-24.17g %-12.3g %-12.6g %-12.6g %-10.3g %-10.3g %.3g\n", k == d->chosen ? '>' : ' ',
                 (r->step_plus + r->step_minus) / 2, r->difference, fabs(r->difference - analytic), r->slope_plus,
                 r->slope_minus, r->truncation, r->rounding, r->bound);
  }
}

static void print_order(const gchk_explanation *x) {
  if (isnan(x->order))
    (void)printf("  no truncation error shows: rounding rules at every step, as for a linear function\n");
  else
    (void)printf("  order %.2f over %.1f decades of the step\n", x->order, x->decades);
}

static const char *smoothness_words(gchk_smoothness smoothness) {
  static const char *const words[] = {"smooth here", "on a kink: the one-sided slopes stay apart, whatever the step",
                                      "at the edge of its domain: one side is not finite",
                                      "without a derivative that any step could find"};
  return words[smoothness];
}

static void print_verdict(const gchk_explanation *x, size_t k) {
  const gchk_derivative *d = &x->derivative[k];
  const gchk_judgement *j = &x->judgement[k];
  double g = x->analytic[k], difference = fabs(g - d->value), bound = d->bound + x->slack[k];
  (void)printf("  analytic  %.17g\n  numeric   %.17g\n  |difference| %.3g = %.3g error bars of %.3g", g, d->value,
               difference, j->error_bars, bound);
  if (x->slack[k] > 0)
    (void)printf(" (%.3g of them rounding in the f32 backward)", x->slack[k]);
  (void)printf("\n  the function is %s\n", smoothness_words(d->smoothness));
  if (d->smoothness == GCHK_KINKED)
    (void)printf("  slopes from %.6g to %.6g: any gradient between them is right\n", d->slope_low, d->slope_high);
  switch (j->verdict) {
  case GCHK_PASS:
    if (j->below_resolution)
      (void)printf("  PASS: consistent, but below resolution: beside the largest gradient of the tensor, %.3g, it "
                   "cannot be told from zero\n",
                   x->largest[k]);
    else
      (void)printf("  PASS: the difference is within the error bound, and the bound verifies %.1f digits\n",
                   bound > 0 ? -log10(bound / fmax(fabs(g), fabs(d->value))) : 17.0);
    break;
  case GCHK_KINK:
    (void)printf("  KINK: the analytic value is one of the slopes that a kink allows; that is weaker than a pass\n");
    break;
  case GCHK_INCONCLUSIVE:
    (void)printf("  INCONCLUSIVE: nothing contradicts it, but the error bound is %.1f %% of the gradient\n",
                 100 * bound / fmax(fabs(g), fabs(d->value)));
    break;
  case GCHK_SKIPPED:
  case GCHK_FAIL:
  case GCHK_ERROR:
    (void)printf("  FAIL: the difference is far outside the error bound; analytic/numeric = %.10g\n", g / d->value);
    break;
  }
}

static int print_explanation(const place *p, const gchk_explanation *x) {
  char shape[256];
  gchk_verdict worst = GCHK_PASS;
  (void)printf("%s:%s, element %zu of shape %s, %s, value %.17g\n", p->case_name, p->tensor, x->flat,
               gchk_shape_format(&x->shape, shape, sizeof shape), gchk_dtype_name(x->dtype), x->x);
  if (x->uses_twin)
    (void)printf("differences are those of the layer's double twin at the same values\n");
  for (size_t k = 0; k < x->draw_count; k++) {
    (void)printf("\nupstream gradient %zu of %zu; noise of the projected outputs %.3g\n", k + 1, x->draw_count,
                 x->sigma[k]);
    print_rungs(&x->derivative[k], x->analytic[k]);
    if (k == 0)
      print_order(x);
    print_verdict(x, k);
    worst = gchk_verdict_worse(worst, x->judgement[k].verdict);
  }
  return worst == GCHK_FAIL ? EXIT_WRONG : worst == GCHK_INCONCLUSIVE ? 5 : 0;
}

int cli_explain(const cli_options *options) {
  if (cli_is_code(options->arguments[0]))
    return cli_explain_code(options->arguments[0]);
  place p;
  gchk_error error;
  if (!parse_place(options->arguments[0], &p)) {
    (void)fprintf(stderr, "gradcheck: '%s' is no element; write CASE:TENSOR[I,J], as in 'two-layer-net:W1[0,7]'\n",
                  options->arguments[0]);
    return EXIT_USAGE;
  }
  cli_targets *targets;
  if (cli_targets_open(&targets, options->arguments + 1, options->argument_count - 1, options, &error) != GCHK_OK)
    return cli_fail(&error);
  gchk_blas_set_threads(1);
  gchk_options check = GCHK_OPTIONS_INIT;
  check.seed = options->seed;
  check.step = options->step;
  gchk_explanation explanation;
  const gchk_case *c = cli_targets_find(targets, p.case_name, &error);
  int code;
  if (c == NULL || gchk_explain_element(c, &check, p.tensor, p.index, p.rank, &explanation, &error) != GCHK_OK)
    code = cli_fail(&error);
  else
    code = print_explanation(&p, &explanation);
  cli_targets_close(targets);
  return code;
}
