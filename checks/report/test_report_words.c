/* What all reports put their words together from: commands, numbers, shares, characters. */
#include "main.h"

#include "core/text.h"
#include "report/quoted.h"
#include "report/render.h"
#include "report/rerun.h"
#include "report/sample_result.h"
#include "report/words.h"

static char *quoted(const char *argument) {
  gchk_text text = {0};
  gchk_put_quoted(&text, argument);
  return gchk_text_take(&text);
}

START_TEST(commands_are_quoted_for_a_shell) {
  static const char *const pairs[][2] = {{"plain-name_1.so", "plain-name_1.so"},
                                         {"", "''"},
                                         {"a b", "'a b'"},
                                         {"it's", "'it'\\''s'"},
                                         {"$(rm)", "'$(rm)'"},
                                         {"é", "'é'"},
                                         {"a\nb", "$'a\\x0Ab'"},
                                         {"\xff'\\", "$'\\xFF\\'\\\\'"}};
  for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
    char *text = quoted(pairs[i][0]);
    ck_assert_str_eq(text, pairs[i][1]);
    free(text);
  }
}
END_TEST

START_TEST(the_command_that_runs_it_again_leaves_out_where_reports_went) {
  gchk_result *result = sample_passing();
  static const char *argv[] = {"/usr/bin/gradcheck", "run", "--json",        "a.json",  "--seed", "3",
                               "--html=x.html",      "-v",  "my suite.yaml", "--shard", "1/3",    "--junit"};
  result->argv = argv;
  result->argc = sizeof argv / sizeof argv[0];
  gchk_text text = {0};
  gchk_put_rerun_all(&text, result);
  ck_assert_str_eq(text.data, "gradcheck run --seed 3 'my suite.yaml'");
  gchk_text_deinit(&text);
  gchk_result_free(result);
}
END_TEST

START_TEST(numbers_are_grouped_and_shares_are_not_rounded_up_to_all) {
  gchk_text text = {0};
  static const uint64_t numbers[] = {0, 7, 999, 1000, 39812, 1234567, UINT64_MAX};
  for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
    gchk_text_grouped(&text, numbers[i]);
    gchk_text_put(&text, " ");
  }
  static const double shares[] = {1, 0.99999, 0.987, 0};
  for (size_t i = 0; i < sizeof shares / sizeof shares[0]; i++) {
    gchk_put_percent(&text, shares[i]);
    gchk_text_put(&text, "; ");
  }
  ck_assert_str_eq(text.data, "0 7 999 1,000 39,812 1,234,567 18,446,744,073,709,551,615 100 %; 99.9 %; 98.7 %; 0 %; ");
  gchk_text_deinit(&text);
}
END_TEST

START_TEST(utf8_is_decoded_as_rfc_3629_says) {
  uint32_t code;
  ck_assert_uint_eq(gchk_utf8_decode("a", &code), 1);
  ck_assert_uint_eq(gchk_utf8_decode("\xc2\xa2", &code), 2);
  ck_assert_uint_eq(code, 0xa2);
  ck_assert_uint_eq(gchk_utf8_decode("\xe2\x82\xac", &code), 3);
  ck_assert_uint_eq(code, 0x20ac);
  ck_assert_uint_eq(gchk_utf8_decode("\xf0\x9f\x98\x80", &code), 4);
  ck_assert_uint_eq(code, 0x1f600);
  static const char *const bad[] = {"\x80",
                                    "\xc0\x80",
                                    "\xc1\xbf",
                                    "\xe0\x9f\xbf",
                                    "\xed\xa0\x80",
                                    "\xf0\x8f\xbf\xbf",
                                    "\xf4\x90\x80\x80",
                                    "\xf5\x80\x80\x80",
                                    "\xc2",
                                    "\xe2\x82",
                                    "\xf0\x9f\x98",
                                    "\xff",
                                    ""};
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
    ck_assert_msg(gchk_utf8_decode(bad[i], &code) == 0, "bad sequence %zu", i);
}
END_TEST

static TCase *words(void) {
  TCase *tc = tcase_create("words");
  tcase_add_test(tc, commands_are_quoted_for_a_shell);
  tcase_add_test(tc, the_command_that_runs_it_again_leaves_out_where_reports_went);
  tcase_add_test(tc, numbers_are_grouped_and_shares_are_not_rounded_up_to_all);
  tcase_add_test(tc, utf8_is_decoded_as_rfc_3629_says);
  return tc;
}

TEST_MAIN("words of reports", words)
