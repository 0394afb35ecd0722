/* Scales, ticks and frames. */
#include "report/plot.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { X_TICKS = 7, Y_TICKS = 6 };

/* Powers of ten that a double has. */
static const double least_power = -307, largest_power = 307;

gchk_axis gchk_axis_log(double low, double high, double from, double to) {
  double bottom = fmin(fmax(floor(log10(low)), least_power), largest_power - 1);
  double top = fmin(ceil(log10(high)), largest_power);
  if (!(top > bottom))
    top = bottom + 1;
  return (gchk_axis){.scale = GCHK_LOG, .low = pow(10, bottom), .high = pow(10, top), .from = from, .to = to};
}

/* The multiple of 1, 2 or 5 times a power of ten nearest above range / most. */
static double human_step(double range, double most) {
  double raw = range / most, power = pow(10, floor(log10(raw)));
  double unit = raw / power;
  return power * (unit <= 1 ? 1 : unit <= 2 ? 2 : unit <= 5 ? 5 : 10);
}

gchk_axis gchk_axis_linear(double low, double high, double from, double to) {
  if (!(high > low))
    high = low + 1;
  double step = human_step(high - low, 5);
  return (gchk_axis){
      .scale = GCHK_LINEAR, .low = step * floor(low / step), .high = step * ceil(high / step), .from = from, .to = to};
}

gchk_axis gchk_axis_symlog(double low, double high, double linear, double from, double to) {
  return (gchk_axis){.scale = GCHK_SYMLOG, .low = low, .high = high, .linear = linear, .from = from, .to = to};
}

/* x on a scale on which the axis is even. */
static double flatten(const gchk_axis *axis, double x) {
  if (axis->scale == GCHK_LOG)
    return x > 0 ? log10(x) : log10(axis->low);
  if (axis->scale == GCHK_SYMLOG) {
    double size = fabs(x) <= axis->linear ? fabs(x) / axis->linear : 1 + log10(fabs(x) / axis->linear);
    return x < 0 ? -size : size;
  }
  return x;
}

double gchk_axis_place(const gchk_axis *axis, double x) {
  if (isnan(x))
    return axis->from;
  x = x < axis->low ? axis->low : x > axis->high ? axis->high : x;
  double low = flatten(axis, axis->low), high = flatten(axis, axis->high);
  return axis->from + (flatten(axis, x) - low) / (high - low) * (axis->to - axis->from);
}

/* Every first, second, third, fifth, tenth ... decade. */
static int decade_stride(int decades, int most) {
  static const int strides[] = {1, 2, 3, 5, 10, 20, 50, 100, 200};
  for (size_t i = 0; i + 1 < sizeof strides / sizeof strides[0]; i++)
    if (decades / strides[i] + 1 <= most)
      return strides[i];
  return 200;
}

static size_t log_ticks(const gchk_axis *axis, int most, double *ticks) {
  int low = (int)lround(log10(axis->low)), high = (int)lround(log10(axis->high));
  int stride = decade_stride(high - low, most);
  size_t count = 0;
  int first = low >= 0 ? (low + stride - 1) / stride * stride : -(-low / stride) * stride;
  for (int k = first; k <= high && count < GCHK_MAX_TICKS; k += stride)
    if (pow(10, k) >= 0.99 * axis->low)
      ticks[count++] = pow(10, k);
  return count;
}

static size_t linear_ticks(const gchk_axis *axis, int most, double *ticks) {
  double step = human_step(axis->high - axis->low, most > 1 ? most - 1 : 1);
  size_t count = 0;
  for (double k = ceil(axis->low / step - 1e-9); k * step <= axis->high + 1e-9 * step && count < GCHK_MAX_TICKS; k++)
    ticks[count++] = k * step;
  return count;
}

static size_t symlog_ticks(const gchk_axis *axis, int most, double *ticks) {
  int low = (int)lround(log10(axis->linear)), high = (int)floor(log10(fmax(-axis->low, axis->high)));
  int stride = decade_stride(high - low, most > 3 ? (most - 1) / 2 : 1);
  double positive[GCHK_MAX_TICKS];
  size_t half = 0, count = 0;
  for (int k = high; k >= low && half < (GCHK_MAX_TICKS - 1) / 2; k -= stride)
    positive[half++] = pow(10, k);
  for (size_t i = 0; i < half; i++)
    if (-positive[i] >= axis->low)
      ticks[count++] = -positive[i];
  ticks[count++] = 0;
  for (size_t i = half; i-- > 0;)
    if (positive[i] <= axis->high)
      ticks[count++] = positive[i];
  return count;
}

size_t gchk_axis_ticks(const gchk_axis *axis, size_t most, double ticks[GCHK_MAX_TICKS]) {
  int limit = most > GCHK_MAX_TICKS ? GCHK_MAX_TICKS : (int)most;
  if (axis->scale == GCHK_LOG)
    return log_ticks(axis, limit, ticks);
  return axis->scale == GCHK_SYMLOG ? symlog_ticks(axis, limit, ticks) : linear_ticks(axis, limit, ticks);
}

const char *gchk_tick_label(const gchk_axis *axis, double tick, char *out, size_t size) {
  if (tick == 0)
    snprintf(out, size, "0");
  else if (axis->scale == GCHK_LINEAR)
    gchk_format_real(out, size, 'g', 6, tick);
  else if (fabs(tick) >= 1 && fabs(tick) < 1e4)
    snprintf(out, size, "%ld", lround(tick));
  else
    snprintf(out, size, "%s1e%ld", tick < 0 ? "-" : "", lround(log10(fabs(tick))));
  return out;
}

void gchk_plot_number(gchk_text *out, double pixels) {
  long tenths = lround(pixels * 10);
  if (tenths % 10 == 0)
    gchk_text_format(out, "%ld", tenths / 10);
  else
    gchk_text_format(out, "%s%ld.%ld", tenths < 0 ? "-" : "", labs(tenths) / 10, labs(tenths) % 10);
}

void gchk_plot_begin(gchk_text *out, const char *id, double width, double height, const char *title, const char *desc) {
  gchk_text_format(out, "<svg class=\"plot\" width=\"%.0f\" height=\"%.0f\" viewBox=\"0 0 %.0f %.0f\" role=\"img\"",
                   width, height, width, height);
  gchk_text_format(out, " aria-labelledby=\"%s-t %s-d\" font-family=\"system-ui,sans-serif\" font-size=\"11\">", id,
                   id);
  gchk_text_format(out, "<title id=\"%s-t\">", id);
  gchk_text_visible(out, title, GCHK_MARKUP_XML);
  gchk_text_format(out, "</title><desc id=\"%s-d\">", id);
  gchk_text_visible(out, desc, GCHK_MARKUP_XML);
  gchk_text_put(out, "</desc>");
}

void gchk_plot_end(gchk_text *out) {
  gchk_text_put(out, "</svg>\n");
}

static void put_number(gchk_text *out, const char *command, double pixels) {
  gchk_text_put(out, command);
  gchk_plot_number(out, pixels);
}

static void put_point(gchk_text *out, const char *command, double x, double y) {
  put_number(out, command, x);
  put_number(out, " ", y);
}

static void put_text_at(gchk_text *out, double x, double y, const char *text) {
  gchk_text_put(out, "<text x=\"");
  gchk_plot_number(out, x);
  gchk_text_put(out, "\" y=\"");
  gchk_plot_number(out, y);
  gchk_text_put(out, "\">");
  gchk_text_visible(out, text, GCHK_MARKUP_XML);
  gchk_text_put(out, "</text>");
}

void gchk_plot_axes(gchk_text *out, const gchk_axis *x, const gchk_axis *y, const char *x_title, const char *y_title) {
  gchk_plot_axes_from(out, x, y, x->from, x_title, y_title);
}

void gchk_plot_axes_from(gchk_text *out, const gchk_axis *x, const gchk_axis *y, double left, const char *x_title,
                         const char *y_title) {
  double x_ticks[GCHK_MAX_TICKS], y_ticks[GCHK_MAX_TICKS];
  size_t x_count = gchk_axis_ticks(x, X_TICKS, x_ticks), y_count = gchk_axis_ticks(y, Y_TICKS, y_ticks);
  char label[48];
  gchk_text_put(out, "<path class=\"grid\" fill=\"none\" stroke=\"#e1e5ea\" d=\"");
  for (size_t i = 0; i < x_count; i++) {
    put_point(out, "M", gchk_axis_place(x, x_ticks[i]), y->from);
    put_number(out, "V", y->to);
  }
  for (size_t i = 0; i < y_count; i++) {
    put_point(out, "M", left, gchk_axis_place(y, y_ticks[i]));
    put_number(out, "H", x->to);
  }
  gchk_text_put(out, "\"/><path class=\"frame\" fill=\"none\" stroke=\"#8a929c\" d=\"");
  put_point(out, "M", left, y->to);
  put_number(out, "V", y->from);
  put_number(out, "H", x->to);
  gchk_text_put(out, "\"/><g class=\"tick\" fill=\"#4a535e\" text-anchor=\"middle\">");
  for (size_t i = 0; i < x_count; i++)
    put_text_at(out, gchk_axis_place(x, x_ticks[i]), y->from + 15, gchk_tick_label(x, x_ticks[i], label, sizeof label));
  put_text_at(out, (x->from + x->to) / 2, y->from + 31, x_title);
  gchk_text_put(out, "</g><g class=\"tick\" fill=\"#4a535e\" text-anchor=\"end\">");
  for (size_t i = 0; i < y_count; i++)
    put_text_at(out, left - 6, gchk_axis_place(y, y_ticks[i]) + 4, gchk_tick_label(y, y_ticks[i], label, sizeof label));
  gchk_text_put(out, "</g><g class=\"tick\" fill=\"#4a535e\">");
  put_text_at(out, 2, y->to - 12, y_title);
  gchk_text_put(out, "</g>");
}
