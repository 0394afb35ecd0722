/*
 * The HTML report as a whole: head, banner, contents, filters, sections, foot. The details of tensors get what room is
 * left below a megabyte, worst tensors first; the tables always have everything.
 */
#include "report/html.h"

#include <string.h>

#include "report/html_banner.h"
#include "report/html_baseline.h"
#include "report/html_cases.h"
#include "report/html_documents.h"
#include "report/html_failures.h"
#include "report/html_page.h"
#include "report/html_rest.h"
#include "report/html_style.h"
#include "report/html_suppressed.h"
#include "report/html_tensors.h"
#include "report/html_words.h"
#include "report/printed_rows.h"
#include "report/words.h"

static const size_t page_bytes = 990000, least_detail_bytes = 100000, graph_bytes = 120000;

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

static bool has_baseline(const gchk_result *result) {
  return result->baseline.file != NULL;
}

static bool has_cases(const gchk_result *result) {
  return result->case_count > 0;
}

static bool has_tensors(const gchk_result *result) {
  for (size_t i = 0; i < result->case_count; i++)
    if (result->cases[i].tensor_count > 0)
      return true;
  return false;
}

static void put_contents(const gchk_result *result, gchk_text *out) {
  static const struct {
    const char *id, *title;
    bool (*is_there)(const gchk_result *result); // NULL: always
  } parts[] = {{"failures", "What is wrong", NULL},
               {"baseline", "Against the baseline", has_baseline},
               {"suppressed", "Suppressed", gchk_has_suppressed},
               {"cases", "Cases", has_cases},
               {"tensors", "All tensors", has_tensors},
               {"documents", "Documents", gchk_has_printed},
               {"unchecked", "Not checked", NULL},
               {"glossary", "Glossary", NULL},
               {"environment", "Environment", NULL},
               {"configuration", "Configuration", NULL}};
  gchk_text_put(out, "<nav aria-label=\"Contents\"><ul>\n");
  for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
    if (parts[i].is_there == NULL || parts[i].is_there(result))
      gchk_text_format(out, "<li><a href=\"#%s\">%s</a></li>\n", parts[i].id, parts[i].title);
  gchk_text_put(out, "</ul></nav>\n<main>\n");
}

/* Which cases and tensors are shown: the stylesheet hides the others. Nothing where there is no choice. */
static void put_filters(const gchk_html_page *page, gchk_text *out) {
  static const char *const names[] = {"all", "wrong", "undecided"};
  size_t counts[] = {page->result->case_count, 0, 0};
  for (size_t i = 0; i < page->result->case_count; i++) {
    const gchk_row row = gchk_html_case_row(&page->result->cases[i]);
    counts[1] += strstr(gchk_html_state(&row), names[1]) != NULL;
    counts[2] += strstr(gchk_html_state(&row), names[2]) != NULL;
  }
  if (counts[1] + counts[2] == 0)
    return;
  gchk_text_put(out, "<fieldset class=\"filter\"><legend>Show</legend>\n");
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
    if (counts[i] > 0)
      gchk_text_format(out, "<label><input type=\"radio\" name=\"show\" id=\"show-%s\"%s> %s (%zu)</label>\n", names[i],
                       i == 0 ? " checked=\"\"" : "", names[i], counts[i]);
  gchk_text_put(out, "</fieldset>\n");
}

/* What comes after the folds; details get the room that it leaves. */
static void put_tables(const gchk_html_page *page, gchk_text *out) {
  gchk_html_tensors(page, out);
  gchk_html_documents(page->result, out);
  gchk_html_rest(page, out);
}

static void put_page(gchk_html_page *page, const gchk_report_options *options, gchk_text *out) {
  const gchk_result *result = page->result;
  gchk_text tables = {0}, bare = {0};
  put_head(result, options, out);
  gchk_html_banner(result, out);
  put_contents(result, out);
  put_filters(page, out);
  gchk_html_failures(page, out);
  gchk_html_baseline(result, out);
  gchk_html_suppressed(result, out);
  put_tables(page, &tables);
  page->graph_room = graph_bytes;
  gchk_html_cases(page, &bare); // without details: what they leave room for
  page->graph_room = graph_bytes;
  const size_t used = out->length + tables.length + bare.length;
  gchk_text_deinit(&bare);
  gchk_html_fill_details(page, used + least_detail_bytes < page_bytes ? page_bytes - used : least_detail_bytes);
  gchk_html_cases(page, out);
  if (tables.length > 0)
    gchk_text_write(out, tables.data, tables.length);
  out->failed = out->failed || tables.failed;
  gchk_text_deinit(&tables);
  gchk_text_put(out, "</main>\n<footer>\n<p>A forward that is wrong together with its matching backward shows in no "
                     "difference; gradients from elsewhere, as references, are what finds it.</p>\n<p>gradcheck ");
  gchk_html_name(out, result->tool_version);
  gchk_text_put(out, "</p>\n</footer>\n</body>\n</html>\n");
}

void gchk_html_report(const gchk_result *result, const gchk_report_options *options, gchk_text *out) {
  gchk_html_page page;
  if (gchk_html_page_init(&page, result))
    put_page(&page, options, out);
  else
    out->failed = true;
  gchk_html_page_deinit(&page);
}
