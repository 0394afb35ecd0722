/*
 * What is the same in all parts of a run: the configuration, the options, and the files that they are made of, in the
 * same order, for one command names them.
 */
#include "report/same_run.h"

#include <math.h>
#include <string.h>

#include "core/file_digest.h"
#include "core/memory.h"
#include "result/local_argument.h"

static bool same_real(double a, double b) {
  return a == b || (isnan(a) && isnan(b));
}

// Is argument i a name of an option that the result depends on? Its length without "=value" goes into `length`.
static bool is_option(const gchk_result *result, size_t i, size_t *length) {
  size_t uses;
  if (strncmp(result->argv[i], "--", 2) != 0 || gchk_argument_is_local(result->argv, result->argc, i, &uses))
    return false;
  *length = strcspn(result->argv[i], "=");
  return true;
}

/* Options whose values decide what is checked, and stand nowhere else in a result. */
static bool has_value_of_its_own(const char *option, size_t length) {
  static const char *const names[] = {"--seeds", "--xfail", "--compare", "--renamed"};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
    if (strlen(names[i]) == length && strncmp(option, names[i], length) == 0)
      return true;
  return false;
}

/* What is given to option i: "=value", or the next word; "" at the end. */
static const char *value_of(const gchk_result *result, size_t i, size_t length) {
  const char *behind = result->argv[i] + length;
  return *behind == '=' ? behind + 1 : i + 1 < result->argc ? result->argv[i + 1] : "";
}

/*
 * Does `other` have every option of `result`? The values of most are in the configuration, or are paths, which are
 * others on another machine, and what is in these files is compared by their digests.
 */
static bool has_options_of(const gchk_result *other, const gchk_result *result) {
  for (size_t i = 0; i < result->argc; i++) {
    size_t length = 0, other_length = 0;
    bool is_there = !is_option(result, i, &length);
    for (size_t k = 0; k < other->argc && !is_there; k++)
      is_there = is_option(other, k, &other_length) && other_length == length &&
                 strncmp(result->argv[i], other->argv[k], length) == 0 &&
                 (!has_value_of_its_own(result->argv[i], length) ||
                  strcmp(value_of(result, i, length), value_of(other, k, length)) == 0);
    if (!is_there)
      return false;
  }
  return true;
}

const char *gchk_run_difference(const gchk_result *a, const gchk_result *b) {
  const gchk_config_result *x = &a->config, *y = &b->config;
  if (strcmp(a->tool_version, b->tool_version) != 0)
    return "version of gradcheck";
  if (a->seed != b->seed)
    return "seed";
  if (strcmp(a->title, b->title) != 0)
    return "suite";
  if (strcmp(x->scheme, y->scheme) != 0 || !same_real(x->step, y->step))
    return "step";
  if (x->dtype != y->dtype)
    return "dtype";
  if (!same_real(x->threshold, y->threshold) || !same_real(x->threshold_f64, y->threshold_f64) ||
      !same_real(x->threshold_f32, y->threshold_f32))
    return "threshold";
  if (strcmp(x->filter, y->filter) != 0)
    return "filter";
  if (x->budget != y->budget || x->full != y->full)
    return "budget";
  if (x->probes != y->probes || x->strict != y->strict || x->allow_inconclusive != y->allow_inconclusive)
    return "set of switches (probes, strict, allow-inconclusive)";
  if (!has_options_of(a, b) || !has_options_of(b, a))
    return "set of options";
  const char *file_a = a->baseline.file ? a->baseline.file : "", *file_b = b->baseline.file ? b->baseline.file : "";
  return strcmp(file_a, file_b) != 0 ? "baseline" : NULL;
}

const char *gchk_shard_difference(const gchk_result *a, const gchk_result *b) {
  if (a->config.shards != b->config.shards)
    return "number of shards";
  return a->config.cases != b->config.cases ? "number of cases of the run" : gchk_run_difference(a, b);
}

typedef struct side {
  const gchk_origin *rows;
  size_t count;
  const char *name; // of the result
} side;

/* A path of the command line is quoted nowhere else; the digest tells two files of one name apart. */
static gchk_status fail_differing(const side *a, const side *b, size_t i, gchk_error *error) {
  static const char remedy[] =
      "it may be left from another run: run that shard again with the files of the others, and "
      "remove the results of the run before first";
  static const gchk_origin none = {"nothing in its place", ""};
  const gchk_origin *x = i < a->count ? &a->rows[i] : &none, *y = i < b->count ? &b->rows[i] : &none;
  if (x == &none)
    return gchk_fail(error, GCHK_INVALID, "%s: was made without %s, and %s with it; %s", a->name, y->name, b->name,
                     remedy);
  if (strcmp(x->name, y->name) != 0)
    return gchk_fail(error, GCHK_INVALID, "%s: was made with %s, and %s with %s; %s", a->name, x->name, b->name,
                     y->name, remedy);
  return gchk_fail(error, GCHK_INVALID, "%s: was made with another %s (digest %s) than %s (%s); %s", a->name, x->name,
                   x->digest, b->name, y->digest, remedy);
}

static gchk_status compare(const side *a, const side *b, gchk_error *error) {
  for (size_t i = 0; i < a->count || i < b->count; i++) {
    if (i >= a->count || i >= b->count || strcmp(a->rows[i].name, b->rows[i].name) != 0 ||
        strcmp(a->rows[i].digest, b->rows[i].digest) != 0)
      return fail_differing(a, b, i, error);
    if (strcmp(a->rows[i].digest, GCHK_UNKNOWN_DIGEST) == 0)
      return gchk_fail(error, GCHK_INVALID,
                       "%s: what its %s was is not known: it came through a pipe, or was replaced while the run went "
                       "on; run the shards again with files that stay as they are",
                       a->name, a->rows[i].name);
  }
  return GCHK_OK;
}

gchk_status gchk_origins_compare(const gchk_result *result, const char *name, const gchk_result *first,
                                 const char *first_name, gchk_error *error) {
  const gchk_result *silent = first->environment.code_count == 0 ? first : result;
  if (silent->environment.code_count == 0)
    return gchk_fail(error, GCHK_INVALID,
                     "%s: does not say what code it is made of, as results of older versions do not: whether it is of "
                     "the run of the others cannot be told; run its shard again with this version",
                     silent == first ? first_name : name);
  const side code = {result->environment.code, result->environment.code_count, name},
             first_code = {first->environment.code, first->environment.code_count, first_name},
             inputs = {result->inputs, result->input_count, name},
             first_inputs = {first->inputs, first->input_count, first_name};
  GCHK_TRY(compare(&code, &first_code, error));
  return compare(&inputs, &first_inputs, error);
}
