/* The HTML page of a training run: banner, figures with their tables, gradient checks, configuration. */
#include "report/train_html.h"

#include <math.h>
#include <stdio.h>

#include "report/figure_parts.h"
#include "report/html_style.h"
#include "report/html_words.h"
#include "report/plot.h"

enum { WIDTH = 440, HEIGHT = 260, LEFT = 52, RIGHT = 18, TOP = 30, BOTTOM = 38, BINS = 240 };

/* The losses of a stretch of iterations. */
typedef struct bin {
  double iteration, low, mean, high;
} bin;

static size_t make_bins(const gchk_train_record *record, bin bins[BINS]) {
  const size_t steps = record->step_count, count = steps < BINS ? steps : BINS;
  for (size_t b = 0; b < count; b++) {
    const size_t from = b * steps / count, to = (b + 1) * steps / count;
    bin *at = &bins[b];
    *at = (bin){.iteration = (double)(from + to + 1) / 2, .low = (double)INFINITY};
    for (size_t i = from; i < to; i++) {
      at->low = fmin(at->low, record->loss[i]);
      at->high = fmax(at->high, record->loss[i]);
      at->mean += record->loss[i] / (double)(to - from);
    }
  }
  return count;
}

static void put_vertex(gchk_text *out, const char *command, double x, double y) {
  gchk_text_put(out, command);
  gchk_plot_number(out, x);
  gchk_text_put(out, " ");
  gchk_plot_number(out, y);
}

static void put_loss_plot(const gchk_train_record *record, const bin *bins, size_t count, gchk_text *out) {
  double low = (double)INFINITY, high = 0;
  for (size_t b = 0; b < count; b++) {
    low = bins[b].low > 0 ? fmin(low, bins[b].low) : low;
    high = isfinite(bins[b].high) ? fmax(high, bins[b].high) : high;
  }
  if (!(high > 0)) {
    gchk_text_put(out, "<p class=\"none\">No loss is finite and greater than 0: nothing to draw.</p>\n");
    return;
  }
  const gchk_axis x = gchk_axis_linear(0, (double)record->step_count, LEFT, WIDTH - RIGHT);
  const gchk_axis y = gchk_axis_log(low, high, HEIGHT - BOTTOM, TOP);
  gchk_plot_begin(out, "train-loss", WIDTH, HEIGHT, "Loss by iteration",
                  "The loss of each minibatch before its step: mean, smallest and largest of stretches of iterations");
  gchk_plot_axes(out, &x, &y, "iteration", "loss of the minibatch");
  gchk_text_put(out, "<path class=\"band\" fill=\"#0072B2\" fill-opacity=\"0.16\" d=\"");
  for (size_t k = 0; k < 2 * count; k++) {
    const bin *b = &bins[k < count ? k : 2 * count - 1 - k];
    put_vertex(out, k == 0 ? "M" : "L", gchk_axis_place(&x, b->iteration),
               gchk_axis_place(&y, k < count ? b->high : b->low));
  }
  gchk_text_put(out, "z\"/><path class=\"s-median\" fill=\"none\" stroke=\"#0072B2\" stroke-width=\"1.5\" d=\"");
  for (size_t b = 0; b < count; b++)
    put_vertex(out, b == 0 ? "M" : "L", gchk_axis_place(&x, bins[b].iteration), gchk_axis_place(&y, bins[b].mean));
  gchk_text_put(out, "\"/>");
  gchk_plot_end(out);
  gchk_text_put(out, "<ul class=\"key\">");
  gchk_figure_key(out, "<path class=\"s-median\" fill=\"none\" stroke=\"#0072B2\" stroke-width=\"2\" d=\"M1 6H25\"/>",
                  "mean");
  gchk_figure_key(out, "<path class=\"band\" fill=\"#0072B2\" fill-opacity=\"0.16\" d=\"M1 1H25V11H1z\"/>",
                  "smallest to largest");
  gchk_text_put(out, "</ul>\n");
}

static void put_loss(const gchk_train_record *record, gchk_text *out) {
  static const char *const heads[] = {"iteration", "smallest", "mean", "largest"};
  bin bins[BINS];
  const size_t count = make_bins(record, bins);
  gchk_text_put(out, "<figure><figcaption><b>Loss</b></figcaption>\n");
  put_loss_plot(record, bins, count, out);
  gchk_figure_table(out, heads, sizeof heads / sizeof heads[0]);
  for (size_t b = 0; b < count; b++) {
    gchk_text_format(out, "<tr><td>%.0f</td>", bins[b].iteration);
    gchk_figure_cell(out, 3, bins[b].low);
    gchk_figure_cell(out, 3, bins[b].mean);
    gchk_figure_cell(out, 3, bins[b].high);
    gchk_text_put(out, "</tr>\n");
  }
  gchk_figure_table_end(out);
  gchk_figure_end(out);
}

static double accuracy_of(const gchk_train_point *point, bool is_test) {
  return is_test ? point->test_accuracy : point->train_accuracy;
}

static void put_curve(const gchk_train_record *record, bool is_test, const gchk_axis *x, const gchk_axis *y,
                      const char *attributes, gchk_text *out) {
  const char *command = "M";
  gchk_text_format(out, "<path %s fill=\"none\" d=\"", attributes);
  for (size_t i = 0; i < record->point_count; i++) {
    const double accuracy = accuracy_of(&record->points[i], is_test);
    if (isnan(accuracy))
      continue;
    put_vertex(out, command, gchk_axis_place(x, (double)record->points[i].iteration), gchk_axis_place(y, accuracy));
    command = "L";
  }
  gchk_text_put(out, "\"/>");
}

static bool has_accuracy(const gchk_train_record *record, bool is_test) {
  for (size_t i = 0; i < record->point_count; i++)
    if (!isnan(accuracy_of(&record->points[i], is_test)))
      return true;
  return false;
}

static void put_accuracy_plot(const gchk_train_record *record, gchk_text *out) {
  static const char on_test[] = "class=\"s-median\" stroke=\"#0072B2\" stroke-width=\"2\"";
  static const char on_train[] = "class=\"s-bound\" stroke=\"#009E73\" stroke-width=\"2\" stroke-dasharray=\"5 3\"";
  if (!has_accuracy(record, false) && !has_accuracy(record, true)) {
    gchk_text_put(out,
                  "<p class=\"none\">The last layer does not compare scores with classes: there is no accuracy.</p>\n");
    return;
  }
  const gchk_axis x = gchk_axis_linear(0, (double)record->step_count, LEFT, WIDTH - RIGHT);
  const gchk_axis y = gchk_axis_linear(0, 1, HEIGHT - BOTTOM, TOP);
  gchk_plot_begin(out, "train-accuracy", WIDTH, HEIGHT, "Accuracy by iteration",
                  "The part of the training rows and of the test rows that is classified right");
  gchk_plot_axes(out, &x, &y, "iteration", "accuracy");
  put_curve(record, false, &x, &y, on_train, out);
  put_curve(record, true, &x, &y, on_test, out);
  gchk_plot_end(out);
  gchk_text_put(out, "<ul class=\"key\">");
  gchk_figure_key(out, "<path class=\"s-median\" fill=\"none\" stroke=\"#0072B2\" stroke-width=\"2\" d=\"M1 6H25\"/>",
                  "test data");
  gchk_figure_key(
      out,
      "<path class=\"s-bound\" fill=\"none\" stroke=\"#009E73\" stroke-width=\"2\" stroke-dasharray=\"5 3\" "
      "d=\"M1 6H25\"/>",
      "training data");
  gchk_text_put(out, "</ul>\n");
}

static void put_share(gchk_text *out, double x) {
  gchk_text_put(out, "<td>");
  if (isnan(x))
    gchk_text_put(out, "–");
  else
    gchk_text_real(out, 'f', 4, x);
  gchk_text_put(out, "</td>");
}

static void put_accuracy(const gchk_train_record *record, gchk_text *out) {
  static const char *const heads[] = {"iteration", "training data", "test data"};
  gchk_text_put(out, "<figure><figcaption><b>Accuracy</b></figcaption>\n");
  put_accuracy_plot(record, out);
  gchk_figure_table(out, heads, sizeof heads / sizeof heads[0]);
  for (size_t i = 0; i < record->point_count; i++) {
    gchk_text_format(out, "<tr><td>%llu</td>", (unsigned long long)record->points[i].iteration);
    put_share(out, record->points[i].train_accuracy);
    put_share(out, record->points[i].test_accuracy);
    gchk_text_put(out, "</tr>\n");
  }
  gchk_figure_table_end(out);
  gchk_figure_end(out);
}

static gchk_verdict worst_check(const gchk_train_record *record) {
  gchk_verdict worst = GCHK_PASS;
  for (size_t i = 0; i < record->check_count; i++)
    worst = record->checks[i].verdict > worst ? record->checks[i].verdict : worst;
  return worst;
}

static void put_count(gchk_text *out, const char *number, const char *word) {
  gchk_text_put(out, "<li><b>");
  gchk_html_name(out, number);
  gchk_text_format(out, "</b>%s</li>", word);
}

static void put_last_accuracy(const gchk_train_record *record, bool is_test, const char *word, gchk_text *out) {
  gchk_text number = {0};
  if (!has_accuracy(record, is_test))
    return;
  gchk_text_real(&number, 'f', 4, accuracy_of(&record->points[record->point_count - 1], is_test));
  put_count(out, number.failed ? "" : number.data, word);
  gchk_text_deinit(&number);
}

static void put_banner(const gchk_train_record *record, gchk_text *out) {
  gchk_text number = {0};
  const char *kind = record->is_complete ? "pass" : worst_check(record) >= GCHK_FAIL ? "fail" : "error";
  gchk_text_format(out, "<header class=\"banner %s\" id=\"verdict\"><div>\n<h1><span>%s</span> <small>", kind,
                   record->is_complete ? "TRAINED" : "STOPPED");
  gchk_html_name(out, record->name);
  gchk_text_put(out, "</small></h1>\n<p class=\"sentence\">");
  if (record->is_complete)
    gchk_text_format(out, "%zu iterations with minibatches of %zu rows.", record->step_count, record->batch);
  else
    gchk_html_name(out, record->ending);
  gchk_text_put(out, "</p>\n<ul class=\"counts\">");
  gchk_text_grouped(&number, record->step_count);
  put_count(out, number.failed ? "" : number.data, "iterations");
  gchk_text_deinit(&number);
  put_last_accuracy(record, true, "test accuracy", out);
  put_last_accuracy(record, false, "training accuracy", out);
  if (record->step_count > 0) {
    gchk_text loss = {0};
    gchk_text_real(&loss, 'g', 3, record->loss[record->step_count - 1]);
    put_count(out, loss.failed ? "" : loss.data, "loss of the last minibatch");
    gchk_text_deinit(&loss);
  }
  gchk_text_put(out, "</ul>\n<p class=\"meta\">");
  gchk_text_real(out, 'f', 1, record->wall_s);
  gchk_text_put(out, " s</p>\n</div></header>\n");
}

static void put_checks(const gchk_train_record *record, gchk_text *out) {
  gchk_text_put(out, "<section id=\"checks\">\n<h2>Gradient checks</h2>\n");
  if (record->check_count == 0) {
    gchk_text_put(out, "<p class=\"none\">No gradient was checked on the way; --check-every does.</p>\n</section>\n");
    return;
  }
  static const char *const heads[] = {"Verdict", ">After iteration", ">Elements", "What it found"};
  gchk_text_put(out, "<p>A sample of the gradients, at the weights of that iteration.</p>\n");
  gchk_html_heads(out, heads, sizeof heads / sizeof heads[0]);
  for (size_t i = 0; i < record->check_count; i++) {
    const gchk_train_check *c = &record->checks[i];
    gchk_text_put(out, "<tr><td>");
    gchk_html_verdict(out, c->verdict);
    gchk_text_format(out, "</td><td class=\"n\">%llu</td><td class=\"n\">%llu</td><td>",
                     (unsigned long long)c->iteration, (unsigned long long)c->elements);
    gchk_html_name(out, c->text);
    gchk_text_put(out, "</td></tr>\n");
  }
  gchk_text_put(out, "</tbody></table>\n</section>\n");
}

static void put_word(gchk_text *out, const char *term, const char *word) {
  gchk_text_format(out, "<dt>%s</dt><dd>", term);
  gchk_html_name(out, word);
  gchk_text_put(out, "</dd>");
}

static void put_configuration(const gchk_train_record *record, gchk_text *out) {
  gchk_text_put(out, "<section id=\"configuration\">\n<h2>Configuration</h2>\n<dl>");
  put_word(out, "case", record->name);
  put_word(out, "suite", record->suite);
  put_word(out, "optimiser", record->optimiser);
  gchk_text_put(out, "<dt>rate</dt><dd>");
  gchk_text_real(out, 'g', 6, record->rate);
  gchk_text_format(out, "</dd><dt>batch</dt><dd>%zu</dd><dt>iterations</dt><dd>%llu</dd><dt>dtype</dt><dd>%s</dd>",
                   record->batch, (unsigned long long)record->iterations, gchk_dtype_name(record->dtype));
  gchk_text_format(
      out,
      "<dt>seed</dt><dd>%llu</dd><dt>training rows</dt><dd>%zu</dd><dt>test rows</dt><dd>%zu</dd></dl>\n</section>\n",
      (unsigned long long)record->seed, record->train_rows, record->test_rows);
  gchk_text_put(out, "<section id=\"environment\">\n<h2>Environment</h2>\n<dl>");
  put_word(out, "processor", record->environment.cpu);
  put_word(out, "system", record->environment.os);
  put_word(out, "compiler", record->environment.compiler);
  put_word(out, "BLAS", record->environment.blas_library);
  put_word(out, "BLAS kernels", record->environment.blas_core);
  gchk_text_format(out, "<dt>BLAS threads</dt><dd>%zu</dd></dl>\n</section>\n", record->environment.blas_threads);
}

void gchk_train_html(const gchk_train_record *record, gchk_text *out) {
  gchk_text_put(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                     "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                     "<meta name=\"color-scheme\" content=\"light dark\">\n<title>training ");
  gchk_html_name(out, record->name);
  gchk_text_put(out, " · gradcheck</title>\n<style>\n");
  gchk_html_stylesheet(out);
  gchk_text_put(out, "</style>\n</head>\n<body>\n");
  put_banner(record, out);
  gchk_text_put(out, "<main>\n<section id=\"curves\">\n<h2>Curves</h2>\n<div class=\"figures\">\n");
  put_loss(record, out);
  put_accuracy(record, out);
  gchk_text_put(out, "</div>\n</section>\n");
  put_checks(record, out);
  put_configuration(record, out);
  gchk_text_put(out, "</main>\n<footer>\n<p>gradcheck " GCHK_VERSION "</p>\n</footer>\n</body>\n</html>\n");
}
