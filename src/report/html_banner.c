/* The banner, the changes against the baseline, and small parts that many sections use. */
#include <math.h>
#include <string.h>

#include "report/html_parts.h"

void gchk_html_verdict(gchk_text *out, gchk_verdict verdict) {
  gchk_text_format(out, "<span class=\"v %s\">%s</span>", gchk_verdict_name(verdict), gchk_verdict_name(verdict));
}

void gchk_html_row_verdict(gchk_text *out, const gchk_row *row) {
  if (strcmp(gchk_row_word(row), "XFAIL") == 0)
    gchk_text_put(out, "<span class=\"v xfail\">xfail</span>");
  else
    gchk_html_verdict(out, gchk_row_verdict(row));
}

void gchk_html_words(gchk_text *out, const char *words) {
  gchk_text escaped = {0};
  gchk_html_name(&escaped, words);
  for (const char *c = escaped.data; c && *c; c++) {
    gchk_text_write(out, c, 1);
    if (*c == '-' && c > escaped.data && c[-1] == 'e')
      gchk_text_put(out, "\xe2\x81\xa0"); // a word joiner, or lines would break within 1e-06
  }
  out->failed = out->failed || escaped.failed;
  gchk_text_deinit(&escaped);
}

void gchk_html_number(gchk_text *out, double x) {
  gchk_text_put(out, "<td class=\"n\">");
  if (isnan(x))
    gchk_text_put(out, "–");
  else if (x == 0)
    gchk_text_put(out, "0");
  else
    gchk_text_real(out, 'e', 2, x);
  gchk_text_put(out, "</td>");
}

void gchk_html_location(gchk_text *out, const gchk_case_result *c) {
  if (!*c->file)
    return;
  gchk_text_put(out, "<code>");
  gchk_html_name(out, c->file);
  if (c->line > 0)
    gchk_text_format(out, ":%d", c->line);
  gchk_text_put(out, "</code>");
}

void gchk_html_findings(gchk_text *out, const gchk_finding *findings, size_t count) {
  for (size_t i = 0; i < count; i++) {
    gchk_text_format(out, "<div class=\"found%s\"><b>", findings[i].is_note ? " note" : "");
    gchk_html_name(out, findings[i].code);
    gchk_text_put(out, findings[i].is_note ? " (note)</b> " : "</b> ");
    gchk_html_name(out, findings[i].text);
    for (size_t e = 0; e < findings[i].evidence_count; e++) {
      const gchk_evidence *evidence = &findings[i].evidence[e];
      gchk_text_put(out, e ? ", " : "<small>");
      gchk_html_name(out, evidence->key);
      gchk_text_put(out, " = ");
      if (evidence->text)
        gchk_html_name(out, evidence->text);
      else
        gchk_text_real(out, 'g', 6, evidence->number);
    }
    gchk_text_put(out, findings[i].evidence_count ? "</small></div>\n" : "</div>\n");
  }
}

static void put_count(gchk_text *out, const char *class_name, uint64_t count, const char *word) {
  gchk_text_format(out, "<li class=\"%s\"><b>", count ? class_name : "");
  gchk_text_grouped(out, count);
  gchk_text_format(out, "</b>%s</li>", word);
}

void gchk_html_banner(const gchk_result *result, gchk_text *out) {
  const gchk_summary *s = &result->summary;
  gchk_text settings = {0}, rerun = {0}, sentence = {0}, sensitivity = {0};
  gchk_text_format(out, "<header class=\"banner %s\" id=\"verdict\"><div>\n<h1><span>%s</span> <small>",
                   gchk_verdict_name(result->verdict), gchk_verdict_word(result->verdict));
  gchk_html_name(out, *result->title ? result->title : "gradcheck");
  gchk_text_put(out, "</small></h1>\n<p class=\"sentence\">");
  gchk_put_sentence(&sentence, result);
  gchk_html_name(out, sentence.length ? sentence.data : "");
  gchk_text_put(out, "</p>\n<ul class=\"counts\">");
  put_count(out, "", s->cases, s->cases == 1 ? "case" : "cases");
  put_count(out, "pass", s->pass, "pass");
  put_count(out, "fail", s->fail, "fail");
  put_count(out, "inconclusive", s->inconclusive, "inconclusive");
  put_count(out, "skipped", s->skipped, "skipped");
  put_count(out, "error", s->error, "error");
  gchk_text_put(out, "<li><b>");
  gchk_text_grouped(out, s->elements_checked);
  gchk_text_put(out, "</b>of ");
  gchk_text_grouped(out, s->elements_total);
  gchk_text_put(out, " elements checked</li>");
  if (s->elements_fail > 0)
    put_count(out, s->fail > 0 ? "fail" : "", s->elements_fail,
              s->elements_fail == 1 ? "beyond its bound" : "beyond their bounds");
  if (s->expected_failures > 0)
    put_count(out, "", s->expected_failures, s->expected_failures == 1 ? "expected failure" : "expected failures");
  if (result->baseline.regression_count > 0)
    put_count(out, "fail", result->baseline.regression_count,
              result->baseline.regression_count == 1 ? "regression" : "regressions");
  gchk_text_put(out, "</ul>\n");
  gchk_put_rerun_all(&rerun, result);
  if (rerun.length > 0) {
    gchk_text_put(out, "<code class=\"command\">");
    gchk_html_name(out, rerun.data);
    gchk_text_put(out, "</code>\n");
  }
  gchk_put_run_sensitivity(&sensitivity, result);
  if (sensitivity.length > 0) {
    gchk_text_put(out, "<p>");
    gchk_html_name(out, sensitivity.data);
    gchk_text_put(out, "</p>\n");
  }
  gchk_put_settings(&settings, result);
  gchk_text_put(out, "<p class=\"meta\">");
  gchk_html_name(out, settings.length ? settings.data : "");
  gchk_text_put(out, " · ");
  gchk_text_real(out, 'f', result->wall_s < 10 ? 1 : 0, result->wall_s);
  gchk_text_put(out, " s · exit code ");
  gchk_text_format(out, "%d</p>\n</div></header>\n", result->exit_code);
  out->failed = out->failed || settings.failed || rerun.failed || sentence.failed || sensitivity.failed;
  gchk_text_deinit(&settings);
  gchk_text_deinit(&rerun);
  gchk_text_deinit(&sentence);
  gchk_text_deinit(&sensitivity);
}

static void put_change(const gchk_change *change, gchk_text *out) {
  bool is_scheme = strcmp(change->what, "scheme") == 0;
  gchk_text_format(out, "<tr class=\"%s\"><td>", change->is_regression ? "fail" : "");
  gchk_text_put(out, change->is_regression ? "<span class=\"v fail\">regression</span>" : "changed");
  gchk_text_put(out, "</td><th scope=\"row\" class=\"name\">");
  gchk_html_name(out, is_scheme ? "the whole run" : change->case_name);
  gchk_text_put(out, "</th><td class=\"name\">");
  gchk_html_name(out, change->tensor);
  gchk_text_put(out, "</td><td class=\"words\">");
  if (is_scheme)
    gchk_put_change(out, change);
  else
    gchk_html_name(out, change->what);
  gchk_text_put(out, "</td>");
  bool has_before = strcmp(change->what, "added") != 0, has_after = strcmp(change->what, "vanished") != 0;
  for (int side = 0; side < 2; side++) {
    bool is_there = !is_scheme && (side == 0 ? has_before : has_after);
    gchk_text_put(out, "<td>");
    if (is_there)
      gchk_html_verdict(out, side == 0 ? change->verdict_before : change->verdict_after);
    gchk_text_put(out, "</td>");
    gchk_html_number(out, is_there ? (side == 0 ? change->before : change->after) : (double)NAN);
  }
  gchk_text_put(out, "</tr>\n");
}

void gchk_html_baseline(const gchk_result *result, gchk_text *out) {
  const gchk_baseline_result *baseline = &result->baseline;
  gchk_text_put(out, "<section id=\"baseline\">\n<h2>Against the baseline</h2>\n");
  if (!baseline->file)
    gchk_text_put(out, "<p class=\"none\">No baseline was given: nothing to compare with.</p>\n");
  else if (baseline->change_count == 0) {
    gchk_text_put(out, "<p class=\"none\">Nothing changed since <code>");
    gchk_html_name(out, baseline->file);
    gchk_text_put(out, "</code>.</p>\n");
  } else {
    gchk_text_put(out, "<p>Since <code>");
    gchk_html_name(out, baseline->file);
    gchk_text_put(out,
                  "</code>. A mean difference counts as changed when it grew by a decade and is above its bound.</p>\n"
                  "<div class=\"scroll\"><table><thead><tr><th scope=\"col\">Change</th><th scope=\"col\">Case</th>"
                  "<th scope=\"col\">Tensor</th><th scope=\"col\">What</th><th scope=\"col\">Before</th>"
                  "<th scope=\"col\" class=\"n\">mean before</th><th scope=\"col\">After</th>"
                  "<th scope=\"col\" class=\"n\">mean after</th></tr></thead><tbody>\n");
    for (int regressions = 1; regressions >= 0; regressions--)
      for (size_t i = 0; i < baseline->change_count; i++)
        if (baseline->changes[i].is_regression == (regressions == 1))
          put_change(&baseline->changes[i], out);
    gchk_text_put(out, "</tbody></table></div>\n");
  }
  gchk_text_put(out, "</section>\n");
}
