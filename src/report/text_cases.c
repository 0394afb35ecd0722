/* The table of the text report. */
#include "report/text_cases.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "report/case_figures.h"
#include "report/text_fold.h"
#include "report/words.h"

enum { MAX_NAME = 36, MAX_TENSORS = 22, MAX_TENSOR = 20, MAX_SHAPE = 24, FIGURE_WIDTH = 8, MOST_PLAIN = 16 };
enum { CASE_INDENT = 8, TENSOR_INDENT = 12 }; // of remarks on a line of their own

typedef struct line {
  gchk_case_figures figures; /* of none: the case shares the last line */
  gchk_text name, tensors, elements, mean, remarks;
} line;

typedef struct widths {
  int name, tensors, elements, mean;
} widths;

static void widen(int *width, size_t wanted, int limit) {
  if ((int)wanted > *width)
    *width = (int)wanted > limit ? limit : (int)wanted;
}

static const char *text_of(const gchk_text *text) {
  return text->length > 0 ? text->data : "";
}

static void put_share(gchk_text *text, size_t checked, size_t total, const char *between) {
  gchk_text_grouped(text, checked);
  if (checked == total)
    return;
  gchk_text_put(text, between);
  gchk_text_grouped(text, total);
}

/* Names are made visible where they are put. */
static void write_columns(line *l) {
  const gchk_case_figures *f = &l->figures;
  if (f->cases > 1)
    gchk_text_format(&l->name, "%zu more cases", f->cases);
  else
    gchk_text_put(&l->name, f->first->name);
  if (f->cases == 1) {
    gchk_put_tensor_names(&l->tensors, f->first, MAX_TENSORS);
    gchk_put_case_remarks(&l->remarks, f);
  }
  if (f->total > 0) {
    put_share(&l->elements, f->checked, f->total, " of ");
    gchk_text_put(&l->elements, f->total == 1 ? " element" : " elements");
  }
  if (f->worst != NULL) {
    gchk_text_real(&l->mean, 'g', 3, f->worst->mean_abs_diff);
    if (f->cases == 1 && f->first->tensor_count > 1)
      gchk_text_format(&l->mean, " (%s)", f->worst->name);
  }
}

static const char *word_of(const gchk_case_result *c) {
  return gchk_row_word(&(gchk_row){.owner = c});
}

typedef struct place {
  size_t elements, index;
} place;

// The largest first; among equals in the order of the run.
static int compare_places(const void *a, const void *b) {
  const place *x = a, *y = b;
  if (x->elements != y->elements)
    return x->elements > y->elements ? -1 : 1;
  return (x->index > y->index) - (x->index < y->index);
}

/* The smallest of many that pass with nothing to say share the last line. False when out of memory. */
static bool gather(const gchk_text_writer *w, line *lines) {
  const size_t count = w->result->case_count;
  place *plain = gchk_calloc(count, sizeof *plain);
  size_t plain_count = 0;
  for (size_t i = 0; i < count && plain != NULL; i++) {
    gchk_case_figures_add(&lines[i].figures, &w->result->cases[i]);
    if (w->options.verbosity == 0 && gchk_passes_plainly(&w->result->cases[i]))
      plain[plain_count++] = (place){lines[i].figures.total, i};
  }
  if (plain_count > MOST_PLAIN) {
    qsort(plain, plain_count, sizeof *plain, compare_places);
    for (size_t k = MOST_PLAIN - 1; k < plain_count; k++) {
      lines[plain[k].index].figures = (gchk_case_figures){0};
      gchk_case_figures_add(&lines[count].figures, &w->result->cases[plain[k].index]);
    }
  }
  free(plain);
  return plain != NULL;
}

static bool has_line(const gchk_text_writer *w, const line *l) {
  const gchk_case_result *c = l->figures.cases > 0 ? l->figures.first : NULL;
  if (c == NULL || (w->options.verbosity <= 0 && c->verdict == GCHK_SKIPPED && c->auxiliary))
    return false; // another case of the layer stands for it, and the summary counts it
  return w->options.verbosity >= 0 || c->verdict != GCHK_PASS;
}

static void measure_tensors(gchk_text_writer *w, const gchk_case_result *c) {
  for (size_t k = 0; k < c->tensor_count; k++) {
    const gchk_tensor_result *t = &c->tensors[k];
    gchk_text shape = {0}, count = {0};
    gchk_put_shape(&shape, &t->shape);
    gchk_text_format(&count, "%zu/%zu", t->checked, t->total);
    widen(&w->tensor_width, gchk_visible_width(t->name), MAX_TENSOR);
    widen(&w->shape_width, shape.length, MAX_SHAPE);
    widen(&w->count_width, count.length, MAX_SHAPE);
    gchk_text_deinit(&shape);
    gchk_text_deinit(&count);
  }
}

static void put_figure(gchk_text *out, const char *label, double x, int width) {
  char number[GCHK_REAL_SIZE];
  gchk_format_real(number, sizeof number, 'g', 3, x);
  gchk_text_format(out, "%s ", label);
  gchk_text_column(out, number, width);
}

static void put_columns(const gchk_text_writer *w, const line *l, const widths *width) {
  gchk_text_put(w->out, "  ");
  gchk_text_column(w->out, text_of(&l->tensors), width->tensors);
  gchk_text_put(w->out, "  ");
  gchk_text_column(w->out, text_of(&l->elements), -width->elements);
  gchk_text_put(w->out, "  mean ");
  gchk_text_column(w->out, text_of(&l->mean), width->mean);
  put_figure(w->out, "  bound", gchk_row_bound(l->figures.worst), l->remarks.length > 0 ? FIGURE_WIDTH : 0);
}

/* Before remarks: on a line of their own where they would be broken, and need not be. */
static void put_gap(gchk_text *out, const gchk_text *remarks, size_t indent, bool are_cut) {
  const size_t wanted = gchk_visible_width(remarks->data);
  const bool fits = gchk_text_last_columns(out) + 2 + wanted <= GCHK_TEXT_COLUMNS;
  if (are_cut || fits || indent + wanted > GCHK_TEXT_COLUMNS) {
    gchk_text_put(out, "  ");
    return;
  }
  gchk_text_put(out, "\n");
  gchk_text_repeat(out, " ", indent);
}

/* PASS  two-layer-net  W1 b1 W2 b2  39,760 elements  mean 1.2e-10 (b2)  bound 2.1e-10 */
static void put_line(const gchk_text_writer *w, const line *l, const widths *width) {
  const gchk_case_figures *f = &l->figures;
  const bool is_expected = gchk_failed_as_expected(f->first), is_usual = w->options.verbosity == 0;
  gchk_text_put(w->out, "  ");
  gchk_text_put_word(w, word_of(f->first), is_expected ? GCHK_PASS : f->first->verdict, w->word_width);
  gchk_text_put(w->out, "  ");
  gchk_text_column(w->out, text_of(&l->name), width->name);
  if (f->worst != NULL && !(is_expected && is_usual))
    put_columns(w, l, width);
  // A block below has the whole of it, or -v.
  const bool is_cut = (is_expected && is_usual) || (f->first->verdict >= GCHK_FAIL && f->worst == NULL);
  if (l->remarks.length > 0) {
    put_gap(w->out, &l->remarks, CASE_INDENT, is_cut);
    (is_cut ? gchk_text_put_short : gchk_text_put_name)(w->out, l->remarks.data);
  } else if (f->worst == NULL) {
    gchk_text_put(w->out, "  no tensor was checked");
  }
  gchk_text_put(w->out, "\n");
  w->out->failed = w->out->failed || l->name.failed || l->tensors.failed || l->elements.failed || l->mean.failed ||
                   l->remarks.failed;
}

/*       W1   784x50  39200/39200  mean 3.1e-13  max 4.0e-11  bound 6e-11 */
static void put_tensor(const gchk_text_writer *w, const gchk_row *row) {
  const gchk_tensor_result *t = row->tensor;
  gchk_text shape = {0}, count = {0}, remarks = {0};
  gchk_put_shape(&shape, &t->shape);
  gchk_text_format(&count, "%zu/%zu", t->checked, t->total);
  gchk_put_remarks(&remarks, row);
  gchk_text_put(w->out, "      ");
  gchk_text_put_word(w, gchk_row_word(row), gchk_row_verdict(row), w->word_width);
  gchk_text_put(w->out, "  ");
  gchk_text_column(w->out, t->name, w->tensor_width);
  gchk_text_format(w->out, "  %-*s  %-*s", w->shape_width, text_of(&shape), w->count_width, text_of(&count));
  if (t->checked > 0) {
    put_figure(w->out, "  mean", t->mean_abs_diff, FIGURE_WIDTH);
    put_figure(w->out, " max", t->max_abs_diff, FIGURE_WIDTH);
    put_figure(w->out, " bound", gchk_row_bound(t), remarks.length > 0 ? FIGURE_WIDTH : 0);
  }
  if (remarks.length > 0) {
    put_gap(w->out, &remarks, TENSOR_INDENT, false);
    gchk_text_put_name(w->out, remarks.data);
  }
  gchk_text_put(w->out, "\n");
  w->out->failed = w->out->failed || shape.failed || count.failed || remarks.failed;
  gchk_text_deinit(&shape);
  gchk_text_deinit(&count);
  gchk_text_deinit(&remarks);
}

static bool has_sample(const gchk_case_result *c) {
  for (size_t k = 0; k < c->tensor_count; k++)
    if (gchk_is_sampled(&c->tensors[k]))
      return true;
  return false;
}

/* Of which cases are tensors shown? One of each cause, what is undecided, and of what there is only a sample. */
static bool *cases_in_full(const gchk_text_writer *w) {
  const gchk_result *result = w->result;
  bool *in_full = gchk_calloc(result->case_count, sizeof *in_full);
  for (size_t i = 0; i < result->cause_count && in_full != NULL; i++) {
    const gchk_cause *cause = &result->causes[i];
    in_full[cause->members[cause->shown].case_index] = true;
  }
  for (size_t i = 0; i < result->case_count && in_full != NULL; i++)
    in_full[i] = in_full[i] || w->options.verbosity > 0 || result->cases[i].verdict == GCHK_INCONCLUSIVE ||
                 has_sample(&result->cases[i]);
  return in_full;
}

static void put_tensors(const gchk_text_writer *w, const gchk_case_result *c) {
  for (size_t k = 0; k < c->tensor_count; k++) {
    const gchk_row row = {.owner = c, .tensor = &c->tensors[k]};
    if (w->options.verbosity > 0 || gchk_row_verdict(&row) != GCHK_PASS ||
        (w->options.verbosity == 0 && gchk_is_sampled(row.tensor)))
      put_tensor(w, &row);
  }
}

static void put_lines(gchk_text_writer *w, line *lines, const bool *in_full, gchk_case_writer *put_more) {
  widths width = {0};
  w->word_width = 4;
  const size_t count = w->result->case_count;
  for (size_t i = 0; i <= count; i++) {
    if (!has_line(w, &lines[i]))
      continue;
    write_columns(&lines[i]);
    widen(&w->word_width, strlen(word_of(lines[i].figures.first)), 12);
    widen(&width.name, gchk_visible_width(text_of(&lines[i].name)), MAX_NAME);
    widen(&width.tensors, gchk_visible_width(text_of(&lines[i].tensors)), MAX_TENSORS);
    widen(&width.elements, lines[i].elements.length, MAX_SHAPE);
    widen(&width.mean, gchk_visible_width(text_of(&lines[i].mean)), MAX_SHAPE);
    if (i < count && in_full[i])
      measure_tensors(w, &w->result->cases[i]);
  }
  for (size_t i = 0; i <= count; i++) {
    if (!has_line(w, &lines[i]))
      continue;
    put_line(w, &lines[i], &width);
    if (i < count && in_full[i])
      put_tensors(w, &w->result->cases[i]);
    if (i < count)
      put_more(w, i);
  }
}

void gchk_text_cases(gchk_text_writer *w, gchk_case_writer *put_more) {
  const size_t count = w->result->case_count;
  line *lines = gchk_calloc(count + 1, sizeof *lines); // the last: of those that share it
  bool *in_full = cases_in_full(w);
  if (lines != NULL && in_full != NULL && gather(w, lines))
    put_lines(w, lines, in_full, put_more);
  else
    w->out->failed = true;
  for (size_t i = 0; i <= count && lines != NULL; i++) {
    gchk_text_deinit(&lines[i].name);
    gchk_text_deinit(&lines[i].tensors);
    gchk_text_deinit(&lines[i].elements);
    gchk_text_deinit(&lines[i].mean);
    gchk_text_deinit(&lines[i].remarks);
  }
  free(lines);
  free(in_full);
}
