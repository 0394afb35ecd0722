/*
 * Names for factors: what a ratio of analytic to numeric is likely to be, from the case's sizes and options.
 *
 * Candidates are tried from plain to contrived, and all of the plainest kind that fit are named: with B = 2 a factor of
 * 2 may be either.
 */
#include "evidence/factor_names.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct naming {
  double ratio, relative;
  char *text;
  size_t size, used;
} naming;

static void try_name(naming *n, double value, const char *name) {
  if (!(fabs(n->ratio - value) <= n->relative * fabs(value)) || n->used >= n->size)
    return;
  n->used += (size_t)snprintf(n->text + n->used, n->size - n->used, "%s%s", n->used == 0 ? "" : " or ", name);
}

static void try_constants(naming *n) {
  static const struct {
    double value;
    const char *name;
  } constants[] = {
      {-1, "-1"},
      {2, "2"},
      {0.5, "1/2"},
      {-2, "-2"},
      {-0.5, "-1/2"},
      {3, "3"},
      {1.0 / 3, "1/3"},
      {4, "4"},
      {0.25, "1/4"},
      {0.69314718055994530942, "ln 2"},
      {1.4426950408889634074, "1/ln 2"},
      {2.3025850929940456840, "ln 10"},
      {0.43429448190325182765, "1/ln 10"},
      {1.4142135623730950488, "sqrt 2"},
      {0.70710678118654752440, "1/sqrt 2"},
      {3.1415926535897932385, "pi"},
      {0.31830988618379067154, "1/pi"},
      {1.7724538509055160273, "sqrt pi"},
      {0.79788456080286535588, "sqrt(2/pi)"},
      {1.1283791670955125739, "2/sqrt pi"},
      {1.2533141373155002512, "sqrt(pi/2)"},
      {57.295779513082320877, "180/pi"},
      {0.017453292519943295769, "pi/180"},
  };
  for (size_t k = 0; k < sizeof constants / sizeof constants[0]; k++)
    try_name(n, constants[k].value, constants[k].name);
}

static void try_size(naming *n, const char *name, double s) {
  const struct {
    double value;
    const char *format;
  } forms[] = {
      {s, "%s"},
      {1 / s, "1/%s"},
      {-s, "-%s"},
      {-1 / s, "-1/%s"},
      {sqrt(s), "sqrt(%s)"},
      {1 / sqrt(s), "1/sqrt(%s)"},
      {(s - 1) / s, "(%s-1)/%s"},
      {s / (s - 1), "%s/(%s-1)"},
      {s * s, "%s^2"},
      {1 / (s * s), "1/%s^2"},
      {s - 1, "%s-1"},
      {1 / (s - 1), "1/(%s-1)"},
  };
  if (s < 2)
    return;
  for (size_t k = 0; k < sizeof forms / sizeof forms[0]; k++) {
    char text[2 * GCHK_SIZE_NAME + 16];
    const char *format = forms[k].format, *first = strstr(format, "%s");
    size_t used = (size_t)snprintf(text, sizeof text, "%.*s%s", (int)(first - format), format, name);
    const char *rest = first + 2, *second = strstr(rest, "%s");
    if (second != NULL)
      (void)snprintf(text + used, sizeof text - used, "%.*s%s%s", (int)(second - rest), rest, name, second + 2);
    else
      (void)snprintf(text + used, sizeof text - used, "%s", rest);
    try_name(n, forms[k].value, text);
  }
}

static void try_products(naming *n, const gchk_sizes *sizes) {
  for (size_t i = 0; i < sizes->count; i++) {
    for (size_t k = i + 1; k < sizes->count; k++) {
      double p = (double)sizes->binding[i].value * (double)sizes->binding[k].value;
      double q = (double)sizes->binding[i].value / (double)sizes->binding[k].value;
      char text[2 * GCHK_SIZE_NAME + 16];
      const char *a = sizes->binding[i].name, *b = sizes->binding[k].name;
      (void)snprintf(text, sizeof text, "%s*%s", a, b);
      try_name(n, p, text);
      (void)snprintf(text, sizeof text, "1/(%s*%s)", a, b);
      try_name(n, 1 / p, text);
      (void)snprintf(text, sizeof text, "%s/%s", a, b);
      try_name(n, q, text);
      (void)snprintf(text, sizeof text, "%s/%s", b, a);
      try_name(n, 1 / q, text);
    }
  }
}

/* Products of three sizes and more, such as N*H*W: what a mean over all but one of the axes divides by. */
static void try_long_products(naming *n, const gchk_sizes *sizes) {
  enum { MOST = 8, FEWEST = 3 };
  const size_t count = sizes->count < MOST ? sizes->count : MOST;
  for (unsigned chosen = 1; chosen < 1u << count; chosen++) {
    char product[MOST * (GCHK_SIZE_NAME + 1)], text[sizeof product + 8];
    size_t factors = 0, used = 0;
    double p = 1;
    for (size_t k = 0; k < count; k++) {
      if ((chosen >> k & 1u) == 0)
        continue;
      p *= (double)sizes->binding[k].value;
      used += (size_t)snprintf(product + used, sizeof product - used, "%s%s", factors++ > 0 ? "*" : "",
                               sizes->binding[k].name);
    }
    // A size of 1 adds a name and no factor.
    for (size_t k = 0; k < count; k++)
      factors -= (chosen >> k & 1u) != 0 && sizes->binding[k].value == 1 ? 1 : 0;
    if (factors < FEWEST)
      continue;
    try_name(n, p, product);
    (void)snprintf(text, sizeof text, "1/(%s)", product);
    try_name(n, 1 / p, text);
  }
}

static void try_option(naming *n, const char *name, double o) {
  const struct {
    double value;
    const char *before, *after;
  } forms[] = {
      {o, "", ""},
      {1 / o, "1/", ""},
      {1 - o, "1 - ", ""},
      {1 / (1 - o), "1/(1 - ", ")"},
      {o * o, "", "^2"},
      {1 / (o * o), "1/", "^2"},
      {sqrt(o), "sqrt(", ")"},
      {(1 - o) * (1 - o), "(1 - ", ")^2"},
      {o / (1 - o), "p/(1 - p), p = ", ""},
      {-o, "-", ""},
      {1 + o, "1 + ", ""},
  };
  // Factors of 0 and 1 explain nothing.
  for (size_t k = 0; k < sizeof forms / sizeof forms[0]; k++) {
    char text[128];
    if (!isfinite(forms[k].value) || forms[k].value == 0 || forms[k].value == 1)
      continue;
    (void)snprintf(text, sizeof text, "%s%.40s%s", forms[k].before, name, forms[k].after);
    try_name(n, forms[k].value, text);
  }
}

// How many entries of an index are no label (negative), and how many of a constant are not zero (a mask).
static void try_valid_counts(naming *n, const gchk_instance *instance) {
  for (size_t i = 0; i < instance->tensor_count; i++) {
    const gchk_tensor *t = &instance->t[i];
    size_t valid = 0;
    if (t->role != GCHK_INDEX && t->role != GCHK_CONSTANT)
      continue;
    for (size_t k = 0; k < t->count; k++) {
      double x = gchk_tensor_get(t, t->value, k);
      valid += t->role == GCHK_INDEX ? x >= 0 : x != 0;
    }
    if (valid == 0 || valid == t->count)
      continue;
    char text[128];
    double v = (double)valid, all = (double)t->count;
    (void)snprintf(text, sizeof text, "the %zu valid of %zu entries of %.40s", valid, t->count, t->name);
    try_name(n, v / all, text);
    try_name(n, all / v, text);
    try_name(n, v, text);
    try_name(n, 1 / v, text);
  }
}

// The weight of an entry of an index, for weights by class; NaN: it has none.
static double weight_of(const gchk_tensor *weights, const gchk_tensor *labels, size_t k) {
  const double label = gchk_tensor_get(labels, labels->value, k);
  return label >= 0 && label < (double)weights->count ? gchk_tensor_get(weights, weights->value, (size_t)label)
                                                      : (double)NAN;
}

static void try_sum(naming *n, double sum, double count, const char *what) {
  char text[160];
  (void)snprintf(text, sizeof text, "%s (%.4g)", what, sum);
  try_name(n, sum, text);
  (void)snprintf(text, sizeof text, "1/(%s (%.4g))", what, sum);
  try_name(n, 1 / sum, text);
  (void)snprintf(text, sizeof text, "%s (%.4g) / their number", what, sum);
  try_name(n, sum / count, text);
  (void)snprintf(text, sizeof text, "their number / %s (%.4g)", what, sum);
  try_name(n, count / sum, text);
}

/*
 * What a weighted mean divides by: the sum of a constant, or of one by the labels of an index. Numbers of no round
 * value are met by accident where a ratio is not well known.
 */
static void try_weights(naming *n, const gchk_instance *instance) {
  static const double well_known = 1e-2;
  for (size_t i = 0; i < instance->tensor_count && n->relative <= well_known; i++) {
    const gchk_tensor *w = &instance->t[i];
    double sum = 0;
    char what[128];
    if (w->role != GCHK_CONSTANT || w->dtype == GCHK_I32 || w->count < 2)
      continue;
    for (size_t k = 0; k < w->count; k++)
      sum += gchk_tensor_get(w, w->value, k);
    (void)snprintf(what, sizeof what, "sum of %.40s", w->name);
    if (sum > 0)
      try_sum(n, sum, (double)w->count, what);
    for (size_t l = 0; l < instance->tensor_count; l++) {
      const gchk_tensor *labels = &instance->t[l];
      size_t valid = 0;
      double by_label = 0;
      for (size_t k = 0; labels->role == GCHK_INDEX && k < labels->count; k++) {
        const double weight = weight_of(w, labels, k);
        valid += isnan(weight) ? 0 : 1;
        by_label += isnan(weight) ? 0 : weight;
      }
      (void)snprintf(what, sizeof what, "sum of %.40s[%.40s]", w->name, labels->name);
      if (by_label > 0)
        try_sum(n, by_label, (double)valid, what);
    }
  }
}

bool gchk_ratio_name(const gchk_diagnosis *d, double ratio, double relative, char *text, size_t size) {
  const gchk_instance *instance = d->work->instance;
  naming n = {ratio, relative, text, size, 0};
  text[0] = '\0';
  try_constants(&n);
  for (size_t i = 0; i < instance->layer->option_count; i++)
    try_option(&n, instance->layer->options[i].name, instance->options[i]);
  for (size_t i = 0; i < instance->sizes.count; i++)
    try_size(&n, instance->sizes.binding[i].name, (double)instance->sizes.binding[i].value);
  if (n.used == 0)
    try_valid_counts(&n, instance);
  if (n.used == 0) {
    try_products(&n, &instance->sizes);
    try_weights(&n, instance);
  }
  if (n.used == 0)
    try_long_products(&n, &instance->sizes);
  return n.used > 0;
}
