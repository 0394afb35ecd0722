/*
 * The working data of one case: what the steps of a check hand to each other.
 *
 * base point -> probe -> differentiate -> judge -> diagnose, each in a file of its own, and gchk_case_result at the end
 * (check/case_check.c). Structs alone: what is done with them is declared by the file that does it.
 */
#ifndef GCHK_MEASURE_WORK_H
#define GCHK_MEASURE_WORK_H

#include "core/arena.h"
#include "gradcheck/check.h"
#include "gradcheck/random.h"
#include "instance/instance.h"
#include "measure/judge.h"
#include "numeric/derivative.h"
#include "result/findings.h"

/* The elements of a tensor, counted, once all of them are judged (tally.h). */
typedef struct gchk_tally {
  gchk_verdict worst;
  size_t exact_zero, flat, unresolved;   /* of those that passed */
  size_t nonzero;                        /* elements whose gradient is not exactly 0: those that were mutated */
  size_t caught[GCHK_MUTATIONS];         /* of them, those at which a mutated gradient would have been caught */
  size_t decided;                        /* of the mutated ones: passed, and resolved */
  size_t decided_caught[GCHK_MUTATIONS]; /* of the decided ones */
  size_t decided_coarse; /* of them: a wrong sign, a zero and a factor of 2 would each have been caught */
} gchk_tally;

/* What is held against an element that is open, and what is not yet said of one that fails. */
typedef enum gchk_suspicion {
  GCHK_NOT_SUSPECTED = 0,
  GCHK_SUSPECTED,        /* it fails output by output */
  GCHK_FAILED_ELSEWHERE, /* at another base point */
  GCHK_UNCONFIRMED       /* it fails, and was not asked whether that stands (confirm.h) */
} gchk_suspicion;

/*
 * One tensor that is differentiated. Arrays over elements have `total` entries; NaN where an element was not checked.
 */
typedef struct gchk_tensor_work {
  size_t index; /* of the tensor in the instance */
  size_t total; /* elements */
  size_t checked_count;
  size_t *checked;                  /* the flat indices that are checked, ascending */
  double *analytic[GCHK_MAX_DRAWS]; /* from backward, over grad_scale */
  double *numeric[GCHK_MAX_DRAWS];
  double *bound[GCHK_MAX_DRAWS];         /* of the difference: numeric_bound + slack/3; three times it is allowed */
  double *numeric_bound[GCHK_MAX_DRAWS]; /* E: how far numeric may be off */
  double *slack[GCHK_MAX_DRAWS];         /* what rounding inside backward may have done to analytic (slack.h) */
  double *step;                          /* the chosen step */
  unsigned char *verdict;                /* gchk_verdict of the element: the worse of the draws */
  unsigned char *doubt;                  /* gchk_doubt of an inconclusive one */
  unsigned char *resolution;             /* gchk_resolution of one that passed */
  unsigned char *caught;                 /* bit m: mutation m of the right gradient would have been caught */
  unsigned char *suspicion;              /* gchk_suspicion of an inconclusive one, or of one that fails */
  unsigned char *point;                  /* where it was decided: 0 the base point, k the k-th other one */
  unsigned char *is_evidence;   /* its gradient is not 0, and a wrong sign, a zero and a factor of 2 would show */
  double *jacobian;             /* total x output_count: d y_j / d x_i in row i; NULL: too large to keep */
  struct gchk_pattern *pattern; /* of elements that share no output (lines/grouping.h); NULL: none */
  bool has_pattern, is_pattern_audited;
  double element_cost;            /* operations of checking one of them (decide/full_cost.h); 0: not counted */
  struct gchk_pairs *pairs;       /* what backward gives for one output at a time (pairs.h); NULL: not asked for */
  double unit;                    /* unit round-off of analytic */
  double largest[GCHK_MAX_DRAWS]; /* largest finite |analytic| */
  double terms[GCHK_MAX_DRAWS];   /* size of the terms whose sums are `analytic`, as rounding shows it (slack.h) */
  double sigma[GCHK_MAX_DRAWS];   /* measured noise of the projected outputs */
  double start;                   /* the step that a pilot settled on, to start at; 0: by rule */
  bool has_noise;                 /* sigma is known: it was measured along a direction */
  bool has_pilot;                 /* sigma and start are known */
  size_t confirmed, doubted;      /* elements whose failure stood what it must (confirm.h), and those that did not */
  bool wants_no_confirmation;     /* of failures: who asks wants to know no more than whether elements pass */
  bool has_fixed_step;            /* differences are those at one step that was given */
  double along[GCHK_MAX_DRAWS];   /* what is wrong along random directions over all elements, at most; 0: nothing */
  bool is_declared_zero;          /* its row says that the gradient is 0 by construction */
  bool uses_update;               /* differences came by the layer's update, which was audited */
  double hidden;                  /* the largest slope that could hide where an element is flat */
  gchk_tally tally;
  gchk_step_curve step_curve;
  gchk_finding_list findings;
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
  const struct gchk_crew *crew; /* who helps with blocks of elements (crew.h); NULL: nobody */
  uint64_t elements_done;       /* of the tensors before the one under way */
  uint64_t other_calls;         /* evaluations of other instances than these, for this case */
  unsigned point;               /* 0: the base point of the case; k: the k-th other one (other_point.h) */
  bool is_part;                 /* decides some blocks of elements, and leaves them in a store (gchk_options.part) */
  bool is_one_by_one; /* no elements are evaluated together: what groups (decide/groups.h) are compared with */
  gchk_random random;
  size_t output_count;
  double *y; /* outputs at the base point */
  size_t draw_count;
  bool keeps_draws;                 /* as another work of the case has them */
  double *v[GCHK_MAX_DRAWS];        /* upstream gradients; v[0] is 1 for a scalar output */
  double variation[GCHK_MAX_DRAWS]; /* how much the outputs projected on v[d] vary from call to call (spread.h) */
  size_t tensor_count;
  gchk_tensor_work *tensors;  /* those that are differentiated */
  gchk_finding_list findings; /* of the case as a whole */
  const char *refused; /* not NULL: the probes found that nothing can be judged, and why (a finding says it too) */
} gchk_case_work;

#endif
