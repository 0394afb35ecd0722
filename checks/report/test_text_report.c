/* The text report, and what it says when there is nothing, too little or too much. */
#include "main.h"

#include "core/arena.h"
#include "core/text.h"
#include "report/render.h"
#include "report/sample_result.h"
#include "report/text_fold.h"
#include "report/words.h"

/* Without the breaks of long lines, which indent what follows. */
static char *unfold(const char *text) {
  char *joined = malloc(strlen(text) + 1), *to = joined;
  ck_assert_ptr_nonnull(joined);
  for (const char *at = text; *at != '\0';) {
    if (strncmp(at, "\n        ", 9) == 0) {
      at += strspn(at, "\n ");
      *to++ = ' ';
    } else {
      *to++ = *at++;
    }
  }
  *to = '\0';
  return joined;
}

START_TEST(a_passing_run_says_so_and_nothing_else) {
  gchk_result *result = sample_passing();
  char *text = render(result, GCHK_TEXT, NULL);
  ck_assert_msg(strncmp(text,
                        "gradcheck 0.1.0 · textbook.yaml · 3 cases · f64 · step auto · seed 0 · OpenBLAS SkylakeX x1\n",
                        90) == 0,
                "%s", text);
  ASSERT_HAS(text, "  PASS  two-layer-net  x W1 b1 W2 b2  874 elements  mean ");
  ASSERT_HAS(text, "  PASS  mul            x y              2 elements  mean ");
  ASSERT_HAS(text, "This run would catch a 0.1 % error in at least 98.7 % of every tensor");
  ASSERT_HAS_NOT(text, "FAIL");
  ASSERT_HAS_NOT(text, "rerun");
  ASSERT_HAS_NOT(text, "\033");
  ck_assert_str_eq(last_line(text),
                   "PASS  3 cases: 3 pass, 0 fail, 0 inconclusive, 0 skipped, 0 error · 900 of 900 elements · 0.4 s\n");
  ck_assert_ptr_null(gchk_failure_text(result));
  free(text);
  gchk_result_free(result);
}
END_TEST

START_TEST(nothing_checked_is_said_in_words) {
  gchk_result *result = sample_empty();
  char *text = render(result, GCHK_TEXT, NULL);
  ck_assert_int_eq(result->exit_code, 4);
  ASSERT_HAS(text, "Nothing was checked: not one element was differentiated, so this is not a pass.\n");
  ASSERT_HAS_NOT(text, "PASS");
  free(text);
  gchk_result_free(result);
}
END_TEST

START_TEST(inconclusive_and_skipped_give_their_reasons) {
  gchk_result *result = sample_inconclusive();
  char *text = render(result, GCHK_TEXT, NULL);
  ASSERT_HAS(text, "  INCONCLUSIVE  noisy     x  5 elements ");
  ASSERT_HAS(text, "      INCONCLUSIVE  x  5  5/5 ");
  ASSERT_HAS(text, "5 undecided, the error bound is 30 % of the gradient\n");
  ASSERT_HAS(text, "  SKIPPED       gpu-only  needs a device that is not there\n");
  ASSERT_HAS(text, "Nothing wrong was found, but 1 case is inconclusive and 1 case was skipped: that is not a pass.\n");
  ck_assert_msg(strncmp(last_line(text), "INCONCLUSIVE  2 cases: 0 pass, 0 fail, 1 inconclusive, 1 skipped", 60) == 0,
                "%s", text);
  free(text);
  gchk_result_free(result);
}
END_TEST

START_TEST(an_interrupted_run_says_how_far_it_came) {
  gchk_result *result = sample_passing();
  result->complete = false;
  gchk_result_summarise(result);
  char *text = render(result, GCHK_TEXT, NULL);
  ASSERT_HAS(
      text,
      "The run was interrupted when 3 cases had finished; what came after was not checked, so this is not a pass.");
  ASSERT_HAS(last_line(text), " · interrupted · ");
  ck_assert_msg(strncmp(last_line(text), "PASS", 4) != 0, "%s", text);
  free(text);
  gchk_result_free(result);
}
END_TEST

START_TEST(kinks_waivers_samples_references_and_expected_failures_are_told_apart) {
  gchk_result *result = sample_everything();
  char *verbose = render(result, GCHK_TEXT, &(gchk_report_options){.verbosity = 1});
  ASSERT_HAS(verbose, "4 beyond their bounds, waived by the threshold 0.01");
  ASSERT_HAS(verbose, "systematic-mismatch waived: 4 elements are beyond their bounds but within the threshold");
  ASSERT_HAS(verbose, "  XFAIL         expected       b    ");
  ASSERT_HAS(verbose, "        1 of 1 wrong, as expected: issue 42: the bias is known to be wrong\n");
  ASSERT_HAS(verbose, "4 bad, expected to fail");
  free(verbose);
  char *text = render(result, GCHK_TEXT, NULL);
  ASSERT_HAS(text, "4 waived, 6 undecided, 2 kinks, 1 tensor sampled\n");
  ASSERT_HAS_NOT(text, "systematic-mismatch");
  ASSERT_HAS(text,
             "Of 1 tensor only a sample was checked: \"sampled\" tells with what probability it finds a bug in 1 % "
             "of the elements.\n");
  ASSERT_HAS(text, "sampled: 86.6 %");
  ASSERT_HAS(text, "3 of 15 elements differ from torch 2.1, at most by 0.002");
  ASSERT_HAS(text,
             "  XFAIL         expected       1 of 1 wrong, as expected: issue 42: the bias is known to be wrong\n");
  ASSERT_HAS_NOT(text, "FAIL expected");
  ASSERT_HAS(text, "ERROR crash   (layers/example.c:88)\n   reason           SIGSEGV in backward");
  ASSERT_HAS(text, "mean NaN ");
  ASSERT_HAS(text, "   [3]         NaN ");
  ASSERT_HAS(text, "Against last-week.json:\n  REGRESSION  two-layer-net b2: new fail pass -> fail, mean |difference| "
                   "3.1e-12 -> 0.1\n");
  ASSERT_HAS(text, "  REGRESSION  relu: vanished (pass)\n");
  ASSERT_HAS(text, "  changed     crash: added (error)\n");
  ASSERT_HAS(text, " --seed 18446744073709551615 --step 0.0001 --dtype f64\n");
  ASSERT_HAS(last_line(text), " · 2 regressions · ");
  free(text);
  gchk_result_free(result);
}
END_TEST

START_TEST(a_tensor_whose_sign_could_flip_is_said_to_be_unchecked) {
  gchk_result *result = sample_passing();
  char *before = render(result, GCHK_TEXT, NULL);
  ASSERT_HAS_NOT(before, "a wrong sign would not show");
  result->cases[0].tensors[1].sensitivity = (gchk_sensitivity){.sign = 0.1};
  char *after = render(result, GCHK_TEXT, NULL);
  ASSERT_HAS(after, "\n        a wrong sign would not show in most of W1\n");
  ASSERT_HAS(after, "This run would catch a wrong sign in at least 10 % of every tensor (least: two-layer-net W1).");
  free(before);
  free(after);
  gchk_result_free(result);
}
END_TEST

/* What would have shown is known of the elements that were checked one by one, and is said of these alone. */
START_TEST(what_would_have_shown_is_said_of_what_was_checked) {
  static const struct {
    size_t checked; // of the 560 elements of W1
    double shown;   // of every mistake there
    const char *run, *tensor;
  } rows[] = {
      {560, 1, "  This run would catch a 0.1 % error in 100 % of every tensor.\n",
       "this run would catch a 0.1 % error in 100 % of W1\n"},
      {560, 0.95, "  This run would catch a 0.1 % error in at least 95 % of every tensor (least: two-layer-net W1).\n",
       "this run would catch a 0.1 % error in 95 % of W1\n"},
      {60, 0.95,
       "  Of the elements that were checked one by one (400 of 900) this run would catch a 0.1 % error in at least 95 "
       "% "
       "of those of every tensor (least: two-layer-net W1); an error elsewhere shows along random directions or not at "
       "all.\n",
       "this run would catch a 0.1 % error in 95 % of the 60 elements of W1 that were checked one by one\n"},
      {1, 1,
       "  Of the elements that were checked one by one (341 of 900) this run would catch a 0.1 % error in 100 % of "
       "those "
       "of every tensor; an error elsewhere shows along random directions or not at all.\n",
       "this run would catch a 0.1 % error in 100 % of the 1 element of W1 that was checked\n"},
      {560, 0, "  This run would catch a wrong sign in none of two-layer-net W1.\n",
       "this run would catch a wrong sign in 0 % of W1\n"},
  };
  gchk_result *result = sample_passing();
  for (size_t i = 0; i < result->case_count; i++)
    for (size_t k = 0; k < result->cases[i].tensor_count; k++)
      result->cases[i].tensors[k].sensitivity = (gchk_sensitivity){1, 1, 1, 1, 1, 1};
  gchk_tensor_result *w1 = &result->cases[0].tensors[1];
  ck_assert_uint_eq(w1->total, 560);
  w1->checked = rows[_i].checked;
  const double shown = rows[_i].shown;
  w1->sensitivity = (gchk_sensitivity){shown, shown, shown, shown, shown, shown};
  char *text = render(result, GCHK_TEXT, &(gchk_report_options){.verbosity = 1});
  char *unfolded = unfold(text);
  ASSERT_HAS(unfolded, rows[_i].run);
  ASSERT_HAS(unfolded, rows[_i].tensor);
  free(unfolded);
  free(text);
  gchk_result_free(result);
}
END_TEST

START_TEST(quiet_shows_what_is_wrong_and_verbose_shows_more) {
  gchk_result *result = sample_everything();
  char *quiet = render(result, GCHK_TEXT, &(gchk_report_options){.verbosity = -1});
  char *usual = render(result, GCHK_TEXT, NULL);
  char *verbose = render(result, GCHK_TEXT, &(gchk_report_options){.verbosity = 1});
  ASSERT_HAS_NOT(quiet, "  PASS  ");
  ASSERT_HAS(quiet, "FAIL my-affine W");
  ASSERT_HAS(quiet, "  INCONCLUSIVE  ");
  ck_assert_str_eq(last_line(quiet), last_line(usual));
  ASSERT_HAS(usual, "  XFAIL  ");
  ASSERT_HAS_NOT(quiet, "  XFAIL");
  ASSERT_HAS_NOT(usual, "ratio = 0.5");
  ASSERT_HAS(verbose, "ratio = 0.5, where = everywhere");
  ASSERT_HAS(verbose, "this run would catch a 0.1 % error in 98.7 % of W1");
  free(quiet);
  free(usual);
  free(verbose);
  gchk_result_free(result);
}
END_TEST

/* Colour adds to the words and takes nothing away. */
START_TEST(without_its_colours_a_coloured_report_is_the_plain_one) {
  gchk_result *result = sample_everything();
  char *plain = render(result, GCHK_TEXT, NULL),
       *coloured = render(result, GCHK_TEXT, &(gchk_report_options){.color = true});
  ASSERT_HAS(coloured, "\033[31;1mFAIL\033[0m");
  char *to = coloured;
  for (const char *from = coloured; *from; from++) {
    if (*from == '\033')
      from = strchr(from, 'm');
    else
      *to++ = *from;
  }
  *to = '\0';
  ck_assert_str_eq(plain, coloured);
  free(plain);
  free(coloured);
  gchk_result_free(result);
}
END_TEST

START_TEST(columns_line_up_whatever_the_names_are) {
  gchk_result *result = sample_passing();
  result->cases[1].name = "日本";     // two columns each
  result->cases[2].name = "\xff\x01"; // \xFF\x01: eight
  char *text = render(result, GCHK_TEXT, NULL);
  ASSERT_HAS(text, "  PASS  日本           x              ");
  ASSERT_HAS(text, "  PASS  \\xFF\\x01       x y            ");
  ASSERT_HAS(text, "  PASS  two-layer-net  x W1 b1 W2 b2  ");
  free(text);
  gchk_result_free(result);
}
END_TEST

/* What a terminal would obey, and what is not UTF-8, is shown and not sent. */
START_TEST(awkward_names_are_made_visible) {
  gchk_result *result = sample_names(AWKWARD_NAME);
  char *text = render(result, GCHK_TEXT, &(gchk_report_options){.verbosity = 1});
  ASSERT_HAS(text,
             "<b>&amp;\"'`|*_#[x](y)::%0A\\x01\\x1B[31m\\n\\t\\xFF\\xC3(\\xED\\xA0\\x80\\u{202E}\\u{FFFE} é 日本");
  for (const char *c = text; *c;) {
    uint32_t code;
    size_t length = gchk_utf8_decode(c, &code);
    ck_assert_msg(length > 0, "not UTF-8 at: %.40s", c);
    ck_assert_msg(code == '\n' || (code >= 0x20 && !(code >= 0x7f && code < 0xa0) && code != 0x202e), "U+%04X",
                  (unsigned)code);
    c += length;
  }
  free(text);
  gchk_result_free(result);
}
END_TEST

// Gives case i a note as a whole; of these the report may say nothing else.
static void add_note(gchk_result *result, size_t i, gchk_finding *note) {
  result->cases[i].findings = note;
  result->cases[i].finding_count = 1;
}

START_TEST(notes_of_a_case_as_a_whole_are_told_once_a_layer) {
  gchk_finding left = {.code = "leaves-processes", .text = "2 processes were left", .is_note = true};
  gchk_finding property = {.code = "dead-units", .text = "no gradient goes through them", .is_note = true};
  static const gchk_report_options quiet = {.verbosity = -1}, verbose = {.verbosity = 1};
  gchk_result *result = sample_passing();
  char *without = render(result, GCHK_TEXT, NULL);
  ASSERT_HAS_NOT(without, "leaves-processes");
  add_note(result, 1, &left);
  add_note(result, 2, &left);
  char *two = render(result, GCHK_TEXT, NULL);
  ck_assert_uint_eq(count_of(two, "leaves-processes"), 2); // of two layers
  ASSERT_HAS(two, "   leaves-processes 2 processes were left (note)\n");
  ck_assert_str_eq(last_line(two), last_line(without)); // it is no worse
  result->cases[2].layer = result->cases[1].layer;
  char *one = render(result, GCHK_TEXT, NULL);
  ck_assert_uint_eq(count_of(one, "leaves-processes"), 1);
  ASSERT_HAS(one, "and 1 more case of this layer\n");
  char *all = render(result, GCHK_TEXT, &verbose);
  ck_assert_uint_eq(count_of(all, "leaves-processes"), 2);
  char *nothing = render(result, GCHK_TEXT, &quiet);
  ASSERT_HAS_NOT(nothing, "leaves-processes");
  add_note(result, 1, &property);
  add_note(result, 2, &property);
  char *none = render(result, GCHK_TEXT, NULL);
  ASSERT_HAS_NOT(none, "dead-units"); // right layers have it: for -v
  for (char **text = (char *[]){without, two, one, all, nothing, none, NULL}; *text != NULL; text++)
    free(*text);
  gchk_result_free(result);
}
END_TEST

// A case that fails by a tensor has no block of its own: its note is told all the same, and only once.
START_TEST(notes_of_failing_cases_are_told_once) {
  gchk_finding left = {.code = "leaves-processes", .text = "2 processes were left", .is_note = true};
  static const gchk_report_options verbose = {.verbosity = 1};
  for (int is_verbose = 0; is_verbose < 2; is_verbose++) {
    gchk_result *result = sample_failing();
    add_note(result, 0, &left);
    char *text = render(result, GCHK_TEXT, is_verbose ? &verbose : NULL);
    ck_assert_uint_eq(count_of(text, "leaves-processes"), 1);
    free(text);
    add_note(result, 1, &left);
    result->cases[1].tensor_count = 0; // wrong as a whole: in its block
    gchk_result_summarise(result);
    text = render(result, GCHK_TEXT, is_verbose ? &verbose : NULL);
    ck_assert_uint_eq(count_of(text, "leaves-processes"), 2);
    free(text);
    gchk_result_free(result);
  }
}
END_TEST

/* Sixteen that pass have a line each; of more the smallest share one, with the figures of the worst. */
START_TEST(of_many_that_pass_the_smallest_share_a_line) {
  enum { MANY = 20, OWN = 15 };
  gchk_result *result = sample_passing();
  gchk_case_result cases[MANY];
  char names[MANY][8];
  for (size_t i = 0; i < MANY; i++) {
    cases[i] = result->cases[i == 3 ? 0 : 1]; // the fourth is the largest
    (void)snprintf(names[i], sizeof names[i], "c%zu", i);
    cases[i].name = names[i];
  }
  result->cases = cases;
  result->case_count = MANY;
  gchk_result_summarise(result);
  char *text = render(result, GCHK_TEXT, NULL);
  ck_assert_uint_eq(count_of(text, "\n  PASS  "), OWN + 1);
  ASSERT_HAS(text, "\n  PASS  c3            x W1 b1 W2 b2 ");
  ASSERT_HAS(text, "\n  PASS  5 more cases                 120 elements  mean "); // five of 24 each
  char *verbose = render(result, GCHK_TEXT, &(gchk_report_options){.verbosity = 1});
  ck_assert_uint_eq(count_of(verbose, "\n  PASS  "), MANY);
  ASSERT_HAS_NOT(verbose, "more cases");
  free(text);
  free(verbose);
  // What is not plain keeps its line, wherever it is.
  cases[MANY - 1].tensors = gchk_arena_copy(result->arena, cases[MANY - 1].tensors, 1, sizeof *cases->tensors);
  cases[MANY - 1].tensors->elements.fail = 1;
  cases[MANY - 1].tensors->threshold = 1;
  gchk_result_summarise(result);
  text = render(result, GCHK_TEXT, NULL);
  ASSERT_HAS(text, "\n  PASS  c19 ");
  ASSERT_HAS(text, "  1 waived\n");
  ASSERT_HAS(text, "\n  PASS  4 more cases ");
  free(text);
  gchk_result_free(result);
}
END_TEST

static size_t widest(const char *text) {
  size_t most = 0;
  for (const char *at = text; *at != '\0'; at += *at == '\n') {
    char line[1024];
    const size_t length = strcspn(at, "\n");
    ck_assert_uint_lt(length, sizeof line);
    memcpy(line, at, length);
    line[length] = '\0';
    at += length;
    most = gchk_visible_width(line) > most ? gchk_visible_width(line) : most;
  }
  return most;
}

START_TEST(lines_fit_a_terminal_and_the_summary_is_never_broken) {
  gchk_result *result = sample_everything();
  for (int verbosity = -1; verbosity <= 1; verbosity++) {
    char *text = render(result, GCHK_TEXT, &(gchk_report_options){.verbosity = verbosity});
    ck_assert_uint_le(widest(text), 120);
    ck_assert_msg(strncmp(last_line(text), "ERROR  7 cases: 1 pass, 3 fail, 1 inconclusive, 1 skipped, 1 error", 60) ==
                      0,
                  "%s", last_line(text));
    free(text);
  }
  result->summary.elements_checked = result->summary.elements_total = 1234567890123; // too long in any form
  char *text = render(result, GCHK_TEXT, NULL);
  ck_assert_msg(strncmp(last_line(text), "ERROR  7 cases: ", 16) == 0, "%s", last_line(text));
  free(text);
  gchk_result_free(result);
}
END_TEST

START_TEST(text_is_folded_at_blanks) {
  gchk_text plain = {0}, long_name = {0}, out = {0};
  gchk_text_repeat(&plain, "word ", 30);
  gchk_text_fold(plain.data, &out);
  ck_assert_uint_le(widest(out.data), 120);
  ck_assert_uint_eq(count_of(out.data, "word"), 30);
  ASSERT_HAS(out.data, "word\n    word");
  gchk_text_deinit(&out);
  gchk_text_repeat(&long_name, "n", 200);
  gchk_text_fold(long_name.data, &out);
  ck_assert_str_eq(out.data, long_name.data); // somebody may copy it
  gchk_text_deinit(&out);
  // A command is broken between its arguments alone, and a shell puts it together again.
  gchk_text command = {0};
  gchk_text_format(&command, "gradcheck run 'a b %s' 'it'\\''s' %s --seed 7", plain.data, long_name.data);
  gchk_text_fold_command(command.data, 20, &out);
  ASSERT_HAS(out.data, plain.data);
  ASSERT_HAS(out.data, " \\\n                      ");
  char *joined = gchk_text_take(&out), *to = joined;
  for (const char *from = joined; *from != '\0';) {
    const bool is_break = strncmp(from, " \\\n", 3) == 0;
    *to++ = is_break ? ' ' : *from;
    from += is_break ? 3 + strspn(from + 3, " ") : 1;
  }
  *to = '\0';
  ck_assert_str_eq(joined, command.data);
  free(joined);
  gchk_text_deinit(&command);
  gchk_text_deinit(&plain);
  gchk_text_deinit(&long_name);
}
END_TEST

static TCase *text(void) {
  TCase *tc = tcase_create("text");
  tcase_add_test(tc, a_passing_run_says_so_and_nothing_else);
  tcase_add_test(tc, nothing_checked_is_said_in_words);
  tcase_add_test(tc, inconclusive_and_skipped_give_their_reasons);
  tcase_add_test(tc, an_interrupted_run_says_how_far_it_came);
  tcase_add_test(tc, kinks_waivers_samples_references_and_expected_failures_are_told_apart);
  tcase_add_test(tc, a_tensor_whose_sign_could_flip_is_said_to_be_unchecked);
  tcase_add_loop_test(tc, what_would_have_shown_is_said_of_what_was_checked, 0, 5);
  tcase_add_test(tc, quiet_shows_what_is_wrong_and_verbose_shows_more);
  tcase_add_test(tc, notes_of_a_case_as_a_whole_are_told_once_a_layer);
  tcase_add_test(tc, notes_of_failing_cases_are_told_once);
  tcase_add_test(tc, without_its_colours_a_coloured_report_is_the_plain_one);
  tcase_add_test(tc, columns_line_up_whatever_the_names_are);
  tcase_add_test(tc, awkward_names_are_made_visible);
  tcase_add_test(tc, of_many_that_pass_the_smallest_share_a_line);
  tcase_add_test(tc, lines_fit_a_terminal_and_the_summary_is_never_broken);
  tcase_add_test(tc, text_is_folded_at_blanks);
  return tc;
}

TEST_MAIN("text report", text)
