/* The fields of which branches a case took: one row a field. */
#include "result/reach_fields.h"

#include "gradcheck/result.h"
#include "result/field_rows.h"

static const gchk_field untaken_rows[] = {
    STRING(gchk_untaken_branch, "file", file, "Empty where there is no debugging information."),
    INTEGER(gchk_untaken_branch, "line", line, INT32_MAX, "Where it begins; 0 when it is not known."),
    SIZE(gchk_untaken_branch, "nth", nth, "Which of the function's branches that begin in this line, from 0."),
    SIZE(gchk_untaken_branch, "of", of, "How many these are."),
    STRING(gchk_untaken_branch, "text", text, "The line; empty: the source was not there."),
};
static const gchk_fields untaken_fields = {
    .definition = "untaken_branch", .doc = "A branch that was never taken.", TABLE(gchk_untaken_branch, untaken_rows)};

static void check_function(gchk_reader *reader, const json_t *value, const void *object, const void *outer) {
  const gchk_reached_function *f = object;
  (void)outer;
  if (f->taken > f->branches || f->untaken_count != f->branches - f->taken || f->lines_taken > f->lines)
    gchk_read_wrong(reader, NULL, value, "as many branches as were taken and untaken, and lines likewise");
}

static const gchk_field function_rows[] = {
    STRING(gchk_reached_function, "function", function, "Empty: it has no symbol."),
    STRING(gchk_reached_function, "file", file, "Empty where there is no debugging information."),
    CHOICE(gchk_reached_function, "callback", callback, "\"enum\": [\"forward\", \"backward\"]",
           "The layer's, which reached it."),
    SIZE(gchk_reached_function, "branches", branches, "Of the function, with what was inlined into it."),
    SIZE(gchk_reached_function, "taken", taken, "Of them."),
    SIZE(gchk_reached_function, "lines", lines, "In which a branch begins; 0: not known."),
    SIZE(gchk_reached_function, "lines_taken", lines_taken, "In which a branch begins that was taken."),
    ARRAY(LIST, gchk_reached_function, "untaken", untaken, gchk_untaken_branch *, untaken_count, "By address.",
          .of = &untaken_fields),
};
static const gchk_fields function_fields = {.definition = "reached_function",
                                            .doc = "What a callback took of a function that it reached.",
                                            .check = check_function,
                                            TABLE(gchk_reached_function, function_rows)};

static bool has_reach(const void *object) {
  const gchk_reach_result *reach = object;
  return reach->function_count > 0 || (reach->why_not != NULL && reach->why_not[0] != '\0');
}

static void start_empty(void *at, bool is_there) {
  (void)is_there;
  *(gchk_reach_result *)at = (gchk_reach_result){.why_not = ""};
}

static const gchk_field reach_rows[] = {
    STRING(gchk_reach_result, "why_not", why_not, "Why nothing is known of code that was compiled so; empty: it is."),
    ARRAY(LIST, gchk_reach_result, "functions", functions, gchk_reached_function *, function_count,
          "Those that were reached, by address.", .of = &function_fields),
};
const gchk_fields gchk_reach_fields = {.definition = "reach",
                                       .doc = "Which branches of code with coverage callbacks a case took.",
                                       .is_there = has_reach,
                                       .prepare = start_empty,
                                       TABLE(gchk_reach_result, reach_rows)};
