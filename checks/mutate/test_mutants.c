/* The mutants of small sources, one by one, as a person would write them down. */
#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "main.h"
#include "mutate/argued.h"

/* The mutants of the functions of a source, which is written into a file. */
static gchk_mutation *mutants_of(const char *source, const char *functions) {
  static const char path[] = "mutants_test_source.c";
  FILE *out = fopen(path, "w");
  gchk_error error;
  gchk_mutation *mutation;
  ck_assert_ptr_nonnull(out);
  ck_assert_int_ge(fputs(source, out), 0);
  ck_assert_int_eq(fclose(out), 0);
  ck_assert_msg(gchk_mutants_find(&mutation, path, functions, &error) == GCHK_OK, "%s", error.message);
  (void)remove(path);
  return mutation;
}

/* Has the body of `void backward(void) {...}` these mutants, in any order, and no others? `after` is ended by NULL. */
static void expect(const char *body, const char *const *after) {
  char source[1024];
  (void)snprintf(source, sizeof source, "void backward(void) {\n%s\n}\n", body);
  gchk_mutation *mutation = mutants_of(source, NULL);
  size_t count = 0;
  for (; after[count] != NULL; count++) {
    size_t i = 0;
    while (i < mutation->mutant_count && strcmp(mutation->mutants[i].after, after[count]) != 0)
      i++;
    ck_assert_msg(i < mutation->mutant_count, "%s: no mutant is %s", body, after[count]);
    ck_assert_str_eq(mutation->mutants[i].function, "backward");
    ck_assert_int_eq(mutation->mutants[i].line, 2);
    ck_assert_str_eq(mutation->mutants[i].before, body);
  }
  for (size_t i = count; i < mutation->mutant_count; i++)
    ck_assert_msg(false, "%s: %zu mutants, not %zu; the last are of %s", body, mutation->mutant_count, count,
                  mutation->mutants[i].after);
  ck_assert_uint_eq(mutation->mutant_count, count);
  ck_assert_uint_eq(mutation->all_count, count);
  gchk_mutation_free(mutation);
}
#define EXPECT(body, ...) expect(body, (const char *const[]){__VA_ARGS__, NULL})

START_TEST(sums_lose_terms_and_signs) {
  EXPECT("d = a + b;", "d += a + b;", "d = a - b;", "d = a ;", "d = b;", ";");
  EXPECT("d = a - b;", "d += a - b;", "d = a + b;", "d = a ;", "d = - b;", ";");
  EXPECT("d = a - f(b, c) + e[k];", "d += a - f(b, c) + e[k];", "d = a + f(b, c) + e[k];", "d = a + e[k];",
         "d = - f(b, c) + e[k];", "d = a - f(b, c) - e[k];", "d = a - f(b, c) ;", "d = a - f(b, c) + e[(k) + 1];",
         "d = a - f(b, c) + e[(k) - 1];", ";");
}
END_TEST

START_TEST(products_lose_factors) {
  EXPECT("d = a * b;", "d += a * b;", "d = a / b;", "d = a ;", "d = b;", ";");
  EXPECT("d = a / b;", "d += a / b;", "d = a * b;", "d = a ;", "d = 1 / b;", ";");
  // A factor is what binds more strongly: the sum keeps its other term.
  EXPECT("d = s->a * p.b + (e - f);", "d += s->a * p.b + (e - f);", "d = s->a / p.b + (e - f);", "d = s->a + (e - f);",
         "d = p.b + (e - f);", "d = s->a * p.b - (e - f);", "d = s->a * p.b ;", "d = (e - f);",
         "d = s->a * p.b + (e + f);", "d = s->a * p.b + (e );", "d = s->a * p.b + ( - f);", ";");
}
END_TEST

START_TEST(what_is_accumulated_is_overwritten_and_back) {
  EXPECT("d += a;", "d -= a;", "d = a;", ";");
  EXPECT("d = a;", "d += a;", ";");
  EXPECT("*d *= a;", "*d /= a;", ";");
}
END_TEST

START_TEST(indices_and_constants_move) {
  EXPECT("d[i] = 2;", "d[(i) + 1] = 2;", "d[(i) - 1] = 2;", "d[i] += 2;", "d[i] = (2*2);", ";");
  EXPECT("d[0] = 0.5f;", "d[(0) + 1] = 0.5f;", "d[(0) - 1] = 0.5f;", "d[0] += 0.5f;", "d[0] = (2*0.5f);", ";");
  EXPECT("memset(d, 0, n);", ";");
}
END_TEST

START_TEST(comparisons_include_their_end) {
  EXPECT("for (i = 0; i < n; i++) f(i);", "for (i = 1; i < n; i++) f(i);", "for (i = 0; i <= n; i++) f(i);",
         "for (i = 0; i < n; i++) ;");
  EXPECT("if (x >= y && x != z) f(x);", "if (x > y && x != z) f(x);", "if (x >= y || x != z) f(x);",
         "if (x >= y && x == z) f(x);", "if (x >= y && x != z) ;");
}
END_TEST

START_TEST(assertions_stay) {
  const char *const none[] = {NULL};
  expect("assert(a + 1 > b[0]);", none);
  expect("GGML_ASSERT(n % 2 == 0 && n > 0);", none);
  EXPECT("assert(a > 0); d = a;", "assert(a > 0); d += a;", "assert(a > 0); ;");
  EXPECT("insert(a, c);", ";");
}
END_TEST

START_TEST(declarations_and_pointers_stay) {
  const char *const none[] = {NULL};
  expect("const real *x = y, *z = w;", none);
  expect("real *x = y;", none);
  expect("(void)error;", none);
  expect("real d[n];", none);
  EXPECT("real d = *p * -q;", "real d = *p / -q;", "real d = *p ;", "real d = -q;", "real d = *p * q;");
  EXPECT("return (real)a * b;", "return (real)a / b;", "return (real)a ;", "return b;");
}
END_TEST

/* Which functions, by a source in which every one has one mutant: its statement is dropped. */
static void expect_functions(const char *source, const char *functions, const char *names) {
  char found[256] = "";
  gchk_mutation *mutation = mutants_of(source, functions);
  for (size_t i = 0; i < mutation->mutant_count; i++) {
    const size_t used = strlen(found);
    (void)snprintf(found + used, sizeof found - used, "%s ", mutation->mutants[i].function);
  }
  ck_assert_str_eq(found, names);
  gchk_mutation_free(mutation);
}

// The first and the last, for only the compiler knows which one counts; what is in both is there once.
START_TEST(branches_of_conditionals_are_looked_through) {
  gchk_mutation *mutation = mutants_of("void backward(void) {\n"
                                       "  a();\n"
                                       "#if SIMPLE\n"
                                       "  b();\n"
                                       "#elif NEVER\n"
                                       "  c();\n"
                                       "#else\n"
                                       "# ifdef DEEP\n"
                                       "  d();\n"
                                       "# else\n"
                                       "  e();\n"
                                       "# endif\n"
                                       "  f();\n"
                                       "#endif\n"
                                       "}\n",
                                       NULL);
  static const int lines[] = {2, 4, 11, 13};
  ck_assert_uint_eq(mutation->mutant_count, 4);
  for (size_t i = 0; i < 4; i++)
    ck_assert_int_eq(mutation->mutants[i].line, lines[i]);
  gchk_mutation_free(mutation);
  static const char either[] = "#if PLAIN\nvoid first(void) { a(); }\n#else\nvoid last(void) { b(); }\n#endif\n";
  expect_functions(either, "first", "first ");
  expect_functions(either, "last", "last ");
}
END_TEST

START_TEST(lines_stay_where_they_are) {
  gchk_mutation *mutation = mutants_of("void backward(void) {\n  f(a,\n    b);\n  d += e;\n}\n", NULL);
  ck_assert_uint_eq(mutation->mutant_count, 4);
  ck_assert_str_eq(mutation->mutants[0].before, "f(a, b);");
  ck_assert_str_eq(mutation->mutants[0].text, " \n");
  ck_assert_int_eq(mutation->mutants[3].line, 4);
  gchk_mutation_free(mutation);
}
END_TEST

START_TEST(a_line_may_be_left_empty) {
  gchk_mutation *mutation = mutants_of("void backward(void) {\n  f()\n  ;\n}\n", NULL);
  ck_assert_uint_eq(mutation->mutant_count, 1);
  ck_assert_str_eq(mutation->mutants[0].before, "f()");
  ck_assert_str_eq(mutation->mutants[0].after, "");
  gchk_mutation_free(mutation);
}
END_TEST

START_TEST(backward_is_told_by_tables_names_and_use) {
  static const char source[] = "static void both(void) { a(); }\n"
                               "static void own(void) { b(); }\n"
                               "static void other(void) { c(); }\n"
                               "static int there(void) { both(); }\n"
                               "static int back(void) { own(both); }\n"
                               "const layer l = {.forward = there, .backward = back};\n"
                               "namespace n { void norm_bwd_cpu(float *x) { d(); } }\n"
                               "void forward(void) { e(); }\n"
                               "GCHK_CALLBACK(norm_gradient, { f(); })\n";
  // What a main() calls that tries both is still backward's own.
  static const char with_main[] = "static void row(void) { a(); }\n"
                                  "static void both(void) { b(); }\n"
                                  "static void relu(void) { both(); }\n"
                                  "static void relu_backward(void) { row(both); }\n"
                                  "int main(void) { relu(relu_backward()); }\n";
  expect_functions(with_main, NULL, "row relu_backward ");
  expect_functions(source, NULL, "own back norm_bwd_cpu norm_gradient ");
  expect_functions(source, "other", "other ");
  expect_functions(source, "forward,both", "both forward ");
}
END_TEST

/* The message of a source or a choice that is refused. */
static void expect_refusal(const char *source, const char *functions, const char *words) {
  FILE *out = fopen("mutants_test_source.c", "w");
  gchk_error error;
  gchk_mutation *mutation;
  ck_assert_ptr_nonnull(out);
  ck_assert_int_ge(fputs(source, out), 0);
  ck_assert_int_eq(fclose(out), 0);
  ck_assert_int_eq(gchk_mutants_find(&mutation, "mutants_test_source.c", functions, &error), GCHK_INVALID);
  (void)remove("mutants_test_source.c");
  ck_assert_ptr_null(mutation);
  ck_assert_msg(strstr(error.message, words) != NULL, "%s", error.message);
}

START_TEST(what_has_no_backward_is_refused) {
  expect_refusal("void scale(void) { a(); }\n", NULL, "say which are: --function NAME");
  expect_refusal("void scale(void) { a(); }\n", "scael", "defines no function 'scael'");
  expect_refusal("void backward(void) { a(; }\n", NULL, "mutants_test_source.c:1: '}' cannot close the '('");
}
END_TEST

START_TEST(options_that_are_none_are_refused) {
  static const char *const command[] = {"true", NULL};
  static const char *const nothing[] = {NULL};
  gchk_mutation_options options = GCHK_MUTATION_OPTIONS_INIT;
  gchk_mutation *mutation;
  ck_assert_int_eq(gchk_mutate("a.c", &options, &mutation, NULL), GCHK_INVALID);
  options.compile = command;
  options.check = nothing;
  ck_assert_int_eq(gchk_mutate("a.c", &options, &mutation, NULL), GCHK_INVALID);
  options.check = command;
  options.size += 8;
  ck_assert_int_eq(gchk_mutate("a.c", &options, &mutation, NULL), GCHK_INVALID);
  ck_assert_ptr_null(mutation);
}
END_TEST

// A "compiler" that copies, and a "check" that looks for a text: three mutants of four no longer have it, and whatever grad is
// of, it passes.
START_TEST(any_commands_will_do) {
  static const char *const compile[] = {"cp", "{source}", "{output}", NULL};
  static const char *const check[] = {"grep", "-q", "{ return a + b; }", "{output}", NULL};
  const char *path = "mutants_test_copied.c";
  FILE *out = fopen(path, "w");
  gchk_error error;
  gchk_mutation *mutation;
  ck_assert_ptr_nonnull(out);
  ck_assert_int_ge(fputs("int backward(int a, int b) { return a + b; }\nint grad(int c) { return -c; }\n", out), 0);
  ck_assert_int_eq(fclose(out), 0);
  gchk_mutation_options options = GCHK_MUTATION_OPTIONS_INIT;
  options.compile = compile;
  options.check = check;
  options.size = offsetof(gchk_mutation_options, functions); // an older program's
  ck_assert_msg(gchk_mutate(path, &options, &mutation, &error) == GCHK_OK, "%s", error.message);
  (void)remove(path);
  ck_assert_uint_eq(mutation->mutant_count, 4);
  ck_assert_uint_eq(mutation->fates[GCHK_CAUGHT], 3);
  ck_assert_uint_eq(mutation->fates[GCHK_NEVER_RUNS], 1);
  ck_assert(mutation->score == 1);
  ck_assert_str_eq(mutation->mutants[3].function, "grad");
  ck_assert_int_eq(mutation->mutants[3].fate, GCHK_NEVER_RUNS);
  gchk_mutation_free(mutation);
}
END_TEST

/* The functions that layers.txt says of a file, "-" for those that are backward's own. */
static bool find_functions(const char *file, char functions[256]) {
  char line[512], name[256];
  FILE *rows = fopen(SOURCE_DIR "/checks/mutate/layers.txt", "r");
  bool is_found = false;
  ck_assert_ptr_nonnull(rows);
  while (!is_found && fgets(line, sizeof line, rows) != NULL)
    is_found = line[0] != '#' && sscanf(line, "%255s %255s", name, functions) == 2 && strcmp(name, file) == 0;
  ck_assert_int_eq(fclose(rows), 0);
  return is_found;
}

// Whoever changes a layer is told by this test, before anybody measures again.
START_TEST(what_is_argued_of_the_layers_is_there) {
  DIR *folder = opendir(SOURCE_DIR "/checks/mutate/equivalent");
  size_t files = 0;
  ck_assert_ptr_nonnull(folder);
  for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
    char file[256], functions[256], path[512], argued[1024];
    gchk_error error;
    gchk_mutation *mutation;
    if (entry->d_name[0] == '.')
      continue;
    (void)snprintf(file, sizeof file, "%.*s", (int)(strlen(entry->d_name) - strlen(".txt")), entry->d_name);
    ck_assert_msg(find_functions(file, functions), "layers.txt has no row of %s", file);
    (void)snprintf(path, sizeof path, "%s/src/layers/%s", SOURCE_DIR, file);
    (void)snprintf(argued, sizeof argued, "%s/checks/mutate/equivalent/%s", SOURCE_DIR, entry->d_name);
    const char *chosen = strcmp(functions, "-") == 0 ? NULL : functions;
    ck_assert_msg(gchk_mutants_find(&mutation, path, chosen, &error) == GCHK_OK, "%s", error.message);
    ck_assert_msg(gchk_argued_read(mutation, argued, &error) == GCHK_OK, "%s", error.message);
    gchk_mutation_free(mutation);
    files++;
  }
  ck_assert_int_eq(closedir(folder), 0);
  ck_assert_uint_gt(files, 0);
}
END_TEST

static TCase *mutants(void) {
  TCase *test_case = tcase_create("mutants");
  tcase_add_test(test_case, sums_lose_terms_and_signs);
  tcase_add_test(test_case, products_lose_factors);
  tcase_add_test(test_case, what_is_accumulated_is_overwritten_and_back);
  tcase_add_test(test_case, indices_and_constants_move);
  tcase_add_test(test_case, comparisons_include_their_end);
  tcase_add_test(test_case, assertions_stay);
  tcase_add_test(test_case, declarations_and_pointers_stay);
  tcase_add_test(test_case, branches_of_conditionals_are_looked_through);
  tcase_add_test(test_case, lines_stay_where_they_are);
  tcase_add_test(test_case, a_line_may_be_left_empty);
  tcase_add_test(test_case, backward_is_told_by_tables_names_and_use);
  tcase_add_test(test_case, what_has_no_backward_is_refused);
  tcase_add_test(test_case, options_that_are_none_are_refused);
  tcase_add_test(test_case, any_commands_will_do);
  tcase_add_test(test_case, what_is_argued_of_the_layers_is_there);
  return test_case;
}

TEST_MAIN("mutate", mutants)
