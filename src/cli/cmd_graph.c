/* gradcheck graph CASE: the computational graph with forward values and backward gradients on its edges. */
#include <stdio.h>
#include <string.h>

#include "check/graph_check.h"
#include "commands.h"
#include "gradcheck/layers.h"
#include "report/graph.h"
#include "report/save.h"
#include "targets.h"

typedef void (*draw_fn)(const gchk_case_result *c, gchk_text *out);

static void draw_text(const gchk_case_result *c, gchk_text *out) {
  gchk_graph_text(c, 0, out);
}

static void draw_svg(const gchk_case_result *c, gchk_text *out) {
  gchk_graph_svg(c, "graph", out);
}

static gchk_status write_graph(const gchk_case_result *c, draw_fn draw, const char *path, gchk_error *error) {
  if (path == NULL)
    return GCHK_OK;
  gchk_text text = {0};
  draw(c, &text);
  gchk_status status = text.failed ? gchk_fail(error, GCHK_NO_MEMORY, "out of memory for a graph")
                                   : gchk_save_bytes(path, text.data == NULL ? "" : text.data, text.length, error);
  gchk_text_deinit(&text);
  return status;
}

int cli_graph(const cli_options *options) {
  gchk_error error;
  cli_targets *targets;
  if (cli_targets_open(&targets, options->arguments + 1, options->argument_count - 1, options, &error) != GCHK_OK)
    return cli_fail(&error);
  gchk_blas_set_threads(1);
  gchk_options check = GCHK_OPTIONS_INIT;
  check.seed = options->seed;
  gchk_result *result = NULL;
  const gchk_case *c = cli_targets_find(targets, options->arguments[0], &error);
  int code = 0;
  if (c == NULL || gchk_check_graph(c, &check, &result, &error) != GCHK_OK) {
    code = cli_fail(&error);
  } else {
    bool has_file = options->svg != NULL || options->dot != NULL;
    if (write_graph(&result->cases[0], draw_svg, options->svg, &error) != GCHK_OK ||
        write_graph(&result->cases[0], gchk_graph_dot, options->dot, &error) != GCHK_OK ||
        write_graph(&result->cases[0], draw_text, has_file ? NULL : "-", &error) != GCHK_OK) {
      (void)fprintf(stderr, "gradcheck: %s\n", error.message);
      code = EXIT_UNFINISHED;
    }
  }
  gchk_result_free(result);
  cli_targets_close(targets);
  return code;
}
