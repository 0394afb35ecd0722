/* gradcheck list: cases, tensors and shapes. */
#include <stdio.h>

#include "commands.h"
#include "common.h"
#include "gradcheck/list.h"
#include "targets.h"

static gchk_status print_case(const gchk_case *c, gchk_error *error) {
  const gchk_layer *layer = c->layer;
  (void)cli_say(gchk_output(), "\n", "%s  (%s, %s%s%s)", c->name, layer->name, gchk_dtype_name(layer->dtype),
                layer->dtype == GCHK_F32 && layer->twin != NULL ? ", with a double twin" : "",
                c->expected_failure != NULL ? ", expected to fail" : "");
  for (size_t i = 0; i < layer->tensor_count; i++) {
    const gchk_tensor_spec *row = &layer->tensors[i];
    if (row->role == GCHK_CACHE || row->role == GCHK_SCRATCH)
      continue;
    gchk_shape shape;
    char shape_text[256];
    GCHK_TRY(gchk_case_shape(c, i, &shape, error));
    (void)cli_say(gchk_output(), "\n", "  %-10s %-16s %s", gchk_role_name(row->role), row->name,
                  gchk_shape_format(&shape, shape_text, sizeof shape_text));
  }
  return GCHK_OK;
}

static gchk_status print_cases(const gchk_case *cases, size_t count, gchk_error *error) {
  for (size_t i = 0; i < count; i++)
    GCHK_TRY(print_case(&cases[i], error));
  return GCHK_OK;
}

static gchk_status list(const cli_targets *targets, const char *json, size_t *count, gchk_error *error) {
  const gchk_case *cases = cli_targets_cases(targets, count);
  if (json != NULL)
    GCHK_TRY(gchk_list_save(cases, *count, cli_targets_title(targets), cli_targets_case_total(targets), json, error));
  return cli_is_stdout(json) ? GCHK_OK : print_cases(cases, *count, error);
}

int cli_list(const cli_options *options) {
  gchk_error error;
  cli_targets *targets;
  if (!cli_outputs_are_writable(options, CMD_LIST))
    return EXIT_UNFINISHED;
  if (cli_targets_open(&targets, options->arguments, options->argument_count, NULL, options, &error) != GCHK_OK)
    return cli_fail(&error);
  size_t count;
  const gchk_status status = list(targets, options->reports[GCHK_JSON], &count, &error);
  int code = status == GCHK_OK ? 0 : cli_fail(&error);
  if (status == GCHK_OK && count == 0) {
    cli_complain("none of the %zu cases is selected", cli_targets_case_total(targets));
    code = 4;
  }
  cli_targets_close(targets);
  return code;
}
