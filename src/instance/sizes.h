/* Sizes by name, and the shapes that are written in them (the notation is at gchk_tensor_spec). */
#ifndef GCHK_INSTANCE_SIZES_H
#define GCHK_INSTANCE_SIZES_H

#include "gradcheck/layer.h"
#include "instance/expression.h"

/*
 * Reads "B=3 T=4 D=2x5 E=() F=D P=0" into `sizes`, after what is there; a name that is there already must have the same
 * value.
 */
gchk_status gchk_sizes_parse(gchk_sizes *sizes, const char *text, gchk_error *error) GCHK_MUST_USE;

gchk_status gchk_sizes_set(gchk_sizes *sizes, const char *name, size_t value, gchk_error *error) GCHK_MUST_USE;
const gchk_size_binding *gchk_sizes_find(const gchk_sizes *sizes, const char *name);

/* For gchk_expression_evaluate: its context is a gchk_sizes. */
bool gchk_sizes_value(const void *sizes, const char *name, size_t *value);

/*
 * Binds the names of the shape notation `spec` so that it stands for `shape`. Names that are bound must agree. Where
 * lists leave several ways to do that, nothing is bound.
 * GCHK_INVALID says which dimension does not fit: "is (3,40), but (N,in) with in=50 is wanted".
 */
gchk_status gchk_sizes_bind(gchk_sizes *sizes, const char *spec, const gchk_shape *shape,
                            gchk_error *error) GCHK_MUST_USE;

/*
 * The shape that `spec` stands for. GCHK_INVALID when a name has no value, a dimension is 0 or a division has a rest.
 */
gchk_status gchk_sizes_shape(const gchk_sizes *sizes, const char *spec, gchk_shape *shape,
                             gchk_error *error) GCHK_MUST_USE;

/* The value of a size expression. */
gchk_status gchk_sizes_evaluate(const gchk_sizes *sizes, const char *expression, size_t *value,
                                gchk_error *error) GCHK_MUST_USE;

/*
 * Calls `found` once for every name in `spec`, in order (a name may come twice); is_list for "D...". Checks the
 * notation.
 */
gchk_status gchk_sizes_scan(const char *spec, gchk_size_name_fn found, void *context, gchk_error *error) GCHK_MUST_USE;

/* How often a name is mentioned: to be scanned for, with such a context. */
typedef struct gchk_size_mentions {
  const char *name;
  size_t count;
} gchk_size_mentions;
void gchk_count_size_mention(void *context, const char *name, bool is_list);

/* Is the name a dimension of `spec` by itself, "D", or a list of them, "D..." or "D...k", rather than part of one? */
bool gchk_sizes_has_dimension(const char *spec, const char *name);

#endif
