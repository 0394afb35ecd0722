/* What the sections of the HTML report share: the tensors, worst first, the classes of rows, and stable ids. */
#ifndef GCHK_REPORT_HTML_PAGE_H
#define GCHK_REPORT_HTML_PAGE_H

#include "core/text.h"
#include "report/result_rows.h"

enum { GCHK_HTML_FEW = 10 }; /* elements that a table shows better than figures of a few dots */

/* A case in the page. */
typedef struct gchk_html_case {
  size_t first_order; /* of its first tensor */
  size_t repeat;      /* how many cases before it have its name */
} gchk_html_case;

typedef struct gchk_html_page {
  const gchk_result *result;
  gchk_row_list tensors; /* worst first */
  gchk_html_case *cases; /* as many as the result has */
  gchk_text *details;    /* of each tensor by its order; "" where the page has no room for them */
  size_t detailed;       /* so many of the tensors, from the worst on, have theirs */
  size_t graph_room;     /* bytes that graphs may still take */
} gchk_html_page;

/* False when out of memory. In either case gchk_html_page_deinit frees what it has. */
bool gchk_html_page_init(gchk_html_page *page, const gchk_result *result) GCHK_MUST_USE;
void gchk_html_page_deinit(gchk_html_page *page);

gchk_row gchk_html_case_row(const gchk_case_result *c); /* the case as a whole */
gchk_row gchk_html_tensor_row(const gchk_html_page *page, const gchk_case_result *c, size_t k);

/*
 * "case-lstm", "tensor-lstm-W": the same in every page in which the case has that name, and what a link to it needs. It
 * stands inside the case's fold, so that a browser that goes there opens the fold.
 */
void gchk_html_put_id(const gchk_html_page *page, const gchk_row *row, gchk_text *out);

/* <a> to the row, "case · tensor" or "case"; names break at "/". */
void gchk_html_put_link(const gchk_html_page *page, const gchk_row *row, gchk_text *out);

/* What the filters go by: " wrong", " undecided", both or "". */
const char *gchk_html_state(const gchk_row *row);

#endif
