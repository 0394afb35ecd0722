/*
 * The fields of a tensor's result, and of what it is made of: one row a field, in the order in which they are
 * written.
 */
#include "result/tensor_fields.h"

#include <math.h>

#include "gradcheck/result.h"
#include "result/field_rows.h"

static const gchk_field finding_rows[] = {
    STRING(gchk_finding, "code", code, "Stable: made for scripts. `gradcheck explain CODE` says what it means."),
    STRING(gchk_finding, "text", text, "A sentence."),
    WHOLE("evidence", gchk_codec_evidence, "What it rests on: numbers and texts by name.", .check = NULL),
    BOOL(gchk_finding, "note", is_note, "Does not make the verdict worse."),
};
const gchk_fields gchk_finding_fields = {
    .definition = "finding", .doc = "One thing that is wrong, or worth knowing.", TABLE(gchk_finding, finding_rows)};

static const gchk_field element_rows[] = {
    CODEC(gchk_element, "index", flat, gchk_codec_index, "One index a dimension, from 0; [] in a scalar."),
    REAL(gchk_element, "analytic", analytic, "What backward gave."),
    REAL(gchk_element, "numeric", numeric, "What differences gave."),
    REAL(gchk_element, "bound", bound, "How far the numeric value may be off."),
    VERDICT(gchk_element, "verdict", verdict, "Of this element."),
};
static const gchk_fields element_fields = {
    .definition = "element", .doc = "One element of a gradient.", .is_flat = true, TABLE(gchk_element, element_rows)};

static bool has_histogram(const void *object) {
  const gchk_histogram *h = object;
  return h->bin_count > 0 || h->zero > 0 || h->non_finite > 0;
}

static const gchk_field histogram_rows[] = {
    OPTIONAL_REAL(gchk_histogram, "low", low,
                  "The decade at which bin 0 starts; bin k holds [10^(low+k/2), 10^(low+(k+1)/2))."),
    ARRAY(SIZES, gchk_histogram, "bins", bins, size_t *, bin_count, "Elements in each bin.", .of = NULL),
    SIZE(gchk_histogram, "zero", zero, "Exactly zero."),
    SIZE(gchk_histogram, "non_finite", non_finite, "Not finite."),
};
static const gchk_fields histogram_fields = {.definition = "histogram",
                                             .doc = "|analytic - numeric| in half decades.",
                                             .is_flat = true,
                                             .is_there = has_histogram,
                                             TABLE(gchk_histogram, histogram_rows)};

static const gchk_field step_point_rows[] = {
    REAL(gchk_step_point, "step", step, "The median step h at this rung of the ladder."),
    REAL(gchk_step_point, "median", median, "The median of |analytic - difference(h)|."),
    REAL(gchk_step_point, "low", low, "Its 10 % quantile."),
    REAL(gchk_step_point, "high", high, "Its 90 % quantile."),
    REAL(gchk_step_point, "worst", worst, "The largest."),
    REAL(gchk_step_point, "bound", bound, "The median error bound at this rung."),
    SIZE(gchk_step_point, "elements", elements, "How many elements were stepped."),
};
static const gchk_fields step_point_fields = {
    .doc = "One step.", .is_flat = true, TABLE(gchk_step_point, step_point_rows)};

static bool has_step_curve(const void *object) {
  return ((const gchk_step_curve *)object)->point_count > 0;
}

static void prepare_step_curve(void *object, bool is_there) {
  (void)is_there;
  ((gchk_step_curve *)object)->order = ((gchk_step_curve *)object)->decades = (double)NAN;
}

static const gchk_field step_curve_rows[] = {
    OPTIONAL_REAL(gchk_step_curve, "order", order, "Observed order of convergence; null where no truncation shows."),
    OPTIONAL_REAL(gchk_step_curve, "decades", decades, "Over how many decades of h it was observed."),
    ARRAY(LIST, gchk_step_curve, "points", points, gchk_step_point *, point_count, "From the largest step down.",
          .of = &step_point_fields),
};
static const gchk_fields step_curve_fields = {
    .definition = "sweep",
    .doc = "|analytic - difference(h)| over steps h, relative to the largest |analytic| of the tensor.",
    .is_there = has_step_curve,
    .prepare = prepare_step_curve,
    TABLE(gchk_step_curve, step_curve_rows)};

static bool has_heatmap(const void *object) {
  return ((const gchk_heatmap *)object)->cells != NULL;
}

static void check_map(gchk_reader *reader, const json_t *value, const void *object, const void *outer) {
  (void)outer;
  const gchk_heatmap *map = object;
  if (map->rows == 0 || map->columns == 0)
    gchk_read_wrong(reader, NULL, value, "at least one row and one column");
}

static const gchk_field heatmap_rows[] = {
    SIZE(gchk_heatmap, "rows", rows, "Rows of the map."),
    SIZE(gchk_heatmap, "columns", columns, "Columns of the map."),
    SIZE(gchk_heatmap, "row_pool", row_pool, "Rows of the tensor that one cell pools."),
    SIZE(gchk_heatmap, "column_pool", column_pool, "Columns of the tensor that one cell pools."),
    WHOLE("cells", gchk_codec_cells, "Rows of cells; null where nothing was checked.", .check = check_map),
};
static const gchk_fields heatmap_fields = {.definition = "heatmap",
                                           .doc = "The largest |analytic - numeric| in each cell of a matrix.",
                                           .is_there = has_heatmap,
                                           TABLE(gchk_heatmap, heatmap_rows)};

#define SHARE(name, member, mistake)                                                                                   \
  OPTIONAL_REAL(gchk_sensitivity, name, member, "Share of the checked elements that " mistake " would have made fail.")
static const gchk_field sensitivity_rows[] = {
    SHARE("sign", sign, "a wrong sign"),
    SHARE("zero", zero, "a zero"),
    SHARE("factor_two", factor_two, "a factor of 2"),
    SHARE("ten_percent", ten_percent, "an error of 10 %"),
    SHARE("one_percent", one_percent, "an error of 1 %"),
    SHARE("tenth_percent", tenth_percent, "an error of 0.1 %"),
};
static const gchk_fields sensitivity_fields = {
    .doc = "What this run would have caught.", .is_flat = true, TABLE(gchk_sensitivity, sensitivity_rows)};

static bool has_reference(const void *object) {
  return ((const gchk_reference_result *)object)->present;
}

static void prepare_reference(void *object, bool is_there) {
  *(gchk_reference_result *)object = (gchk_reference_result){.present = is_there, .source = ""};
}

static const gchk_field reference_rows[] = {
    STRING(gchk_reference_result, "source", source, "Where the gradients are from."),
    OPTIONAL_REAL(gchk_reference_result, "rtol", rtol, "Allowed: atol + rtol |reference|."),
    OPTIONAL_REAL(gchk_reference_result, "atol", atol, "Allowed: atol + rtol |reference|."),
    SIZE(gchk_reference_result, "elements", elements, "How many were compared."),
    SIZE(gchk_reference_result, "fail", fail, "How many of them differ."),
    OPTIONAL_REAL(gchk_reference_result, "max_abs_diff", max_abs_diff, "The largest |analytic - reference|."),
    OPTIONAL_REAL(gchk_reference_result, "numeric_max_abs_diff", numeric_max_abs_diff,
                  "The largest |numeric - reference|."),
    OPTIONAL_REAL(gchk_reference_result, "covered", covered,
                  "Share of the elements at which |numeric - reference| is within the bound; null: not known."),
    OPTIONAL_REAL(gchk_reference_result, "worst_bars", worst_bars, "The largest |numeric - reference| in bounds."),
};
static const gchk_fields reference_fields = {.doc = "A comparison with gradients from elsewhere.",
                                             .added = 2,
                                             .is_there = has_reference,
                                             .prepare = prepare_reference,
                                             TABLE(gchk_reference_result, reference_rows)};

static const gchk_field bound_rows[] = {
    OPTIONAL_REAL(gchk_tensor_result, "median", bound_median, "The median error bound."),
    OPTIONAL_REAL(gchk_tensor_result, "max", bound_max, "The largest."),
    OPTIONAL_REAL(gchk_tensor_result, "mean", bound_mean,
                  "What mean_abs_diff may be off by: the mean of bound and slack."),
};
static const gchk_fields bound_fields = {.is_flat = true, .added = 1, TABLE(gchk_tensor_result, bound_rows)};

static const gchk_field element_count_rows[] = {
    SIZE(gchk_element_counts, "pass", pass, "Within their error bounds."),
    SIZE(gchk_element_counts, "fail", fail, "Far outside of them."),
    SIZE(gchk_element_counts, "inconclusive", undecided, "The earlier name of undecided."),
    SIZE(gchk_element_counts, "kink", kink, "On a kink, at one of the slopes that it allows."),
    SIZE(gchk_element_counts, "below_resolution", below_resolution, "Of the passed ones: flat and unresolved."),
    SIZE(gchk_element_counts, "undecided", undecided, "Inconclusive after every retry; counted apart from the passed."),
    SIZE(gchk_element_counts, "exact_zero", exact_zero,
         "Of the passed ones: the gradient is 0, and no output moves by a bit, however far one goes."),
    SIZE(gchk_element_counts, "flat", flat,
         "Of the passed ones: the gradient is 0, and no output moves within the variable's own size."),
    SIZE(gchk_element_counts, "unresolved", unresolved,
         "Of the passed ones: not 0, but too small beside their tensor to be told from zero."),
};
static const gchk_fields element_count_fields = {
    .is_flat = true, .added = 4, TABLE(gchk_element_counts, element_count_rows)};

static bool has_sample(const void *object) {
  return !isnan(((const gchk_tensor_result *)object)->sample_probability);
}

static void prepare_sample(void *object, bool is_there) {
  (void)is_there;
  ((gchk_tensor_result *)object)->sample_fraction = (double)NAN;
  ((gchk_tensor_result *)object)->sample_probability = (double)NAN;
}

static const gchk_field sample_rows[] = {
    OPTIONAL_REAL(gchk_tensor_result, "fraction", sample_fraction, "Of the elements, those that a bug hits."),
    REAL(gchk_tensor_result, "probability", sample_probability, "That the bug is found."),
};
static const gchk_fields sample_fields = {
    .is_flat = true, .is_there = has_sample, .prepare = prepare_sample, TABLE(gchk_tensor_result, sample_rows)};

static const gchk_field undecided_element_rows[] = {
    CODEC(gchk_undecided_element, "index", flat, gchk_codec_index, "One index a dimension, from 0; [] in a scalar."),
    REAL(gchk_undecided_element, "analytic", analytic, "What backward gave."),
    REAL(gchk_undecided_element, "numeric", numeric, "What differences gave."),
    REAL(gchk_undecided_element, "bound", bound, "How far the two may be apart for all that is known."),
    DOUBT(gchk_undecided_element, "doubt", doubt, "Why it is undecided; empty: not known."),
};
static const gchk_fields undecided_element_fields = {.definition = "undecidedElement",
                                                     .doc = "An element that stayed inconclusive after every retry.",
                                                     .is_flat = true,
                                                     TABLE(gchk_undecided_element, undecided_element_rows)};

// Grouped in the tensor itself: the index of an element is read beside the tensor's shape.
static const gchk_field undecided_rows[] = {
    SIZE(gchk_tensor_result, "nonzero", undecided.nonzero, "Elements whose gradient is not exactly zero."),
    SIZE(gchk_tensor_result, "decided", undecided.decided, "Of them: passed, and not below resolution."),
    STRING(gchk_tensor_result, "block", undecided.block,
           "What they fill, where a mistake could hide; empty: scattered."),
    COUNT(gchk_tensor_result, "borders", undecided.borders,
          "Bit 2a: none is decided at the first index of axis a; 2a+1: at the last."),
    COUNT(gchk_tensor_result, "borders_shown", undecided.borders_shown, "Likewise: one is decided."),
    OPTIONAL_REAL(gchk_tensor_result, "caught", undecided.caught,
                  "Share of the decided ones at which the error would have shown; null: none is decided."),
    OPTIONAL_REAL(gchk_tensor_result, "caught_wanted", undecided.caught_wanted, "The share that it takes."),
    STRING(gchk_tensor_result, "error", undecided.error, "Which error."),
    BOOL(gchk_tensor_result, "lacks_twin", undecided.lacks_twin, "Float that was differenced as float."),
    BOOL(gchk_tensor_result, "only_lack", undecided.is_only_lack, "Nothing else stands between the tensor and a pass."),
    BOOL(gchk_tensor_result, "tolerated", undecided.is_tolerated, "The tensor passes with them."),
    STRING(gchk_tensor_result, "why_not", undecided.why_not, "The first condition that is not met."),
    ARRAY(LIST, gchk_tensor_result, "elements", undecided.listed, gchk_undecided_element *, undecided.listed_count,
          "The first of them.", .of = &undecided_element_fields),
    SIZE(gchk_tensor_result, "cancelled", cancelled,
         "Of the undecided: a mistake in one of the terms that cancel there would have failed."),
};
static const gchk_fields undecided_fields = {.added = 1, TABLE(gchk_tensor_result, undecided_rows)};

static const gchk_field accuracy_rows[] = {
    SIZE(gchk_tensor_result, "draw", draw, "Of which upstream gradient the figures are."),
    OPTIONAL_REAL(gchk_tensor_result, "slack_max", slack_max,
                  "The most that rounding in backward may have done to the gradient."),
    OPTIONAL_REAL(gchk_tensor_result, "hidden", hidden, "The largest slope that a flat element could hide."),
    OPTIONAL_REAL(gchk_tensor_result, "best_error", best_error,
                  "With a twin and a declared precision: the error over that of the best possible result."),
};
static const gchk_fields accuracy_fields = {.is_flat = true, TABLE(gchk_tensor_result, accuracy_rows)};

static const gchk_field tensor_rows[] = {
    STRING(gchk_tensor_result, "name", name, "Its name in the layer's table."),
    ROLE(gchk_tensor_result, "role", role, "What the layer has it for."),
    DTYPE(gchk_tensor_result, "dtype", dtype, "Of its elements."),
    CODEC(gchk_tensor_result, "shape", shape, gchk_codec_shape, "Dimensions; [] is a scalar."),
    VERDICT(gchk_tensor_result, "verdict", verdict, "Of its gradient."),
    STRING(gchk_tensor_result, "reason", reason, "Why it was skipped or is inconclusive; empty otherwise."),
    SIZE(gchk_tensor_result, "checked", checked, "How many of its elements were checked."),
    SIZE(gchk_tensor_result, "total", total, "How many it has."),
    OPTIONAL_REAL(gchk_tensor_result, "threshold", threshold, "What gates mean_abs_diff; null: nothing does."),
    STATISTIC(gchk_tensor_result, "mean_abs_diff", mean_abs_diff, checked,
              "Mean |analytic - numeric| over the checked elements; null when there are none."),
    STATISTIC(gchk_tensor_result, "max_abs_diff", max_abs_diff, checked, "The largest |analytic - numeric|."),
    OPTIONAL_REAL(gchk_tensor_result, "max_rel_diff", max_rel_diff,
                  "The largest |analytic - numeric| relative to the larger of the two."),
    OPTIONAL_REAL(gchk_tensor_result, "cosine", cosine, "Of the angle between the analytic and the numeric gradient."),
    GROUP("bound", bound_fields, "Error bounds of the numeric gradient."),
    OPTIONAL_REAL(gchk_tensor_result, "step", step, "Median of the chosen steps."),
    OPTIONAL_REAL(gchk_tensor_result, "digits", digits, "Median number of verified decimal digits."),
    OBJECT(gchk_tensor_result, "elements", elements, element_count_fields, "How many got which verdict."),
    ARRAY(LIST, gchk_tensor_result, "findings", findings, gchk_finding *, finding_count, "About this tensor.",
          .of = &gchk_finding_fields),
    ARRAY(LIST, gchk_tensor_result, "worst", worst, gchk_element *, worst_count, "Worst first.", .of = &element_fields),
    OBJECT(gchk_tensor_result, "histogram", histogram, histogram_fields, "null: nothing was compared."),
    OBJECT(gchk_tensor_result, "sweep", step_curve, step_curve_fields, "null: nothing was stepped."),
    OBJECT(gchk_tensor_result, "heatmap", heatmap, heatmap_fields, "null: there is no map."),
    ARRAY(LIST, gchk_tensor_result, "scatter", scatter, gchk_element *, scatter_count,
          "A sample of the elements, with the failing ones up to a limit.", .of = &element_fields),
    OBJECT(gchk_tensor_result, "sensitivity", sensitivity, sensitivity_fields, "What this run would have caught."),
    OBJECT(gchk_tensor_result, "reference", reference, reference_fields,
           "A comparison with gradients from elsewhere; null: none was asked for."),
    GROUP("sample", sample_fields,
          "A bug that hits this fraction of the elements was found with this probability; null: every element was "
          "checked."),
    GROUP("undecided", undecided_fields, "The undecided elements, and whether the tensor may pass with them."),
    GROUP("accuracy", accuracy_fields, "What the figures are of, and what limits them."),
};
const gchk_fields gchk_tensor_fields = {.definition = "tensor",
                                        .doc = "A tensor of a case, and its gradient.",
                                        .added = 2,
                                        TABLE(gchk_tensor_result, tensor_rows)};
