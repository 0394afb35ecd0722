/*
 * The formats of reports: a row each. To add one: its writer in a file of its own, a row here with its value in
 * gchk_format, and a row in the command line's option table.
 */
#include "core/memory.h"
#include "gradcheck/report.h"
#include "report/documents.h"
#include "report/html.h"
#include "report/junit.h"
#include "report/markdown.h"
#include "report/sarif.h"
#include "report/save.h"
#include "report/text_report.h"
#include "result/json_report.h"

typedef struct row {
  const char *name, *extension;
  void (*write)(const gchk_result *result, const gchk_report_options *options, gchk_text *out);
  bool is_for_machines;
} row;

static void write_json(const gchk_result *result, const gchk_report_options *options, gchk_text *out) {
  (void)options;
  gchk_json_report(result, out);
}

static void write_markdown(const gchk_result *result, const gchk_report_options *options, gchk_text *out) {
  (void)options;
  gchk_markdown_report(result, out);
}

static void write_documents(const gchk_result *result, const gchk_report_options *options, gchk_text *out) {
  (void)options;
  gchk_documents_report(result, out);
}

static const row rows[GCHK_FORMAT_COUNT] = {
    [GCHK_TEXT] = {"text", "txt", gchk_text_report, false},
    [GCHK_JSON] = {"json", "json", write_json, true},
    [GCHK_JUNIT] = {"junit", "xml", gchk_junit_report, true},
    [GCHK_HTML] = {"html", "html", gchk_html_report, false},
    [GCHK_MARKDOWN] = {"markdown", "md", write_markdown, false},
    [GCHK_DOCUMENTS] = {"documents", "documents.md", write_documents, false},
    [GCHK_SARIF] = {"sarif", "sarif", gchk_sarif_report, true},
};

static const row *find_row(gchk_format format) {
  return (unsigned)format < GCHK_FORMAT_COUNT ? &rows[format] : NULL;
}

const char *gchk_report_format_name(gchk_format format) {
  const row *r = find_row(format);
  return r == NULL ? "" : r->name;
}

const char *gchk_report_format_extension(gchk_format format) {
  const row *r = find_row(format);
  return r == NULL ? "" : r->extension;
}

bool gchk_report_format_is_for_machines(gchk_format format) {
  const row *r = find_row(format);
  return r != NULL && r->is_for_machines;
}

static gchk_status render(const gchk_result *result, gchk_format format, const gchk_report_options *options,
                          gchk_text *text, gchk_error *error) {
  const row *r = find_row(format);
  if (r == NULL)
    return gchk_fail(error, GCHK_INVALID, "there is no report format %d", (int)format);
  r->write(result, options, text);
  if (!text->failed)
    return GCHK_OK;
  gchk_text_deinit(text);
  return gchk_fail_memory(error, "a report");
}

gchk_status gchk_report_write(const gchk_result *result, gchk_format format, const gchk_report_options *options,
                              FILE *out, gchk_error *error) {
  gchk_text text = {0};
  GCHK_TRY(render(result, format, options, &text, error));
  return gchk_write_text(out, "report", &text, error);
}

gchk_status gchk_report_save(const gchk_result *result, gchk_format format, const gchk_report_options *options,
                             const char *path, gchk_error *error) {
  gchk_text text = {0};
  GCHK_TRY(render(result, format, options, &text, error));
  return gchk_save_text(path, &text, error);
}

void gchk_print(const gchk_result *result, FILE *out) {
  gchk_status status = gchk_report_write(result, GCHK_TEXT, NULL, out, NULL);
  (void)status; // a quick look: whoever has to know uses gchk_report_write
}
