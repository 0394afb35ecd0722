/* The banner of the HTML report: the verdict in a word, a sentence and figures, and the command that runs it again. */
#include "report/html_banner.h"

#include "report/html_words.h"
#include "report/rerun.h"
#include "report/screened_words.h"
#include "report/sentence.h"
#include "report/words.h"

static void put_count(gchk_text *out, const char *class_name, uint64_t count, const char *word) {
  gchk_text_format(out, "<li class=\"%s\"><b>", count ? class_name : "");
  gchk_text_grouped(out, count);
  gchk_text_format(out, "</b>%s</li>", word);
}

// None where there are no words.
static void put_paragraph(gchk_text *out, void (*put)(gchk_text *text, const gchk_result *result),
                          const gchk_result *result) {
  gchk_text words = {0};
  put(&words, result);
  if (words.length > 0) {
    gchk_text_put(out, "<p>");
    gchk_html_name(out, words.data);
    gchk_text_put(out, "</p>\n");
  }
  out->failed = out->failed || words.failed;
  gchk_text_deinit(&words);
}

void gchk_html_banner(const gchk_result *result, gchk_text *out) {
  const gchk_summary *s = &result->summary;
  gchk_text settings = {0}, rerun = {0}, sentence = {0};
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
  if (s->elements_undecided > 0)
    put_count(out, "inconclusive", s->elements_undecided, "undecided");
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
  put_paragraph(out, gchk_put_screened, result);
  put_paragraph(out, gchk_put_sampled, result);
  put_paragraph(out, gchk_put_run_sensitivity, result);
  gchk_put_settings(&settings, result);
  gchk_text_put(out, "<p class=\"meta\">");
  gchk_html_name(out, settings.length ? settings.data : "");
  gchk_text_put(out, " · ");
  gchk_text_real(out, 'f', result->wall_s < 10 ? 1 : 0, result->wall_s);
  gchk_text_put(out, " s · exit code ");
  gchk_text_format(out, "%d</p>\n</div></header>\n", result->exit_code);
  out->failed = out->failed || settings.failed || rerun.failed || sentence.failed;
  gchk_text_deinit(&settings);
  gchk_text_deinit(&rerun);
  gchk_text_deinit(&sentence);
}
