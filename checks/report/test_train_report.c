/* The CSV and the page of a training run: every field, and sound HTML for odd records too. */
#include "main.h"

#include <math.h>
#include <string.h>

#include "report/html_check.h"
#include "report/plain_training.h"
#include "report/train_csv.h"
#include "report/train_html.h"

enum { MOST = 10000 };

static const gchk_train_point two_points[] = {{0, 0.1, (double)NAN}, {3, 0.75, 0.5}};
static const gchk_train_check two_checks[] = {{0, GCHK_PASS, 256, ""}, {2, GCHK_FAIL, 250, "W<1>: \"3\" & more"}};
static const double three_losses[] = {2.5, 0.1, 1.0 / 3};

static gchk_train_record record(void) {
  gchk_train_record r = plain_training("a <net> & \"more\"");
  r.seed = 7;
  r.iterations = r.step_count = 3;
  r.loss = three_losses;
  r.point_count = 2;
  r.points = two_points;
  return r;
}

START_TEST(csv_has_a_line_an_iteration) {
  gchk_text text = {0};
  gchk_train_record r = record();
  gchk_train_csv(&r, &text);
  ck_assert_str_eq(text.data, "iteration,loss,train_accuracy,test_accuracy\n"
                              "0,,0.10000000000000001,\n"
                              "1,2.5,,\n"
                              "2,0.10000000000000001,,\n"
                              "3,0.33333333333333331,0.75,0.5\n");
  gchk_text_deinit(&text);
  // The clock is not in it.
  gchk_text again = {0};
  r.wall_s = 100;
  gchk_train_csv(&r, &again);
  ck_assert_uint_eq(again.length,
                    strlen("iteration,loss,train_accuracy,test_accuracy\n0,,0.10000000000000001,\n1,2.5,,\n"
                           "2,0.10000000000000001,,\n3,0.33333333333333331,0.75,0.5\n"));
  gchk_text_deinit(&again);
}
END_TEST

static void assert_sound(const gchk_train_record *r, const char *const *parts, size_t count) {
  gchk_text text = {0};
  char message[512];
  gchk_train_html(r, &text);
  ck_assert(!text.failed);
  ck_assert_msg(html_is_sound(text.data, true, message, sizeof message), "%s", message);
  ck_assert_uint_lt(text.length, 200000);
  for (size_t i = 0; i < count; i++)
    ck_assert_msg(strstr(text.data, parts[i]) != NULL, "the page has no \"%s\"", parts[i]);
  gchk_text_deinit(&text);
}

START_TEST(the_page_is_sound) {
  static const char *const parts[] = {"TRAINED",         "a &lt;net&gt; &amp; &quot;more&quot;",
                                      "train-loss",      "train-accuracy",
                                      "0.7500",          "test accuracy",
                                      "<td>0.5000</td>", "60000",
                                      "--check-every"};
  gchk_train_record r = record();
  assert_sound(&r, parts, sizeof parts / sizeof parts[0]);
}
END_TEST

START_TEST(a_wrong_gradient_shows) {
  static const char *const parts[] = {"STOPPED", "banner fail", "stopped at a wrong gradient", "W&lt;1&gt;"};
  gchk_train_record r = record();
  r.is_complete = false;
  r.ending = "stopped at a wrong gradient";
  r.check_count = 2;
  r.checks = two_checks;
  assert_sound(&r, parts, sizeof parts / sizeof parts[0]);
}
END_TEST

/* Nothing done at all; losses that no logarithm takes; no accuracy; and ten thousand iterations. */
START_TEST(odd_records_are_sound) {
  static const char *const none[] = {"No loss is finite", "there is no accuracy"};
  static const double odd[] = {(double)NAN, (double)INFINITY, 0, -1};
  double many[MOST];
  gchk_train_record r = record();
  r.step_count = r.point_count = 0;
  assert_sound(&r, none, 2);
  r.step_count = 4;
  r.loss = odd;
  assert_sound(&r, none, 2);
  for (size_t i = 0; i < MOST; i++)
    many[i] = 2.3 * exp(-(double)i / 2000);
  many[17] = (double)NAN;
  r.step_count = MOST;
  r.loss = many;
  assert_sound(&r, none + 1, 1);
}
END_TEST

static TCase *train_report(void) {
  TCase *tc = tcase_create("training report");
  tcase_add_test(tc, csv_has_a_line_an_iteration);
  tcase_add_test(tc, the_page_is_sound);
  tcase_add_test(tc, a_wrong_gradient_shows);
  tcase_add_test(tc, odd_records_are_sound);
  return tc;
}

TEST_MAIN("training report", train_report)
