/* gradcheck explain CASE:TENSOR[i,j]: one element's table of steps, and why it got its verdict. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "common.h"
#include "explain_code.h"
#include "gradcheck/explain.h"
#include "gradcheck/layers.h"
#include "options/texts.h"
#include "targets.h"

typedef struct place {
  const char *case_name, *tensor; // of texts
  size_t index[GCHK_MAX_RANK], rank;
} place;

// "case:tensor[1,2]"; the last colon divides, for case names may have colons. Without brackets: a scalar, or element 0.
static bool parse_place(const char *text, cli_texts *texts, place *p) {
  const char *bracket = strrchr(text, '[');
  size_t length = bracket != NULL ? (size_t)(bracket - text) : strlen(text);
  size_t colon = length;
  while (colon > 0 && text[colon - 1] != ':')
    colon--;
  if (colon < 2 || length - colon == 0 || length > INT_MAX)
    return false;
  *p = (place){.case_name = cli_texts_add(texts, "%.*s", (int)(colon - 1), text),
               .tensor = cli_texts_add(texts, "%.*s", (int)(length - colon), text + colon)};
  if (bracket == NULL)
    return true;
  const char *at = bracket + 1;
  while (*at >= '0' && *at <= '9' && p->rank < GCHK_MAX_RANK) {
    char *end;
    p->index[p->rank++] = strtoull(at, &end, 10);
    at = *end == ',' ? end + 1 : end;
  }
  return p->rank > 0 && at[0] == ']' && at[1] == '\0';
}

static int print_explanation(const gchk_explanation *x) {
  gchk_error error;
  if (gchk_explanation_print(x, gchk_output(), &error) != GCHK_OK)
    return cli_fail_writing(&error);
  return x->verdict == GCHK_FAIL ? EXIT_WRONG : x->verdict == GCHK_INCONCLUSIVE ? EXIT_UNDECIDED : 0;
}

static int explain(const place *p, const cli_options *options) {
  gchk_error error;
  cli_targets *targets;
  if (p->case_name == NULL || p->tensor == NULL) {
    (void)cli_fail_memory(&error, "a name");
    return cli_fail(&error);
  }
  if (cli_targets_open(&targets, options->arguments + 1, options->argument_count - 1, options, &error) != GCHK_OK)
    return cli_fail(&error);
  gchk_blas_set_threads(1);
  gchk_options check = GCHK_OPTIONS_INIT;
  check.seed = options->seed;
  check.step = options->step;
  gchk_explanation explanation;
  const gchk_case *c = cli_targets_find(targets, p->case_name, &error);
  int code;
  if (c == NULL || gchk_explain_element(c, &check, p->tensor, p->index, p->rank, &explanation, &error) != GCHK_OK)
    code = cli_fail(&error);
  else
    code = print_explanation(&explanation);
  cli_targets_close(targets);
  return code;
}

int cli_explain(const cli_options *options) {
  const char *element = options->arguments[0];
  if (cli_is_code(element))
    return cli_explain_code(element);
  cli_texts texts = {0};
  place p;
  int code = EXIT_USAGE;
  if (parse_place(element, &texts, &p))
    code = explain(&p, options);
  else
    cli_complain("'%s' is no element; write CASE:TENSOR[I,J], as in 'two-layer-net:W1[0,7]'", element);
  cli_texts_deinit(&texts);
  return code;
}
