/* What became of the mutants, for people and for programs. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "gradcheck/mutate.h"
#include "report/save.h"
#include "result/json_writer.h"

static const struct {
  const char *in_json, *in_text;
} fate_names[GCHK_FATES] = {
    [GCHK_UNTRIED] = {"untried", "not tried"},
    [GCHK_CAUGHT] = {"caught", "caught"},
    [GCHK_SURVIVED] = {"survived", "survived"},
    [GCHK_UNCOMPILED] = {"does-not-compile", "do not compile"},
    [GCHK_SAME_CODE] = {"same-code", "same machine code"},
    [GCHK_ARGUED] = {"equivalent", "argued equivalent"},
    [GCHK_NEVER_RUNS] = {"never-runs", "in functions that never run"},
};

static void put_line(gchk_text *out, const char *sign, const char *line) {
  gchk_text_put(out, sign);
  gchk_text_visible(out, line, GCHK_MARKUP_PLAIN);
  gchk_text_put(out, "\n");
}

static void put_mutant(gchk_text *out, const gchk_mutation *mutation, const gchk_mutant *m, const char *what) {
  gchk_text_visible(out, mutation->path, GCHK_MARKUP_PLAIN);
  gchk_text_format(out, ":%d: %s: %s: %s\n", m->line, m->function, m->what, what);
  put_line(out, "- ", m->before);
  put_line(out, "+ ", m->after);
}

static void put_fates(gchk_text *out, const gchk_mutation *mutation) {
  static const gchk_fate order[] = {GCHK_CAUGHT,     GCHK_UNCOMPILED, GCHK_SAME_CODE, GCHK_ARGUED,
                                    GCHK_NEVER_RUNS, GCHK_UNTRIED,    GCHK_SURVIVED};
  gchk_text_format(out, "mutants %zu", mutation->mutant_count);
  if (mutation->mutant_count < mutation->all_count)
    gchk_text_format(out, " (a sample of %zu)", mutation->all_count);
  for (size_t i = 0; i < sizeof order / sizeof order[0]; i++)
    if (mutation->fates[order[i]] > 0 || order[i] == GCHK_CAUGHT || order[i] == GCHK_SURVIVED)
      gchk_text_format(out, "%s %s %zu", i == 0 ? ":" : ",", fate_names[order[i]].in_text, mutation->fates[order[i]]);
  if (!isnan(mutation->score)) {
    gchk_text_put(out, " (");
    gchk_text_real(out, 'f', 1, 100 * mutation->score);
    gchk_text_put(out, " % caught)");
  }
  gchk_text_put(out, "\n");
}

/* How many mutants of the function at i never run; 0 where an earlier one has told of it. */
static size_t count_never_run(const gchk_mutation *mutation, size_t i) {
  size_t count = 0;
  for (size_t k = 0; k < mutation->mutant_count; k++)
    if (mutation->mutants[k].fate == GCHK_NEVER_RUNS &&
        strcmp(mutation->mutants[k].function, mutation->mutants[i].function) == 0) {
      if (k < i)
        return 0;
      count++;
    }
  return count;
}

static void put_never_run(gchk_text *out, const gchk_mutation *mutation, size_t i) {
  const gchk_mutant *m = &mutation->mutants[i];
  const size_t count = m->fate == GCHK_NEVER_RUNS ? count_never_run(mutation, i) : 0;
  if (count == 0)
    return;
  gchk_text_visible(out, mutation->path, GCHK_MARKUP_PLAIN);
  gchk_text_format(out, ":%d: %s: never runs in this check (%zu %s)\n", m->line, m->function, count,
                   count == 1 ? "mutant" : "mutants");
}

gchk_status gchk_mutation_print(const gchk_mutation *mutation, FILE *out, gchk_error *error) {
  gchk_text text = {0};
  for (size_t i = 0; i < mutation->mutant_count; i++) {
    const gchk_mutant *m = &mutation->mutants[i];
    if (m->fate == GCHK_SURVIVED)
      put_mutant(&text, mutation, m, "survived");
    else if (m->fate == GCHK_CAUGHT && m->reason != NULL)
      put_mutant(&text, mutation, m, "was argued to be equivalent, and is caught: it is not");
  }
  for (size_t i = 0; i < mutation->mutant_count; i++)
    put_never_run(&text, mutation, i);
  put_fates(&text, mutation);
  return gchk_write_text(out, "the mutants", &text, error);
}

static void put_json(gchk_json *json, const gchk_mutant *m) {
  gchk_json_flat_object(json, NULL);
  gchk_json_string(json, "fate", fate_names[m->fate].in_json);
  gchk_json_string(json, "function", m->function);
  gchk_json_integer(json, "line", m->line);
  gchk_json_string(json, "change", m->what);
  gchk_json_string(json, "before", m->before);
  gchk_json_string(json, "after", m->after);
  gchk_json_string(json, "reason", m->reason);
  gchk_json_end(json);
}

gchk_status gchk_mutation_save(const gchk_mutation *mutation, const char *path, gchk_error *error) {
  gchk_text text = {0};
  gchk_json json = {.text = &text};
  gchk_json_object(&json, NULL);
  gchk_json_string(&json, "format", "gradcheck-mutation");
  gchk_json_integer(&json, "format_version", 1);
  gchk_json_string(&json, "source", mutation->path);
  gchk_json_count(&json, "all", mutation->all_count);
  gchk_json_count(&json, "tried", mutation->mutant_count - mutation->fates[GCHK_UNTRIED]);
  gchk_json_flat_object(&json, "fates");
  for (size_t i = 0; i < GCHK_FATES; i++)
    gchk_json_count(&json, fate_names[i].in_json, mutation->fates[i]);
  gchk_json_end(&json);
  gchk_json_real_or_null(&json, "score", mutation->score);
  gchk_json_array(&json, "mutants");
  for (size_t i = 0; i < mutation->mutant_count; i++)
    put_json(&json, &mutation->mutants[i]);
  gchk_json_end(&json);
  gchk_json_end(&json);
  gchk_text_put(&text, "\n");
  return gchk_save_text(path, &text, error);
}
