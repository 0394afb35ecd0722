/*
 * The working data of one case: what the stages of a check hand to each other.
 *
 * prepare -> probe -> differentiate -> judge -> diagnose, each in a file of its own, and gchk_case_result at the end.
 */
#ifndef GCHK_MEASURE_WORK_H
#define GCHK_MEASURE_WORK_H

#include "core/arena.h"
#include "gradcheck/check.h"
#include "gradcheck/random.h"
#include "instance/instance.h"
#include "measure/judge.h"
#include "numeric/derivative.h"

/* A growing list of findings in an arena. A failed allocation drops the finding and sets `failed`. */
typedef struct gchk_finding_list {
  gchk_arena *arena;
  gchk_finding *findings;
  size_t count;
  bool failed;
} gchk_finding_list;

/* Appends a finding with a printf sentence, and returns it for gchk_finding_number and _text; NULL when out of memory. */
gchk_finding *gchk_finding_add(gchk_finding_list *list, const char *code, const char *format, ...) GCHK_PRINTF(3, 4);
gchk_finding *gchk_finding_note(gchk_finding_list *list, const char *code, const char *format, ...) GCHK_PRINTF(3, 4);
void gchk_finding_number(gchk_finding_list *list, gchk_finding *finding, const char *key, double number);
void gchk_finding_text(gchk_finding_list *list, gchk_finding *finding, const char *key, const char *format, ...)
    GCHK_PRINTF(4, 5);

/* One tensor that is differentiated. Arrays over elements have `total` entries; NaN where an element was not checked. */
typedef struct gchk_tensor_work {
  size_t index; /* of the tensor in the instance */
  size_t total; /* elements */
  size_t checked_count;
  size_t *checked;                  /* the flat indices that are checked, ascending */
  double *analytic[GCHK_MAX_DRAWS]; /* from backward, over grad_scale */
  double *numeric[GCHK_MAX_DRAWS];
  double *bound[GCHK_MAX_DRAWS];
  double *slack[GCHK_MAX_DRAWS];  /* NULL, or what rounding in an f32 backward may add to the bound */
  double *step;                   /* the chosen step */
  unsigned char *verdict;         /* gchk_verdict of the element: the worse of the draws */
  double *jacobian;               /* total x output_count: d y_j / d x_i in row i; NULL: too large to keep */
  double largest[GCHK_MAX_DRAWS]; /* largest finite |analytic| */
  double sigma[GCHK_MAX_DRAWS];   /* measured noise of the projected outputs */
  bool uses_update;               /* differences came by the layer's update, which was audited */
  size_t below_resolution;        /* elements that passed only beside larger ones of their tensor */
  size_t caught[GCHK_MUTATIONS];  /* elements at which a mutated gradient would have been caught */
  size_t mutable_count;           /* elements whose gradient is not exactly 0: those that were mutated */
  gchk_step_curve step_curve;
  gchk_finding_list findings;
  gchk_verdict worst;
} gchk_tensor_work;

typedef struct gchk_case_work {
  const gchk_case *spec;
  const gchk_options *options;
  gchk_instance *instance; /* at the base point: forward was called, inputs are as filled */
  gchk_instance *single;   /* the f32 instance, when `instance` is its double twin; else NULL */
  gchk_arena *arena;       /* what goes into the result */
  gchk_arena *scratch;     /* what goes when the case is done */
  void (*stage)(void *context, const char *stage, uint64_t elements_done); /* tells how far it is; may be NULL */
  void *stage_context;
  uint64_t elements_done; /* of the tensors before the one under way */
  gchk_random random;
  size_t output_count;
  double *y; /* outputs at the base point */
  size_t draw_count;
  double *v[GCHK_MAX_DRAWS]; /* upstream gradients; v[0] is 1 for a scalar output */
  size_t tensor_count;
  gchk_tensor_work *tensors;  /* those that are differentiated */
  gchk_finding_list findings; /* of the case as a whole */
  const char *refused; /* not NULL: the probes found that nothing can be judged, and why (a finding says it too) */
} gchk_case_work;

/* What the case says of a tensor, or NULL; and the seed that its random streams start from. */
const gchk_tensor_setting *gchk_case_setting(const gchk_case *spec, const char *tensor);
uint64_t gchk_case_seed(const gchk_case *spec, uint64_t seed);

/* Fills every input, parameter, index and constant of `instance` as the case says, from the case's random stream. */
gchk_status gchk_case_fill(const gchk_case *spec, uint64_t seed, gchk_instance *instance,
                           gchk_error *error) GCHK_MUST_USE;

/* A fresh instance of the case's layer, filled the same way: for probes that need one without history. */
gchk_status gchk_case_instance(const gchk_case *spec, uint64_t seed, gchk_instance **instance,
                               gchk_error *error) GCHK_MUST_USE;

/*
 * Calls forward and backward with the upstream gradient v and copies what backward wrote, over the layer's grad_scale,
 * to gradient[k] for the k-th of work->tensors (NULL entries are left out; NULL: copies nothing). Gradients are zeroed before.
 */
gchk_status gchk_analytic_gradients(gchk_case_work *work, const double *v, double *const *gradient,
                                    gchk_error *error) GCHK_MUST_USE;

/* The same without the forward: of what the instance holds. */
gchk_status gchk_backward_gradients(gchk_case_work *work, const double *v, double *const *gradient,
                                    gchk_error *error) GCHK_MUST_USE;

/* Sets largest[draw] of every tensor from its analytic gradient. */
void gchk_find_largest(gchk_case_work *work, size_t draw);

/*
 * Differentiates the checked elements of one tensor numerically and judges them: fills numeric, bound, step, verdict,
 * jacobian and the counts. Costs about six forwards or updates an element, and some dozens a tensor for noise and step curve.
 */
gchk_status gchk_differentiate_tensor(gchk_case_work *work, gchk_tensor_work *tensor, gchk_error *error) GCHK_MUST_USE;

/*
 * One element: `result` has work->draw_count derivatives. `whole`: with the rungs of the whole ladder, for `explain`; value
 * and bound are the same.
 */
gchk_status gchk_differentiate_element(gchk_case_work *work, gchk_tensor_work *tensor, size_t element, bool whole,
                                       gchk_derivative *result, gchk_error *error) GCHK_MUST_USE;

/* Draws the upstream gradients: v[0] is 1 for a scalar output, everything else is random and signed. */
gchk_status gchk_draw_upstream(gchk_case_work *work, gchk_error *error) GCHK_MUST_USE;

/* Sets up tensor number k of work->tensors for tensor `index` of the instance: arrays, analytic left to the caller. */
gchk_status gchk_tensor_work_init(gchk_case_work *work, gchk_tensor_work *tensor, size_t index,
                                  gchk_error *error) GCHK_MUST_USE;

/*
 * Whether, in a network with a failing tensor, it is the first wrong node going backward: differentiates the intermediate
 * values and marks the node whose outputs' gradients are right while one that it computes is wrong. Adds a finding
 * "first-wrong" to the failing tensors. Leaves the instance at the base point.
 */
gchk_status gchk_localise(gchk_case_work *work, gchk_graph_result *graph, gchk_error *error) GCHK_MUST_USE;

/*
 * For an f32 layer with a double twin: the analytic gradients of the f32 layer, the twin's instance in work->instance
 * with the same values, and in `slack` what rounding in f32 may have done to each gradient.
 */
gchk_status gchk_use_twin(gchk_case_work *work, gchk_error *error) GCHK_MUST_USE;

/* Compares expected values, expected gradients and reference gradients; findings go to the tensors and the case. */
gchk_status gchk_check_expectations(gchk_case_work *work, gchk_case_result *result, gchk_error *error) GCHK_MUST_USE;

/* The result of a tensor from what differentiation and diagnosis left. False when out of memory. */
bool gchk_describe_tensor(gchk_case_work *work, const gchk_tensor_work *tensor, gchk_tensor_result *result);

/* The graph of a network with its values and gradients at the base point. False when out of memory. */
bool gchk_describe_graph(gchk_case_work *work, gchk_graph_result *graph);

/*
 * Probes the calling contract. Findings go to work->findings, with the tensor's name in the evidence. The instance is left
 * at the base point with its forward done. Costs about twenty forwards and as many backwards.
 * An error only when the probes themselves could not run.
 */
gchk_status gchk_probe_contract(gchk_case_work *work, gchk_error *error) GCHK_MUST_USE;

/*
 * Names the mistake of a tensor that has failing elements: findings go to tensor->findings. Calls the layer only
 * to distinguish look-alikes. Leaves the instance at the base point.
 */
gchk_status gchk_diagnose(gchk_case_work *work, gchk_tensor_work *tensor, gchk_error *error) GCHK_MUST_USE;

#endif
