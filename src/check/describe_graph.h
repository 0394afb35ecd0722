/* The graph of a network with its values and gradients. */
#ifndef GCHK_CHECK_DESCRIBE_GRAPH_H
#define GCHK_CHECK_DESCRIBE_GRAPH_H

#include "measure/work.h"

/*
 * The graph of a network with its values and gradients at the base point; and with the local derivatives of its nodes,
 * which cost backward calls (check/local.h) and leave other gradients in the instance.
 */
gchk_status gchk_describe_graph(gchk_case_work *work, bool with_locals, gchk_graph_result *graph,
                                gchk_error *error) GCHK_MUST_USE;

#endif
