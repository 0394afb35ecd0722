/*
 * Layers: a table of tensors, a forward and a backward.
 *
 * Built-in layers, whole networks and your own C code are described by the same struct. What a layer needs beyond the
 * first four fields, and it is mostly nothing, it says in the optional ones. All fields that are left out are zero.
 */
#ifndef GRADCHECK_LAYER_H
#define GRADCHECK_LAYER_H

#include <stdint.h>

#include "gradcheck/tensor.h"

#ifdef __cplusplus
extern "C" {
#endif

struct gchk_layer;
struct gchk_graph;
struct gchk_lanes;

typedef enum gchk_mode { GCHK_TRAIN = 0, GCHK_EVAL } gchk_mode;

/* A size that a shape names, with the dimensions that "D..." stood for. */
enum { GCHK_MAX_SIZES = 24, GCHK_SIZE_NAME = 24 };
typedef struct gchk_size_binding {
  char name[GCHK_SIZE_NAME];
  size_t value;    /* the product, for "D..." */
  bool is_list;    /* bound by "D..." */
  gchk_shape dims; /* the dimensions, for "D..." */
} gchk_size_binding;
typedef struct gchk_sizes {
  size_t count;
  gchk_size_binding binding[GCHK_MAX_SIZES];
} gchk_sizes;

/* What every callback gets. */
typedef struct gchk_call {
  const gchk_tensor *t; /* the tensors, in the order of the layer's table */
  size_t tensor_count;
  void *state;          /* what `create` made */
  const double *option; /* the layer's options, in the order of its option table */
  const gchk_sizes *sizes;
  const struct gchk_layer *layer;
  gchk_mode mode;
  uint64_t seed;
  size_t threads; /* how many the layer may use; 1 except in the thread probe */
  size_t time;    /* the time step, of a layer that is called once a step (gchk_layer.time); else 0 */
} gchk_call;

typedef gchk_status (*gchk_callback)(const gchk_call *call, gchk_error *error);

/* Many points at once, each with one element of one tensor changed: what gchk_layer.vary reads and writes. */
typedef struct gchk_variants {
  size_t tensor, count;
  const size_t *element; /* of the k-th point, */
  const double *value;   /* and what it is there */
  double *loss;          /* the loss there */
  double *base;       /* one: the loss where nothing is changed, computed the same way, so that differences are true */
  double *operations; /* one: of a point, as in gchk_layer.operations, to be set; holds forward's. NULL: not asked */
  /*
   * One an element of the tensor, all false; NULL: not asked. May be set where the element has no effect: the loss is
   * the same, to the last bit, whatever finite values all such elements have at once, at each of the points. Audited.
   */
  bool *has_no_effect;
} gchk_variants;

/* A numeric setting of a layer: "log_eps", "momentum". */
typedef struct gchk_option_spec {
  const char *name;
  double initial; /* what it is unless it is set */
  double minimum, maximum;
  const char *doc;
} gchk_option_spec;

enum {
  GCHK_IGNORES_UPSTREAM = 1 << 0, /* a loss whose backward takes the upstream gradient to be 1 */
  GCHK_HAS_MODES = 1 << 1,        /* train and eval differ: both are checked */
  GCHK_HAS_THREADS = 1 << 2,      /* uses call->threads threads: repeated under one and several */
  /*
   * backward works in, or frees, what forward left (outputs, caches, state): it comes once after each forward, and may
   * write all of that. forward comes more often than backward: what it allocates anew it frees itself, or reset does.
   */
  GCHK_CONSUMES_CACHE = 1 << 4,
  /*
   * forward clears or uses gradient buffers: who calls it sets the upstream gradient, and zeroes what is accumulated
   * into, between forward and backward. What forward leaves in a gradient is gone when backward comes.
   */
  GCHK_UPSTREAM_AFTER_FORWARD = 1 << 5
};

/*
 * A finding that is known, and left for now. Until its day has passed (in UTC; SOURCE_DATE_EPOCH, where it is set, says
 * what day it is) it is a note, and a tensor of which all that is wrong bears such names passes; every report lists it.
 */
typedef struct gchk_suppression {
  const char *finding; /* the code of a probe or a diagnosis, "stale-state"; `gradcheck explain CODE` tells them */
  const char *tensor;  /* of which it is said; NULL: of any, and of the case as a whole */
  const char *reason;  /* why it may wait */
  const char *until;   /* the last day, "2027-03-31" */
} gchk_suppression;

typedef struct gchk_layer {
  const char *name;
  const char *file; /* where it is written: GCHK_HERE */
  int line;
  gchk_dtype dtype; /* GCHK_F64 or GCHK_F32: of every tensor whose row does not say another */
  const gchk_tensor_spec *tensors;
  size_t tensor_count;
  gchk_callback forward;  /* reads inputs, parameters, indices, constants; writes outputs and caches */
  gchk_callback backward; /* after forward; reads the outputs' gradients, writes those of inputs and parameters. NULL:
                             there is none, and every case is skipped: nothing to verify */

  /* Optional. */
  const char *sizes;              /* the shape case, "B=3 T=4 C=5"; without it gradcheck makes several of its own */
  const char *const *shape_cases; /* or several of them, ended by NULL */
  const gchk_option_spec *options;
  size_t option_count;
  const double *option_values; /* what the options are where a case does not say; NULL: their initial values */
  unsigned flags;
  double grad_scale; /* the library stores gradients times this (-1: negative gradients); 0 means 1 */

  gchk_status (*create)(const gchk_call *call, void **state, gchk_error *error); /* once per shape case */
  void (*destroy)(void *state);
  gchk_callback bind;        /* after create and whenever buffers moved: for a struct that holds pointers of its own */
  gchk_callback reset;       /* back to the state after create (recurrent state, rolling statistics) */
  gchk_callback set_seed;    /* call->seed is new: called before every forward of a layer that has it */
  gchk_callback set_mode;    /* call->mode is new */
  gchk_callback set_threads; /* call->threads is new */

  /* The scalar loss after a forward; for a layer without an output tensor. */
  gchk_status (*loss)(const gchk_call *call, double *loss, gchk_error *error);

  /*
   * A faster forward after a change of one element. Outputs and caches hold what the last forward wrote for the old
   * value (the caller puts them back between two updates); brings all of them that a later reader needs up to date.
   * The tensor may also be a cache with a gradient of its own (a network's intermediate value): all that follows from
   * it is brought up to date, and it itself is left alone. Audited against forward on a sample of every tensor, and
   * not called for most elements where forwards of many at once are less work (operations, update_operations).
   * Returns GCHK_OK with *done = false where there is no faster way for this tensor.
   */
  gchk_status (*update)(const gchk_call *call, size_t tensor, size_t element, bool *done, gchk_error *error);

  const struct gchk_layer *twin;  /* an f32 layer's double version: the same table from the same source */
  const struct gchk_graph *graph; /* what a network is made of, for reports; NULL for a single layer */
  void *user;                     /* the layer's own, never touched */

  /* The precision of the computation, where it is coarser than the dtype's; 0: it is not. GCHK_UNIT_OF_BF16, ... */
  double unit;         /* unit round-off of what is stored, in every tensor that says none of its own */
  double product_unit; /* unit round-off to which the factors of products are rounded (a tensor core) */

  /*
   * A training step: backward changes the values of parameters in place and gives no gradients of them (their grad is
   * NULL). The gradient is (w - w')/rate, and gradcheck puts w back. One of the two; a rate is positive. Where the step
   * adds instead, grad_scale is -1. Parameters of rule GCHK_GRAD_NONE stay as they are. Rounding w' costs u |w|/rate of
   * the gradient, which is allowed for: a rate so small that the gradient drowns in it leaves nothing to be told.
   */
  double learning_rate;             /* the rate itself; 0: backward gives gradients */
  const char *learning_rate_option; /* or the name of the option that it is */

  /*
   * The size that counts time steps, "T": forward is called for call->time = 0 .. T-1, backward for T-1 .. 0, each with
   * the whole tensors. What one step hands to the next is a cache, or state that reset clears; the gradient of a carry
   * is that of a cache or a scratch tensor, zero before the first backward. NULL: one call does all.
   */
  const char *time;

  /*
   * A straight-through estimator: what is differenced in place of forward, for every tensor whose row has no surrogate
   * of its own. Called like forward, at moved values; caches hold what forward wrote before anything was moved, unless
   * the surrogate writes them, so that a part that no gradient goes through can be written with them: x + (q - x0) for
   * q = round(x0). Nothing else calls it: probes, outputs and backward see forward alone.
   */
  gchk_callback surrogate;

  /*
   * What must hold of the sizes, "C%4==0, K<=H": comparisons (== != <= >= < >) of size expressions, which may also say
   * % here, all of them to hold. gradcheck's own shapes keep to it, and others are refused with the condition in the
   * message. NULL: any sizes will do.
   */
  const char *sizes_require;

  /*
   * Sizes that nobody has to give, "stride=1 padding=0 KW=kernel": such as no shape of an input tells. Each is an
   * expression of what is given and of those before it; where that cannot be told, the size has to be given. A name
   * that no shape has is a size too, for others to be said by. NULL: none.
   */
  const char *sizes_default;

  /* A layer that computes the same and is trusted, to compare with (gradcheck/compare.h); NULL: there is none. */
  const struct gchk_reference *reference;

  const gchk_suppression *suppressions; /* what is known to be wrong, in all cases of the layer; NULL: nothing */
  size_t suppression_count;

  /* "log_eps momentum": options of which gradcheck tries no other values by itself. NULL: it tries some of all. */
  const char *fixed_options;

  /*
   * Many forwards at once, each after a change of one element; for layers with a loss, or with one output of one
   * element. Outputs and caches hold what the last forward wrote, and stay as they are, like all values: whatever the
   * points need is computed beside them. loss[k] is what a forward at the k-th point gives, but for a few roundings,
   * and does not depend on which other points are asked for. A change of a cache with a gradient of its own leaves
   * alone what comes before it, as with update. Audited against forward on a sample of every tensor.
   * Returns GCHK_OK with *done = false where there is no faster way for this tensor; then nothing has been written.
   */
  gchk_status (*vary)(const gchk_call *call, const gchk_variants *variants, bool *done, gchk_error *error);

  /*
   * The size that counts rows that have nothing to do with each other, "N": row n of the output depends on row n of the
   * input, on parameters and options, and neither on other rows nor on how many there are, to the last bit; it is the
   * first of their shapes, and any number of rows will do. Where every shape is that size alone ("N", "S..."), every
   * element is such a row. A network then runs forward on those rows alone that change. NULL: nothing is known.
   */
  const char *rowwise;

  const struct gchk_lanes *lanes; /* what networks know of built-in layers, for vary; NULL in others */

  /*
   * No callback leaves anything behind in its process that another case could meet, and none ends it: cases of such
   * layers run one after the other in one. Of a plug-in it is not asked: each of its cases has a process of its own.
   */
  bool leaves_nothing;

  /*
   * The operations of one forward, "2*N*inputs*units": a size expression, in which an operation takes as long as one of
   * a product of matrices (an addition, a multiplication; an element of a plain loop of C counts 10 to 100, of exp or
   * tanh some hundred). By it gradcheck tells, without a clock, whether a check of every element is within some ten
   * seconds; a larger one is screened (gchk_options.full). NULL: 64 for every element of all tensors.
   */
  const char *operations;
} gchk_layer;

/* The computational graph of a network; tensors by index into the layer's table. */
typedef struct gchk_graph_node {
  const char *name;  /* "affine1" */
  const char *layer; /* "affine" */
  const size_t *inputs;
  size_t input_count; /* values and parameters that it reads */
  const size_t *outputs;
  size_t output_count;
} gchk_graph_node;
typedef struct gchk_graph {
  const gchk_graph_node *nodes; /* in order of evaluation */
  size_t node_count;
  /*
   * Backward of one node alone, after a forward of the whole; NULL: there is none, and no local derivatives.
   * `upstream` has an array for each of the node's outputs, and `gradients` one for each of its inputs, as long as
   * these tensors; an input that gets no gradient is filled with NaN. Writes gradient buffers of the tensors.
   */
  gchk_status (*backward)(const gchk_call *call, size_t node, const double *const *upstream, double *const *gradients,
                          gchk_error *error);
} gchk_graph;

#define GCHK_HERE                .file = __FILE__, .line = __LINE__
#define GCHK_TENSORS(table)      .tensors = (table), .tensor_count = sizeof(table) / sizeof((table)[0])
#define GCHK_SUPPRESSIONS(table) .suppressions = (table), .suppression_count = sizeof(table) / sizeof((table)[0])
#define GCHK_OPTION_TABLE(table) .options = (table), .option_count = sizeof(table) / sizeof((table)[0])

/*
 * A callback in one line, for code that cannot fail; the call is `c`:
 *
 *     GCHK_CALLBACK(forward, my_relu(c->t[1].value, c->t[0].value, gchk_int(c, "N")))
 */
#define GCHK_CALLBACK(name, ...)                                                                                       \
  static gchk_status name(const gchk_call *c, gchk_error *gchk_error_) {                                               \
    (void)c, (void)gchk_error_;                                                                                        \
    __VA_ARGS__;                                                                                                       \
    return GCHK_OK;                                                                                                    \
  }

/* The size that the shapes call `name`; 0 if they do not. gchk_int is for code that takes int. */
GCHK_API size_t gchk_size(const gchk_call *call, const char *name);
GCHK_API int gchk_int(const gchk_call *call, const char *name);

#ifdef __cplusplus
}
#endif
#endif
