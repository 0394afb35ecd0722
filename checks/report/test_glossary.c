/* The glossary: well formed, in order, found as people write words, and holding what reports say. */
#include "main.h"

#include <string.h>

#include "gradcheck/glossary.h"
#include "gradcheck/result.h"

START_TEST(words_are_in_order_and_found) {
  size_t count = 0;
  for (const gchk_glossary_entry *t; (t = gchk_glossary_at(count)) != NULL; count++) {
    ck_assert_uint_eq(strspn(t->word, "abcdefghijklmnopqrstuvwxyz "), strlen(t->word));
    ck_assert_ptr_eq(gchk_glossary_find(t->word), t);
    ck_assert(count == 0 || strcmp(gchk_glossary_at(count - 1)->word, t->word) < 0);
  }
  ck_assert_uint_gt(count, 30);
  ck_assert_ptr_null(gchk_glossary_find("no such word"));
  ck_assert_ptr_null(gchk_glossary_find(""));
}
END_TEST

START_TEST(sentences_are_sentences) {
  const gchk_glossary_entry *t;
  for (size_t i = 0; (t = gchk_glossary_at(i)) != NULL; i++) {
    const size_t length = strlen(t->sentence);
    ck_assert_msg(length > 30 && t->sentence[length - 1] == '.' && strstr(t->sentence, "  ") == NULL, "%s", t->word);
  }
}
END_TEST

START_TEST(no_word_is_a_code) {
  const gchk_glossary_entry *t;
  for (size_t i = 0; (t = gchk_glossary_at(i)) != NULL; i++)
    ck_assert_ptr_null(gchk_code_find(t->word));
}
END_TEST

START_TEST(words_of_several_may_be_joined) {
  ck_assert_ptr_nonnull(gchk_glossary_find("error-bars"));
  ck_assert_ptr_eq(gchk_glossary_find("error-bars"), gchk_glossary_find("error bars"));
  ck_assert_ptr_null(gchk_glossary_find("error_bars"));
  ck_assert_ptr_null(gchk_glossary_find("error-bar"));
}
END_TEST

START_TEST(the_nearest_word_is_named) {
  ck_assert_str_eq(gchk_glossary_suggest("wavied")->word, "waived");
  ck_assert_str_eq(gchk_glossary_suggest("kinks")->word, "kink");
  ck_assert_ptr_null(gchk_glossary_suggest("layernorm"));
}
END_TEST

/* What reports say and nobody says at home. */
START_TEST(the_words_of_reports_are_there) {
  static const char *const words[] = {"kink",        "flat",  "unresolved", "waived",     "planted",
                                      "error bars",  "slack", "twin",       "undecided",  "below resolution",
                                      "xfail",       "bound", "baseline",   "exact zero", "cause",
                                      "inconclusive"};
  for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
    ck_assert_msg(gchk_glossary_find(words[i]) != NULL, "%s", words[i]);
}
END_TEST

static TCase *glossary(void) {
  TCase *tc = tcase_create("glossary");
  tcase_add_test(tc, words_are_in_order_and_found);
  tcase_add_test(tc, sentences_are_sentences);
  tcase_add_test(tc, no_word_is_a_code);
  tcase_add_test(tc, words_of_several_may_be_joined);
  tcase_add_test(tc, the_nearest_word_is_named);
  tcase_add_test(tc, the_words_of_reports_are_there);
  return tc;
}

TEST_MAIN("glossary", glossary)
