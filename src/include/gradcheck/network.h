/*
 * A network: a graph of layers that is itself a layer. Link gradcheck_layers (gradcheck::layers).
 *
 *     gchk_network_new(&network, "two layers", GCHK_F64, &error);
 *     gchk_network_add_value(network, "x", GCHK_INPUT, GCHK_DTYPE_UNSET, &shape, NULL, 0, &error);
 *     gchk_network_add_node(network, &(gchk_node_spec){.name = "affine1", .layer = affine, ...}, &error);
 *     gchk_network_finish(network, NULL, &layer, &error);
 *     gchk_check_layer(layer, NULL, &result, &error);
 *     gchk_network_free(network);
 *
 * Values are named. One value may be read by several nodes; a node may read several values. The network's own table of
 * tensors has, in this order: its inputs, constants and indices; its parameters; its outputs (the values that no node
 * reads); its intermediate values, as caches with a gradient (GCHK_GRAD_OVERWRITE); then the caches and scratch of its
 * nodes, named "node.tensor", and, for a value that several nodes read, a scratch gradient for each reader but the one
 * that backward reaches first, to be added up. So all memory is the instance's, guarded, and a network has no state but
 * the views of its nodes into it.
 *
 * backward overwrites every gradient. update re-evaluates from the first node that reads the changed tensor, with that
 * node's own update where it has one. Both cost what the callbacks of the nodes cost, and a pass over the gradients of
 * values that several nodes read. Building costs no call of any layer.
 *
 * vary follows a change of a parameter of an affine or linear node, of an input or of an intermediate value, in double,
 * where what comes behind is a line of nodes up to the loss, whose rows stand alone: built-in layers that do, and those
 * that say so (gchk_layer.rowwise). It computes the elements, and from the next product on the rows, that differ.
 *
 * All names and numbers that are handed in are copied; layers are not, and must outlive the network. Errors are
 * GCHK_INVALID, which say what is wrong and what would be right, and GCHK_NO_MEMORY. A value or node that is refused
 * leaves the network as it was; a network that gchk_network_finish refuses can only be freed. Networks are independent
 * of each other, and one that is finished is never changed again: its layer has what thread safety those of its nodes
 * have.
 */
#ifndef GRADCHECK_NETWORK_H
#define GRADCHECK_NETWORK_H

#include "gradcheck/layer.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct gchk_network gchk_network;

/* Which value or parameter of the network a tensor of a node's layer is. */
typedef struct gchk_binding {
  const char *tensor; /* the name in the layer's table: "x", "W", "y" */
  const char *value;  /* the name in the network: "pixels", "W1", "logits" */
} gchk_binding;

/*
 * Settings of one node. Parameters without a binding are named "node.tensor"; so are outputs, "node" if there is one.
 */
typedef struct gchk_node_spec {
  const char *name;
  const gchk_layer *layer;
  const gchk_binding *bindings;
  size_t binding_count;
  const gchk_sizes *sizes; /* those that the shapes of the inputs do not give: out=50; may be NULL */
  const double *options;   /* NULL: initial values */
} gchk_node_spec;

/*
 * An empty network, which the caller frees. GCHK_INVALID for a dtype other than f64 and f32; values and nodes may have
 * another than the network.
 */
GCHK_API gchk_status gchk_network_new(gchk_network **network, const char *name, gchk_dtype dtype,
                                      gchk_error *error) GCHK_MUST_USE;

/* Frees it with its layer. NULL is fine. */
GCHK_API void gchk_network_free(gchk_network *network);

/*
 * A value from outside: an input, a constant, an index, or a parameter that more than one node or an input of a node
 * reads. `fill` may be NULL; then, and with keep_away 0, it is filled as the first layer that reads it says. An unset
 * dtype is the network's, for an index i32. GCHK_INVALID for a name that is there already, another role or dtype, and a
 * shape without elements.
 */
GCHK_API gchk_status gchk_network_add_value(gchk_network *network, const char *name, gchk_role role, gchk_dtype dtype,
                                            const gchk_shape *shape, const gchk_fill *fill, double keep_away,
                                            gchk_error *error) GCHK_MUST_USE;

/*
 * A node whose inputs are there already. A parameter that another node has is shared, and its gradients are summed.
 * GCHK_INVALID when an input is missing or its shape or dtype does not fit: "affine2: x is (3,40), but ...".
 */
GCHK_API gchk_status gchk_network_add_node(gchk_network *network, const gchk_node_spec *spec,
                                           gchk_error *error) GCHK_MUST_USE;

/*
 * Shape and dtype of a value that is there so far, NULL and GCHK_DTYPE_UNSET where there is none of this name. The
 * shape belongs to the network and holds until the next value or node is added.
 */
GCHK_API const gchk_shape *gchk_network_shape(const gchk_network *network, const char *value);
GCHK_API gchk_dtype gchk_network_dtype(const gchk_network *network, const char *value);

/*
 * The layer, once all nodes are there. It belongs to the network, which must outlive it, as the layers of the nodes
 * must outlive the network. Called once. `twin`, for an f32 network, is the layer of the same network in f64; it may
 * be NULL. GCHK_INVALID when there is no node, a value is read by no node, or what must be last is not. Costs a
 * comparison of every pair of tensors' names, and a walk over the nodes for every value.
 */
GCHK_API gchk_status gchk_network_finish(gchk_network *network, const gchk_layer *twin, const gchk_layer **layer,
                                         gchk_error *error) GCHK_MUST_USE;

#ifdef __cplusplus
}
#endif
#endif
