/*
 * Families of hard functions: generators of functions of one variable with any number of outputs, several for each
 * mechanism by which a difference, its bound or its comparison with a backward can go wrong.
 *
 * A family is written once for float, double and quad precision (families_*.inc): its values, and the derivative of every
 * output in closed form, which in quad precision is the oracle and in float or double is what a backward pass computes.
 * Some families have another backward, which is as right, and loses digits as real ones do. Members are drawn from a
 * seed; nobody chooses them. test_families holds the closed forms against differences in quad precision.
 */
#ifndef CHECKS_NUMERIC_FAMILIES_H
#define CHECKS_NUMERIC_FAMILIES_H

#include <stdint.h>

#include "numeric/hard.h"

enum { FAMILY_CONSTANTS = 8, FAMILY_DATA = 64, FAMILY_OUTPUTS = 1024, FAMILY_MECHANISMS = 10 };

typedef enum family_kind {
  FAMILY_SMOOTH,
  FAMILY_RIPPLE,     /* a staircase, or a ripple below the rounding of float: no claim is made for its bound */
  FAMILY_AT_KINKS,   /* the point is a kink of every output: the slopes are one valid choice of subgradients */
  FAMILY_UNRESOLVED, /* made so that no difference resolves the slope: only that it is not called wrong */
} family_kind;

/* What a member reads: `c` are constants of its formula, the first `data` of `p` are values of other inputs. */
#define FAMILY_INPUT(TYPE, REAL)                                                                                       \
  typedef struct TYPE {                                                                                                \
    size_t outputs, data;                                                                                              \
    REAL c[FAMILY_CONSTANTS], p[FAMILY_DATA];                                                                          \
  } TYPE
FAMILY_INPUT(family_in_float, float);
FAMILY_INPUT(family_in_double, double);
FAMILY_INPUT(family_in_quad, quad);

typedef struct family_member {
  family_in_double in; /* representable in float, but for the constants of the families of mechanism 1 */
  double x;            /* representable in float */
  double scale;        /* of the tensor that x is an element of; 0: |x| */
  double teacher;      /* the first element of that tensor, from which its others learn their start; NaN: none */
} family_member;

typedef struct family {
  int mechanism; /* 1 .. FAMILY_MECHANISMS */
  const char *name;
  family_kind kind;
  void (*make)(family_member *to, uint64_t *seed, bool is_float);
  void (*value_float)(const family_in_float *in, float x, float *y);
  void (*value_double)(const family_in_double *in, double x, double *y);
  void (*value_quad)(const family_in_quad *in, quad x, quad *y);
  void (*slope_float)(const family_in_float *in, float x, float *dy);
  void (*slope_double)(const family_in_double *in, double x, double *dy);
  void (*slope_quad)(const family_in_quad *in, quad x, quad *dy);
  /* d (sum v_j y_j)/dx from the outputs y that forward stored; NULL: sum v_j dy_j. */
  float (*backward_float)(const family_in_float *in, float x, const float *y, const float *v);
  double (*backward_double)(const family_in_double *in, double x, const double *y, const double *v);
} family;

/* Tables by mechanism, each with its count; family_at goes through all of them. */
typedef struct family_table {
  const family *rows;
  size_t count;
} family_table;
extern const family_table families_of_sums;   /* mechanisms 1, 2 */
extern const family_table families_of_kinks;  /* 3, 4 */
extern const family_table families_of_steps;  /* 5, 8, 10 */
extern const family_table families_of_layers; /* 6, 7, 9 */

size_t family_count(void);
const family *family_at(size_t index);
const char *family_mechanism_name(int mechanism);

/* Member `index` of a family: the same whatever else is made. */
void family_member_make(family_member *to, const family *of, size_t index, bool is_float);

/* The member's function in another type; constants and data are rounded to it first (quad_of_float: to float). */
void family_in_to_float(family_in_float *to, const family_in_double *from);
void family_in_to_quad(family_in_quad *to, const family_in_double *from, bool through_float);

/* For `make`: a uniform number on [0, 1); floats on [low, high] or +-10^[low, high] (of random sign if is_signed). */
uint64_t family_bits(uint64_t *seed);
double family_uniform(uint64_t *seed);
double family_between(uint64_t *seed, double low, double high);
double family_power(uint64_t *seed, double low, double high, bool is_signed);
int family_below(uint64_t *seed, int count);

#endif
