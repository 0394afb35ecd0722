/* The commands that reports offer: run it again, explain this element. */
#include "report/rerun.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/words.h"
#include "result/local_argument.h"

void gchk_put_quoted(gchk_text *text, const char *argument) {
  bool is_plain = *argument != '\0', is_readable = true;
  for (const char *c = argument; *c;) {
    uint32_t code;
    size_t length = gchk_utf8_decode(c, &code);
    is_readable = is_readable && length > 0 && code >= 0x20 && !(code >= 0x7f && code < 0xa0);
    is_plain = is_plain && length == 1 &&
               strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./=+,@%:", *c);
    c += length ? length : 1;
  }
  if (is_plain) {
    gchk_text_put(text, argument);
    return;
  }
  gchk_text_put(text, is_readable ? "'" : "$'");
  for (const char *c = argument; *c; c++) {
    unsigned char byte = (unsigned char)*c;
    if (!is_readable && (byte < 0x20 || byte >= 0x7f))
      gchk_text_format(text, "\\x%02X", (unsigned)byte);
    else if (*c == '\'')
      gchk_text_put(text, is_readable ? "'\\''" : "\\'");
    else if (*c == '\\' && !is_readable)
      gchk_text_put(text, "\\\\");
    else
      gchk_text_write(text, c, 1);
  }
  gchk_text_put(text, "'");
}

/* The options without which the command would check something else than this run did. */
static void put_options(gchk_text *text, const gchk_result *result) {
  const gchk_config_result *config = &result->config;
  if (result->seed != 0)
    gchk_text_format(text, " --seed %llu", (unsigned long long)result->seed);
  if (!isnan(config->step)) {
    char step[GCHK_REAL_SIZE];
    for (int digits = 1; digits <= 17; digits++) // the shortest that reads back as the same number
      if (strtod(gchk_format_real(step, sizeof step, 'g', digits, config->step), NULL) == config->step)
        break;
    gchk_text_format(text, " --step %s", step);
  }
  if (config->dtype != GCHK_DTYPE_UNSET)
    gchk_text_format(text, " --dtype %s", gchk_dtype_name(config->dtype));
}

/* Where float layers got their double twins from, if not from beside the target. */
static void put_twins(gchk_text *text, const gchk_result *result) {
  for (size_t i = 0; i < result->argc; i++) {
    const char *argument = result->argv[i];
    if (strcmp(argument, "--no-twin") == 0)
      gchk_text_put(text, " --no-twin");
    const char *path = NULL;
    if (strncmp(argument, "--twin=", 7) == 0)
      path = argument + 7;
    else if (strcmp(argument, "--twin") == 0 && i + 1 < result->argc)
      path = result->argv[++i];
    if (path == NULL)
      continue;
    gchk_text_put(text, " --twin ");
    gchk_put_quoted(text, path);
  }
}

static void put_target(gchk_text *text, const gchk_result *result, const gchk_case_result *c) {
  if (*c->target) {
    gchk_text_put(text, " ");
    gchk_put_quoted(text, c->target);
  }
  put_options(text, result);
  put_twins(text, result);
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

void gchk_put_rerun(gchk_text *text, const gchk_result *result, const gchk_row *row) {
  if (row->tensor != NULL && row->tensor->worst_count > 0) {
    gchk_put_explain(text, result, row, row->tensor->worst[0].flat);
    return;
  }
  gchk_text_put(text, "gradcheck run --filter ");
  gchk_put_quoted(text, row->owner->name);
  put_target(text, result, row->owner);
}

void gchk_put_debug(gchk_text *text, const gchk_result *result, const gchk_row *row, const char *debugger) {
  gchk_text_format(text, "%s gradcheck run --no-isolation --filter ", debugger);
  gchk_put_quoted(text, row->owner->name);
  put_target(text, result, row->owner);
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
