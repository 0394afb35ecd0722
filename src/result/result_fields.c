/* The fields of a result and of its cases: one row a field, in the order in which they are written. */
#include "result/result_fields.h"

#include "gradcheck/result.h"
#include "result/consistent.h"
#include "result/crash_fields.h"
#include "result/field_rows.h"
#include "result/reach_fields.h"
#include "result/tensor_fields.h"

static const gchk_field edge_rows[] = {
    STRING(gchk_edge_result, "name", name, "The value's name."),
    STRING(gchk_edge_result, "producer", producer, "The node that makes it; empty for a value from outside."),
    ROLE(gchk_edge_result, "role", role, "What the network has it for."),
    CODEC(gchk_edge_result, "shape", shape, gchk_codec_shape, "Dimensions; [] is a scalar."),
    SIZE(gchk_edge_result, "count", count, "Elements."),
    WHOLE("value", gchk_codec_value_shown, "All of them when there are at most four, else none.", .check = NULL),
    WHOLE("grad", gchk_codec_grad_shown, "The gradients of these.", .check = NULL),
    REAL(gchk_edge_result, "value_mean", value_mean, "Of absolute values."),
    REAL(gchk_edge_result, "value_max", value_max, "Of absolute values."),
    OPTIONAL_REAL(gchk_edge_result, "grad_mean", grad_mean, "Of absolute gradients."),
    OPTIONAL_REAL(gchk_edge_result, "grad_max", grad_max, "Of absolute gradients."),
    BOOL(gchk_edge_result, "has_grad", has_grad, "A gradient comes here."),
};
static const gchk_fields edge_fields = {.definition = "edge",
                                        .doc = "A value on an edge of the computational graph, with its gradient.",
                                        TABLE(gchk_edge_result, edge_rows)};

static void check_edges(gchk_reader *reader, const json_t *list, const size_t *edges, size_t count,
                        const gchk_graph_result *graph) {
  for (size_t i = 0; i < count; i++)
    if (edges[i] >= graph->edge_count)
      gchk_read_wrong(reader, NULL, list, "indices of edges");
}

static void check_inputs(gchk_reader *reader, const json_t *list, const void *object, const void *outer) {
  const gchk_node_result *node = object;
  check_edges(reader, list, node->inputs, node->input_count, outer);
}

static void check_outputs(gchk_reader *reader, const json_t *list, const void *object, const void *outer) {
  const gchk_node_result *node = object;
  check_edges(reader, list, node->outputs, node->output_count, outer);
}

static const gchk_field local_rows[] = {
    SIZE(gchk_local_result, "input", input, "Which of the node's inputs."),
    SIZE(gchk_local_result, "output", output, "Which of the node's outputs."),
    SIZE(gchk_local_result, "rows", rows, "Elements of the output."),
    SIZE(gchk_local_result, "columns", columns, "Elements of the input."),
    BOOL(gchk_local_result, "is_elementwise", is_elementwise, "One number an element: all else of the matrix is 0."),
    WHOLE("value", gchk_codec_local_shown, "All numbers when there are at most four, row after row, else none.",
          .check = NULL),
    OPTIONAL_REAL(gchk_local_result, "mean", mean, "Of absolute values; null: there were too many to look at."),
    OPTIONAL_REAL(gchk_local_result, "max", max, "Of absolute values; null likewise."),
};
static void check_local(gchk_reader *reader, const json_t *value, const void *object, const void *outer) {
  const gchk_local_result *local = object;
  const gchk_node_result *node = outer;
  if (local->input >= node->input_count || local->output >= node->output_count)
    gchk_read_wrong(reader, NULL, value, "an input and an output of its node");
}

static const gchk_fields local_fields = {.definition = "local",
                                         .doc = "How an output of a node changes with one of its inputs.",
                                         .check = check_local,
                                         TABLE(gchk_local_result, local_rows)};

static const gchk_field node_rows[] = {
    STRING(gchk_node_result, "name", name, "The node's name."),
    STRING(gchk_node_result, "layer", layer, "The kind of layer that it is."),
    ARRAY(SIZES, gchk_node_result, "inputs", inputs, size_t *, input_count, "Indices of edges.", .check = check_inputs),
    ARRAY(SIZES, gchk_node_result, "outputs", outputs, size_t *, output_count, "Indices of edges.",
          .check = check_outputs),
    BOOL(gchk_node_result, "first_wrong", first_wrong,
         "The first node, going backward from the loss, whose rule is wrong."),
    ARRAY(LIST, gchk_node_result, "locals", locals, gchk_local_result *, local_count, "Its local derivatives.",
          .of = &local_fields),
};
static const gchk_fields node_fields = {
    .definition = "node", .doc = "A layer in the computational graph.", .added = 1, TABLE(gchk_node_result, node_rows)};

static bool has_graph(const void *object) {
  return ((const gchk_graph_result *)object)->node_count > 0 || ((const gchk_graph_result *)object)->edge_count > 0;
}

static const gchk_field graph_rows[] = {
    ARRAY(LIST, gchk_graph_result, "edges", edges, gchk_edge_result *, edge_count, "Values.", .of = &edge_fields),
    ARRAY(LIST, gchk_graph_result, "nodes", nodes, gchk_node_result *, node_count, "In order of evaluation.",
          .of = &node_fields),
};
static const gchk_fields graph_fields = {.definition = "graph",
                                         .doc = "The computational graph of a network.",
                                         .is_there = has_graph,
                                         TABLE(gchk_graph_result, graph_rows)};

static const gchk_field location_rows[] = {
    STRING(gchk_case_result, "file", file, "Empty when it is not known."),
    INTEGER(gchk_case_result, "line", line, INT32_MAX, "0 when it is not known."),
};
static const gchk_fields location_fields = {.is_flat = true, TABLE(gchk_case_result, location_rows)};

static const gchk_field printed_rows[] = {
    STRING(gchk_printed_result, "document", document, "Which document."),
    STRING(gchk_printed_result, "at", at, "Where in it."),
    STRING(gchk_printed_result, "prints", prints, "What it prints."),
    PRINTED_KIND(gchk_printed_result, "kind", kind, "What it is compared with."),
    STRING(gchk_printed_result, "gives", gives,
           "Figures of this run; elsewhere: the command that gives it; misprint: what is wrong with it."),
    VERDICT(gchk_printed_result, "verdict", verdict,
            "pass, fail; skipped: no figure of this run, or one that its precision cannot have."),
};
static const gchk_fields printed_fields = {.definition = "printed",
                                           .doc = "What a document prints of a case, and what gradcheck gives.",
                                           TABLE(gchk_printed_result, printed_rows)};

static const gchk_field suppression_rows[] = {
    STRING(gchk_suppression_result, "finding", finding, "The code that is suppressed."),
    STRING(gchk_suppression_result, "tensor", tensor, "Of which tensor; empty: of any, and of the case as a whole."),
    STRING(gchk_suppression_result, "reason", reason, "Why it may wait."),
    STRING(gchk_suppression_result, "until", until, "The last day, in UTC."),
    SIZE(gchk_suppression_result, "count", count, "Findings of this case that it made notes of, or would have."),
    BOOL(gchk_suppression_result, "is_over", is_over, "Its day has passed: they count."),
};
static const gchk_fields suppression_fields = {.definition = "suppression",
                                               .doc = "What is known to be wrong in a case, and left until a day.",
                                               TABLE(gchk_suppression_result, suppression_rows)};

static const gchk_field case_rows[] = {
    STRING(gchk_case_result, "name", name, "The case's name."),
    VERDICT(gchk_case_result, "verdict", verdict, "The worst of its tensors', and of what was found about the case."),
    DTYPE(gchk_case_result, "dtype", dtype, "What the layer computes in."),
    STRING(gchk_case_result, "layer", layer, "The layer's name."),
    GROUP("location", location_fields, "Where the layer or the case is written."),
    STRING(gchk_case_result, "target", target, "The suite or plug-in that it came from; empty: built in."),
    STRING(gchk_case_result, "reason", reason, "Why it was skipped, ended in error or is inconclusive."),
    OPTIONAL_STRING(gchk_case_result, "expected_failure", expected_failure,
                    "Why it is expected to fail; null: it is not."),
    BOOL(gchk_case_result, "auxiliary", auxiliary,
         "A shape that gradcheck chose beside others of the same layer: skipped, it leaves nothing open."),
    ARRAY(LIST, gchk_case_result, "findings", findings, gchk_finding *, finding_count, "About the case as a whole.",
          .of = &gchk_finding_fields),
    OPTIONAL_REAL(gchk_case_result, "output", output, "The loss, or the sum of upstream * output, at the base point."),
    OBJECT(gchk_case_result, "graph", graph, graph_fields, "null: the layer is no network."),
    ARRAY(LIST, gchk_case_result, "tensors", tensors, gchk_tensor_result *, tensor_count, "Those that have a gradient.",
          .of = &gchk_tensor_fields),
    OBJECT(gchk_case_result, "crash", crash, gchk_crash_fields, "null: its process came to its end."),
    ARRAY(LIST, gchk_case_result, "printed", printed, gchk_printed_result *, printed_count, "What documents print.",
          .of = &printed_fields),
    ARRAY(LIST, gchk_case_result, "suppressions", suppressions, gchk_suppression_result *, suppression_count,
          "What is known to be wrong.", .of = &suppression_fields),
    OBJECT(gchk_case_result, "reach", reach, gchk_reach_fields, "null: not compiled with coverage callbacks."),
    REAL(gchk_case_result, "screened", screened,
         "Operations of a full check, for which the case was screened by itself; 0: it was not."),
    BOOL(gchk_case_result, "varied", varied,
         "gradcheck chose its values, options or size: skipped where a shape of the layer's own fails."),
};
static const gchk_fields case_fields = {
    .definition = "case", .doc = "A layer at a point.", .added = 6, TABLE(gchk_case_result, case_rows)};

#define CASE_WALL_S REAL(gchk_case_result, "wall_s", wall_s, "Seconds.")
#define CASE_FORWARD_CALLS                                                                                             \
  COUNT(gchk_case_result, "forward_calls", forward_calls, "Evaluations of forward, update and loss.")

static const gchk_field piped_case_rows[] = {
    {.kind = GCHK_FIELD_SAME, .of = &case_fields},
    CASE_WALL_S,
    CASE_FORWARD_CALLS,
};
const gchk_fields gchk_piped_case_fields = {TABLE(gchk_case_result, piped_case_rows)};

static const gchk_field case_timing_rows[] = {
    LABEL(gchk_case_result, "name", name, "The case's name."),
    CASE_WALL_S,
    CASE_FORWARD_CALLS,
};
static const gchk_fields case_timing_fields = {.is_flat = true, TABLE(gchk_case_result, case_timing_rows)};

static const gchk_field tool_rows[] = {
    WHOLE("name", gchk_codec_tool, "What wrote the file.", .check = NULL),
    STRING(gchk_result, "version", tool_version, "Its version."),
};
static const gchk_fields tool_fields = {TABLE(gchk_result, tool_rows)};

static const gchk_field run_rows[] = {
    VERDICT(gchk_result, "verdict", verdict, "Of the whole run."),
    INTEGER(gchk_result, "exit_code", exit_code, 255, "What the command ended with."),
    BOOL(gchk_result, "complete", complete,
         "false: interrupted, stopped, or not written; the cases that had finished are here."),
    COUNT(gchk_result, "seed", seed, "Of everything that is random."),
    ARRAY(STRINGS, gchk_result, "argv", argv, const char **, argc, "The command.", .of = NULL),
    STRING(gchk_result, "title", title, "What was run."),
    OPTIONAL_STRING(gchk_result, "stopped_by", stopped_by,
                    "--fail-fast: it ended at its first failure; null: at its end, or interrupted."),
    OPTIONAL_STRING(gchk_result, "unwritten", unwritten,
                    "Why a report, event or baseline could not be written; null: all that was asked for was."),
};
static const gchk_fields run_fields = {.added = 2, TABLE(gchk_result, run_rows)};

static void check_shard(gchk_reader *reader, const json_t *value, const void *object, const void *outer) {
  (void)outer;
  const gchk_config_result *config = object;
  if (config->shard == 0 || config->shard > config->shards)
    gchk_read_wrong(reader, "shard", json_object_get(value, "shard"), "a shard from 1 to \"shards\"");
}

static const gchk_field config_rows[] = {
    STRING(gchk_config_result, "scheme", scheme, "The kind of difference."),
    OPTIONAL_REAL(gchk_config_result, "step", step, "null: chosen for each element."),
    OPTIONAL_DTYPE(gchk_config_result, "dtype", dtype, "null: as each case says."),
    OPTIONAL_REAL(gchk_config_result, "threshold", threshold, "null: none was given."),
    STRING(gchk_config_result, "filter", filter, "Which cases were run; empty: all."),
    COUNT(gchk_config_result, "budget", budget, "Elements of a case to check at the most; 0: all."),
    BOOL(gchk_config_result, "probes", probes, "The calling contract was probed."),
    BOOL(gchk_config_result, "strict", strict, "Inconclusive cases fail the run."),
    BOOL(gchk_config_result, "allow_inconclusive", allow_inconclusive, "Inconclusive cases leave the exit code 0."),
    COUNT(gchk_config_result, "shard", shard, "Which part of the cases this is, from 1."),
    COUNT(gchk_config_result, "shards", shards, "Of how many."),
    OPTIONAL_REAL(gchk_config_result, "threshold_f64", threshold_f64, "Of cases in f64; null: as for all."),
    OPTIONAL_REAL(gchk_config_result, "threshold_f32", threshold_f32, "Of cases in f32; null: as for all."),
    COUNT(gchk_config_result, "cases", cases, "Of the run, those of all its shards; 0: not known."),
    OPTIONAL_REAL(gchk_config_result, "min_reach", min_reach,
                  "The share of backward's branches that was wanted; null: none."),
    BOOL(gchk_config_result, "full", full, "Every element was to be checked, of large cases too."),
};
static const gchk_fields config_fields = {.check = check_shard, .added = 5, TABLE(gchk_config_result, config_rows)};

static const gchk_field summary_case_rows[] = {
    SIZE(gchk_summary, "total", cases, "All cases."),
    SIZE(gchk_summary, "pass", pass, "Those that pass."),
    SIZE(gchk_summary, "fail", fail, "Those that fail."),
    SIZE(gchk_summary, "inconclusive", inconclusive, "Those in which something could not be told."),
    SIZE(gchk_summary, "skipped", skipped, "Those in which nothing was checked."),
    SIZE(gchk_summary, "error", error, "Those that could not be run to their end."),
    SIZE(gchk_summary, "expected_failures", expected_failures,
         "Of the cases that pass: those that failed as they were expected to."),
    SIZE(gchk_summary, "with_undecided", with_undecided, "Of the cases that pass: those with undecided elements."),
};
static const gchk_fields summary_case_fields = {.is_flat = true, .added = 1, TABLE(gchk_summary, summary_case_rows)};

static const gchk_field summary_element_rows[] = {
    COUNT(gchk_summary, "checked", elements_checked, "Those that were checked."),
    COUNT(gchk_summary, "total", elements_total, "All of them."),
    COUNT(gchk_summary, "fail", elements_fail, "Those that fail."),
    COUNT(gchk_summary, "undecided", elements_undecided, "Those that stayed inconclusive."),
};
static const gchk_fields summary_element_fields = {
    .is_flat = true, .added = 1, TABLE(gchk_summary, summary_element_rows)};

static const gchk_field summary_rows[] = {
    GROUP("cases", summary_case_fields, "Cases."),
    GROUP("elements", summary_element_fields, "Elements of all gradients."),
};
static const gchk_fields summary_fields = {TABLE(gchk_summary, summary_rows)};

static const gchk_field cause_member_rows[] = {
    STRING(gchk_cause_member, "case", case_name, "The case's name."),
    STRING(gchk_cause_member, "tensor", tensor, "Empty: the case as a whole."),
    SIZE(gchk_cause_member, "case_index", case_index, "Which of the cases of this file."),
    SIZE(gchk_cause_member, "tensor_index", tensor_index, "Which of its tensors; 0 for the case as a whole."),
    SIZE(gchk_cause_member, "finding_index", finding_index, "Which of its findings; 0 where the code is empty."),
};
static const gchk_fields cause_member_fields = {.definition = "cause_member",
                                                .doc = "What a cause makes wrong: a tensor, or a case as a whole.",
                                                .is_flat = true,
                                                TABLE(gchk_cause_member, cause_member_rows)};

static const gchk_field cause_rows[] = {
    OBJECT(gchk_cause, "finding", finding, gchk_finding_fields,
           "Its code, empty where nothing names it, its sentence, and what all members share."),
    STRING(gchk_cause, "layer", layer, "The layer that makes the mistake."),
    VERDICT(gchk_cause, "verdict", verdict, "The worst of its members'."),
    STRING(gchk_cause, "where", where, "Tensors, cases and precisions, in words."),
    SIZE(gchk_cause, "shown", shown, "The member that shows it best."),
    ARRAY(LIST, gchk_cause, "members", members, gchk_cause_member *, member_count, "In the order of the run.",
          .of = &cause_member_fields),
};
static const gchk_fields cause_fields = {.definition = "cause",
                                         .doc = "One mistake, in whatever tensors, shapes and precisions it shows.",
                                         TABLE(gchk_cause, cause_rows)};

static const gchk_field change_rows[] = {
    STRING(gchk_change, "case", case_name, "Empty: the run as a whole."),
    STRING(gchk_change, "tensor", tensor, "Empty: the case as a whole."),
    CHOICE(
        gchk_change, "what", what,
        "\"enum\": [\"new fail\", \"verdict\", \"mean difference\", \"vanished\", \"added\", \"better\", \"scheme\"]",
        "What changed."),
    BOOL(gchk_change, "regression", is_regression, "It fails the run."),
    VERDICT(gchk_change, "verdict_before", verdict_before, "In the baseline."),
    VERDICT(gchk_change, "verdict_after", verdict_after, "In this run."),
    OPTIONAL_REAL(gchk_change, "before", before, "mean_abs_diff in the baseline; the step for \"scheme\"."),
    OPTIONAL_REAL(gchk_change, "after", after, "mean_abs_diff in this run; the step for \"scheme\"."),
    OPTIONAL_STRING(gchk_change, "renamed", renamed,
                    "Of what vanished: what --renamed may say of it, OLD=NEW; null: nothing new looks like it."),
};
static const gchk_fields change_fields = {
    .definition = "change", .doc = "One change against a baseline.", .added = 1, TABLE(gchk_change, change_rows)};

static bool has_baseline(const void *object) {
  return ((const gchk_baseline_result *)object)->file != NULL;
}

static const gchk_field baseline_rows[] = {
    STRING(gchk_baseline_result, "file", file, "The result that this one was compared with."),
    SIZE(gchk_baseline_result, "regressions", regression_count, "How many changes fail the run."),
    ARRAY(LIST, gchk_baseline_result, "changes", changes, gchk_change *, change_count, "In the order of the cases.",
          .of = &change_fields),
};
static const gchk_fields baseline_fields = {.is_there = has_baseline, TABLE(gchk_baseline_result, baseline_rows)};

static const gchk_field origin_rows[] = {
    STRING(gchk_origin, "name", name, "The file's, without its folder."),
    STRING(gchk_origin, "digest", digest, "Of its bytes; absent; unknown: a pipe, or replaced during the run."),
};
static const gchk_fields origin_fields = {.definition = "origin",
                                          .doc = "A file whose bytes decide what a result says.",
                                          .is_flat = true,
                                          TABLE(gchk_origin, origin_rows)};

static const gchk_field blas_rows[] = {
    STRING(gchk_environment, "library", blas_library, "Empty without BLAS."),
    STRING(gchk_environment, "core", blas_core, "The kind of processor that its kernels are for."),
    SIZE(gchk_environment, "threads", blas_threads, "That it may use."),
    OPTIONAL_STRING(gchk_environment, "better_core", blas_better_core,
                    "The core that this processor could use, where the environment chose a slower one."),
};
static const gchk_fields blas_fields = {.added = 1, TABLE(gchk_environment, blas_rows)};

static const gchk_field environment_rows[] = {
    STRING(gchk_environment, "cpu", cpu, "The processor."),
    STRING(gchk_environment, "compiler", compiler, "What gradcheck was built with."),
    GROUP("blas", blas_fields, "The BLAS of the built-in layers."),
    STRING(gchk_environment, "os", os, "The operating system."),
    ARRAY(LIST, gchk_environment, "code", code, gchk_origin *, code_count, "The program, plug-ins, what these load.",
          .of = &origin_fields),
};
static const gchk_fields environment_fields = {.added = 1, TABLE(gchk_environment, environment_rows)};

static const gchk_field timing_rows[] = {
    REAL(gchk_result, "wall_s", wall_s, "Seconds."),
    COUNT(gchk_result, "forward_calls", forward_calls, "Evaluations of forward, update and loss."),
    ARRAY(LIST_AGAIN, gchk_result, "cases", cases, gchk_case_result *, case_count, "One row a case, in their order.",
          .of = &case_timing_fields, .wanted = "one row a case"),
};
static const gchk_fields timing_fields = {TABLE(gchk_result, timing_rows)};

static void check_cases(gchk_reader *reader, const json_t *list, const void *object, const void *outer) {
  (void)outer;
  if (json_array_size(list) != ((const gchk_result *)object)->summary.cases)
    gchk_read_wrong(reader, NULL, list, "as many cases as the summary counts");
}

static const gchk_field result_rows[] = {
    WHOLE("format", gchk_codec_format, "Says that it is a result.", .check = NULL),
    WHOLE("format_version", gchk_codec_version, "Another one is read by another gradcheck.", .check = NULL),
    GROUP("tool", tool_fields, "What wrote the file."),
    GROUP("run", run_fields, "The run as a whole."),
    OBJECT(gchk_result, "config", config, config_fields, "What the run was asked to do."),
    OBJECT(gchk_result, "summary", summary, summary_fields, "Counts over all cases."),
    ARRAY(LIST, gchk_result, "cases", cases, gchk_case_result *, case_count, "In the order of the run.",
          .of = &case_fields, .check = check_cases),
    OBJECT(gchk_result, "baseline", baseline, baseline_fields, "null: no comparison was asked for."),
    OBJECT(gchk_result, "environment", environment, environment_fields, "Where it ran."),
    GROUP("timing", timing_fields, "How long it took."),
    ARRAY(LIST, gchk_result, "causes", causes, gchk_cause *, cause_count,
          "What crashed first, then broken contracts, wrong gradients, and what is judged.", .of = &cause_fields),
    ARRAY(LIST, gchk_result, "inputs", inputs, gchk_origin *, input_count, "Suites, data, and results that were read.",
          .of = &origin_fields),
};
const gchk_fields gchk_result_fields = {
    .definition = "result",
    .doc = "What `gradcheck run --json` writes, and what every report is made from. Two runs with one seed differ only "
           "under `environment` and `timing`, and in the addresses and process numbers under `crash`.",
    .check = gchk_check_consistent,
    .added = 2,
    TABLE(gchk_result, result_rows)};
