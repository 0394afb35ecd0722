/*
 * SARIF 2.1.0 (OASIS: Static Analysis Results Interchange Format): a rule for each code of a finding, whether used or
 * not, so that a rule has the same index in every file; a result for each cause, for each tensor that is undecided and
 * for each case that was not checked.
 *
 * level: error for what fails, warning for what is inconclusive, note for what passes all the same; where the run is
 * strict, all are errors. A failure that is expected is a suppressed note. A run that did not check all that it was
 * asked for is no successful execution, with a notification that says so: an empty list of results must not be taken
 * for a pass.
 *
 * What one run calls a mistake the next calls by the same fingerprint, of names alone: no figure, line or folder.
 */
#include "report/sarif.h"

#include <stdlib.h>
#include <string.h>

#include "core/name_table.h"
#include "report/change_words.h"
#include "report/rerun.h"
#include "report/sentence.h"
#include "report/suppressed_rows.h"
#include "report/undecided_text.h"
#include "report/words.h"
#include "result/json_writer.h"

/* Rules of what no finding has a code for. Their indices come after those of the codes. */
typedef enum other_rule { WRONG_GRADIENT, NOT_FINISHED, UNDECIDED, NOT_CHECKED, REGRESSION, OTHER_RULES } other_rule;
static const gchk_code_doc others[OTHER_RULES] = {
    [WRONG_GRADIENT] = {.name = "wrong-gradient",
                        .meaning = "The gradient of backward is not the derivative of forward.",
                        .exposed_by = "Central differences with a measured error bound.",
                        .remedy = "Run the command that the result names: it explains the worst element."},
    [NOT_FINISHED] = {.name = "not-finished",
                      .meaning = "A case crashed, hung or could not run.",
                      .exposed_by = "Each case runs in a process of its own.",
                      .remedy = "Look at the signal, the stack and the last lines that the report has of it."},
    [UNDECIDED] = {.name = "undecided",
                   .meaning = "Elements of the gradient can be called neither right nor wrong.",
                   .exposed_by = "Error bounds that are wider than what is to be told apart.",
                   .remedy = "Do what the result names for its reason: a twin in double, other values, another step."},
    [NOT_CHECKED] = {.name = "not-checked",
                     .meaning = "A case was skipped, and no other stands for it.",
                     .exposed_by = "What the case needs is not there.",
                     .remedy = "Supply what its reason names, or take the case out of the run."},
    [REGRESSION] = {.name = "regression",
                    .meaning = "A gradient is worse than in the baseline, or is no longer checked.",
                    .exposed_by = "The result of an earlier run (--baseline).",
                    .remedy = "Mend what changed, or save a new baseline where the change is meant."},
};

static const char *const levels[] = {
    [GCHK_PASS] = "note",  [GCHK_KINK] = "note",  [GCHK_SKIPPED] = "note", [GCHK_INCONCLUSIVE] = "warning",
    [GCHK_FAIL] = "error", [GCHK_ERROR] = "error"};

static void put_text(gchk_json *json, const char *key, const char *text) {
  gchk_json_flat_object(json, key);
  gchk_json_string(json, "text", text);
  gchk_json_end(json);
}

/* A text that was put together, its names made visible. Released here. */
static void put_own_text(gchk_json *json, const char *key, gchk_text *text) {
  gchk_text visible = {0};
  gchk_text_visible(&visible, text->data != NULL ? text->data : "", GCHK_MARKUP_PLAIN);
  put_text(json, key, visible.data != NULL ? visible.data : "");
  json->text->failed = json->text->failed || text->failed || visible.failed;
  gchk_text_deinit(&visible);
  gchk_text_deinit(text);
}

static void put_rule(gchk_json *json, const gchk_code_doc *rule) {
  gchk_json_object(json, NULL);
  gchk_json_string(json, "id", rule->name);
  put_text(json, "shortDescription", rule->meaning);
  put_text(json, "fullDescription", rule->exposed_by);
  put_text(json, "help", rule->remedy);
  gchk_json_end(json);
}

static void put_tool(gchk_json *json, const gchk_result *result) {
  gchk_json_object(json, "tool");
  gchk_json_object(json, "driver");
  gchk_json_string(json, "name", "gradcheck");
  gchk_json_string(json, "version", result->tool_version);
  gchk_json_array(json, "rules");
  const gchk_code_doc *code;
  for (size_t i = 0; (code = gchk_code_at(i)) != NULL; i++)
    put_rule(json, code);
  for (size_t i = 0; i < OTHER_RULES; i++)
    put_rule(json, &others[i]);
  gchk_json_end(json);
  gchk_json_end(json);
  gchk_json_end(json);
}

static void put_notification(gchk_json *json, gchk_text *message) {
  gchk_json_object(json, NULL);
  gchk_json_string(json, "level", "error");
  put_own_text(json, "message", message);
  gchk_json_end(json);
}

static void put_invocation(gchk_json *json, const gchk_result *result) {
  const bool checked_nothing = result->complete && result->exit_code == 4;
  gchk_text command = {0};
  gchk_put_rerun_all(&command, result);
  gchk_json_array(json, "invocations");
  gchk_json_object(json, NULL);
  if (command.length > 0)
    gchk_json_string(json, "commandLine", command.data);
  gchk_json_integer(json, "exitCode", result->exit_code);
  gchk_json_bool(json, "executionSuccessful", result->complete && !checked_nothing);
  gchk_json_array(json, "toolExecutionNotifications");
  gchk_text message = {0};
  if (!result->complete)
    gchk_put_interruption(&message, result);
  else if (checked_nothing)
    gchk_text_put(&message, "Nothing was checked.");
  if (message.length > 0)
    put_notification(json, &message);
  gchk_json_end(json);
  gchk_json_end(json);
  gchk_json_end(json);
  json->text->failed = json->text->failed || command.failed || message.failed;
  gchk_text_deinit(&command);
  gchk_text_deinit(&message);
}

/* A path as a URI: what RFC 3986 does not leave as it is goes as %XX. */
static void put_uri(gchk_json *json, const char *path) {
  gchk_text uri = {0};
  gchk_text_put(&uri, *path == '/' ? "file://" : "");
  for (const char *c = path; *c != '\0'; c++) {
    if (strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/", *c) != NULL)
      gchk_text_write(&uri, c, 1);
    else
      gchk_text_format(&uri, "%%%02X", (unsigned)(unsigned char)*c);
  }
  gchk_json_string(json, "uri", uri.data != NULL ? uri.data : "");
  json->text->failed = json->text->failed || uri.failed;
  gchk_text_deinit(&uri);
}

/* Where it is: the layer's line; without one the suite or plug-in, of which there is always a file. */
static void put_physical(gchk_json *json, const gchk_case_result *c) {
  const char *file = *c->file != '\0' ? c->file : c->target;
  if (*file == '\0')
    return;
  gchk_json_object(json, "physicalLocation");
  gchk_json_flat_object(json, "artifactLocation");
  put_uri(json, file);
  gchk_json_end(json);
  if (*c->file != '\0' && c->line > 0) {
    gchk_json_flat_object(json, "region");
    gchk_json_integer(json, "startLine", c->line);
    gchk_json_end(json);
  }
  gchk_json_end(json);
}

/* One thing that is said: its rule by the code of a finding, or where none has it by `other`. */
typedef struct entry {
  const char *code;
  other_rule other;
  gchk_verdict verdict;
  const gchk_case_result *owner; /* NULL: none is left */
  const char *case_name, *tensor;
  const gchk_cause *cause; /* whose members are all at fault; NULL: the tensor, or the case, alone */
  const char *excuse;      /* why the failure was expected; NULL: it was not */
} entry;

/* The rule, and its place in the list of put_tool. */
static const char *find_rule(const entry *e, size_t *index) {
  const gchk_code_doc *code;
  for (*index = 0; (code = gchk_code_at(*index)) != NULL; ++*index)
    if (e->code != NULL && strcmp(code->name, e->code) == 0)
      return code->name;
  *index += e->other;
  return others[e->other].name;
}

static void put_name(gchk_text *text, const char *case_name, const char *tensor) {
  gchk_text_format(text, "%s%s%s", case_name, *tensor != '\0' ? ":" : "", tensor);
}

static void put_logical(gchk_json *json, const char *case_name, const char *tensor) {
  gchk_text name = {0};
  put_name(&name, case_name, tensor);
  gchk_json_flat_object(json, NULL);
  gchk_json_string(json, "fullyQualifiedName", name.data);
  gchk_json_end(json);
  json->text->failed = json->text->failed || name.failed;
  gchk_text_deinit(&name);
}

/* Cases of two plug-ins may be called alike; SARIF has a place once. */
static bool is_named_before(const gchk_cause *cause, size_t index) {
  const gchk_cause_member *m = &cause->members[index];
  for (size_t i = 0; i < index; i++)
    if (strcmp(cause->members[i].case_name, m->case_name) == 0 && strcmp(cause->members[i].tensor, m->tensor) == 0)
      return true;
  return false;
}

static void put_locations(gchk_json *json, const entry *e) {
  enum { MOST_MEMBERS = 100 }; // of a layer with thousands of shapes these will do
  gchk_json_array(json, "locations");
  gchk_json_object(json, NULL);
  if (e->owner != NULL)
    put_physical(json, e->owner);
  gchk_json_array(json, "logicalLocations");
  if (e->cause == NULL)
    put_logical(json, e->case_name, e->tensor);
  for (size_t i = 0; e->cause != NULL && i < e->cause->member_count && i < MOST_MEMBERS; i++)
    if (!is_named_before(e->cause, i))
      put_logical(json, e->cause->members[i].case_name, e->cause->members[i].tensor);
  gchk_json_end(json);
  gchk_json_end(json);
  gchk_json_end(json);
}

static void put_suppression(gchk_json *json, const char *excuse) {
  gchk_json_array(json, "suppressions");
  gchk_json_object(json, NULL);
  gchk_json_string(json, "kind", "external");
  gchk_json_string(json, "justification", excuse);
  gchk_json_end(json);
  gchk_json_end(json);
}

/* What tells this mistake from all others, now and after the next commit; of the target its name without its folder. */
static void put_fingerprint(gchk_text *text, const entry *e, const char *rule) {
  gchk_text_format(text, "%s ", rule);
  put_name(text, e->case_name, e->tensor);
  if (e->owner == NULL)
    return;
  const char *slash = strrchr(e->owner->target, '/');
  gchk_text_format(text, " %s %s", gchk_dtype_name(e->owner->dtype), slash != NULL ? slash + 1 : e->owner->target);
}

/* Releases the message. */
static void put_result(gchk_json *json, const entry *e, gchk_text *message) {
  size_t index;
  const char *rule = find_rule(e, &index);
  gchk_text fingerprint = {0};
  put_fingerprint(&fingerprint, e, rule);
  gchk_json_object(json, NULL);
  gchk_json_string(json, "ruleId", rule);
  gchk_json_count(json, "ruleIndex", index);
  gchk_json_string(json, "level", e->excuse != NULL ? "note" : levels[e->verdict]);
  put_own_text(json, "message", message);
  put_locations(json, e);
  gchk_json_flat_object(json, "partialFingerprints");
  gchk_json_string(json, "gradcheck/v1", fingerprint.data);
  gchk_json_string(json, "primaryLocationLineHash", fingerprint.data); // what GitHub goes by
  gchk_json_end(json);
  if (e->excuse != NULL)
    put_suppression(json, e->excuse);
  gchk_json_end(json);
  json->text->failed = json->text->failed || fingerprint.failed;
  gchk_text_deinit(&fingerprint);
}

static void put_cause(gchk_json *json, const gchk_result *result, const gchk_cause *cause) {
  const gchk_cause_member *first = &cause->members[0];
  const gchk_row row = gchk_shown_row(result, cause);
  const entry e = {.code = cause->finding.code,
                   .other = cause->verdict == GCHK_ERROR ? NOT_FINISHED : WRONG_GRADIENT,
                   .verdict = cause->verdict,
                   .owner = &result->cases[first->case_index],
                   .case_name = first->case_name,
                   .tensor = first->tensor,
                   .cause = cause};
  gchk_text message = {0};
  gchk_text_format(&message, "%s: %s. ", cause->layer, cause->finding.text);
  if (*cause->where != '\0')
    gchk_text_format(&message, "In %s. ", cause->where);
  gchk_text_put(&message, "Again: ");
  gchk_put_rerun(&message, result, &row);
  put_result(json, &e, &message);
}

/* What is undecided, or fails as it was expected to. */
static void put_tensor(gchk_json *json, const gchk_result *result, const gchk_row *row, bool strict) {
  const gchk_case_result *c = row->owner;
  const gchk_tensor_result *t = row->tensor;
  const bool is_expected = t->verdict >= GCHK_FAIL && gchk_failed_as_expected(c);
  const bool is_listed = t->verdict < GCHK_FAIL && t->undecided.listed_count > 0;
  if (!is_expected && !is_listed && t->verdict != GCHK_INCONCLUSIVE)
    return;
  const entry e = {.other = is_expected ? WRONG_GRADIENT : UNDECIDED,
                   .verdict = strict ? GCHK_FAIL : t->verdict,
                   .owner = c,
                   .case_name = c->name,
                   .tensor = t->name,
                   .excuse = is_expected ? c->expected_failure : NULL};
  gchk_text message = {0};
  gchk_text_format(&message, "%s %s: ", c->name, t->name);
  if (is_expected)
    gchk_text_format(&message, "%zu of %zu elements are wrong, as expected", t->elements.fail, t->checked);
  else if (is_listed)
    gchk_put_undecided_sentence(&message, t);
  else
    gchk_text_put(&message, t->reason);
  const gchk_doubt_doc *doc = is_listed ? gchk_doubt_find(t->undecided.listed[0].doubt) : NULL;
  if (doc != NULL && *doc->meaning != '\0')
    gchk_text_format(&message, ". %s: %s", doc->meaning, gchk_doubt_remedy(doc->doubt, t->undecided.lacks_twin));
  gchk_text_put(&message, ". Again: ");
  if (is_listed)
    gchk_put_explain(&message, result, row, t->undecided.listed[0].flat);
  else
    gchk_put_rerun(&message, result, row);
  put_result(json, &e, &message);
}

/* A case that is inconclusive or skipped, where none of its tensors says so. */
static void put_case(gchk_json *json, const gchk_result *result, const gchk_case_result *c, bool strict) {
  bool is_said = c->verdict == GCHK_SKIPPED && c->auxiliary;
  for (size_t k = 0; k < c->tensor_count; k++)
    is_said = is_said || c->tensors[k].verdict >= c->verdict;
  if (is_said || (c->verdict != GCHK_INCONCLUSIVE && c->verdict != GCHK_SKIPPED))
    return;
  const entry e = {.other = c->verdict == GCHK_SKIPPED ? NOT_CHECKED : UNDECIDED,
                   .verdict = strict ? GCHK_FAIL : c->verdict,
                   .owner = c,
                   .case_name = c->name,
                   .tensor = ""};
  gchk_text message = {0};
  gchk_text_format(&message, "%s: %s. Again: ", c->name, c->reason);
  gchk_put_rerun(&message, result, &(gchk_row){.owner = c});
  put_result(json, &e, &message);
}

static void put_regression(gchk_json *json, const gchk_case_result *owner, const gchk_change *change) {
  const entry e = {.other = REGRESSION,
                   .verdict = GCHK_FAIL,
                   .owner = owner,
                   .case_name = *change->case_name != '\0' ? change->case_name : "run",
                   .tensor = change->tensor};
  gchk_text message = {0};
  gchk_text_format(&message, "%s %s: ", e.case_name, e.tensor);
  gchk_put_change(&message, change);
  put_result(json, &e, &message);
}

static void put_regressions(gchk_json *json, const gchk_result *result) {
  gchk_name_table cases = {0};
  size_t index;
  bool holds = result->baseline.regression_count > 0;
  for (size_t i = 0; i < result->case_count && holds; i++) {
    holds = gchk_name_table_add(&cases, result->cases[i].name, i, &index);
    json->text->failed = json->text->failed || !holds;
  }
  for (size_t i = 0; i < result->baseline.change_count && holds; i++) {
    const gchk_change *change = &result->baseline.changes[i];
    const bool is_there = gchk_name_table_find(&cases, change->case_name, &index);
    if (change->is_regression)
      put_regression(json, is_there ? &result->cases[index] : NULL, change);
  }
  gchk_name_table_deinit(&cases);
}

static void put_suppressed(gchk_json *json, const gchk_result *result) {
  gchk_suppressed_list list;
  if (!gchk_list_suppressed(result, &list)) {
    json->text->failed = true;
    return;
  }
  for (size_t i = 0; i < list.count; i++) {
    const gchk_suppressed *row = &list.rows[i];
    const entry e = {.code = row->said->finding,
                     .verdict = gchk_suppressed_is_due(row) ? GCHK_INCONCLUSIVE : GCHK_FAIL,
                     .owner = row->owner,
                     .case_name = row->owner->name,
                     .tensor = row->said->tensor,
                     .excuse = gchk_suppressed_is_due(row) ? NULL : row->said->reason};
    gchk_text message = {0};
    gchk_text_format(&message, "%s ", row->owner->layer);
    gchk_put_suppressed(&message, row);
    put_result(json, &e, &message);
  }
  free(list.rows);
}

static void put_results(gchk_json *json, const gchk_result *result, bool strict) {
  gchk_json_array(json, "results");
  for (size_t i = 0; i < result->cause_count; i++)
    put_cause(json, result, &result->causes[i]);
  for (size_t i = 0; i < result->case_count; i++) {
    gchk_row row = {.owner = &result->cases[i]};
    put_case(json, result, row.owner, strict);
    for (size_t k = 0; k < row.owner->tensor_count; k++) {
      row.tensor = &row.owner->tensors[k];
      put_tensor(json, result, &row, strict);
    }
  }
  put_regressions(json, result);
  put_suppressed(json, result);
  gchk_json_end(json);
}

void gchk_sarif_report(const gchk_result *result, const gchk_report_options *options, gchk_text *out) {
  const bool strict = (options != NULL && options->strict) || result->config.strict;
  gchk_json json = {.text = out};
  gchk_json_object(&json, NULL);
  gchk_json_string(&json, "$schema", "https://json.schemastore.org/sarif-2.1.0.json");
  gchk_json_string(&json, "version", "2.1.0");
  gchk_json_array(&json, "runs");
  gchk_json_object(&json, NULL);
  put_tool(&json, result);
  put_invocation(&json, result);
  put_results(&json, result, strict);
  gchk_json_end(&json);
  gchk_json_end(&json);
  gchk_json_end(&json);
  gchk_text_put(out, "\n");
}
