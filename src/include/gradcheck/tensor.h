/*
 * Tensors: the named buffers that a layer works on, and how a layer describes them.
 *
 * All tensors are dense and row-major: the last index runs fastest.
 */
#ifndef GRADCHECK_TENSOR_H
#define GRADCHECK_TENSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gradcheck/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum gchk_dtype {
  GCHK_DTYPE_UNSET = 0, /* in a tensor's row: the layer's own dtype, and i32 for an index */
  GCHK_F64,
  GCHK_F32,
  GCHK_I32
} gchk_dtype;

typedef enum gchk_role {
  GCHK_ROLE_UNSET = 0,
  GCHK_INPUT,     /* read by forward, differentiated */
  GCHK_PARAMETER, /* likewise; what training changes */
  GCHK_OUTPUT,    /* written by forward; its gradient is the upstream gradient, which backward reads */
  GCHK_CACHE,     /* written by forward for backward */
  GCHK_SCRATCH,   /* work space of forward or backward; what is in it means nothing afterwards */
  GCHK_INDEX,     /* integers (tokens, labels): read, never perturbed */
  GCHK_CONSTANT   /* read, never perturbed, no gradient (masks, one-hot targets) */
} gchk_role;

enum { GCHK_MAX_RANK = 8 };

struct gchk_call; /* layer.h */

typedef struct gchk_shape {
  size_t rank; /* 0: a scalar, one element */
  size_t dim[GCHK_MAX_RANK];
} gchk_shape;

/* A tensor as a callback sees it. The buffers belong to gradcheck and hold `count` elements, not one more. */
typedef struct gchk_tensor {
  const char *name;
  gchk_role role;
  gchk_dtype dtype;
  gchk_shape shape;
  size_t count;
  void *value; /* double, float or int32_t, by dtype; converts to the right pointer by itself in C */
  void *grad;  /* the same dtype and shape; NULL where there is no gradient, or where it may be left out and is */
} gchk_tensor;

/* How gradcheck fills a tensor before forward. */
typedef enum gchk_fill_kind {
  GCHK_FILL_DEFAULT = 0, /* normal for reals, indices below `below` for integers */
  GCHK_FILL_NORMAL,      /* mean a, standard deviation b (b = 0: 1) */
  GCHK_FILL_UNIFORM,     /* on [a, b); both 0: [-1, 1) */
  GCHK_FILL_POSITIVE,    /* uniform on [a, b); both 0: [0.5, 2) */
  GCHK_FILL_DISTINCT,    /* a shuffled ladder of values whose neighbours differ by at least b (b = 0: 0.1) */
  GCHK_FILL_CONSTANT,    /* all a */
  GCHK_FILL_ONE_HOT,     /* the last dimension is one-hot, at random */
  GCHK_FILL_LABELS,      /* integers below `below`, at random */
  GCHK_FILL_INDICES,     /* integers below `below`, with repeats: some twice or more, and some not at all */
  GCHK_FILL_VALUES       /* `values`, `value_count` of them: as many as the tensor has, or one for all */
} gchk_fill_kind;

typedef struct gchk_fill {
  gchk_fill_kind kind;
  double a, b;
  const char *below; /* a size expression, "V" or "V-1", for labels and indices */
  const double *values;
  size_t value_count;
} gchk_fill;

/* What backward does with the gradient of a tensor. A layer that does other than it declares is a finding. */
typedef enum gchk_grad_rule {
  GCHK_GRAD_DETECT = 0, /* either `=` or `+=`, and gradcheck finds out; for a cache: there is no gradient */
  GCHK_GRAD_OVERWRITE,  /* `=` */
  GCHK_GRAD_ACCUMULATE, /* `+=` onto what the caller put there */
  GCHK_GRAD_NONE,       /* backward does not provide it: listed as not checked */
  GCHK_GRAD_SCRATCH     /* backward works in it, `+=` onto zeros; what is in it afterwards means nothing */
} gchk_grad_rule;

/*
 * One row of a layer's table. A row is mostly written GCHK_TENSOR(name, role, shape).
 *
 * The shape is a list of dimensions, "B T C". A dimension is a size by name, a number, or an expression over them
 * without blanks ("3*C", "(H+2*P-K)//S+1", where "//" rounds down). "D..." stands for any number of dimensions (none,
 * too): where an input's shape is "N D...", the name D elsewhere is the product of those dimensions, and "D..." repeats
 * them. "D...k" stands for k dimensions, a size or an expression: "A...axis M Z..." is M along an axis that is given.
 * Of several lists in the shape of an input all but one have a k, or are told by the shapes of tensors before it.
 * "S...^T..." are the dimensions of S and T, broadcast as numpy does. "" is a scalar.
 */
typedef struct gchk_tensor_spec {
  const char *name;
  gchk_role role;
  const char *shape;
  gchk_dtype dtype;
  gchk_fill fill;
  double keep_away; /* filled values keep this distance from `kink`; 0: no distance */
  double kink;
  gchk_grad_rule grad;
  bool grad_may_be_null;   /* backward accepts a NULL gradient here and leaves it out: probed */
  bool upstream_clobbered; /* for an output: backward may write into its gradient (declared, so no finding) */
  bool may_be_infinite;    /* for a constant: a suite may give it .inf and -.inf, as a mask that bars a key */
  double
      unit; /* unit round-off of what is stored in it, where coarser than its dtype's; 0: the layer's, or its dtype's */

  /*
   * For an output: the input, of the same shape, in whose buffers it lies. Both have one `value`, in which forward
   * finds x and leaves y, and backward finds y; and one `grad`, in which backward finds the upstream gradient and
   * leaves the input's. Where only the values share a buffer, the callback copies x to y before it calls the layer, and
   * nothing is declared.
   */
  const char *in_place_of;

  /*
   * Each matrix of the last two dimensions, which must be the same in the shape ("B N N"), is symmetric: an input or a
   * parameter that is filled so and moved so, (i,j) and (j,i) together. What is compared with the difference is
   * g_ij + g_ji, so that it does not matter how backward divides the sum: both elements of a full gradient, the lower
   * triangle alone, and (G + G^T)/2 are all right; a gradient that counts the pair twice is not.
   */
  bool symmetric;

  /*
   * Its gradient is 0 by construction (a top-1 weight normalised by itself, a bias before batch norm): differences and
   * backward must both give 0 within their error, and then it passes. Anything else fails.
   */
  bool gradient_is_zero;

  /*
   * For labels (role index): the value that does not count, "-100", or the name of the option that says it. It is
   * planted into some of them in the case "planted", and into all in the case "ignored" (all but the first, where
   * forward is not finite then). NULL: there is none.
   */
  const char *ignored;

  /*
   * For an input or a parameter: what is differenced in place of forward when this tensor is moved, where backward
   * gives the gradient of another function on purpose (a straight-through estimator: round(x) with the gradient of x).
   * All else is forward's: probes, outputs, and the differences of the other tensors. gchk_layer.surrogate says it for
   * all of them, and how it is called. NULL: forward is differenced.
   */
  gchk_status (*surrogate)(const struct gchk_call *call, gchk_error *error);

  /*
   * For an input or a parameter of a layer with an update: the operations of an update of one of its elements, a size
   * expression as in gchk_layer.operations. NULL: they are few beside what is put back before it.
   */
  const char *update_operations;
} gchk_tensor_spec;

/*
 * Unit round-offs, half the spacing of the numbers at 1, of formats that C has no type for: their values are held in
 * f32 buffers. For gchk_tensor_spec.unit, gchk_layer.unit and gchk_layer.product_unit. Values that gradcheck fills in
 * or is given are rounded to the declared format (integers are not), steps are taken on its numbers, and error bounds
 * and what rounding may do to a gradient are of its size. Exponents are those of the buffer's type.
 */
#ifdef GRADCHECK_AS_DOUBLE_H /* a double twin is as exact as double is */
#define GCHK_UNIT_OF_BF16 0.0
#define GCHK_UNIT_OF_F16  0.0
#define GCHK_UNIT_OF_TF32 0.0
#else
#define GCHK_UNIT_OF_BF16 0x1p-8
#define GCHK_UNIT_OF_F16  0x1p-11
#define GCHK_UNIT_OF_TF32 0x1p-11
#endif

/*
 * GCHK_TENSOR("w", GCHK_PARAMETER, "C") or, with more of the fields, GCHK_TENSOR("w", GCHK_PARAMETER, "C", .keep_away
 * = 0.1)
 */
#define GCHK_TENSOR(tensor_name, tensor_role, ...)                                                                     \
  { .name = (tensor_name), .role = (tensor_role), .shape = __VA_ARGS__ }

/* Under gradcheck/as_double.h, the tables of float code are those of its double twin. */
#ifdef GRADCHECK_AS_DOUBLE_H
#define GCHK_F32 GCHK_F64
#endif

GCHK_API const char *gchk_dtype_name(gchk_dtype dtype); /* "f64", "f32", "i32" */
GCHK_API size_t gchk_dtype_size(gchk_dtype dtype);      /* bytes of one element; 0 for an unset dtype */
GCHK_API const char *gchk_role_name(gchk_role role);    /* "input", ... "constant" */

/* The number of elements of `shape`. GCHK_NO_MEMORY when it does not fit a size_t. */
GCHK_API gchk_status gchk_shape_count(const gchk_shape *shape, size_t *count, gchk_error *error) GCHK_MUST_USE;

/* Writes "(3,4,5)" and returns `text`. */
GCHK_API const char *gchk_shape_format(const gchk_shape *shape, char *text, size_t size);

/* Element `index` of `value` or `grad` as a double; `buffer` is one of the tensor's two. */
GCHK_API double gchk_tensor_get(const gchk_tensor *tensor, const void *buffer, size_t index);
GCHK_API void gchk_tensor_set(const gchk_tensor *tensor, void *buffer, size_t index, double x);

#ifdef __cplusplus
}
#endif
#endif
