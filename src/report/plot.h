/*
 * Plots as inline SVG: scales, ticks that a person would choose, and the frame around the data.
 *
 * Everything is drawn with presentation attributes, for readers without the stylesheet, and with classes, by which the
 * stylesheet recolours it for light and dark. No style attribute, no script, no reference to anything outside.
 */
#ifndef GCHK_REPORT_PLOT_H
#define GCHK_REPORT_PLOT_H

#include "core/text.h"

typedef enum gchk_scale { GCHK_LINEAR, GCHK_LOG, GCHK_SYMLOG } gchk_scale;

/* A scale from [low, high] to pixels [from, to] (from > to where values grow upward). */
typedef struct gchk_axis {
  gchk_scale scale;
  double low, high;
  double linear; /* symlog: linear between -linear and linear, logarithmic beyond */
  double from, to;
} gchk_axis;

/* The limits widened to ticks: whole decades, or multiples of 1, 2 or 5. A log axis needs low > 0; a symlog axis keeps
   its limits, and needs linear > 0. */
gchk_axis gchk_axis_log(double low, double high, double from, double to);
gchk_axis gchk_axis_linear(double low, double high, double from, double to);
gchk_axis gchk_axis_symlog(double low, double high, double linear, double from, double to);

double gchk_axis_place(const gchk_axis *axis, double x); /* in pixels; clamped to the axis; NaN goes to its start */

enum { GCHK_MAX_TICKS = 16 };
/* At most `most` ticks (no more than GCHK_MAX_TICKS), ascending. */
size_t gchk_axis_ticks(const gchk_axis *axis, size_t most, double ticks[GCHK_MAX_TICKS]);
const char *gchk_tick_label(const gchk_axis *axis, double tick, char *out, size_t size); /* "1e-12", "0", "2500" */

/* Begins <svg>; title and desc are raw. `id` starts the ids of title and desc, and must be unique in the page. */
void gchk_plot_begin(gchk_text *out, const char *id, double width, double height, const char *title, const char *desc);
void gchk_plot_end(gchk_text *out);

/* Grid, frame and tick labels. Titles stand below and at the top left of the frame; "" for none. */
void gchk_plot_axes(gchk_text *out, const gchk_axis *x, const gchk_axis *y, const char *x_title, const char *y_title);

/* The same with the frame from `left` on, where something stands beside the axis of x. */
void gchk_plot_axes_from(gchk_text *out, const gchk_axis *x, const gchk_axis *y, double left, const char *x_title,
                         const char *y_title);

void gchk_plot_number(gchk_text *out, double pixels); /* one decimal at most, and no more characters than it takes */

#endif
