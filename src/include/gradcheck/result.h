/*
 * The result of a run: plain data that every report is a pure function of.
 *
 * All of a result's memory is its own and goes with gchk_result_free. Where a real has no value it is NaN. Arrays are
 * NULL when their count is 0; strings are never NULL unless the comment says so.
 */
#ifndef GRADCHECK_RESULT_H
#define GRADCHECK_RESULT_H

#include "gradcheck/branches.h"
#include "gradcheck/environment.h"
#include "gradcheck/printed_kind.h"
#include "gradcheck/tensor.h"

#ifdef __cplusplus
extern "C" {
#endif

/* In order of badness, except that skipped never counts as passed. KINK is for elements only. */
typedef enum gchk_verdict {
  GCHK_PASS = 0,
  GCHK_KINK,
  GCHK_SKIPPED,      /* with a reason */
  GCHK_INCONCLUSIVE, /* the error bound is too wide to tell, or nothing could be told apart from zero */
  GCHK_FAIL,
  GCHK_ERROR /* crashed, hung, not finite, could not run */
} gchk_verdict;

/* What kind of thing a finding's code names. */
typedef enum gchk_code_kind {
  GCHK_CODE_IS_PROBE,     /* a broken contract of calls */
  GCHK_CODE_IS_DIAGNOSIS, /* the mistake behind a wrong gradient */
  GCHK_CODE_IS_JUDGEMENT  /* about figures, thresholds and expectations */
} gchk_code_kind;

/* What a code means, for whoever sees it in a report for the first time: `gradcheck explain CODE`. Sentences. */
typedef struct gchk_code_doc {
  const char *name;
  gchk_code_kind kind;
  bool is_waivable; /* a threshold that the mismatch is within makes a note of it */
  bool says_where;  /* it needs no other finding that says which elements are wrong */
  const char *meaning, *exposed_by, *remedy;
  bool is_told; /* as a note too it is something to see to: told at the usual verbosity */
} gchk_code_doc;

/* One piece of a finding's evidence: a number, or a text when `text` is not NULL. */
typedef struct gchk_evidence {
  const char *key;
  const char *text;
  double number;
} gchk_evidence;

/* One thing that is wrong, or worth knowing: a stable code, a sentence, and what it rests on. */
typedef struct gchk_finding {
  const char *code; /* "constant-ratio", "guard-zone", "systematic-mismatch", ... */
  const char *text;
  bool is_note; /* does not make the verdict worse */
  size_t evidence_count;
  gchk_evidence *evidence;
} gchk_finding;

typedef struct gchk_element {
  size_t flat; /* the element's place in its tensor, row-major */
  double analytic, numeric, bound;
  gchk_verdict verdict;
} gchk_element;

/* Why an element is undecided, or was before it was tried again. */
typedef enum gchk_doubt {
  GCHK_NO_DOUBT = 0,
  GCHK_DOUBT_ROUNDING,      /* rounding of the outputs hides the derivative at every step */
  GCHK_DOUBT_TRUNCATION,    /* the function changes its slope within every step that rounding leaves */
  GCHK_DOUBT_KINK,          /* a kink within the steps */
  GCHK_DOUBT_UNITS,         /* several units kink at the point itself */
  GCHK_DOUBT_DOMAIN,        /* no step gave finite outputs on both sides, or none at all */
  GCHK_DOUBT_CONTRADICTION, /* steps contradict each other: some say right, others wrong */
  GCHK_DOUBT_SLACK,         /* rounding in backward itself may be as large as the gradient */
  GCHK_DOUBT_TREADS,        /* forward rounds coarsely: its outputs are a staircase, and the steps are on one tread */
  GCHK_DOUBT_STEP,          /* the step that was given is lost in rounding of x + h, or leads beyond all numbers */
  GCHK_DOUBT_COUNT
} gchk_doubt;

/* What a doubt means and what would decide it. Sentences. */
typedef struct gchk_doubt_doc {
  gchk_doubt doubt;
  const char *name; /* "rounding", ...: stable */
  const char *meaning, *remedy;
} gchk_doubt_doc;

/* An element that stayed inconclusive after every retry. */
typedef struct gchk_undecided_element {
  size_t flat;
  double analytic, numeric, bound;
  gchk_doubt doubt;
} gchk_undecided_element;

/*
 * The undecided elements of a tensor, and whether it may pass with them: gchk_result_summarise settles that over all
 * shapes of the layer and dtype.
 *
 * A decided element is one of evidence when a wrong sign, a zero and a factor of 2 would each have made it fail.
 */
typedef struct gchk_undecided_result {
  size_t nonzero;    /* elements whose gradient is not exactly zero, undecided ones among them */
  size_t decided;    /* of them: passed, and not below resolution */
  const char *block; /* what undecided ones fill, where a mistake could hide: "row 3", "axis 1 at 0"; "": scattered */
  uint64_t borders;  /* bit 2 a: at the first index of axis a there are undecided elements and none of evidence;
                           2 a + 1: at the last */
  uint64_t borders_shown; /* likewise, with an element of evidence */
  double caught;          /* share of the decided ones at which the error below would have shown; NaN: there are none */
  double caught_wanted;   /* the share that it takes to pass with undecided elements */
  const char *error;      /* "a 1 % error", or for float without a twin "a wrong sign, a zero and a factor of 2" */
  bool lacks_twin;        /* float that was differenced as float: its double twin would decide more */
  bool is_only_lack;      /* nothing but undecided elements stands between the tensor and a pass */
  bool is_tolerated;      /* the tensor passes with them */
  const char *why_not;    /* where it does not: the first condition that is not met; "" */
  size_t listed_count;    /* the first of them, up to a limit */
  gchk_undecided_element *listed;
} gchk_undecided_result;

typedef struct gchk_element_counts {
  size_t pass, fail, kink;
  size_t undecided;        /* inconclusive after every retry; also written as "inconclusive" */
  size_t exact_zero;       /* of the passed: the gradient is 0 and no output moves by a bit, however far one goes */
  size_t flat;             /* of the passed: the gradient is 0 and no output moves within the variable's own size */
  size_t unresolved;       /* of the passed: not 0, but too small beside their tensor to be told from zero */
  size_t below_resolution; /* flat and unresolved ones */
} gchk_element_counts;

/* |analytic - numeric| in half decades: bin k holds [10^(low+k/2), 10^(low+(k+1)/2)). */
typedef struct gchk_histogram {
  double low; /* the decade at which bin 0 starts */
  size_t bin_count;
  size_t *bins;
  size_t zero, non_finite;
} gchk_histogram;

/* The step curve of a tensor over the elements that were stepped: relative to the largest |analytic| of the tensor. */
typedef struct gchk_step_point {
  double step;                     /* median h at this rung of the ladder */
  double median, low, high, worst; /* of |analytic - difference(h)|: median, 10 %, 90 %, largest */
  double bound;                    /* median error bound at this rung */
  size_t elements;
} gchk_step_point;
typedef struct gchk_step_curve {
  size_t point_count;
  gchk_step_point *points; /* from the largest step down */
  double order;            /* observed order of convergence, NaN where no truncation shows */
  double decades;          /* over how many decades of h it was observed */
} gchk_step_curve;

/* Max-pooled |analytic - numeric| of a tensor seen as rows x columns; NaN where nothing was checked. */
typedef struct gchk_heatmap {
  size_t rows, columns;         /* of the map */
  size_t row_pool, column_pool; /* elements of the tensor that one cell pools */
  double *cells;                /* rows * columns; NULL: no map */
} gchk_heatmap;

/* What this run would have caught: the share of the checked elements at which the mistake makes the verdict fail. */
typedef struct gchk_sensitivity {
  double sign, zero, factor_two, ten_percent, one_percent, tenth_percent;
} gchk_sensitivity;

/* A comparison with gradients from elsewhere (an autograd), |analytic - reference| <= atol + rtol |reference|. */
typedef struct gchk_reference_result {
  bool present;
  const char *source;
  double rtol, atol;
  size_t elements, fail;
  double max_abs_diff, numeric_max_abs_diff; /* of analytic, and of numeric, against the reference */
  double covered; /* share of the numeric elements whose error against it is within their bound; NaN: none is known */
  double worst_bars; /* the largest |numeric - reference| in bounds */
} gchk_reference_result;

typedef struct gchk_tensor_result {
  const char *name;
  gchk_role role;
  gchk_dtype dtype;
  gchk_shape shape;
  gchk_verdict verdict;
  const char *reason; /* why it was skipped or is inconclusive; "" otherwise */
  size_t checked, total;
  double threshold; /* NaN: none */
  double mean_abs_diff, max_abs_diff, max_rel_diff, cosine;
  double bound_median, bound_max;
  double step;   /* median of the chosen steps */
  double digits; /* median number of verified decimal digits */
  gchk_element_counts elements;
  size_t finding_count;
  gchk_finding *findings;
  size_t worst_count; /* worst first: fails, then by error bars */
  gchk_element *worst;
  gchk_histogram histogram;
  gchk_step_curve step_curve;
  gchk_heatmap heatmap;
  size_t scatter_count; /* a sample of the elements, every failing one up to a limit included */
  gchk_element *scatter;
  gchk_sensitivity sensitivity;
  gchk_reference_result reference;
  double sample_fraction;    /* when not every element was checked: a bug that hits this fraction of the elements ... */
  double sample_probability; /* ... is found with this probability; NaN: every element was checked */
  gchk_undecided_result undecided;
  double slack_max;  /* the largest that rounding may have done to the analytic gradient; NaN: nothing was compared */
  double hidden;     /* of the flat elements: the largest slope that could hide below the rounding of the outputs */
  double best_error; /* with a twin and a declared precision: error over that of the best possible result; NaN */
  double bound_mean; /* what mean_abs_diff may be off by: the mean of the same elements' bounds and slacks */
  size_t draw;       /* of which upstream gradient the figures are: 0, or 1 where only that one shows what is wrong */
  size_t cancelled;  /* of the undecided: a mistake in one of the terms that cancel there would have failed */
} gchk_tensor_result;

/* A value on an edge of the computational graph, with its gradient. */
typedef struct gchk_edge_result {
  const char *name;
  const char *producer; /* the node, or "" for an input or a parameter */
  gchk_role role;
  gchk_shape shape;
  size_t count; /* elements */
  size_t shown; /* how many of them are in value and grad: all when there are at most four, else 0 */
  double value[4], grad[4];
  double value_mean, value_max, grad_mean, grad_max; /* of absolute values */
  bool has_grad;
} gchk_edge_result;
/*
 * The local derivative of a node: how an output changes with an input, as its backward has it, whatever comes after the
 * node. Of values with several elements it is a matrix, the Jacobian, with a row for each element of the output and a
 * column for each of the input.
 */
typedef struct gchk_local_result {
  size_t input, output; /* which of the node's */
  size_t rows, columns;
  bool is_elementwise; /* element i changes with element i alone: the numbers are those derivatives, one an element */
  size_t shown;        /* how many numbers are in value: all when there are at most four, else 0 */
  double value[4];     /* row after row */
  double mean, max;    /* of absolute values, of all numbers; NaN: there were too many to look at */
} gchk_local_result;
typedef struct gchk_node_result {
  const char *name, *layer;
  size_t input_count, output_count;
  size_t *inputs, *outputs; /* indices of edges */
  bool first_wrong;         /* the first node, going backward from the loss, whose gradient rule is wrong */
  size_t local_count;
  gchk_local_result *locals; /* of each output with each input that gets a gradient */
} gchk_node_result;
typedef struct gchk_graph_result {
  size_t edge_count, node_count;
  gchk_edge_result *edges;
  gchk_node_result *nodes; /* in order of evaluation */
} gchk_graph_result;

/* One line of a stack; "" and 0 where it is not known. */
typedef struct gchk_frame {
  const char *function; /* C++ names as they are written */
  const char *file;
  int line;
  const char *module; /* the program or shared object */
  uint64_t offset;    /* within it */
  size_t times;       /* so often in a row: recursion */
} gchk_frame;

/* How a case's process ended before its time. */
typedef struct gchk_crash_result {
  const char *how;      /* "signal", "exit", "timeout", "memory"; "": it came to its end, and all else is empty */
  const char *callback; /* of the layer, that was under way: "backward"; "": none was */
  const char *step;     /* of the check: "forward", "probe repeat", "differentiate" */
  const char *tensor;   /* that the step was about; "" */
  const char *signal;   /* "SIGSEGV"; "" */
  int exit_status;      /* of an exit */
  const char *address;  /* "0x7f2a..." that was accessed, where a signal says so; "" */
  const char *where;    /* what the address is near: "null pointer", ...; "" */
  size_t frame_count;   /* of the thread that ended it, the innermost first */
  gchk_frame *frames;
  size_t line_count; /* the last on standard error, without what a terminal or a CI server would obey */
  const char **lines;
  const char *sanitizer; /* what a sanitizer says in short: "AddressSanitizer: heap-buffer-overflow ..."; "" */
  size_t report_count;   /* lines of its report, up to a limit */
  const char **report;
} gchk_crash_result;

/* What a document prints of a case, and what gradcheck gives. */
typedef struct gchk_printed_result {
  const char *document, *at, *prints;
  gchk_printed_kind kind;
  const char *gives; /* figures of this run; of another command, that command; of a misprint, what is wrong with it */
  gchk_verdict verdict; /* pass, fail; skipped: no figure of this run, or one that its precision cannot have */
} gchk_printed_result;

/* What is known to be wrong in a case, as its layer or suite says it. */
typedef struct gchk_suppression_result {
  const char *finding, *tensor, *reason, *until; /* tensor "": any, and the case as a whole */
  size_t count;                                  /* findings of this case that it made notes of, or would have */
  bool is_over;                                  /* its day has passed: they count */
} gchk_suppression_result;

/* Why a case is skipped of which this run has computed a part, and left it in a store (gchk_options.part). */
#define GCHK_DIVIDED                                                                                                   \
  "its elements are divided among the parts of the run: gradcheck run --store DIR --divided has its result"

typedef struct gchk_case_result {
  const char *name;
  gchk_verdict verdict;
  gchk_dtype dtype;
  const char *layer;
  const char *file; /* "" when not known */
  int line;
  const char *target;           /* the suite or plug-in that it came from, as given; "" for built-in or in-process */
  const char *reason;           /* why it was skipped, ended in error or is inconclusive; "" otherwise */
  const char *expected_failure; /* why this case is expected to fail; NULL: it is not */
  bool auxiliary;               /* a shape that gradcheck chose beside others: skipped, it leaves nothing open */
  double output;                /* the loss, or the sum of upstream * output, at the base point */
  size_t finding_count;
  gchk_finding *findings;
  size_t tensor_count;
  gchk_tensor_result *tensors;
  gchk_graph_result graph;
  uint64_t forward_calls; /* forward, update and loss evaluations */
  double wall_s;
  gchk_crash_result crash;
  size_t printed_count;
  gchk_printed_result *printed;
  size_t suppression_count;
  gchk_suppression_result *suppressions;
  size_t index; /* among the cases that were to be run; 0 in a result that was read from a file */
  gchk_reach_result reach;
  double screened; /* operations of a full check, for which the case was screened by itself; 0: it was not */
  bool varied;     /* gradcheck chose its values, options or size: skipped where a shape of the layer's own fails */
} gchk_case_result;

typedef struct gchk_summary {
  size_t cases, pass, fail, inconclusive, skipped, error;
  size_t expected_failures; /* of the cases that pass: failed as they were expected to */
  uint64_t elements_checked, elements_total, elements_fail;
  uint64_t elements_undecided;
  size_t with_undecided; /* of the cases that pass: with undecided elements */
} gchk_summary;

/* One change against a baseline. */
typedef struct gchk_change {
  const char *case_name, *tensor;
  const char *what; /* "new fail", "verdict", "mean difference", "vanished", "added", "better" */
  bool is_regression;
  gchk_verdict verdict_before, verdict_after;
  double before, after; /* mean_abs_diff */
  const char *renamed;  /* "vanished": what --renamed may say of it, "CASE:OLD=NEW"; NULL: nothing looks like it */
} gchk_change;
typedef struct gchk_baseline_result {
  const char *file; /* NULL: no baseline was asked for */
  size_t change_count, regression_count;
  gchk_change *changes;
} gchk_baseline_result;

/* A tensor, or a case as a whole, that a cause makes wrong. */
typedef struct gchk_cause_member {
  const char *case_name, *tensor;  /* tensor "": the case as a whole */
  size_t case_index, tensor_index; /* into the result's cases and their tensors; the second is 0 where there is none */
  size_t finding_index;            /* into its findings, where the cause has a code */
} gchk_cause_member;
/*
 * One mistake: what is wrong in several tensors, shapes and precisions of one layer and named alike with the same
 * evidence is one entry.
 */
typedef struct gchk_cause {
  /* Code, "" where nothing names it; the sentence of the member of which most is explained; what all members share. */
  gchk_finding finding;
  const char *layer;    /* that makes the mistake, as its cases name it */
  const char *where;    /* "x, h, W; 5 of 5 cases", with the precisions where there are several */
  gchk_verdict verdict; /* the worst of its members': fail or error */
  size_t member_count;
  gchk_cause_member *members; /* in the order of the run */
  size_t shown;               /* the member whose elements show it best; of equals one that gradcheck did not make */
} gchk_cause;

typedef struct gchk_config_result {
  const char *scheme;                  /* "central" */
  double step;                         /* NaN: auto */
  gchk_dtype dtype;                    /* GCHK_DTYPE_UNSET: as each case says */
  double threshold;                    /* NaN: none given */
  double threshold_f64, threshold_f32; /* of cases in this dtype alone; NaN: none given */
  const char *filter;                  /* "" */
  uint64_t budget;                     /* 0: every element, or as `full` and gchk_case_result.screened say */
  bool probes, strict, allow_inconclusive;
  uint64_t shard, shards; /* 1 of 1 */
  uint64_t cases;         /* of the run, those of all its shards; 0: not known */
  double min_reach;       /* the share of backward's branches that was wanted; NaN: none */
  bool full;              /* every element, of cases too that would take long */
} gchk_config_result;

typedef struct gchk_result {
  struct gchk_arena *arena; /* owns all of it */
  const char *tool_version;
  gchk_verdict verdict;
  int exit_code;
  bool complete; /* false: interrupted or stopped, the cases that were finished are here */
  uint64_t seed;
  size_t argc;
  const char **argv;
  const char *title; /* what was run, for headings: "textbook.yaml" */
  gchk_config_result config;
  gchk_summary summary;
  size_t case_count;
  gchk_case_result *cases;
  size_t cause_count;
  gchk_cause *causes; /* what crashed first, then broken contracts, wrong gradients, and what is judged */
  gchk_baseline_result baseline;
  gchk_environment environment;
  double wall_s;
  uint64_t forward_calls;
  const char *stopped_by; /* "--fail-fast": the run ended at its first failure; NULL: at its end, or interrupted */
  size_t elsewhere_count; /* cases of the run that other shards have: which they are, and nothing more; not written */
  const gchk_case_result *elsewhere;
  size_t input_count;
  gchk_origin *inputs;   /* suites, data, and results that it was compared with or that chose its cases */
  const char *unwritten; /* why a report, event or baseline could not be written; then not complete; NULL: all were */
} gchk_result;

GCHK_API const char *
gchk_verdict_name(gchk_verdict verdict); /* "pass", "fail", "inconclusive", "kink", "skipped", "error" */

/* The code of this name; NULL: there is none. */
GCHK_API const gchk_code_doc *gchk_code_find(const char *name);

/* The code that somebody meant who wrote `wrong`; NULL: none is near enough. */
GCHK_API const gchk_code_doc *gchk_code_suggest(const char *wrong);

/* All codes, one after the other: probes, diagnoses, judgements. NULL after the last. */
GCHK_API const gchk_code_doc *gchk_code_at(size_t index);

/* What a doubt means; its names are those of the result. And its remedy, a double twin only where that is lacking. */
GCHK_API const gchk_doubt_doc *gchk_doubt_find(gchk_doubt doubt);
GCHK_API const char *gchk_doubt_remedy(gchk_doubt doubt, bool lacks_twin);

/* How a run that is not complete ended: "was interrupted", "ended at its first failure (--fail-fast)", ... */
GCHK_API const char *gchk_result_ending(const gchk_result *result);

/* An empty result. NULL when out of memory. */
GCHK_API gchk_result *gchk_result_new(void);
GCHK_API void gchk_result_free(gchk_result *result);

/*
 * Fills summary, verdict, forward_calls, exit_code and causes from the cases, the baseline and the config. A run that
 * is not complete is an error, whatever its cases say.
 */
GCHK_API void gchk_result_summarise(gchk_result *result);

/* Notes that something was not written: not a complete run any more, and an error. `why` is copied; the first stays. */
GCHK_API void gchk_result_is_unwritten(gchk_result *result, const char *why);

#ifdef __cplusplus
}
#endif
#endif
