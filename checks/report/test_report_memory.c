/* Every report with its n-th allocation refused: an error and no crash, and nothing half written. */
#include "main.h"

#include "core/arena.h"
#include "memory/failing.h"
#include "report/graph_dot.h"
#include "report/graph_svg.h"
#include "report/graph_text.h"
#include "report/render.h"
#include "report/sample_result.h"
#include "result/baseline.h"
#include "result/json_report.h"
#include "run/case_bytes.h"

static size_t granted;

static failing_decision refuse_after_granted(size_t n) {
  return n <= granted ? FAILING_GRANT : FAILING_REFUSE_ALL_AFTER;
}

/* Runs `work` with ever more allocations granted until it succeeds; steps grow, for there may be thousands. */
static void step_curve(gchk_status (*work)(void *context, gchk_error *error), void *context) {
  size_t failures = 0;
  const size_t before = failing_live();
  for (granted = 0;; granted += 1 + granted / 40) {
    gchk_error error = {0};
    failing_arm(refuse_after_granted);
    gchk_status status = work(context, &error);
    failing_disarm();
    ck_assert_msg(failing_live() == before, "after %zu allocations: %zu blocks are left", granted,
                  failing_live() - before);
    if (status == GCHK_OK)
      break;
    ck_assert_msg(status == GCHK_NO_MEMORY, "after %zu allocations: status %d, %s", granted, (int)status,
                  error.message);
    ck_assert_str_ne(error.message, "");
    failures++;
  }
  ck_assert_uint_gt(failures, 0);
}

typedef struct writing {
  gchk_result *result;
  gchk_format format;
  char buffer[4000000];
} writing;

static gchk_status write_report(void *context, gchk_error *error) {
  writing *w = context;
  FILE *out = fmemopen(w->buffer, sizeof w->buffer, "w");
  if (!out) // its own allocation was refused
    return gchk_fail(error, GCHK_NO_MEMORY, "out of memory for the stream");
  gchk_status status = gchk_report_write(w->result, w->format, NULL, out, error);
  fclose(out);
  failing_disarm(); // libcheck needs memory too
  if (status != GCHK_OK)
    ck_assert_msg(w->buffer[0] == '\0', "something was written");
  return status;
}

START_TEST(a_report_is_written_or_memory_is_out) {
  static const gchk_format formats[] = {GCHK_TEXT,     GCHK_JSON,      GCHK_JUNIT, GCHK_HTML,
                                        GCHK_MARKDOWN, GCHK_DOCUMENTS, GCHK_SARIF};
  writing *w = calloc(1, sizeof *w);
  w->result = sample_everything();
  w->format = formats[_i];
  step_curve(write_report, w);
  gchk_result_free(w->result);
  free(w);
}
END_TEST

static gchk_status parse_json(void *context, gchk_error *error) {
  gchk_result *result = NULL;
  gchk_status status = gchk_json_parse("result.json", context, strlen(context), &result, error);
  failing_disarm();
  ck_assert((status == GCHK_OK) == (result != NULL));
  gchk_result_free(result);
  return status;
}

static gchk_status pass_case(void *context, gchk_error *error) {
  gchk_text bytes = {0};
  gchk_case_to_bytes(context, &bytes);
  gchk_status status = bytes.failed ? gchk_fail(error, GCHK_NO_MEMORY, "out of memory for the bytes") : GCHK_OK;
  gchk_case_result copy;
  gchk_arena *arena = gchk_arena_new();
  if (status == GCHK_OK)
    status = arena ? gchk_case_from_bytes(arena, bytes.data, bytes.length, &copy, error)
                   : gchk_fail(error, GCHK_NO_MEMORY, "out of memory for the arena");
  gchk_arena_free(arena);
  gchk_text_deinit(&bytes);
  return status;
}

START_TEST(a_result_is_read_or_memory_is_out) {
  gchk_result *result = sample_everything();
  char *text = render(result, GCHK_JSON, NULL);
  step_curve(parse_json, text);
  step_curve(pass_case, &result->cases[0]);
  free(text);
  gchk_result_free(result);
}
END_TEST

static gchk_status compare(void *context, gchk_error *error) {
  gchk_arena *arena = gchk_arena_new();
  gchk_baseline_result changes;
  if (!arena)
    return gchk_fail(error, GCHK_NO_MEMORY, "out of memory for the arena");
  gchk_result **pair = context;
  gchk_status status = gchk_baseline_compare(arena, "base.json", pair[0], pair[1], &changes, error);
  gchk_arena_free(arena);
  return status;
}

static gchk_status merge(void *context, gchk_error *error) {
  static const char *const names[] = {"a.json"};
  const gchk_result *const *pair = context;
  gchk_result *merged = NULL;
  gchk_status status = gchk_merge(pair, names, 1, &merged, error);
  gchk_result_free(merged);
  return status;
}

static gchk_status draw(void *context, gchk_error *error) {
  gchk_text text = {0}, svg = {0};
  gchk_result **pair = context;
  gchk_graph_text(&pair[1]->cases[0], 0, 0, &text);
  gchk_graph_svg(&pair[1]->cases[0], "g", 0, &svg);
  gchk_status status =
      text.failed || svg.failed ? gchk_fail(error, GCHK_NO_MEMORY, "out of memory for the graph") : GCHK_OK;
  gchk_text_deinit(&text);
  gchk_text_deinit(&svg);
  return status;
}

START_TEST(results_are_compared_merged_and_drawn_or_memory_is_out) {
  gchk_result *pair[] = {sample_many(60), sample_everything()};
  step_curve(compare, pair);
  step_curve(merge, pair);
  step_curve(draw, pair);
  gchk_result_free(pair[0]);
  gchk_result_free(pair[1]);
}
END_TEST

static TCase *memory(void) {
  TCase *tc = tcase_create("memory");
  tcase_set_timeout(tc, 120);
  tcase_add_loop_test(tc, a_report_is_written_or_memory_is_out, 0, 6);
  tcase_add_test(tc, a_result_is_read_or_memory_is_out);
  tcase_add_test(tc, results_are_compared_merged_and_drawn_or_memory_is_out);
  return tc;
}

TEST_MAIN("report memory", memory)
