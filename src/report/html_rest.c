/* What was not checked or is inconclusive; glossary; environment; configuration. */
#include "report/html_rest.h"

#include <math.h>

#include "report/html_glossary.h"
#include "report/html_reach.h"
#include "report/html_undecided.h"
#include "report/html_words.h"
#include "result/finding_codes.h"
#include "summary/cause_key.h"

static void put_reason_row(const gchk_html_page *page, const gchk_row *row, const char *reason, double digits,
                           gchk_text *out) {
  gchk_text_format(out, "<tr class=\"f%s\"><td>", gchk_html_state(row));
  gchk_html_row_verdict(out, row);
  gchk_text_put(out, "</td><th scope=\"row\">");
  gchk_html_put_link(page, row, out);
  gchk_text_put(out, "</th><td>");
  gchk_html_words(out, *reason ? reason : "no reason was given");
  if (!isnan(digits)) {
    gchk_text_put(out, " (verified to ");
    gchk_text_real(out, 'f', 1, digits);
    gchk_text_put(out, " digits)");
  }
  gchk_text_put(out, "</td></tr>\n");
}

static void put_reasons(const gchk_html_page *page, gchk_text *out) {
  for (size_t i = 0; i < page->result->case_count; i++) {
    const gchk_row row = gchk_html_case_row(&page->result->cases[i]);
    const gchk_case_result *c = row.owner;
    if ((c->verdict == GCHK_SKIPPED || c->verdict == GCHK_INCONCLUSIVE) && (*c->reason || c->tensor_count == 0))
      put_reason_row(page, &row, c->reason, (double)NAN, out);
  }
  for (size_t i = 0; i < page->tensors.count; i++) {
    const gchk_tensor_result *t = page->tensors.rows[i].tensor;
    if (t->verdict == GCHK_SKIPPED || t->verdict == GCHK_INCONCLUSIVE)
      put_reason_row(page, &page->tensors.rows[i], t->reason, t->verdict == GCHK_INCONCLUSIVE ? t->digits : (double)NAN,
                     out);
  }
}

static bool is_left_out(const gchk_tensor_result *t) {
  return t->checked > 0 && t->checked < t->total;
}

// The least error of a single element that random directions over all of them would have shown; NaN: none would.
static double shown_along(const gchk_tensor_result *t) {
  double least = (double)NAN;
  for (size_t i = 0; i < t->finding_count; i++)
    if (gchk_finding_is(&t->findings[i], GCHK_CODE_SCREENED))
      least = gchk_evidence_number(&t->findings[i], "detectable");
  return isfinite(least) ? least : (double)NAN;
}

static void put_left_row(const gchk_html_page *page, const gchk_row *row, gchk_text *out) {
  const gchk_tensor_result *t = row->tensor;
  gchk_text_format(out, "<tr class=\"f%s\"><th scope=\"row\">", gchk_html_state(row));
  gchk_html_put_link(page, row, out);
  gchk_text_put(out, "</th><td class=\"n\">");
  gchk_text_grouped(out, t->checked);
  gchk_text_put(out, "</td><td class=\"n\">");
  gchk_text_grouped(out, t->total - t->checked);
  gchk_text_put(out, "</td>");
  gchk_html_number(out, shown_along(t));
  gchk_text_put(out, "</tr>\n");
}

/* Of which tensors elements were left out. False where of none. */
static bool put_left_out(const gchk_html_page *page, gchk_text *out) {
  enum { MOST = 100 };
  static const char *const heads[] = {"Case and tensor", ">Checked", ">Left out", ">Error that shows"};
  size_t count = 0;
  for (size_t i = 0; i < page->tensors.count; i++) {
    if (!is_left_out(page->tensors.rows[i].tensor))
      continue;
    if (count == 0) {
      gchk_text_put(out,
                    "<h3 id=\"left-out\">Elements left out</h3>\n<p>Of these tensors a sample was checked, element "
                    "by element. Of the others random directions over all elements show one that is wrong by more "
                    "than the error stated here; –: they show none.</p>\n");
      gchk_html_heads(out, heads, sizeof heads / sizeof heads[0]);
    }
    if (count++ < MOST)
      put_left_row(page, &page->tensors.rows[i], out);
  }
  if (count > 0)
    gchk_text_put(out, "</tbody></table>\n");
  if (count > MOST)
    gchk_text_format(out, "<p>… and %zu more tensors.</p>\n", count - MOST);
  return count > 0;
}

/* Where nothing is to be given a reason for. */
static const char *why_none(const gchk_html_page *page, bool is_part_left_out) {
  if (page->result->case_count == 0)
    return "Nothing was checked: there was no case.";
  if (page->result->summary.error > 0)
    return "What ended in error was not checked to its end.";
  return is_part_left_out ? "Of every tensor that has a gradient elements were checked, and nothing is inconclusive."
                          : "All that has a gradient was checked, and nothing is inconclusive.";
}

static void put_unchecked(const gchk_html_page *page, gchk_text *out) {
  static const char *const heads[] = {"Verdict", "Case and tensor", "Reason"};
  gchk_text rows = {0}, left_out = {0};
  put_reasons(page, &rows);
  const bool is_part_left_out = put_left_out(page, &left_out);
  gchk_text_put(out, "<section id=\"unchecked\">\n<h2>Not checked and inconclusive</h2>\n");
  if (!page->result->complete && page->result->unwritten == NULL)
    gchk_text_format(out, "<p class=\"none\">The run %s: what is not in the table of tensors was not checked.</p>\n",
                     gchk_result_ending(page->result));
  if (rows.length == 0)
    gchk_text_format(out, "<p class=\"none\">%s</p>\n", why_none(page, is_part_left_out));
  else {
    gchk_html_heads(out, heads, sizeof heads / sizeof heads[0]);
    gchk_text_write(out, rows.data, rows.length);
    gchk_text_put(out, "</tbody></table>\n");
  }
  gchk_text_write(out, left_out.length > 0 ? left_out.data : "", left_out.length);
  gchk_html_undecided(page, out);
  gchk_html_reach(page->result, out);
  gchk_text_put(out, "</section>\n");
  out->failed = out->failed || rows.failed || left_out.failed;
  gchk_text_deinit(&rows);
  gchk_text_deinit(&left_out);
}

static void put_row(gchk_text *out, const char *word, const char *value) {
  gchk_text_format(out, "<dt>%s</dt><dd>", word);
  gchk_html_name(out, *value ? value : "–");
  gchk_text_put(out, "</dd>\n");
}

static void put_count_row(gchk_text *out, const char *word, uint64_t count) {
  gchk_text_format(out, "<dt>%s</dt><dd>", word);
  gchk_text_grouped(out, count);
  gchk_text_put(out, "</dd>\n");
}

static void put_real_row(gchk_text *out, const char *word, double x, const char *otherwise) {
  char number[GCHK_REAL_SIZE];
  put_row(out, word, isnan(x) ? otherwise : gchk_format_real(number, sizeof number, 'g', 6, x));
}

static void put_environment(const gchk_result *result, gchk_text *out) {
  const gchk_environment *e = &result->environment;
  gchk_text_put(out, "<section id=\"environment\">\n<h2>Environment</h2>\n<dl>\n");
  put_row(out, "gradcheck", result->tool_version);
  put_row(out, "Processor", e->cpu);
  put_row(out, "Compiler", e->compiler);
  put_row(out, "System", e->os);
  if (*e->blas_library) {
    put_row(out, "BLAS", e->blas_library);
    put_row(out, "BLAS core", e->blas_core);
    if (e->blas_better_core != NULL)
      put_row(out, "BLAS core that this processor could use", e->blas_better_core);
    put_count_row(out, "BLAS threads", e->blas_threads);
  } else
    put_row(out, "BLAS", "none");
  char seconds[GCHK_REAL_SIZE];
  gchk_text_format(out, "<dt>Time</dt><dd>%s s</dd>\n",
                   gchk_format_real(seconds, sizeof seconds, 'f', 3, result->wall_s));
  put_count_row(out, "Forward calls", result->forward_calls);
  gchk_text_put(out, "</dl>\n</section>\n");
}

static void put_configuration(const gchk_result *result, gchk_text *out) {
  const gchk_config_result *c = &result->config;
  char number[32];
  gchk_text_put(out, "<section id=\"configuration\">\n<h2>Configuration</h2>\n<dl>\n");
  put_row(out, "Scheme", c->scheme);
  put_real_row(out, "Step", c->step, "auto");
  put_row(out, "Type", c->dtype == GCHK_DTYPE_UNSET ? "as each case says" : gchk_dtype_name(c->dtype));
  put_real_row(out, "Threshold", c->threshold, "as each case says");
  put_real_row(out, "Threshold in f64", c->threshold_f64, "as for all");
  put_real_row(out, "Threshold in f32", c->threshold_f32, "as for all");
  put_row(out, "Filter", *c->filter ? c->filter : "none");
  put_row(out, "Budget",
          c->budget ? gchk_format_real(number, sizeof number, 'f', 0, (double)c->budget)
          : c->full ? "every element"
                    : "every element, where that is quick");
  put_row(out, "Probes", c->probes ? "on" : "off");
  put_row(out, "Strict", c->strict ? "yes" : "no");
  put_row(out, "Inconclusive allowed", c->allow_inconclusive ? "yes" : "no");
  gchk_text_format(out, "<dt>Seed</dt><dd>%llu</dd>\n<dt>Shard</dt><dd>%llu of %llu</dd>\n",
                   (unsigned long long)result->seed, (unsigned long long)c->shard, (unsigned long long)c->shards);
  gchk_text_put(out, "</dl>\n</section>\n");
}

void gchk_html_rest(const gchk_html_page *page, gchk_text *out) {
  put_unchecked(page, out);
  gchk_html_glossary(page, out);
  put_environment(page->result, out);
  put_configuration(page->result, out);
}
