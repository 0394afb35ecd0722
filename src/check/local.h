/* Local derivatives: how the outputs of one node change with its inputs. */
#ifndef GCHK_CHECK_LOCAL_H
#define GCHK_CHECK_LOCAL_H

#include "measure/work.h"

/*
 * The local derivatives of node n of `graph`, which is the instance's, or stands for its layer as one node. They come
 * from the node's own backward with unit upstream gradients, one after the other: as many calls as its outputs have
 * elements, and three for each output at most where they turn out to be element by element. Nothing is looked at where
 * a Jacobian would be large. Forward was called; gradients in the instance are others afterwards.
 */
gchk_status gchk_find_locals(gchk_case_work *work, const gchk_graph *graph, size_t n, gchk_node_result *node,
                             gchk_error *error) GCHK_MUST_USE;

#endif
