/*
 * The HTML report as a whole: head, banner, contents, sections, foot. The figures get what room is left below two
 * megabytes, worst tensors first; the tables always have everything.
 */
#include "report/html.h"

#include <stdlib.h>

#include "report/html_banner.h"
#include "report/html_baseline.h"
#include "report/html_documents.h"
#include "report/html_figures.h"
#include "report/html_rest.h"
#include "report/html_style.h"
#include "report/html_tables.h"
#include "report/html_words.h"
#include "report/printed_rows.h"
#include "report/words.h"

static const size_t page_bytes = 1900000, least_figure_bytes = 200000, rest_bytes = 100000;

static void put_head(const gchk_result *result, const gchk_report_options *options, gchk_text *out) {
  gchk_text_put(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                     "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                     "<meta name=\"color-scheme\" content=\"light dark\">\n<title>");
  gchk_text_put(out, gchk_verdict_word(result->verdict));
  gchk_text_put(out, *result->title ? " · " : "");
  gchk_html_name(out, result->title);
  gchk_text_put(out, " · gradcheck</title>\n");
  if (options != NULL && options->stylesheet != NULL) {
    gchk_text_put(out, "<link rel=\"stylesheet\" href=\"");
    gchk_html_name(out, options->stylesheet);
    gchk_text_put(out, "\">\n");
  } else {
    gchk_text_put(out, "<style>\n");
    gchk_html_stylesheet(out);
    gchk_text_put(out, "</style>\n");
  }
  gchk_text_put(out, "</head>\n<body>\n");
}

static void put_contents(const gchk_result *result, gchk_text *out) {
  static const struct {
    const char *id, *title;
    bool (*is_there)(const gchk_result *result); // NULL: always
  } parts[] = {{"failures", "What is wrong", NULL},
               {"baseline", "Against the baseline", NULL},
               {"tensors", "All tensors", NULL},
               {"documents", "Documents", gchk_has_printed},
               {"steps", "Step curves", NULL},
               {"histograms", "Histograms", NULL},
               {"scatter", "Analytic against numeric", NULL},
               {"heatmaps", "Maps", NULL},
               {"graph", "Graphs", NULL},
               {"unchecked", "Not checked", NULL},
               {"environment", "Environment", NULL},
               {"configuration", "Configuration", NULL}};
  gchk_text_put(out, "<nav aria-label=\"Contents\"><ul>\n");
  for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
    if (parts[i].is_there == NULL || parts[i].is_there(result))
      gchk_text_format(out, "<li><a href=\"#%s\">%s</a></li>\n", parts[i].id, parts[i].title);
  gchk_text_put(out, "</ul></nav>\n<main>\n");
}

void gchk_html_report(const gchk_result *result, const gchk_report_options *options, gchk_text *out) {
  gchk_row_list tensors;
  gchk_text rest = {0};
  if (!gchk_list_rows(result, true, &tensors)) {
    out->failed = true;
    return;
  }
  put_head(result, options, out);
  gchk_html_banner(result, out);
  put_contents(result, out);
  gchk_html_failures(result, &tensors, out);
  gchk_html_baseline(result, out);
  gchk_html_tensors(&tensors, out);
  gchk_html_documents(result, out);
  gchk_html_rest(result, &tensors, &rest);
  size_t used = out->length + rest.length + rest_bytes;
  size_t budget = used + least_figure_bytes < page_bytes ? page_bytes - used : least_figure_bytes;
  gchk_html_figures(result, &tensors, budget, out);
  out->failed = out->failed || rest.failed;
  if (rest.length > 0)
    gchk_text_write(out, rest.data, rest.length);
  gchk_text_deinit(&rest);
  gchk_text_put(out, "</main>\n<footer>\n<p>A forward that is wrong together with its matching backward shows in no "
                     "difference; gradients from elsewhere, as references, are what finds it.</p>\n<p>gradcheck ");
  gchk_html_name(out, result->tool_version);
  gchk_text_put(out, "</p>\n</footer>\n</body>\n</html>\n");
  free(tensors.rows);
}
