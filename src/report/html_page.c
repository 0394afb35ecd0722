/* Tensors, ids and classes of the HTML report. */
#include "report/html_page.h"

#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "report/html_words.h"

static int compare_names(const void *a, const void *b) {
  const gchk_case_result *const *x = a, *const *y = b;
  int order = strcmp((*x)->name, (*y)->name);
  return order != 0 ? order : (*x > *y) - (*x < *y);
}

/* Cases of one name come one after the other here, in the run's order. */
static bool count_repeats(gchk_html_page *page) {
  const gchk_result *result = page->result;
  const gchk_case_result **sorted = gchk_calloc(result->case_count, sizeof *sorted);
  if (sorted == NULL)
    return false;
  for (size_t i = 0; i < result->case_count; i++)
    sorted[i] = &result->cases[i];
  qsort(sorted, result->case_count, sizeof *sorted, compare_names);
  for (size_t i = 1; i < result->case_count; i++)
    if (strcmp(sorted[i]->name, sorted[i - 1]->name) == 0)
      page->cases[sorted[i] - result->cases].repeat = page->cases[sorted[i - 1] - result->cases].repeat + 1;
  free(sorted);
  return true;
}

bool gchk_html_page_init(gchk_html_page *page, const gchk_result *result) {
  *page = (gchk_html_page){.result = result};
  if (!gchk_list_rows(result, true, &page->tensors))
    return false;
  page->cases = gchk_calloc(result->case_count, sizeof *page->cases);
  page->details = gchk_calloc(page->tensors.count, sizeof *page->details);
  if (page->cases == NULL || page->details == NULL || !count_repeats(page))
    return false;
  for (size_t i = 1; i < result->case_count; i++)
    page->cases[i].first_order = page->cases[i - 1].first_order + result->cases[i - 1].tensor_count;
  return true;
}

void gchk_html_page_deinit(gchk_html_page *page) {
  for (size_t i = 0; page->details != NULL && i < page->tensors.count; i++)
    gchk_text_deinit(&page->details[i]);
  free(page->details);
  free(page->cases);
  free(page->tensors.rows);
}

gchk_row gchk_html_case_row(const gchk_case_result *c) {
  return (gchk_row){.owner = c};
}

gchk_row gchk_html_tensor_row(const gchk_html_page *page, const gchk_case_result *c, size_t k) {
  return (gchk_row){
      .owner = c, .tensor = &c->tensors[k], .order = page->cases[c - page->result->cases].first_order + k};
}

/* Letters, digits and "_" as they are, any other byte as ".2f": different names give different ids. */
static void put_slug(gchk_text *out, const char *name) {
  for (; *name; name++)
    if ((*name >= 'a' && *name <= 'z') || (*name >= 'A' && *name <= 'Z') || (*name >= '0' && *name <= '9') ||
        *name == '_')
      gchk_text_write(out, name, 1);
    else
      gchk_text_format(out, *name == '-' ? "-" : ".%02x", (unsigned char)*name);
}

static size_t tensor_repeat(const gchk_row *row) {
  size_t repeat = 0;
  for (const gchk_tensor_result *t = row->owner->tensors; t < row->tensor; t++)
    repeat += strcmp(t->name, row->tensor->name) == 0;
  return repeat;
}

static void put_part(gchk_text *out, const char *name, size_t repeat) {
  put_slug(out, name);
  if (repeat > 0)
    gchk_text_format(out, ":%zu", repeat + 1);
}

void gchk_html_put_id(const gchk_html_page *page, const gchk_row *row, gchk_text *out) {
  gchk_text_put(out, row->tensor != NULL ? "tensor-" : "case-");
  put_part(out, row->owner->name, page->cases[row->owner - page->result->cases].repeat);
  if (row->tensor == NULL)
    return;
  gchk_text_put(out, "..");
  put_part(out, row->tensor->name, tensor_repeat(row));
}

void gchk_html_put_link(const gchk_html_page *page, const gchk_row *row, gchk_text *out) {
  gchk_text_put(out, "<a href=\"#");
  gchk_html_put_id(page, row, out);
  gchk_text_put(out, "\">");
  gchk_html_path(out, row->owner->name);
  if (row->tensor != NULL) {
    gchk_text_put(out, " · ");
    gchk_html_path(out, row->tensor->name);
  }
  gchk_text_put(out, "</a>");
}

static bool has_undecided(const gchk_row *row) {
  if (gchk_row_verdict(row) == GCHK_INCONCLUSIVE)
    return true;
  if (row->tensor != NULL)
    return row->tensor->elements.undecided > 0;
  for (size_t k = 0; k < row->owner->tensor_count; k++)
    if (row->owner->tensors[k].elements.undecided > 0 || row->owner->tensors[k].verdict == GCHK_INCONCLUSIVE)
      return true;
  return false;
}

const char *gchk_html_state(const gchk_row *row) {
  static const char *const states[2][2] = {{"", " undecided"}, {" wrong", " wrong undecided"}};
  return states[gchk_row_verdict(row) >= GCHK_FAIL][has_undecided(row)];
}
