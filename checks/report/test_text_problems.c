/* What is wrong, block by block, in the text report. */
#include "main.h"

#include "core/arena.h"
#include "report/render.h"
#include "report/sample_result.h"

START_TEST(a_failing_run_has_a_block_for_each_thing_that_is_wrong) {
  gchk_result *result = sample_failing();
  char *text = render(result, GCHK_TEXT, NULL);
  ASSERT_HAS(text,
             "FAIL two-layer-net b2   (layers/example.c:88)\n   constant-ratio   analytic/numeric = 0.5000 on 10");
  ASSERT_HAS(text, "mean for sum\n   right            x, W1, b1, W2\n   index       analytic                 numeric");
  ASSERT_HAS(text, "   ... 5 more\n");
  ASSERT_HAS(text, "   constant-ratio   analytic/numeric = 0.5000 on 10 of 10: a factor of 2 lost");
  ASSERT_HAS(text, "   threshold        mean |analytic - numeric| is ");
  ASSERT_HAS(
      text,
      "   first wrong      going backward from the loss, the rule of affine2 (affine) is the first that is wrong\n");
  ASSERT_HAS(text, "   rerun            gradcheck explain 'two-layer-net:b2[9]' mylayers.so\n");
  ASSERT_HAS(text, "FAIL my-affine   (layers/example.c:88)\n   guard-zone       backward wrote 8 bytes");
  ASSERT_HAS(text, "   rerun            gradcheck run --filter my-affine mylayers.so\n");
  ASSERT_HAS(text, "FAIL my-affine W   (");
  ASSERT_HAS(text, "   rerun            gradcheck explain 'my-affine:W[11,0]' mylayers.so\n");
  ASSERT_HAS(text, "\n  FAIL  two-layer-net  b2  874 elements "); // the one that is wrong, and its figures below
  ASSERT_HAS(text, "  1 of 5 wrong\n      FAIL  b2  10     10/10 ");
  ck_assert_uint_eq(count_of(text, "\nFAIL "), 4); // three blocks and the summary
  ck_assert_msg(strncmp(last_line(text), "FAIL  2 cases: 0 pass, 2 fail,", 30) == 0, "%s", last_line(text));
  free(text);
  gchk_result_free(result);
}
END_TEST

/* 17 digits: the element reads back as the same double. */
START_TEST(failing_elements_have_all_their_digits) {
  gchk_result *result = sample_failing();
  const gchk_element *worst = &result->cases[0].tensors[4].worst[0];
  char *text = gchk_failure_text(result);
  const char *row = strstr(text, "   [9]");
  double analytic, numeric;
  ck_assert_ptr_nonnull(row);
  ck_assert_int_eq(sscanf(row, " [9] %lf %lf", &analytic, &numeric), 2);
  ck_assert(analytic == worst->analytic && numeric == worst->numeric);
  ck_assert_msg(strncmp(text, "FAIL my-affine   (", 18) == 0, "%s", text); // a broken contract first
  ASSERT_HAS_NOT(text, "PASS");
  free(text);
  gchk_result_free(result);
}
END_TEST

/* One mistake in two tensors of two cases: one block, with the elements of the one that shows it best. */
START_TEST(one_cause_is_one_block) {
  gchk_result *result = sample_failing();
  gchk_tensor_result *two = gchk_arena_alloc(result->arena, 2, sizeof *two);
  ck_assert_ptr_nonnull(two);
  two[0] = two[1] = result->cases[0].tensors[4]; // b2
  two[0].name = "c2";
  for (size_t i = 0; i < 2; i++) {
    result->cases[i].tensors = two;
    result->cases[i].tensor_count = 2;
    result->cases[i].layer = "affine";
    result->cases[i].finding_count = 0;
  }
  gchk_result_summarise(result);
  char *text = render(result, GCHK_TEXT, NULL);
  ck_assert_uint_eq(count_of(text, "\nFAIL "), 2); // the block and the summary
  ASSERT_HAS(text, "\nFAIL affine: c2, b2; 2 of 2 cases   (layers/example.c:88)\n");
  ck_assert_uint_eq(count_of(text, "constant-ratio"), 1);
  ASSERT_HAS(text, "   shown            two-layer-net c2\n");
  ASSERT_HAS(text, "   ... 7 more\n");
  ASSERT_HAS(text, "\n  FAIL  my-affine "); // by its line alone
  ck_assert_uint_eq(count_of(text, "\n      FAIL "), 2);
  free(text);
  gchk_result_free(result);
}
END_TEST

/* Right in every case in which the mistake is seen, and something of it was checked. */
START_TEST(what_is_right_beside_a_mistake_is_named) {
  enum { TENSORS = 4 };
  static const char *const names[] = {"wrong", "right", "once", "unchecked"};
  gchk_result *result = sample_failing();
  const gchk_tensor_result fails = result->cases[0].tensors[4], passes = result->cases[0].tensors[3];
  ck_assert_int_eq(fails.verdict, GCHK_FAIL);
  ck_assert_int_eq(passes.verdict, GCHK_PASS);
  for (size_t i = 0; i < 2; i++) {
    gchk_tensor_result *all = gchk_arena_alloc(result->arena, TENSORS, sizeof *all);
    ck_assert_ptr_nonnull(all);
    for (size_t k = 0; k < TENSORS; k++) {
      all[k] = k == 0 || (k == 2 && i == 1) ? fails : passes;
      all[k].name = names[k];
    }
    all[3].elements.pass = 0;
    result->cases[i].tensors = all;
    result->cases[i].tensor_count = TENSORS;
    result->cases[i].layer = "affine";
    result->cases[i].finding_count = 0;
  }
  result->cases[1].tensors[2].findings = NULL; // not the same mistake
  result->cases[1].tensors[2].finding_count = 0;
  gchk_result_summarise(result);
  char *text = render(result, GCHK_TEXT, NULL), *html = render(result, GCHK_HTML, NULL);
  ASSERT_HAS(text, "\n   right            right\n");
  ASSERT_HAS(html, "<p>Right in the same cases: right</p>");
  free(text);
  free(html);
  for (size_t i = 0; i < 2; i++)
    result->cases[i].tensors[1].verdict = GCHK_INCONCLUSIVE;
  gchk_result_summarise(result);
  text = render(result, GCHK_TEXT, NULL);
  html = render(result, GCHK_HTML, NULL);
  ASSERT_HAS_NOT(text, "\n   right ");
  ASSERT_HAS_NOT(html, "<p>Right in");
  free(text);
  free(html);
  gchk_result_free(result);
}
END_TEST

static TCase *problems(void) {
  TCase *tc = tcase_create("problems");
  tcase_add_test(tc, a_failing_run_has_a_block_for_each_thing_that_is_wrong);
  tcase_add_test(tc, failing_elements_have_all_their_digits);
  tcase_add_test(tc, one_cause_is_one_block);
  tcase_add_test(tc, what_is_right_beside_a_mistake_is_named);
  return tc;
}

TEST_MAIN("problems in text", problems)
