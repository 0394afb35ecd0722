/*
 * An instance of a layer: its tensors in guarded buffers for one set of sizes, its options and its state.
 *
 * Everything that calls a layer's callbacks for checking goes through here, so that every call is counted, preceded by
 * reset and set_seed where the layer has them, made in the way that the layer declares (conventions.h), and its failure
 * carries the layer's name.
 */
#ifndef GCHK_INSTANCE_INSTANCE_H
#define GCHK_INSTANCE_INSTANCE_H

#include "instance/instance_data.h"

/* `options` may be NULL for the initial ones. Buffers are zero; nothing is called but create, bind, set_mode. */
gchk_status gchk_instance_new(gchk_instance **instance, const gchk_layer *layer, const gchk_sizes *sizes,
                              const double *options, gchk_mode mode, uint64_t seed, gchk_error *error) GCHK_MUST_USE;
void gchk_instance_free(gchk_instance *instance);

/* reset, set_seed, forward. */
gchk_status gchk_instance_forward(gchk_instance *instance, gchk_error *error) GCHK_MUST_USE;

/* GCHK_INVALID for a layer without a backward. */
gchk_status gchk_instance_backward(gchk_instance *instance, gchk_error *error) GCHK_MUST_USE;

/* Tells the layer that pointers in `t` have changed: bind, where it has one. */
gchk_status gchk_instance_bind(gchk_instance *instance, gchk_error *error) GCHK_MUST_USE;

/* reset, set_seed, and `function`, called `what`, in place of forward; counted as one. */
gchk_status gchk_instance_forward_by(gchk_instance *instance, gchk_callback function, const char *what,
                                     gchk_error *error) GCHK_MUST_USE;

/* The layer's update, or *done = false when it has none. Puts nothing back. */
gchk_status gchk_instance_update(gchk_instance *instance, size_t tensor, size_t element, bool *done,
                                 gchk_error *error) GCHK_MUST_USE;

/* The number of outputs of the layer in all (1 for a layer whose loss comes from a callback), and their values. */
size_t gchk_instance_output_count(const gchk_instance *instance);
gchk_status gchk_instance_outputs(gchk_instance *instance, double *y, gchk_error *error) GCHK_MUST_USE;

/* Writes v into the gradients of the outputs, in the order of gchk_instance_outputs. */
void gchk_instance_set_upstream(gchk_instance *instance, const double *v);

/*
 * What a backward starts from: every gradient zero, which serves layers that overwrite, layers that accumulate and
 * scratch gradients that expect zeros, and the upstream gradient v.
 */
void gchk_instance_start_backward(gchk_instance *instance, const double *v);

/* Does tensor i get a gradient from backward that a difference can be compared with? */
bool gchk_instance_is_differentiable(const gchk_instance *instance, size_t i);

/*
 * An intermediate value: a cache with a gradient, from which the layer's update goes on to the outputs. forward
 * writes it anew, so that only update can evaluate a change of it.
 */
bool gchk_instance_is_inner_value(const gchk_instance *instance, size_t i);

/* What is said of a layer whose backward is NULL. */
#define GCHK_NO_BACKWARD "no backward: nothing to verify"

/* What the layer's gradients are to be divided by: its grad_scale, 1 where it says none. */
double gchk_grad_scale(const gchk_layer *layer);

/* Copies inputs, parameters, indices and constants from an instance of the same layer, where its sizes are the same. */
void gchk_instance_copy_given(gchk_instance *to, const gchk_instance *from);

/* The tensor's index, or tensor_count. */
size_t gchk_instance_find(const gchk_instance *instance, const char *name);

#endif
