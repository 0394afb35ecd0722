/* The changes against a baseline as text. */
#include "report/text_baseline.h"

#include "report/change_words.h"
#include "report/save.h"
#include "report/text_parts.h"
#include "report/words.h"

void gchk_text_baseline(const gchk_baseline_result *baseline, const gchk_report_options *options, gchk_text *out) {
  gchk_text_writer w = {.options = options != NULL ? *options : (gchk_report_options){0}, .out = out};
  if (baseline->file == NULL)
    return;
  gchk_text_put(out, "Against ");
  gchk_text_put_name(out, baseline->file);
  gchk_text_put(out, baseline->change_count == 0 ? ": nothing changed\n" : ":\n");
  for (size_t i = 0; i < baseline->change_count; i++) {
    const gchk_change *change = &baseline->changes[i];
    if (w.options.verbosity < 0 && !change->is_regression)
      continue;
    gchk_text_put(out, "  ");
    gchk_text_column(out, change->is_regression ? "REGRESSION" : "changed", 10);
    gchk_text_put(out, "  ");
    gchk_text_put_name(out, change->case_name);
    if (*change->tensor) {
      gchk_text_put(out, " ");
      gchk_text_put_name(out, change->tensor);
    }
    gchk_text_put(out, *change->case_name ? ": " : "");
    gchk_put_change(out, change);
    gchk_text_put(out, "\n");
  }
}

gchk_status gchk_changes_write(const gchk_baseline_result *changes, const gchk_report_options *options, FILE *out,
                               gchk_error *error) {
  gchk_text text = {0};
  gchk_text_baseline(changes, options, &text);
  return gchk_write_text(out, "the changes against the baseline", &text, error);
}
