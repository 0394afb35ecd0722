/* What the figures come to, for who does not want to read them. */
#include "report/explain_words.h"

#include <math.h>

#include "core/wrap.h"

const gchk_explained_draw *gchk_telling_draw(const gchk_explanation *x) {
  for (size_t k = 0; k < x->draw_count; k++)
    if (x->draws[k].verdict == x->verdict)
      return &x->draws[k];
  return &x->draws[0];
}

static void put(gchk_text *out, const char *before, int digits, double number) {
  gchk_text_put(out, before);
  gchk_text_real(out, 'g', digits, number);
}

static void put_times(gchk_text *out, double ratio) {
  put(out, " Backward gives ", 4, ratio);
  gchk_text_put(out, " times what it should.");
}

/* What the two numbers say of the mistake. */
static void put_mistake(gchk_text *out, const gchk_explained_draw *d) {
  static const double near = 1e-3;
  const double ratio = d->analytic / d->numeric;
  if (!isfinite(d->analytic))
    gchk_text_put(out, " Backward gives what is no number.");
  else if (fabs(d->numeric) <= d->bound)
    gchk_text_put(out, " The output does not move here, and its gradient is 0.");
  else if (d->analytic == 0)
    gchk_text_put(out, " Backward gives 0 where the output does move.");
  else if (fabs(ratio + 1) < near)
    gchk_text_put(out, " The sign is wrong.");
  else
    put_times(out, ratio);
}

static void put_pass(gchk_text *out, const gchk_explained_draw *d) {
  const double size = fmax(fabs(d->analytic), fabs(d->numeric));
  gchk_text_put(out, "Backward is right here: both agree within that.");
  if (d->terms > 0) {
    put(out, " It is 0 but for rounding: a mistake in one of the terms that cancel would be of their size, ", 2,
        d->terms);
    gchk_text_put(out, ".");
  } else if (d->below_resolution)
    gchk_text_put(out, " It is too small beside the tensor's largest gradient for that to say much.");
  else if (size > 0 && 3 * d->bound / size < 1) {
    put(out, " A mistake of more than ", 2, 300 * d->bound / size);
    gchk_text_put(out, " % of it would have shown.");
  }
}

static void put_verdict(gchk_text *out, const gchk_explanation *x, const gchk_explained_draw *d) {
  switch (x->verdict) {
  case GCHK_PASS:
    put_pass(out, d);
    break;
  case GCHK_KINK:
    put(out, "The function has a corner here, with slopes ", 4, d->slope_low);
    put(out, " and ", 4, d->slope_high);
    gchk_text_put(out, "; what backward gives is allowed, and that is all that can be said.");
    break;
  case GCHK_INCONCLUSIVE:
    gchk_text_put(out, "Nothing contradicts backward, but that is too wide to tell: ");
    gchk_text_put(out, gchk_doubt_find(x->doubt)->meaning);
    gchk_text_format(out, ". To decide it, %s.", gchk_doubt_remedy(x->doubt, x->dtype == GCHK_F32 && !x->uses_twin));
    break;
  case GCHK_FAIL:
  case GCHK_ERROR:
  case GCHK_SKIPPED:
    put(out, "Backward is wrong here: they are ", 2, d->error_bars);
    gchk_text_put(out, " times that apart.");
    put_mistake(out, d);
    break;
  }
}

void gchk_put_in_short(gchk_text *out, const gchk_explanation *x) {
  enum { WIDTH = 98 };
  const gchk_explained_draw *d = gchk_telling_draw(x);
  gchk_text words = {0};
  put(&words, "In short: backward says ", 6, d->analytic);
  gchk_text_format(&words, "; differences of forward%s say ", x->uses_twin ? "'s double twin" : "");
  gchk_text_real(&words, 'g', 6, d->numeric);
  put(&words, ", give or take ", 2, d->bound);
  gchk_text_put(&words, ". ");
  put_verdict(&words, x, d);
  gchk_text_put(out, "\n");
  gchk_text_wrap(out, words.data, words.length, 0, 0, WIDTH);
  gchk_text_put(out, "\n");
  out->failed = out->failed || words.failed;
  gchk_text_deinit(&words);
}
