/* Patterns, and the cases that did not pass at the last run. */
#include "selection.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common.h"
#include "options/filters.h"
#include "options/option_values.h"

static int compare_names(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool is_among(const char *name, const char *const *sorted, size_t count) {
  return count > 0 && bsearch(&name, sorted, count, sizeof *sorted, compare_names) != NULL;
}

static int compare_cases(const void *a, const void *b) {
  const cli_last_case *x = a, *y = b;
  return x->dtype != y->dtype ? (x->dtype > y->dtype) - (x->dtype < y->dtype) : strcmp(x->name, y->name);
}

/* Of the last run; what got worse than in a baseline has not passed. */
static gchk_status list_cases(cli_selection *selection, gchk_error *error) {
  const gchk_result *last = selection->last;
  const char **regressed = calloc(last->baseline.change_count + 1, sizeof *regressed);
  selection->last_cases = calloc(last->case_count + 1, sizeof *selection->last_cases);
  if (regressed == NULL || selection->last_cases == NULL) {
    free(regressed);
    return cli_fail_memory(error, "the cases of the last run");
  }
  size_t count = 0;
  for (size_t i = 0; i < last->baseline.change_count; i++)
    if (last->baseline.changes[i].is_regression)
      regressed[count++] = last->baseline.changes[i].case_name;
  qsort(regressed, count, sizeof *regressed, compare_names);
  for (size_t i = 0; i < last->case_count; i++) {
    const gchk_case_result *c = &last->cases[i];
    const bool has_passed = c->verdict < GCHK_INCONCLUSIVE && !is_among(c->name, regressed, count);
    selection->last_cases[i] = (cli_last_case){c->name, c->dtype, has_passed};
    selection->failed += !has_passed;
  }
  qsort(selection->last_cases, last->case_count, sizeof *selection->last_cases, compare_cases);
  free(regressed);
  return GCHK_OK;
}

// A run that writes its result where it reads the last one from begins with all cases.
static gchk_status read_last(cli_selection *selection, gchk_error *error) {
  const char *path = selection->options->last_failed, *json = selection->options->reports[GCHK_JSON];
  if (json != NULL && strcmp(path, json) == 0 && access(path, F_OK) != 0) {
    cli_complain("--last-failed %s: there is no such result yet; all cases are run", path);
    return GCHK_OK;
  }
  GCHK_TRY(gchk_result_read(path, &selection->last, error));
  GCHK_TRY(list_cases(selection, error));
  if (!selection->last->complete)
    cli_complain("--last-failed %s: its run %s; what it did not come to is run as well", path,
                 gchk_result_ending(selection->last));
  else if (selection->failed == 0)
    cli_complain("--last-failed %s: all of its cases passed, so there is none to run again; without --last-failed all "
                 "are run",
                 path);
  return GCHK_OK;
}

gchk_status cli_selection_open(cli_selection *selection, const cli_options *options, gchk_error *error) {
  const size_t count = options->expected.count;
  *selection = (cli_selection){.options = options,
                               .expected = calloc(count + 1, sizeof *selection->expected),
                               .expected_uses = calloc(count + 1, sizeof *selection->expected_uses)};
  if (selection->expected == NULL || selection->expected_uses == NULL)
    return cli_fail_memory(error, "patterns");
  for (size_t i = 0; i < count; i++) {
    const char *text = options->expected.at[i];
    selection->expected[i] = cli_texts_add(&selection->texts, "%.*s", (int)cli_pattern_length(text), text);
    if (selection->expected[i] == NULL)
      return cli_fail_memory(error, "patterns");
  }
  return options->last_failed != NULL ? read_last(selection, error) : GCHK_OK;
}

void cli_selection_close(cli_selection *selection) {
  free(selection->expected);
  free(selection->expected_uses);
  free(selection->last_cases);
  gchk_result_free(selection->last);
  cli_texts_deinit(&selection->texts);
}

/* NULL: the last run has none of that name. */
static const cli_last_case *find_last(const cli_selection *selection, const char *label, gchk_dtype dtype) {
  const cli_last_case wanted = {.name = label, .dtype = dtype};
  return bsearch(&wanted, selection->last_cases, selection->last->case_count, sizeof wanted, compare_cases);
}

/* What a run that ended early does not have it did not come to. */
static bool is_again(const cli_selection *selection, const cli_last_case *last) {
  return last != NULL ? !last->has_passed : !selection->last->complete;
}

bool cli_selection_may_take(const cli_selection *selection, const char *name) {
  return cli_filters_take(&selection->options->filters, name, name) &&
         (selection->last == NULL || is_again(selection, find_last(selection, name, GCHK_F64)) ||
          is_again(selection, find_last(selection, name, GCHK_F32)));
}

bool cli_selection_takes(cli_selection *selection, const gchk_case *c, const char *label) {
  if (!cli_filters_take(&selection->options->filters, c->name, label))
    return false;
  if (selection->last == NULL)
    return true;
  const cli_last_case *last = find_last(selection, label, c->layer->dtype);
  selection->taken += last != NULL && !last->has_passed;
  return is_again(selection, last);
}

void cli_selection_expect(cli_selection *selection, gchk_case *c) {
  for (size_t i = 0; i < selection->options->expected.count; i++) {
    if (fnmatch(selection->expected[i], c->name, 0) != 0)
      continue;
    selection->expected_uses[i]++;
    if (c->expected_failure == NULL)
      c->expected_failure = selection->options->expected.at[i] + strlen(selection->expected[i]) + 1;
  }
}

gchk_status cli_selection_check(const cli_selection *selection, const char *title, gchk_error *error) {
  for (size_t i = 0; i < selection->options->expected.count; i++)
    if (selection->expected_uses[i] == 0)
      return gchk_fail(error, GCHK_INVALID,
                       "--xfail '%s': no case of %s is called so; `gradcheck list` shows their names",
                       selection->options->expected.at[i], title);
  if (selection->taken < selection->failed)
    cli_complain("--last-failed %s: %zu of the %zu cases that did not pass there are not among those selected of %s",
                 selection->options->last_failed, selection->failed - selection->taken, selection->failed, title);
  return GCHK_OK;
}
