/* The scatter of analytic against numeric: an error of 30 % is seen, and labels cover nothing. */
#include "main.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/figure_scatter.h"
#include "report/render.h"

enum { MOST = 120 };
static const double pi = 3.14159265358979323846;

typedef struct place {
  double x, y;
} place;

/* What a figure of these elements shows: the middles of its crosses and its labels as boxes. */
typedef struct seen {
  size_t cross_count, label_count;
  place crosses[MOST];
  double left[MOST], top[MOST], right[MOST], bottom[MOST];
} seen;

static double number_after(const char *at, const char *word) {
  const char *found = strstr(at, word);
  ck_assert_ptr_nonnull(found);
  return strtod(found + strlen(word), NULL);
}

static seen look_at(gchk_element *elements, size_t count) {
  const gchk_case_result owner = {.name = "case", .layer = "layer"};
  gchk_tensor_result t = {
      .name = "W", .total = count, .checked = count, .scatter = elements, .scatter_count = count, .verdict = GCHK_FAIL};
  t.shape.rank = 1;
  t.shape.dim[0] = count;
  for (size_t i = 0; i < count; i++)
    t.elements.fail += elements[i].verdict == GCHK_FAIL;
  const gchk_row row = {.owner = &owner, .tensor = &t};
  gchk_text text = {0};
  seen s = {0};
  gchk_figure_scatter(&row, &text);
  ck_assert(!text.failed);
  *strstr(text.data, "</svg>") = '\0';
  for (const char *at = text.data; (at = strstr(at, "l7 7m0-7l-7 7")) != NULL; at++) {
    const char *start = at;
    while (*start != 'M')
      start--;
    place *cross = &s.crosses[s.cross_count++];
    sscanf(start, "M%lf %lf", &cross->x, &cross->y);
    cross->x += 3.5;
    cross->y += 3.5;
  }
  for (const char *at = text.data; (at = strstr(at, "\">[")) != NULL; at++) {
    const char *start = at;
    while (strncmp(start, "<text", 5) != 0)
      start--;
    const size_t k = s.label_count++;
    s.left[k] = number_after(start, " x=\"");
    s.bottom[k] = number_after(start, " y=\"");
    s.right[k] = s.left[k] + 6 * (double)(strcspn(at, "<") - 2);
    s.top[k] = s.bottom[k] - 8;
  }
  gchk_text_deinit(&text);
  return s;
}

/* How far from the diagonal that goes from bottom left to top right of the frame. */
static double off_diagonal(const seen *s, size_t cross) {
  const double left = 56, right = 366, bottom = 308, top = 30;
  const double dx = right - left, dy = top - bottom;
  return fabs(dx * (s->crosses[cross].y - bottom) - dy * (s->crosses[cross].x - left)) / hypot(dx, dy);
}

static void assert_seen(double low, double high, double factor, double least, double most) {
  gchk_element elements[32];
  for (size_t i = 0; i < 32; i++) {
    const double numeric = low + (high - low) * (double)i / 31;
    elements[i] = (gchk_element){.flat = i, .numeric = numeric, .analytic = factor * numeric, .verdict = GCHK_FAIL};
  }
  const seen s = look_at(elements, 32);
  ck_assert_uint_ge(s.cross_count, 8);
  for (size_t k = 0; k < s.cross_count; k++)
    ck_assert_msg(off_diagonal(&s, k) >= least && off_diagonal(&s, k) <= most, "factor %g, cross %zu: %g pixels off",
                  factor, k, off_diagonal(&s, k));
}

/* A cross is 7 pixels wide: from 4 on its middle is clearly beside the line. */
START_TEST(an_error_of_30_percent_is_off_the_diagonal) {
  static const double sizes[] = {1e-300, 1e-12, 0.013, 1, 9.7, 3e5, 1e300};
  for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
    assert_seen(sizes[i] / 5, sizes[i], 1.3, 4, 100); // of one sign
    assert_seen(sizes[i] / 5, sizes[i], 0.7, 4, 100);
    assert_seen(-sizes[i], -sizes[i] / 5, 1.3, 4, 100);
    assert_seen(sizes[i] / 5, sizes[i], 1, 0, 1); // and what is right is on it
    assert_seen(-sizes[i], sizes[i], 1, 0, 1);
  }
}
END_TEST

START_TEST(of_both_signs_too) {
  gchk_element elements[40];
  for (size_t i = 0; i < 40; i++) {
    const double numeric = (i % 2 ? -1 : 1) * (0.2 + 0.8 * (double)i / 39);
    elements[i] = (gchk_element){.flat = i, .numeric = numeric, .analytic = 1.3 * numeric, .verdict = GCHK_FAIL};
  }
  const seen s = look_at(elements, 40);
  for (size_t k = 0; k < s.cross_count; k++)
    ck_assert_double_ge(off_diagonal(&s, k), 4);
}
END_TEST

static bool overlap(const seen *s, size_t a, size_t b) {
  return s->left[a] < s->right[b] && s->left[b] < s->right[a] && s->top[a] < s->bottom[b] && s->top[b] < s->bottom[a];
}

static bool covers(const seen *s, size_t label, size_t cross) {
  const place *at = &s->crosses[cross];
  return s->left[label] < at->x + 3 && at->x - 3 < s->right[label] && s->top[label] < at->y + 3 &&
         at->y - 3 < s->bottom[label];
}

/* Crosses on a ring, on a line, and all in one place. */
START_TEST(labels_cover_no_label_and_no_cross) {
  for (int kind = 0; kind < 3; kind++) {
    gchk_element elements[MOST];
    for (size_t i = 0; i < MOST; i++) {
      const double angle = 2 * pi * (double)i / MOST;
      elements[i] = (gchk_element){.flat = i,
                                   .numeric = kind == 0   ? cos(angle)
                                              : kind == 1 ? 0.1 + (double)i / MOST
                                                          : 1,
                                   .analytic = kind == 0   ? sin(angle)
                                               : kind == 1 ? 0.05 + 0.5 * (double)i / MOST
                                                           : 2,
                                   .verdict = GCHK_FAIL};
    }
    const seen s = look_at(elements, MOST);
    ck_assert_uint_ge(s.label_count, 1);
    for (size_t a = 0; a < s.label_count; a++) {
      ck_assert(s.left[a] >= 0 && s.right[a] <= 382 && s.top[a] >= 0 && s.bottom[a] <= 346);
      for (size_t b = 0; b < a; b++)
        ck_assert_msg(!overlap(&s, a, b), "kind %d: labels %zu and %zu", kind, a, b);
      for (size_t c = 0; c < s.cross_count; c++)
        ck_assert_msg(!covers(&s, a, c), "kind %d: label %zu and cross %zu", kind, a, c);
    }
  }
}
END_TEST

/* Elements in one place share a cross, which names them all. */
START_TEST(each_failing_element_has_its_index) {
  gchk_element elements[3] = {{.flat = 0, .numeric = 1, .analytic = 2, .verdict = GCHK_FAIL},
                              {.flat = 1, .numeric = 1, .analytic = 2, .verdict = GCHK_FAIL},
                              {.flat = 2, .numeric = -1, .analytic = 1, .verdict = GCHK_FAIL}};
  const gchk_case_result owner = {.name = "case", .layer = "layer"};
  gchk_tensor_result t = {.name = "W", .total = 3, .checked = 3, .scatter = elements, .scatter_count = 3};
  t.shape.rank = 1;
  t.shape.dim[0] = 3;
  t.elements.fail = 3;
  const gchk_row row = {.owner = &owner, .tensor = &t};
  gchk_text text = {0};
  gchk_figure_scatter(&row, &text);
  ASSERT_HAS(text.data, "<title>[0] [1]</title>");
  ASSERT_HAS(text.data, "<title>[2]</title>");
  gchk_text_deinit(&text);
}
END_TEST

static TCase *scatter(void) {
  TCase *tc = tcase_create("scatter");
  tcase_add_test(tc, an_error_of_30_percent_is_off_the_diagonal);
  tcase_add_test(tc, of_both_signs_too);
  tcase_add_test(tc, labels_cover_no_label_and_no_cross);
  tcase_add_test(tc, each_failing_element_has_its_index);
  return tc;
}

TEST_MAIN("scatter", scatter)
