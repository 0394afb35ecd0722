/*
 * Counting dead units.
 *
 * The gradients of what feeds a dead unit are exactly 0, whatever the upstream gradient: they are right, and say
 * nothing. With few rows a unit is often 0 in all of them by chance, so the note names the number of rows.
 */
#include "check/dead_units.h"

#include <stdio.h>

#include "instance/same_shape.h"

enum { NAMED = 12, NAMES_SIZE = 256 };

/* Rows are the first dimension, columns all others. */
static bool is_zero_column(const gchk_tensor *t, size_t column) {
  const size_t columns = t->count / t->shape.dim[0];
  for (size_t n = 0; n < t->shape.dim[0]; n++)
    if (gchk_tensor_get(t, t->value, n * columns + column) != 0)
      return false;
  return true;
}

/* The one value that the node makes from another of the same shape, element by element as it seems; else both NULL. */
static void find_pair(const gchk_instance *instance, const gchk_graph_node *node, const gchk_tensor **in,
                      const gchk_tensor **out) {
  *in = *out = NULL;
  if (node->output_count != 1)
    return;
  const gchk_tensor *made = &instance->t[node->outputs[0]];
  if (made->role != GCHK_CACHE || made->grad == NULL || made->shape.rank < 2 || made->shape.dim[0] < 2)
    return;
  size_t read = 0;
  for (size_t k = 0; k < node->input_count; k++) {
    const gchk_tensor *t = &instance->t[node->inputs[k]];
    read += t->role == GCHK_CACHE || t->role == GCHK_INPUT || t->role == GCHK_CONSTANT;
    if (gchk_is_same_shape(&t->shape, &made->shape))
      *in = t;
  }
  if (read == 1 && *in != NULL)
    *out = made;
}

static void note(gchk_case_work *work, const gchk_graph_node *node, const gchk_tensor *in, const gchk_tensor *out) {
  const size_t columns = out->count / out->shape.dim[0];
  size_t dead = 0, used = 0;
  char names[NAMES_SIZE] = "";
  for (size_t c = 0; c < columns; c++) {
    if (!is_zero_column(out, c) || is_zero_column(in, c))
      continue;
    if (dead < NAMED && used < sizeof names)
      used += (size_t)snprintf(names + used, sizeof names - used, "%s%zu", dead > 0 ? ", " : "", c);
    dead++;
  }
  if (dead == 0)
    return;
  gchk_finding *finding = gchk_finding_note(
      &work->findings, GCHK_CODE_DEAD_UNITS,
      "%zu of %zu units of %s (%s) are exactly 0 in all %zu rows (%s%s): no gradient goes through them", dead, columns,
      node->name, node->layer, out->shape.dim[0], names, dead > NAMED ? ", ..." : "");
  gchk_finding_text(&work->findings, finding, "tensor", "%s", out->name);
  gchk_finding_number(&work->findings, finding, "dead", (double)dead);
  gchk_finding_number(&work->findings, finding, "units", (double)columns);
  gchk_finding_number(&work->findings, finding, "rows", (double)out->shape.dim[0]);
}

void gchk_note_dead_units(gchk_case_work *work) {
  const gchk_instance *instance = work->instance;
  const gchk_graph *graph = instance->layer->graph;
  for (size_t n = 0; graph != NULL && n < graph->node_count; n++) {
    const gchk_tensor *in, *out;
    find_pair(instance, &graph->nodes[n], &in, &out);
    if (in != NULL && out != NULL)
      note(work, &graph->nodes[n], in, out);
  }
}
