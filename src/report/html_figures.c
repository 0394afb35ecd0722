/* The kinds of figures. A passing tensor of a few elements has a table of them instead of figures of a few dots. */
#include "report/html_figures.h"

#include "report/figure_heatmap.h"
#include "report/figure_histogram.h"
#include "report/figure_scatter.h"
#include "report/figure_steps.h"
#include "report/html_page.h"

typedef struct kind {
  const char *title, *lead;
  bool is_of_many; // it shows how elements lie to one another
  void (*draw)(const gchk_row *row, gchk_text *out);
  void (*key)(gchk_text *out);
} kind;

static const kind kinds[] = {
    {"Step curve",
     "The error of central differences at each step. Truncation falls with h² from the right and rounding rises with "
     "1/h to the left; a wrong gradient leaves a floor that no step gets below.",
     false, gchk_figure_steps, gchk_key_steps},
    {"Histogram of the differences",
     "How many elements differ by how much, in half decades. Exact zeros and what is not finite have bars of their "
     "own.",
     true, gchk_figure_histogram, NULL},
    {"Analytic against numeric",
     "A right gradient lies on the diagonal, a lost factor on a line beside it, a wrong sign on the other diagonal, a "
     "zero on the axis. The axes are logarithmic over the upper one to two decades.",
     true, gchk_figure_scatter, gchk_key_scatter},
    {"Map of the differences",
     "|analytic − numeric| where it is in the tensor, by decades: a bad row, column or border shows at once.", true,
     gchk_figure_heatmap, gchk_key_heatmap},
};
enum { KINDS = sizeof kinds / sizeof kinds[0] };

void gchk_html_figures(const gchk_row *row, gchk_text *out) {
  for (size_t k = 0; k < KINDS; k++)
    if (!kinds[k].is_of_many || row->tensor->total > GCHK_HTML_FEW || row->tensor->verdict >= GCHK_FAIL)
      kinds[k].draw(row, out);
}

void gchk_html_figures_guide(gchk_text *out) {
  gchk_text_put(out, "<details id=\"figures\"><summary>How to read the figures</summary>\n");
  for (size_t k = 0; k < KINDS; k++) {
    gchk_text_format(out, "<p><b>%s.</b> %s</p>\n", kinds[k].title, kinds[k].lead);
    if (kinds[k].key != NULL)
      kinds[k].key(out);
  }
  gchk_text_put(out, "</details>\n");
}
