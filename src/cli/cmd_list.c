/* gradcheck list: cases, tensors and shapes. */
#include <stdio.h>

#include "commands.h"
#include "common.h"
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

int cli_list(const cli_options *options) {
  gchk_error error;
  cli_targets *targets;
  if (cli_targets_open(&targets, options->arguments, options->argument_count, options, &error) != GCHK_OK)
    return cli_fail(&error);
  size_t count;
  const gchk_case *cases = cli_targets_cases(targets, &count);
  gchk_status status = GCHK_OK;
  for (size_t i = 0; i < count && status == GCHK_OK; i++)
    status = print_case(&cases[i], &error);
  int code = status == GCHK_OK ? 0 : cli_fail(&error);
  if (status == GCHK_OK && count == 0) {
    cli_complain("none of the %zu cases is selected", cli_targets_case_total(targets));
    code = 4;
  }
  cli_targets_close(targets);
  return code;
}
