/* The blocks of undecided elements. */
#include "report/undecided_text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "report/quoted.h"
#include "report/rerun.h"
#include "report/text_parts.h"
#include "report/words.h"

enum { FEW = 5 };

static const char plugin_end[] = ".so";

void gchk_put_undecided_sentence(gchk_text *text, const gchk_tensor_result *t) {
  gchk_text_grouped(text, t->elements.undecided);
  gchk_text_put(text, " of ");
  gchk_text_grouped(text, t->checked);
  gchk_text_put(text, t->elements.undecided == 1 ? " elements is undecided" : " elements are undecided");
  if (t->undecided.is_tolerated)
    gchk_text_put(text, "; it passes with that");
  else if (*t->undecided.why_not)
    gchk_text_format(text, ": %s", t->undecided.why_not);
}

void gchk_put_twin_command(gchk_text *text, const gchk_row *row) {
  const char *target = row->owner->target;
  size_t length = strlen(target), end = sizeof plugin_end - 1;
  if (!row->tensor->undecided.lacks_twin || length <= end || strcmp(target + length - end, plugin_end) != 0)
    return;
  gchk_text twin = {0};
  gchk_text_format(&twin, "%.*s.twin.so", (int)(length - end), target);
  gchk_text_put(text, "cc $(gradcheck --cflags) -include gradcheck/as_double.h -shared -fPIC -o ");
  gchk_put_quoted(text, twin.failed ? "twin.so" : twin.data);
  gchk_text_put(text, " SOURCES... && gradcheck run ");
  gchk_put_quoted(text, target);
  gchk_text_put(text, " --twin ");
  gchk_put_quoted(text, twin.failed ? "twin.so" : twin.data);
  text->failed = text->failed || twin.failed;
  gchk_text_deinit(&twin);
}

unsigned gchk_doubts_of(const gchk_tensor_result *tensor) {
  unsigned doubts = 0;
  for (size_t i = 0; i < tensor->undecided.listed_count; i++)
    doubts |= 1u << tensor->undecided.listed[i].doubt;
  return doubts & ~(1u << GCHK_NO_DOUBT);
}

static void put_element(const gchk_row *row, const gchk_undecided_element *e, gchk_text *out) {
  gchk_text index = {0};
  gchk_put_index(&index, &row->tensor->shape, e->flat);
  gchk_text_put(out, "   ");
  gchk_text_column(out, index.length ? index.data : "-", 11);
  char analytic[GCHK_REAL_SIZE], numeric[GCHK_REAL_SIZE], bound[GCHK_REAL_SIZE];
  gchk_text_format(out, " %-9s against %-9s +- %-8s %s\n",
                   gchk_format_real(analytic, sizeof analytic, 'g', 3, e->analytic),
                   gchk_format_real(numeric, sizeof numeric, 'g', 3, e->numeric),
                   gchk_format_real(bound, sizeof bound, 'g', 2, e->bound), gchk_doubt_find(e->doubt)->name);
  out->failed = out->failed || index.failed;
  gchk_text_deinit(&index);
}

static void put_remedies(const gchk_text_writer *w, const gchk_row *row) {
  const unsigned doubts = gchk_doubts_of(row->tensor);
  for (unsigned doubt = GCHK_NO_DOUBT + 1; doubt < GCHK_DOUBT_COUNT; doubt++) {
    const gchk_doubt_doc *doc = gchk_doubt_find((gchk_doubt)doubt);
    if ((doubts & 1u << doubt) == 0)
      continue;
    gchk_text_put_label(w, doc->name);
    gchk_text_format(w->out, "%s: %s\n", doc->meaning,
                     gchk_doubt_remedy((gchk_doubt)doubt, row->tensor->undecided.lacks_twin));
  }
  gchk_text twin = {0};
  gchk_put_twin_command(&twin, row);
  if (twin.length > 0)
    gchk_text_put_command(w, "decides it", &twin);
  gchk_text_deinit(&twin);
}

void gchk_text_undecided(const gchk_result *result, const gchk_row *row, size_t most, gchk_text *out) {
  const gchk_text_writer w = {.result = result, .out = out};
  const gchk_tensor_result *t = row->tensor;
  gchk_text sentence = {0};
  gchk_put_undecided_sentence(&sentence, t);
  gchk_text_put(out, "UNDECIDED ");
  gchk_text_put_name(out, row->owner->name);
  gchk_text_put(out, " ");
  gchk_text_put_name(out, t->name);
  gchk_text_put(out, "   ");
  gchk_text_put_name(out, sentence.length ? sentence.data : "");
  gchk_text_put(out, "\n");
  gchk_text_deinit(&sentence);
  const size_t shown = t->undecided.listed_count < most ? t->undecided.listed_count : most;
  for (size_t i = 0; i < shown; i++)
    put_element(row, &t->undecided.listed[i], out);
  if (t->elements.undecided > shown) {
    gchk_text_put(out, "   ... ");
    gchk_text_grouped(out, t->elements.undecided - shown);
    gchk_text_put(out, " more\n");
  }
  put_remedies(&w, row);
  if (shown > 0) {
    gchk_text command = {0};
    gchk_put_explain(&command, result, row, t->undecided.listed[0].flat);
    gchk_text_put_command(&w, "rerun", &command);
  }
}

void gchk_text_all_undecided(const gchk_result *result, int verbosity, gchk_text *out) {
  gchk_row_list list;
  if (!gchk_list_undecided(result, &list)) {
    out->failed = true;
    return;
  }
  for (size_t i = 0; i < list.count; i++) {
    if (verbosity > 0 || list.rows[i].tensor->verdict == GCHK_INCONCLUSIVE)
      gchk_text_undecided(result, &list.rows[i], verbosity > 0 ? SIZE_MAX : FEW, out);
  }
  free(list.rows);
}
