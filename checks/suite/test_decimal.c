/* Decimals are read to the bits that strtod gives, whichever way they are read, and nothing else is taken for one. */
#include "suite/decimal.h"

#include <float.h>
#include <math.h>

#include "gradcheck/random.h"
#include "suite/number.h"
#include "suite_fixture.h"

enum { COUNT = 100000, TEXT = 512 };

static bool same_bits(double a, double b) {
  return memcmp(&a, &b, sizeof a) == 0;
}

/*
 * The whole text is a number. True where it took no strtod. An assertion is written to a pipe each time, so they are for
 * what is wrong alone.
 */
static bool agrees(const char *text) {
  char *end = NULL;
  double x = 0, scanned = 0;
  const double right = strtod(text, &end);
  if (*end != '\0')
    ck_abort_msg("the test means %s to be a number", text);
  if (!gchk_number_parse(text, &x) || !same_bits(x, right))
    ck_abort_msg("%s: %.17g is not %.17g", text, x, right);
  const char *stop = gchk_decimal_scan(text, &scanned);
  if (stop != NULL && (*stop != '\0' || !same_bits(scanned, right)))
    ck_abort_msg("%s: scanned as %.17g", text, scanned);
  return stop != NULL;
}

START_TEST(all_doubles) {
  gchk_random random = gchk_random_seeded(1);
  char text[TEXT];
  for (size_t i = 0; i < COUNT; i++) {
    const uint64_t bits = gchk_random_bits(&random);
    double x;
    memcpy(&x, &bits, sizeof x);
    if (!isfinite(x))
      continue;
    (void)snprintf(text, sizeof text, "%.17g", x);
    (void)agrees(text);
  }
}
END_TEST

/* What programs print: all but one in 200 take no strtod. */
START_TEST(usual_numbers) {
  gchk_random random = gchk_random_seeded(2);
  char text[TEXT];
  size_t quick = 0;
  for (size_t i = 0; i < COUNT; i++) {
    const double x = gchk_random_normal(&random) * pow(10, gchk_random_uniform(&random, -8, 8));
    const int digits = (int)gchk_random_below(&random, 17) + 1;
    if (i % 2 == 0)
      (void)snprintf(text, sizeof text, "%.*g", digits, x);
    else
      (void)snprintf(text, sizeof text, "%.*e", digits + 1, x); /* numpy.savetxt: 18 */
    quick += agrees(text);
  }
#if FLT_EVAL_METHOD == 0
  ck_assert_uint_ge(quick, COUNT - COUNT / 200);
#endif
}
END_TEST

static size_t add_digits(char *text, size_t used, size_t count, gchk_random *random) {
  for (size_t k = 0; k < count; k++)
    text[used++] = (char)('0' + gchk_random_below(random, 10));
  return used;
}

/* Any number of digits, before and behind the point, and exponents beyond what a double holds. */
START_TEST(all_texts) {
  static const char *const signs[] = {"", "-", "+"}, *const exponents[] = {"e", "E", "e+", "e-", "E-"};
  gchk_random random = gchk_random_seeded(3);
  char text[TEXT];
  for (size_t i = 0; i < COUNT; i++) {
    const size_t before = gchk_random_below(&random, 24), behind = gchk_random_below(&random, 24) + (before == 0);
    size_t used = (size_t)snprintf(text, sizeof text, "%s", signs[gchk_random_below(&random, 3)]);
    used = add_digits(text, used, before, &random);
    if (behind > 0) {
      text[used++] = '.';
      used = add_digits(text, used, behind, &random);
    }
    text[used] = '\0';
    if (gchk_random_below(&random, 2) == 0)
      (void)snprintf(text + used, sizeof text - used, "%s%zu", exponents[gchk_random_below(&random, 5)],
                     gchk_random_below(&random, gchk_random_below(&random, 2) == 0 ? 40 : 400));
    (void)agrees(text);
  }
}
END_TEST

/* n/2^t of an odd n of 54 bits is half way between two doubles: n 5^t, with t decimals. And one more or less at its end. */
START_TEST(halfway) {
  static const uint64_t fives[] = {1, 5, 25, 125};
  gchk_random random = gchk_random_seeded(4);
  char digits[TEXT], text[TEXT];
  for (size_t i = 0; i < COUNT; i++) {
    const size_t t = gchk_random_below(&random, 4),
                 zeros = gchk_random_below(&random, 2) * gchk_random_below(&random, 9);
    const uint64_t n = (gchk_random_bits(&random) >> 10) | (uint64_t)1 << 53 | 1;
    const uint64_t value = n * fives[t] + gchk_random_below(&random, 3) - 1;
    const size_t length = (size_t)snprintf(digits, sizeof digits, "%llu", (unsigned long long)value);
    const size_t whole = length - t;
    (void)snprintf(text, sizeof text, "%.*s.%s%.*s", (int)whole, digits, digits + whole, (int)zeros, "000000000");
    (void)agrees(text);
  }
}
END_TEST

START_TEST(edges) {
  static const char *const texts[] = {
      "0",
      "-0",
      "+0",
      "0.0e5",
      "-0e-400",
      "00000000000000000000001",
      "0.00000000000000000000000000000000001",
      "1.",
      ".5",
      "1.e5",
      "+.5E+05",
      "1e0005",
      "1e00000000000000005",
      "1e22",
      "1e23",
      "-1e-22",
      "1e-23",
      "9007199254740992",
      "9007199254740993",
      "9007199254740993.0",
      "9007199254740994e22",
      "9007199254740993e-22",
      "9999999999999999999",
      "18446744073709551615",
      "18446744073709551616",
      "18446744073709551617",
      "1e400",
      "-1e400",
      "1e-400",
      "1.7976931348623157e308",
      "1.7976931348623159e308",
      "2.2250738585072014e-308",
      "2.2250738585072011e-308",
      "4.9406564584124654e-324",
      "2.4703282292062327e-324",
      "2.4703282292062328e-324",
      "8.5e-45",
      "1e-45",
      "1e-46",
      "6929001713869936e236",
      "0.500000000000000166533453693773481063544750213623046875",
  };
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
    (void)agrees(texts[i]);
}
END_TEST

START_TEST(no_numbers) {
  static const char *const texts[] = {"",       " ",     ".",     "+",    "-",    "-.",       "e5",    ".e5",   "1e",
                                      "1e+",    "1.5e-", "1.2.3", "1,5",  "--1",  "+-1",      "1e5e5", "1e5.0", "0x10",
                                      "-0x1p3", "1x",    "1 ",    " 1",   "1_0",  "1'000",    "1f",    "1e5/",  "/2",
                                      "1/0",    "1/-2",  "1/nan", "1//2", "nanx", "infinity", "nan(1)"};
  double x = 0;
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
    ck_assert_msg(!gchk_number_parse(texts[i], &x), "\"%s\" is taken for %g", texts[i], x);
}
END_TEST

/* What is behind a number is left to who asked for it. */
START_TEST(where_it_ends) {
  double x = 0;
  const char *text = "12.5;7";
  ck_assert_ptr_eq(gchk_decimal_scan(text, &x), text + 4);
  ck_assert_double_eq(x, 12.5);
  ck_assert_ptr_null(gchk_decimal_scan(text + 4, &x));
  ck_assert_ptr_null(gchk_decimal_scan("12e;7", &x));
}
END_TEST

static TCase *decimal(void) {
  TCase *tests = tcase_create("decimal");
  tcase_set_timeout(tests, 120);
  tcase_add_test(tests, all_doubles);
  tcase_add_test(tests, usual_numbers);
  tcase_add_test(tests, all_texts);
  tcase_add_test(tests, halfway);
  tcase_add_test(tests, edges);
  tcase_add_test(tests, no_numbers);
  tcase_add_test(tests, where_it_ends);
  return tests;
}

TEST_MAIN("decimal", decimal)
