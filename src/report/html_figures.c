/*
 * The sections of figures. All four kinds of a tensor are drawn, or none: tensors come worst first until the room is
 * used, and what is left out is said.
 */
#include "report/html_figures.h"

#include <stdio.h>

#include "report/figure_heatmap.h"
#include "report/figure_histogram.h"
#include "report/figure_scatter.h"
#include "report/figure_steps.h"
#include "report/graph_svg.h"
#include "report/graph_words.h"
#include "report/html_words.h"

enum { KINDS = 4 };

typedef struct kind {
  const char *id, *title, *lead, *none;
  void (*draw)(const gchk_row *row, const char *prefix, gchk_text *out);
  void (*key)(gchk_text *out);
} kind;

static const kind kinds[KINDS] = {
    {"steps", "Step curves",
     "The error of central differences at each step. Truncation falls with h² from the right and rounding rises with "
     "1/h to the "
     "left; a wrong gradient leaves a floor that no step gets below.",
     "No tensor has a step curve.", gchk_figure_steps, gchk_key_steps},
    {"histograms", "Histograms of the differences",
     "How many elements differ by how much, in half decades. Exact zeros and what is not finite have bars of their "
     "own. A scalar's "
     "one difference is in the table.",
     "No tensor of several elements was compared.", gchk_figure_histogram, NULL},
    {"scatter", "Analytic against numeric",
     "A right gradient lies on the diagonal, a lost factor on a line beside it, a wrong sign on the other diagonal, a "
     "zero on "
     "the axis. The axes are logarithmic away from zero.",
     "No tensor of several elements was compared.", gchk_figure_scatter, gchk_key_scatter},
    {"heatmaps", "Maps of the differences",
     "|analytic − numeric| where it is in the tensor, by decades: a bad row, column or border shows at once.",
     "No tensor with rows and columns was checked.", gchk_figure_heatmap, gchk_key_heatmap},
};

static void put_section(const kind *k, const gchk_text *figures, size_t drawn, size_t total, gchk_text *out) {
  gchk_text_format(out, "<section id=\"%s\">\n<h2>%s</h2>\n", k->id, k->title);
  if (figures->length == 0)
    gchk_text_format(out, "<p class=\"none\">%s</p>\n", k->none);
  else {
    gchk_text_format(out, "<p>%s", k->lead);
    if (drawn < total)
      gchk_text_format(out, " Drawn for %zu of %zu tensors, the worst first, to keep this page small.", drawn, total);
    gchk_text_put(out, "</p>\n");
    if (k->key != NULL)
      k->key(out);
    gchk_text_put(out, "<div class=\"figures\">\n");
    gchk_text_write(out, figures->data, figures->length);
    gchk_text_put(out, "</div>\n");
  }
  gchk_text_put(out, "</section>\n");
}

/* A line of a case whose graph was not drawn is not worth much: the count is. */
static void put_graphs(const gchk_result *result, size_t budget, gchk_text *out) {
  size_t drawn = 0, total = 0, start = out->length;
  gchk_text_put(out, "<section id=\"graph\">\n<h2>Computational graphs</h2>\n");
  for (size_t i = 0; i < result->case_count; i++)
    total += gchk_has_graph(&result->cases[i]);
  gchk_text_put(
      out, total > 0
               ? "<p>Nodes are layers. On each edge the forward value stands above and the gradient below: numbers "
                 "up to four elements, otherwise the shape with mean and largest absolute value.</p>\n"
               : "<p class=\"none\">No case is a network: single layers have no graph.</p>\n");
  for (int wrong = 1; wrong >= 0; wrong--)
    for (size_t i = 0; i < result->case_count; i++) {
      const gchk_case_result *c = &result->cases[i];
      if (!gchk_has_graph(c) || (c->verdict >= GCHK_FAIL) != (wrong == 1))
        continue;
      gchk_text svg = {0};
      char id[32];
      snprintf(id, sizeof id, "graph-%zu", i + 1);
      gchk_graph_svg(c, id, 0, &svg);
      if (svg.failed)
        out->failed = true;
      else if (out->length - start + svg.length < budget) {
        gchk_text_put(out, "<figure><figcaption><b>");
        gchk_html_name(out, c->name);
        gchk_text_put(out, "</b></figcaption><div class=\"graph\" tabindex=\"0\">");
        gchk_text_write(out, svg.data, svg.length);
        gchk_text_put(out, "</div></figure>\n");
        drawn++;
      }
      gchk_text_deinit(&svg);
    }
  if (drawn < total)
    gchk_text_format(
        out, "<p>%zu more are not drawn, to keep this page small; <code>gradcheck graph</code> draws them.</p>\n",
        total - drawn);
  gchk_text_put(out, "</section>\n");
}

void gchk_html_figures(const gchk_result *result, const gchk_row_list *tensors, size_t budget, gchk_text *out) {
  gchk_text all[KINDS] = {{0}};
  size_t used = 0, drawn = 0, graph_budget = budget / 4;
  for (; drawn < tensors->count; drawn++) {
    gchk_text one[KINDS] = {{0}};
    size_t length = 0;
    for (size_t k = 0; k < KINDS; k++) {
      kinds[k].draw(&tensors->rows[drawn], "", &one[k]);
      length += one[k].length;
      out->failed = out->failed || one[k].failed;
    }
    bool fits = used + length <= budget - graph_budget;
    for (size_t k = 0; k < KINDS; k++) {
      if (fits && one[k].length > 0)
        gchk_text_write(&all[k], one[k].data, one[k].length);
      gchk_text_deinit(&one[k]);
    }
    if (!fits)
      break;
    used += length;
  }
  for (size_t k = 0; k < KINDS; k++) {
    put_section(&kinds[k], &all[k], drawn, tensors->count, out);
    out->failed = out->failed || all[k].failed;
    gchk_text_deinit(&all[k]);
  }
  put_graphs(result, graph_budget, out);
}
