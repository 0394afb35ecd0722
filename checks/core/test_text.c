/* Names of others in text: visible, and no command of a CI server, in every markup; whatever else stays as it is. */
#include "core_tests.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"

static char *shown(const char *before, const char *name, gchk_markup markup) {
  gchk_text text = {0};
  gchk_text_put(&text, before);
  gchk_text_visible(&text, name, markup);
  char *whole = gchk_text_take(&text);
  ck_assert_ptr_nonnull(whole);
  memmove(whole, whole + strlen(before), strlen(whole + strlen(before)) + 1);
  return whole;
}

START_TEST(commands_are_spelled_out_and_nothing_else) {
  static const struct {
    const char *before, *name, *plain, *xml;
  } rows[] = {
      {"", "##vso[x]", "#\\x23vso[x]", "#&#35;vso[x]"},
      {"in a line ", "##[error]x", "#\\x23[error]x", "#&#35;[error]x"},
      {"", "###[x]", "##\\x23[x]", "##&#35;[x]"},
      {"", "a##", "a#\\x23", "a#&#35;"}, // what follows is not known
      {"#", "#vso[", "\\x23vso[", "&#35;vso["},
      {"", "::error::x", "\\x3A:error::x", "&#58;:error::x"},
      {"line\n \t", "::error::x", "\\x3A:error::x", "&#58;:error::x"},
      {"\xc2\xa0", "::x", "\\x3A:x", "&#58;:x"},
      {"", "  ::x", "  \\x3A:x", "  &#58;:x"},
      {"", ":", "\\x3A", "&#58;"},
      // and these are none
      {"", "# 1", "# 1", "# 1"},
      {"", "## 2", "## 2", "## 2"},
      {"", "#1 ##2", "#1 ##2", "#1 ##2"},
      {"", "a::b", "a::b", "a::b"},
      {"a ", "::b", "::b", "::b"},
      {"", ":a", ":a", ":a"},
      {"", "C#", "C#", "C#"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    char *plain = shown(rows[i].before, rows[i].name, GCHK_MARKUP_PLAIN);
    ck_assert_str_eq(plain, rows[i].plain);
    char *again = shown(rows[i].before, plain, GCHK_MARKUP_PLAIN); // a report made again is the same
    ck_assert_str_eq(again, plain);
    char *xml = shown(rows[i].before, rows[i].name, GCHK_MARKUP_XML);
    ck_assert_str_eq(xml, rows[i].xml);
    char *markdown = shown(rows[i].before, rows[i].name, GCHK_MARKUP_MARKDOWN);
    ck_assert(strstr(markdown, "##") == NULL && (strcmp(rows[i].plain, rows[i].name) == 0 || markdown[0] != ':'));
    free(plain);
    free(again);
    free(xml);
    free(markdown);
  }
}
END_TEST

START_TEST(json_reads_back_what_it_spells_out) {
  gchk_text text = {0};
  gchk_text_json_string(&text, "##vso[x] ## 1 ::a");
  char *json = gchk_text_take(&text);
  ck_assert_str_eq(json, "\"#\\u0023vso[x] ## 1 ::a\"");
  free(json);
}
END_TEST

START_TEST(harmless_bytes_have_an_end_of_their_own) {
  static const char bytes[] = "a\0b\tc\033\xff\xe2\x82\xac\n";
  gchk_text text = {0};
  gchk_text_harmless(&text, bytes, sizeof bytes - 1);
  char *harmless = gchk_text_take(&text);
  ck_assert_str_eq(harmless, "a\\x00b\tc\\x1B\\xFF\xe2\x82\xac\\n");
  free(harmless);
}
END_TEST

/* Characters that change the order of others are shown as what they are; those beside them are not touched. */
START_TEST(characters_that_change_the_order_are_shown) {
  static const struct {
    uint32_t first, last;
  } controls[] = {{0x61c, 0x61c}, {0x200e, 0x200f}, {0x202a, 0x202e}, {0x2066, 0x2069}}; // Bidi_Control of Unicode 15
  for (uint32_t c = 0x600; c < 0x2100; c++) {
    bool is_control = c == 0x2028 || c == 0x2029; // which end a line
    for (size_t k = 0; k < sizeof controls / sizeof controls[0]; k++)
      is_control = is_control || (c >= controls[k].first && c <= controls[k].last);
    const char three[] = {(char)(0xe0 | c >> 12), (char)(0x80 | (c >> 6 & 0x3f)), (char)(0x80 | (c & 0x3f)), '\0'};
    const char two[] = {(char)(0xc0 | c >> 6), (char)(0x80 | (c & 0x3f)), '\0'};
    const char *character = c < 0x800 ? two : three;
    char escape[16];
    gchk_text text = {0};
    (void)snprintf(escape, sizeof escape, "\\u{%04X}", (unsigned)c);
    gchk_text_visible(&text, character, GCHK_MARKUP_PLAIN);
    ck_assert_str_eq(text.data, is_control ? escape : character);
    gchk_text_deinit(&text);
  }
}
END_TEST

TCase *text_tests(void) {
  TCase *tests = tcase_create("text");
  tcase_add_test(tests, commands_are_spelled_out_and_nothing_else);
  tcase_add_test(tests, json_reads_back_what_it_spells_out);
  tcase_add_test(tests, harmless_bytes_have_an_end_of_their_own);
  tcase_add_test(tests, characters_that_change_the_order_are_shown);
  return tests;
}
