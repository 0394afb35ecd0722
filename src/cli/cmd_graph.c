/* gradcheck graph CASE: the computational graph with forward values and backward gradients on its edges. */
#include <stdio.h>

#include "commands.h"
#include "common.h"
#include "gradcheck/layers.h"
#include "targets.h"

/* Where each format goes; characters to standard output where nothing else is asked for. */
static int write_graphs(const gchk_case_result *c, const cli_options *options) {
  const char *paths[GCHK_GRAPH_FORMAT_COUNT] = {
      [GCHK_GRAPH_SVG] = options->svg, [GCHK_GRAPH_DOT] = options->dot, [GCHK_GRAPH_MERMAID] = options->mermaid};
  bool is_asked = false;
  gchk_error error;
  for (size_t i = 0; i < GCHK_GRAPH_FORMAT_COUNT; i++)
    is_asked = is_asked || paths[i] != NULL;
  if (!is_asked)
    paths[GCHK_GRAPH_TEXT] = "-";
  for (size_t i = 0; i < GCHK_GRAPH_FORMAT_COUNT; i++)
    if (paths[i] != NULL && gchk_graph_draw(c, (gchk_graph_format)i, options->digits, paths[i], &error) != GCHK_OK)
      return cli_fail_writing(&error);
  return 0;
}

int cli_graph(const cli_options *options) {
  gchk_error error;
  cli_targets *targets;
  if (cli_targets_open(&targets, options->arguments + 1, options->argument_count - 1, options->arguments[0], options,
                       &error) != GCHK_OK)
    return cli_fail(&error);
  gchk_blas_set_threads(1);
  gchk_options check = GCHK_OPTIONS_INIT;
  check.seed = options->seed;
  gchk_result *result = NULL;
  const gchk_case *c = cli_targets_find(targets, options->arguments[0], &error);
  int code;
  if (c == NULL || gchk_check_graph(c, &check, &result, &error) != GCHK_OK)
    code = cli_fail(&error);
  else
    code = write_graphs(&result->cases[0], options);
  gchk_result_free(result);
  cli_targets_close(targets);
  return code;
}
