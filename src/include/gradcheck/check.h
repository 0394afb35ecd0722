/*
 * Checking a layer.
 *
 *     gchk_result *result = NULL;
 *     gchk_error error;
 *     if (gchk_check_layer(&my_layer, NULL, &result, &error)) { fprintf(stderr, "%s\n", error.message); ... }
 *     gchk_print(result, stdout);
 *     gchk_result_free(result);
 *
 * What may grow: gchk_options, gchk_case and gchk_tensor_setting get fields at their ends, and say how large they are
 * to whoever fills them in; a library takes those of programs that were built for an earlier one, and refuses a field
 * of a later one that it would have to ignore. gchk_result and what it points to, and gchk_progress, are made by the
 * library and grow at their ends too: read them through pointers, and do not copy or compare them whole. Everything
 * else changes with the library's major version (SOVERSION) alone.
 */
#ifndef GRADCHECK_CHECK_H
#define GRADCHECK_CHECK_H

#include "gradcheck/layer.h"
#include "gradcheck/result.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * A row of the table "document, what it prints, what gradcheck gives". It is about the case, and stands at any of its
 * settings; the result has the rows in the settings' order. gchk_printed_kind says what `tensors` are compared by.
 */
typedef struct gchk_printed {
  const char *document, *at, *prints; /* "000", "In [7]", "price: 220" */
  gchk_printed_kind kind;
  const char *const *tensors; /* in the order of the numbers */
  size_t tensor_count;
  const double *numbers, *within; /* that are printed, and how far each may be off */
  size_t number_count;
  const char *words; /* GCHK_PRINTED_ELSEWHERE: the command; GCHK_PRINTED_MISPRINT: why nothing can give it */
} gchk_printed;

/* What a case says about one of its layer's tensors, beyond the layer's own row. */
typedef struct gchk_tensor_setting {
  /* sizeof(gchk_tensor_setting), which an array of several has to say; 0: as it was when the struct first had this */
  size_t size;
  const char *name;
  gchk_fill fill;   /* GCHK_FILL_DEFAULT: as the layer's row says */
  double threshold; /* on mean_abs_diff; 0: the case's */
  double keep_away; /* 0: as the layer's row says */
  bool skip;        /* do not differentiate, with `skip_reason` */
  bool has_ignored; /* labels: `ignored` is put into some of them */
  int32_t ignored;  /* the label that does not count */
  const char *skip_reason;
  const double *expected_value;    /* NULL: none; as many as the tensor has */
  const double *expected_gradient; /* NULL: none; for an upstream gradient of 1, or of `upstream` */
  size_t expected_value_count, expected_gradient_count;
  double expected_tolerance; /* relative; 0: 1e-7 for f64, 1e-5 for f32 */
  const double *upstream;    /* for an output: the upstream gradient of the expected gradients */
  size_t upstream_count;
  const double *reference; /* gradient from elsewhere; NULL: none */
  size_t reference_count;
  const char *reference_source;
  double reference_rtol, reference_atol;
  const gchk_printed *printed; /* what documents print of the case; at any of its tensors */
  size_t printed_count;
  const gchk_suppression *suppressions; /* beside the layer's; of the case, at any of its tensors */
  size_t suppression_count;
} gchk_tensor_setting;

/* How the values of a case come to be beside what its fills say; where forward is then not finite they are put back. */
typedef enum gchk_planting {
  GCHK_PLANT_NOTHING = 0,
  GCHK_PLANT_USUAL,     /* zeros, ones, ties, equal rows, equal to another, ends of a range; indices 0 and the last */
  GCHK_PLANT_TAILS,     /* inputs are 1 to 6 deviations from their mean, on either side */
  GCHK_PLANT_SATURATED, /* inputs are up to 40 deviations from their mean, on either side; or all below a floor */
  GCHK_PLANT_SINGULAR   /* square inputs get two rows that are, or nearly are, multiples of each other */
} gchk_planting;

/* What else there is of the same layer, and whose choice a case was. */
typedef enum gchk_auxiliary {
  GCHK_OWN = 0,       /* the user's, or the first shape */
  GCHK_AUXILIARY = 1, /* a shape beside others: a gradient that is exactly zero there is no lack */
  GCHK_VARIED = 2     /* likewise, and nobody declared it: dropped where forward fails, as is what stays undecided */
} gchk_auxiliary;

typedef struct gchk_case {
  /* sizeof(gchk_case), the same in all cases of an array; 0: as it was when the struct first had this field */
  size_t size;
  const char *name;
  const gchk_layer *layer;
  const char *sizes;     /* "B=3 T=4"; NULL: the layer's own, or made by gradcheck */
  const double *options; /* layer->option_count of them; NULL: their initial values */
  const gchk_tensor_setting *settings;
  size_t setting_count;
  double threshold; /* on mean_abs_diff of every tensor; 0: none */
  double step;      /* overrides the options' step for this case; 0: does not */
  gchk_mode mode;
  uint8_t auxiliary; /* gchk_auxiliary; `true` is GCHK_AUXILIARY */
  uint8_t planted;   /* gchk_planting; `true` is GCHK_PLANT_USUAL */
  uint64_t seed;     /* added to the run's seed */
  bool has_seed;     /* `seed` replaces the run's seed */
  bool all_ignored;  /* all labels that have an ignored value are that (but the first, where forward is not finite) */
  const char *file;  /* where the case is written; NULL: where the layer is */
  int line;
  const char *target;           /* for the command that reruns it; NULL: none */
  const char *expected_failure; /* why it is expected to fail; NULL: it is not */
} gchk_case;

/* The arrays of a tensor that was differentiated; NaN where an element was not checked. */
typedef struct gchk_element_arrays {
  size_t count;                 /* elements of the tensor: entries of each array */
  size_t draw_count;            /* upstream gradients: 2, or 1 where a second one would say no more */
  const double *analytic[2];    /* from backward, one array a draw */
  const double *numeric[2];     /* D */
  const double *bound[2];       /* E: how far numeric may be off */
  const double *slack[2];       /* what rounding may have done to analytic; NULL: not known */
  const double *step;           /* of the first draw */
  const unsigned char *verdict; /* gchk_verdict of the element, the worse of the draws */
} gchk_element_arrays;

/* What is under way; called from the checking process, never from two threads at once. */
typedef struct gchk_progress {
  const char *case_name;
  const char *stage;                      /* "forward", "probes", "differentiate W1", ... */
  uint64_t elements_done, elements_total; /* of the whole run */
  size_t cases_done, cases_total;
  const gchk_case_result *finished; /* not NULL: this case has just ended */
  size_t case_index;                /* among the cases that were to be run */
} gchk_progress;

typedef struct gchk_options {
  size_t size; /* sizeof(gchk_options), as GCHK_OPTIONS_INIT has it */
  uint64_t seed;
  double step;       /* 0: adaptive */
  double threshold;  /* on mean_abs_diff, overrides the cases' own; 0: none */
  uint64_t budget;   /* elements to check in a case at the most; 0: all of them, or as `full` says */
  size_t jobs;       /* child processes at a time, a case each or some of its elements; 0: one a processor */
  double timeout_s;  /* a case in a child process that makes no progress for so long is killed; 0: none */
  size_t memory_mib; /* by which one child may grow; 0: no limit */
  bool isolate;      /* each case in a child process; cases whose layers leave nothing behind may share one */
  bool probes;       /* probe the calling contract */
  bool strict, allow_inconclusive;
  void (*progress)(void *context, const gchk_progress *progress); /* NULL: none */
  void *progress_context;
  /*
   * NULL, or called for every tensor that was differentiated, with its gradients, element by element (NaN where one
   * was not checked), in the process that checked it: in the child when cases are isolated. An error ends the case
   * with that error.
   */
  gchk_status (*gradients)(void *context, const gchk_case *c, const gchk_tensor_result *tensor, const double *analytic,
                           const double *numeric, gchk_error *error);
  void *gradients_context;
  const volatile int *interrupt; /* not NULL: stop soon after it is not 0; the result is then not complete */
  /* NULL, or called beside `gradients`, with all arrays and the same context. */
  gchk_status (*arrays)(void *context, const gchk_case *c, const gchk_tensor_result *tensor,
                        const gchk_element_arrays *arrays, gchk_error *error);
  double threshold_f64, threshold_f32; /* on cases in this dtype, before `threshold`; 0: none */
  /*
   * The run ends with the first case, in their order, that fails or ends in an error (under `strict` also one that is
   * inconclusive): the result has the cases up to it, whatever the number of jobs, and says in `stopped_by` why it is
   * not complete where others came after it. Of a part (below) it is the first whose result it has.
   */
  bool fail_fast;
  /*
   * The share of its branches, up to 1, that the backward of each layer must have been seen to take by all its cases
   * together, or its first case fails; 0: none. It fails too where that is not known: a layer of code that was not
   * compiled with coverage callbacks. Needs `isolate`.
   */
  double min_reach;
  /*
   * Without a budget, check every element whatever it takes. Else a case of which a full check would be more than 2e11
   * operations (ten seconds of a core at the rate of a BLAS, minutes in plain loops) is screened: along two random
   * directions a tensor, and a sample of the elements of large ones (gchk_case_result.screened). Operations are counted
   * from sizes (gchk_layer.operations), the same on every machine.
   */
  bool full;

  /*
   * A folder for what blocks of elements come to; NULL: none. Those that are there and belong to the same layer at the
   * same point are taken, others are computed, so the result is the same with and without it. With `parts`, this run
   * is the `part`-th of so many, from 1: it checks every parts-th case. Cases with much to do are divided: each part
   * computes some of their blocks and leaves them there, and the result of the one whose turn it is says that the case
   * is skipped, for GCHK_DIVIDED. `divided_only`: no other cases are checked.
   */
  const char *store;
  size_t part, parts;
  bool divided_only;
  uint64_t code; /* of plug-ins, twins and what they load, as gchk_origins_code has it: blocks belong to it; 0: none */
} gchk_options;

#define GCHK_OPTIONS_INIT                                                                                              \
  { .size = sizeof(gchk_options), .jobs = 1, .timeout_s = 0, .isolate = false, .probes = true }

/*
 * Checks `layer` in all its shape cases and modes and returns the result, which the caller frees. `options` may be
 * NULL. A wrong gradient is in the result and no error. Errors: GCHK_INVALID for a table that makes no sense,
 * GCHK_NO_MEMORY. Costs about six forwards an element of all inputs and parameters; of a large tensor whose elements
 * share no output fewer, for those are perturbed together: about six an element of one row where outputs are computed
 * row by row, of one window where they are computed by windows, and some hundred in all where they are computed element
 * by element.
 */
GCHK_API gchk_status gchk_check_layer(const gchk_layer *layer, const gchk_options *options, gchk_result **result,
                                      gchk_error *error) GCHK_MUST_USE;

/* The same for `count` cases, in this order. */
GCHK_API gchk_status gchk_check_cases(const gchk_case *cases, size_t count, const gchk_options *options,
                                      gchk_result **result, gchk_error *error) GCHK_MUST_USE;

/*
 * The shape cases and modes of a layer, as gchk_check_layer runs them. The list owns the cases, with their names and
 * sizes; gchk_case_list_deinit gives them back. Errors: GCHK_INVALID for a table that makes no sense or sizes that do
 * not fit it, GCHK_NO_MEMORY; the list is then empty. Calls nothing of the layer.
 */
typedef struct gchk_case_list {
  gchk_case *cases;
  size_t count;
  struct gchk_arena *arena;
} gchk_case_list;
GCHK_API gchk_status gchk_layer_cases(const gchk_layer *layer, gchk_case_list *list, gchk_error *error) GCHK_MUST_USE;
GCHK_API void gchk_case_list_deinit(gchk_case_list *list);

/* GCHK_OK when the layer's table, shapes and callbacks make sense; else what is wrong and what would be right. */
GCHK_API gchk_status gchk_layer_validate(const gchk_layer *layer, gchk_error *error) GCHK_MUST_USE;

/*
 * A result of one case that holds its computational graph at the base point, for an upstream gradient of 1 (random
 * where the output is no scalar), and no verdicts: nothing is differentiated. The caller frees it. Two forwards and a
 * backward.
 */
GCHK_API gchk_status gchk_check_graph(const gchk_case *c, const gchk_options *options, gchk_result **result,
                                      gchk_error *error) GCHK_MUST_USE;

/* The shape of tensor `index` of the case's layer, with the case's sizes. GCHK_INVALID where they do not give one. */
GCHK_API gchk_status gchk_case_shape(const gchk_case *c, size_t index, gchk_shape *shape,
                                     gchk_error *error) GCHK_MUST_USE;

/*
 * Calls the cases of a result of gchk_check_cases by `labels`, one for each of the cases that it was made of: those
 * that differ in their seeds alone have one name while they are checked, since their values depend on it.
 * GCHK_NO_MEMORY.
 */
GCHK_API gchk_status gchk_result_label(gchk_result *result, const gchk_case *cases, const char *const *labels,
                                       gchk_error *error) GCHK_MUST_USE;

/* Fills result->environment, apart from the BLAS, of which the checker knows nothing. False when out of memory. */
GCHK_API bool gchk_describe_environment(gchk_result *result) GCHK_MUST_USE;

#ifdef __cplusplus
}
#endif
#endif
