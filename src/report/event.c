/* Events: one JSON object a line. */
#include "gradcheck/event.h"

#include "core/memory.h"
#include "report/save.h"
#include "result/json_writer.h"

static void begin(gchk_json *json, const char *event) {
  gchk_json_flat_object(json, NULL);
  gchk_json_string(json, "event", event);
}

static gchk_status finish(gchk_json *json, FILE *out, gchk_error *error) {
  gchk_json_end(json);
  gchk_text_put(json->text, "\n");
  gchk_status status = json->text->failed
                           ? gchk_fail_memory(error, "an event")
                           : gchk_write_bytes(out, "events", json->text->data, json->text->length, error);
  gchk_text_deinit(json->text);
  return status;
}

gchk_status gchk_event_start(FILE *out, const char *title, size_t cases, uint64_t seed, gchk_error *error) {
  gchk_text text = {0};
  gchk_json json = {.text = &text};
  begin(&json, "start");
  gchk_json_string(&json, "title", title);
  gchk_json_count(&json, "cases", cases);
  gchk_json_count(&json, "seed", seed);
  return finish(&json, out, error);
}

static void put_finished(gchk_json *json, const gchk_case_result *c) {
  gchk_json_string(json, "verdict", gchk_verdict_name(c->verdict));
  gchk_json_string(json, "reason", c->reason);
  gchk_json_string(json, "file", c->file);
  gchk_json_integer(json, "line", c->line);
  gchk_json_array(json, "tensors");
  for (size_t i = 0; i < c->tensor_count; i++) {
    const gchk_tensor_result *t = &c->tensors[i];
    gchk_json_object(json, NULL);
    gchk_json_string(json, "name", t->name);
    gchk_json_string(json, "verdict", gchk_verdict_name(t->verdict));
    gchk_json_count(json, "checked", t->checked);
    gchk_json_count(json, "total", t->total);
    gchk_json_count(json, "fail", t->elements.fail);
    gchk_json_count(json, "undecided", t->elements.undecided);
    gchk_json_real_or_null(json, "mean_abs_diff", t->mean_abs_diff);
    gchk_json_end(json);
  }
  gchk_json_end(json);
  gchk_json_real(json, "wall_s", c->wall_s);
}

gchk_status gchk_event_progress(FILE *out, const gchk_progress *progress, gchk_error *error) {
  gchk_text text = {0};
  gchk_json json = {.text = &text};
  const gchk_case_result *finished = progress->finished;
  begin(&json, finished ? "case" : "progress");
  gchk_json_string(&json, "case", finished ? finished->name : progress->case_name);
  if (finished != NULL)
    put_finished(&json, finished);
  else
    gchk_json_string(&json, "stage", progress->stage);
  gchk_json_count(&json, "elements_done", progress->elements_done);
  gchk_json_count(&json, "elements_total", progress->elements_total);
  gchk_json_count(&json, "cases_done", progress->cases_done);
  gchk_json_count(&json, "cases_total", progress->cases_total);
  return finish(&json, out, error);
}

gchk_status gchk_event_end(FILE *out, const gchk_result *result, gchk_error *error) {
  gchk_text text = {0};
  gchk_json json = {.text = &text};
  begin(&json, "end");
  gchk_json_string(&json, "verdict", gchk_verdict_name(result->verdict));
  gchk_json_integer(&json, "exit_code", result->exit_code);
  gchk_json_bool(&json, "complete", result->complete);
  gchk_json_count(&json, "pass", result->summary.pass);
  gchk_json_count(&json, "fail", result->summary.fail);
  gchk_json_count(&json, "inconclusive", result->summary.inconclusive);
  gchk_json_count(&json, "skipped", result->summary.skipped);
  gchk_json_count(&json, "error", result->summary.error);
  gchk_json_count(&json, "undecided", result->summary.elements_undecided);
  gchk_json_real(&json, "wall_s", result->wall_s);
  return finish(&json, out, error);
}
