/*
 * The table of codes: well formed, used by src, and holding every code that the wrong layers and the README speak of.
 */
#include "main.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "result/finding_codes.h"
#include "wrong/lists.h"

#define CODES(bug_class, id, codes) codes,
static const char *const wrong_lists[] = {WRONG_LAYERS(CODES) REFUSED_LAYERS(CODES) WRONG_CONVENTIONS(CODES)
                                              REFUSED_CONVENTIONS(CODES)};
#define CONSTANT(constant, name, kind, flags, meaning, exposed_by, remedy) #constant,
#define CODE                                                               CONSTANT
static const char *const constants[] = {
#include "result/finding_codes.inc"
};

static bool is_sentence(const char *text) {
  size_t length = strlen(text);
  bool starts_well = (text[0] >= 'A' && text[0] <= 'Z') || text[0] == '`' || strncmp(text, "dx[i]", 5) == 0;
  return length > 20 && starts_well && text[length - 1] == '.' && strstr(text, "  ") == NULL;
}

START_TEST(codes_are_kebab_case_and_unique) {
  size_t count = 0;
  for (const gchk_code_doc *c; (c = gchk_code_at(count)) != NULL; count++) {
    ck_assert_uint_eq(strspn(c->name, "abcdefghijklmnopqrstuvwxyz-"), strlen(c->name));
    ck_assert_ptr_eq(gchk_code_find(c->name), c); // of two rows with one name the second is not found
  }
  ck_assert_uint_eq(count, GCHK_CODE_COUNT);
  ck_assert_ptr_null(gchk_code_find("no-such-code"));
  ck_assert_ptr_null(gchk_code_find(""));
}
END_TEST

START_TEST(a_code_says_what_it_means_what_exposes_it_and_what_to_do) {
  for (size_t i = 0; i < GCHK_CODE_COUNT; i++) {
    const gchk_code_doc *c = gchk_code_at(i);
    ck_assert_msg(is_sentence(c->meaning), "%s: %s", c->name, c->meaning);
    ck_assert_msg(is_sentence(c->exposed_by), "%s: %s", c->name, c->exposed_by);
    ck_assert_msg(is_sentence(c->remedy), "%s: %s", c->name, c->remedy);
  }
}
END_TEST

/* A threshold is about how far a gradient is from its derivative, and about nothing else. */
START_TEST(what_a_threshold_waives) {
  static const char *const waived[] = {"wrong-sign", "zero-gradient", "unclassified", "first-wrong", "option-ignored"};
  static const char *const kept[] = {"expected-value",    "expected-gradient", "expected-failure",
                                     "reference-differs", "update-differs",    "guard-zone"};
  for (size_t i = 0; i < sizeof waived / sizeof waived[0]; i++)
    ck_assert_msg(gchk_code_find(waived[i])->is_waivable, "%s", waived[i]);
  for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++)
    ck_assert_msg(!gchk_code_find(kept[i])->is_waivable, "%s", kept[i]);
  for (size_t i = 0; i < GCHK_CODE_COUNT; i++)
    ck_assert(gchk_code_at(i)->kind != GCHK_CODE_IS_DIAGNOSIS || gchk_code_at(i)->is_waivable);
}
END_TEST

START_TEST(the_nearest_code_is_named) {
  ck_assert_str_eq(gchk_code_suggest("wrong-sing")->name, "wrong-sign");
  ck_assert_str_eq(gchk_code_suggest("guardzone")->name, "guard-zone");
  ck_assert_ptr_null(gchk_code_suggest("apple"));
}
END_TEST

START_TEST(the_wrong_layers_speak_of_codes_in_the_table) {
  for (size_t i = 0; i < sizeof wrong_lists / sizeof wrong_lists[0]; i++) {
    char list[512];
    ck_assert_uint_lt(strlen(wrong_lists[i]), sizeof list);
    strcpy(list, wrong_lists[i]);
    for (char *code = strtok(list, " "); code != NULL; code = strtok(NULL, " "))
      ck_assert_msg(gchk_code_find(code) != NULL, "%s", code);
  }
}
END_TEST

static char *read_file(const char *path) {
  FILE *file = fopen(path, "rb");
  ck_assert_msg(file != NULL, "%s", path);
  char *text = calloc(1, 1 << 18);
  ck_assert_uint_lt(fread(text, 1, (1 << 18) - 1, file), (1 << 18) - 1);
  fclose(file);
  return text;
}

/* Does the text use the constant, not only a longer one that starts alike? */
static bool uses(const char *text, const char *constant) {
  char name[64];
  int length = snprintf(name, sizeof name, "GCHK_CODE_%s", constant);
  for (const char *at = strstr(text, name); at != NULL; at = strstr(at + 1, name))
    if (strspn(at + length, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_") == 0)
      return true;
  return false;
}

START_TEST(every_code_is_used) {
  static const char *const rooms[] = {"measure", "pattern",  "lines",  "decide",   "screen",   "calls",
                                      "probe",   "evidence", "routes", "values",   "diagnose", "compare",
                                      "claims",  "crash",    "reach",  "exposure", "check"};
  bool is_used[GCHK_CODE_COUNT] = {false};
  for (size_t r = 0; r < sizeof rooms / sizeof rooms[0]; r++) {
    char path[1024];
    snprintf(path, sizeof path, SOURCE_DIR "/src/%s", rooms[r]);
    DIR *room = opendir(path);
    ck_assert_msg(room != NULL, "%s", path);
    for (struct dirent *entry; (entry = readdir(room)) != NULL;) {
      if (strstr(entry->d_name, ".c") == NULL)
        continue;
      snprintf(path, sizeof path, SOURCE_DIR "/src/%s/%s", rooms[r], entry->d_name);
      char *text = read_file(path);
      for (size_t i = 0; i < GCHK_CODE_COUNT; i++)
        is_used[i] = is_used[i] || uses(text, constants[i]);
      free(text);
    }
    closedir(room);
  }
  for (size_t i = 0; i < GCHK_CODE_COUNT; i++)
    ck_assert_msg(is_used[i], "%s is in the table, and nothing finds it", constants[i]);
}
END_TEST

/* In its reports a code is the first word of a line with a sentence after it; in its text it is explained. */
START_TEST(the_readme_speaks_of_codes_in_the_table) {
  char *text = read_file(SOURCE_DIR "/README.md");
  size_t explained = 0, shown = 0;
  static const char command[] = "gradcheck explain ";
  for (const char *at = strstr(text, command); at != NULL; at = strstr(at + 1, command)) {
    char code[64] = "";
    if (sscanf(at + sizeof command - 1, "%63[a-z-]", code) != 1 || strchr(code, '-') == NULL)
      continue;
    ck_assert_msg(gchk_code_find(code) != NULL, "%s", code);
    explained++;
  }
  for (size_t i = 0; i < GCHK_CODE_COUNT; i++)
    shown += strstr(text, gchk_code_at(i)->name) != NULL;
  ck_assert_uint_ge(explained, 1);
  ck_assert_uint_ge(shown, 2);
  free(text);
}
END_TEST

static TCase *codes(void) {
  TCase *tc = tcase_create("codes");
  tcase_add_test(tc, codes_are_kebab_case_and_unique);
  tcase_add_test(tc, a_code_says_what_it_means_what_exposes_it_and_what_to_do);
  tcase_add_test(tc, what_a_threshold_waives);
  tcase_add_test(tc, the_nearest_code_is_named);
  tcase_add_test(tc, the_wrong_layers_speak_of_codes_in_the_table);
  tcase_add_test(tc, every_code_is_used);
  tcase_add_test(tc, the_readme_speaks_of_codes_in_the_table);
  return tc;
}

TEST_MAIN("finding codes", codes)
