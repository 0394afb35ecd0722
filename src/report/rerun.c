/* The commands that reports offer: run it again, explain this element. */
#include "report/rerun.h"

#include <math.h>
#include <string.h>

#include "report/quoted.h"
#include "report/words.h"
#include "result/local_argument.h"

/* The options without which the command would check something else than this run did. */
static void put_options(gchk_text *text, const gchk_result *result) {
  const gchk_config_result *config = &result->config;
  if (result->seed != 0)
    gchk_text_format(text, " --seed %llu", (unsigned long long)result->seed);
  if (!isnan(config->step)) {
    gchk_text_put(text, " --step ");
    gchk_text_shortest(text, 17, config->step);
  }
  if (config->dtype != GCHK_DTYPE_UNSET)
    gchk_text_format(text, " --dtype %s", gchk_dtype_name(config->dtype));
}

/* The value of option `name` ("--twin") at *i, which moves on to it; NULL where another argument stands there. */
static const char *value_at(const gchk_result *result, size_t *i, const char *name) {
  const char *argument = result->argv[*i];
  const size_t length = strlen(name);
  if (strncmp(argument, name, length) != 0)
    return NULL;
  if (argument[length] == '=')
    return argument + length + 1;
  return argument[length] == '\0' && *i + 1 < result->argc ? result->argv[++*i] : NULL;
}

static void put_option(gchk_text *text, const char *name, const char *value) {
  gchk_text_format(text, " %s ", name);
  gchk_put_quoted(text, value);
}

/* Where float layers got their double twins from, if not from beside the target. */
static void put_twins(gchk_text *text, const gchk_result *result) {
  for (size_t i = 0; i < result->argc; i++) {
    if (strcmp(result->argv[i], "--no-twin") == 0)
      gchk_text_put(text, " --no-twin");
    const char *path = value_at(result, &i, "--twin");
    if (path != NULL)
      put_option(text, "--twin", path);
  }
}

/* Every value of an option, as it was given. */
static void put_values(gchk_text *text, const gchk_result *result, const char *name) {
  for (size_t i = 0; i < result->argc; i++) {
    const char *value = value_at(result, &i, name);
    if (value != NULL)
      put_option(text, name, value);
  }
}

/* What the case's layer was compared with: "mine=conv2d stride=2". */
static void put_compared(gchk_text *text, const gchk_result *result, const gchk_case_result *c) {
  const size_t length = strlen(c->layer);
  for (size_t i = 0; i < result->argc; i++) {
    const char *value = value_at(result, &i, "--compare");
    if (value != NULL && strncmp(value, c->layer, length) == 0 && strchr("= ", value[length]) != NULL)
      put_option(text, "--compare", value);
  }
}

static void put_target(gchk_text *text, const gchk_result *result, const gchk_case_result *c) {
  if (*c->target) {
    gchk_text_put(text, " ");
    gchk_put_quoted(text, c->target);
  }
  put_options(text, result);
  put_twins(text, result);
  put_values(text, result, "--seeds"); // the case may be one of several that differ in them
}

void gchk_put_explain(gchk_text *text, const gchk_result *result, const gchk_row *row, size_t flat) {
  gchk_text name = {0};
  gchk_text_format(&name, "%s:%s", row->owner->name, row->tensor->name);
  gchk_put_index(&name, &row->tensor->shape, flat);
  gchk_text_put(text, "gradcheck explain ");
  gchk_put_quoted(text, name.failed ? row->owner->name : name.data);
  gchk_text_deinit(&name);
  put_target(text, result, row->owner);
}

/* The pattern that matches this name alone. */
static void put_filter(gchk_text *text, const char *name) {
  gchk_text pattern = {0};
  for (const char *c = name; *c != '\0'; c++)
    gchk_text_format(&pattern, "%s%c", strchr("*?[\\", *c) != NULL || (c == name && *c == '-') ? "\\" : "", *c);
  put_option(text, "--filter", pattern.failed || pattern.length == 0 ? name : pattern.data);
  gchk_text_deinit(&pattern);
}

void gchk_put_rerun(gchk_text *text, const gchk_result *result, const gchk_row *row) {
  if (row->tensor != NULL && row->tensor->worst_count > 0) {
    gchk_put_explain(text, result, row, row->tensor->worst[0].flat);
    return;
  }
  gchk_text_put(text, "gradcheck run");
  put_filter(text, row->owner->name);
  put_target(text, result, row->owner);
  put_compared(text, result, row->owner);
  put_values(text, result, "--xfail");
}

void gchk_put_debug(gchk_text *text, const gchk_result *result, const gchk_row *row, const char *debugger) {
  gchk_text_format(text, "%s gradcheck run --no-isolation", debugger);
  put_filter(text, row->owner->name);
  put_target(text, result, row->owner);
  put_compared(text, result, row->owner);
  put_values(text, result, "--xfail");
}

void gchk_put_rerun_all(gchk_text *text, const gchk_result *result) {
  size_t uses;
  for (size_t i = 0; i < result->argc; i += uses) {
    if (gchk_argument_is_local(result->argv, result->argc, i, &uses))
      continue;
    if (i > 0)
      gchk_text_put(text, " ");
    const char *slash = i == 0 ? strrchr(result->argv[0], '/') : NULL;
    gchk_put_quoted(text, slash ? slash + 1 : result->argv[i]);
  }
}
