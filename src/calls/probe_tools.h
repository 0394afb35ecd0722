/*
 * What the probes of the calling contract share. One idea a file: probe_*.c; gchk_probe_contract (probe.c) runs them
 * all.
 *
 * Every call that a probe makes is watched (probe_watch.c), so guard zones and read-only buffers are checked on the
 * way. Tolerances come from rounding alone: n u times the largest value, n the elements of the largest tensor, which
 * bounds the error of adding n terms in any order (Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed.,
 * (4.4)). u is that of float for all: a double layer may be float inside, and what a probe looks for is off by whole
 * terms. Where a layer declares a coarser unit, which a few values on the way are rounded to, eight of it come on top.
 * Comparisons of one call with the same call again have tighter limits, an element each (probe_spread.h).
 */
#ifndef GCHK_CALLS_PROBE_TOOLS_H
#define GCHK_CALLS_PROBE_TOOLS_H

#include "instance/index.h"
#include "instance/snapshot.h"
#include "measure/reordering.h"
#include "measure/work.h"

/* The gradients of all tensors as doubles: of[i] has the elements of tensor i, NULL where it is not differentiated. */
typedef struct gchk_gradients {
  double **of;
} gchk_gradients;

typedef struct gchk_probe {
  gchk_case_work *work;
  gchk_instance *instance; /* work->instance */
  gchk_arena *arena;       /* goes with the probe that is asked */
  gchk_arena *lasting;     /* goes with all of them */
  gchk_random random;      /* its own stream: what is drawn here changes nothing else */
  double *upstream;        /* 1 for a scalar output or one that is ignored, else random and signed */
  gchk_snapshot *initial;  /* the values of all tensors when the probes began */
  gchk_snapshot *watched;  /* of `instance` before the call that is watched; NULL before the first */
  gchk_gradients base;     /* at the base point, for `upstream`, onto zeros */
  gchk_gradients other;    /* for one probe to use */
  double *y;               /* output_count, for one probe to use */
  double *v;               /* output_count, for one probe to use */
  size_t largest_count;    /* elements of the largest tensor */
  double unit;             /* unit round-off of the coarsest real tensor, for differences */
  gchk_results limits;     /* probe_spread.h: what rounding explains; y is NULL until first needed */
  gchk_results rounding;   /* probe_rounding.h: what is left of terms that cancel; y is NULL until first needed */
  size_t accompanied;      /* watched calls during which other threads of the process ran (probe_watch.c) */
  bool is_repeatable;      /* forward and backward are, within rounding: differences of other probes mean something */
} gchk_probe;

/* Space for the gradients of `instance`, in the probes' arena. */
gchk_status gchk_gradients_new(gchk_probe *probe, const gchk_instance *instance, gchk_gradients *gradients,
                               gchk_error *error) GCHK_MUST_USE;
void gchk_gradients_read(const gchk_instance *instance, gchk_gradients *gradients);

/* Bit for bit, but any NaN is like any other, and 0 like -0. */
bool gchk_is_same(double a, double b);

/* The first element at which two gradients differ by more than `tolerance` (0: bit for bit); `count` when none does. */
size_t gchk_first_difference(const double *a, const double *b, size_t count, double tolerance);

/* Relative: what another order of additions may change. */
double gchk_probe_reordering(const gchk_probe *probe);

/* The same times the largest finite absolute value of all gradients: what another order of additions may change. */
double gchk_probe_tolerance(const gchk_probe *probe, const gchk_instance *instance, const gchk_gradients *gradients);

/* A finding of the case, once for each code and tensor: NULL when it is there already. `tensor` may be NULL. */
gchk_finding *gchk_probe_report(gchk_probe *probe, gchk_code code, const char *tensor, const char *format, ...)
    GCHK_PRINTF(4, 5);
/* A note of the case, once, that a probe has looked at a part: of what. */
void gchk_probe_note_part(gchk_probe *probe, const char *format, ...) GCHK_PRINTF(2, 3);

/* `most` of `count` things, chosen at random over all of them where there are more: order[0 .. result). */
size_t gchk_probe_choose(gchk_probe *probe, size_t *order, size_t count, size_t most);
bool gchk_probe_has(const gchk_probe *probe, gchk_code code, const char *tensor);

/*
 * Moves the values of tensor i, each by up to `amount` of itself, and rounds them to its unit. Signs and zeros stay,
 * and so does the range where the values have one; `from_zero`: a tensor that is all zero is moved by up to `amount`.
 */
void gchk_probe_move(gchk_probe *probe, gchk_instance *instance, size_t i, double amount, bool from_zero);

/* Puts all values back, outputs and caches too: what a poisoned forward never writes would stay poisoned. */
void gchk_probe_restore(gchk_probe *probe);

#endif
