/* Samples of a tensor's elements. */
#include "screen/sample.h"

#include "decide_tests.h"

START_TEST(size_is_the_least_that_will_do) {
  ck_assert_uint_eq(gchk_sample_size(0.01, 0.99), 459);
  static const double fractions[] = {0.3, 0.05, 0.01, 1e-4}, probabilities[] = {0.5, 0.9, 0.99, 0.999};
  for (size_t i = 0; i < 4; i++)
    for (size_t j = 0; j < 4; j++) {
      double k = (double)gchk_sample_size(fractions[i], probabilities[j]);
      ck_assert_double_le(pow(1 - fractions[i], k), (1 - probabilities[j]) * (1 + 1e-9));
      ck_assert_double_gt(pow(1 - fractions[i], k - 1), 1 - probabilities[j]);
    }
  ck_assert_uint_eq(gchk_sample_size(0, 0.9), SIZE_MAX);
  ck_assert_uint_eq(gchk_sample_size(0.1, 1), SIZE_MAX);
  ck_assert_uint_eq(gchk_sample_size((double)NAN, 0.5), SIZE_MAX);
}
END_TEST

/* Against the product written out; three elements of a sample are not left to chance. */
START_TEST(probability_is_hypergeometric) {
  for (size_t n = 4; n < 60; n += 5)
    for (size_t k = 3; k < n; k++)
      for (size_t bad = 1; bad <= n; bad += 3) {
        double missed = 1;
        for (size_t i = 0; i < k - 3; i++)
          missed *= bad + i >= n ? 0 : (double)(n - bad - i) / (double)(n - i);
        double p = gchk_sample_probability(n, k, ((double)bad - 0.5) / (double)n);
        ck_assert_msg(fabs(p - (1 - missed)) < 1e-12, "n %zu k %zu bad %zu: %g, %g", n, k, bad, p, 1 - missed);
      }
  ck_assert_double_eq(gchk_sample_probability(100, 100, 0.01), 1);
  ck_assert_double_eq(gchk_sample_probability(100, 3, 0.01), 0);
  ck_assert_double_eq(gchk_sample_probability(100, 0, 0.01), 0);
  ck_assert_double_gt(gchk_sample_probability(10000000, 462, 0.01), 0.99);
}
END_TEST

/* Against counting: of all subsets of the size that is left to chance, those that hold a bad element. */
START_TEST(probability_is_what_counting_gives) {
  for (size_t n = 2; n <= 12; n++) {
    for (size_t k = 4; k < n; k++) {
      for (size_t bad = 1; bad <= n; bad++) {
        size_t all = 0, hits = 0;
        for (unsigned subset = 0; subset < 1u << n; subset++) {
          size_t size = 0;
          for (size_t i = 0; i < n; i++)
            size += subset >> i & 1;
          all += size == k - 3;
          hits += size == k - 3 && (subset & ((1u << bad) - 1)) != 0; // the first `bad` ones are bad
        }
        double p = gchk_sample_probability(n, k, ((double)bad - 0.5) / (double)n);
        ck_assert_msg(fabs(p - (double)hits / (double)all) < 1e-12, "n %zu k %zu bad %zu: %g", n, k, bad, p);
      }
    }
  }
}
END_TEST

START_TEST(samples_are_sorted_distinct_and_hold_the_special_ones) {
  static size_t chosen[1000];
  gchk_random random = gchk_random_seeded(5);
  for (int trial = 0; trial < 400; trial++) {
    size_t total = 1 + gchk_random_below(&random, 1000), count = gchk_random_below(&random, total + 10);
    size_t largest = gchk_random_below(&random, total);
    size_t room = count < total ? count : total;
    memset(chosen, 0xff, sizeof chosen);
    size_t made = gchk_sample_elements(total, count, largest, &random, chosen);
    ck_assert_uint_eq(made, room);
    bool has_first = false, has_last = false, has_largest = false;
    for (size_t i = 0; i < made; i++) {
      ck_assert_uint_lt(chosen[i], total);
      ck_assert(i == 0 || chosen[i] > chosen[i - 1]);
      has_first = has_first || chosen[i] == 0;
      has_last = has_last || chosen[i] == total - 1;
      has_largest = has_largest || chosen[i] == largest;
    }
    ck_assert(made < 1 || has_largest);
    ck_assert(made < 3 || (has_first && has_last));
    if (made < 1000)
      ck_assert_uint_eq(chosen[made], SIZE_MAX);
  }
}
END_TEST

/* Every stratum has one, so no run of 2 total/count elements is missed; and every element has its chance. */
START_TEST(samples_are_spread_out) {
  enum { TOTAL = 1000, COUNT = 53 };
  static size_t chosen[COUNT], hits[TOTAL];
  gchk_random random = gchk_random_seeded(1);
  for (int trial = 0; trial < 2000; trial++) {
    size_t made = gchk_sample_elements(TOTAL, COUNT, 17, &random, chosen);
    for (size_t i = 1; i < made; i++)
      ck_assert_uint_le(chosen[i] - chosen[i - 1], 2 * (TOTAL / (COUNT - 3) + 1));
    for (size_t i = 0; i < made; i++)
      hits[chosen[i]]++;
  }
  for (size_t i = 0; i < TOTAL; i++)
    ck_assert_msg(hits[i] > 40, "element %zu: %zu", i, hits[i]); // about 100 are expected
  ck_assert_uint_eq(hits[17], 2000);
}
END_TEST

START_TEST(a_seed_gives_the_same_sample) {
  static size_t a[20], b[20];
  gchk_random one = gchk_random_seeded(9), two = gchk_random_seeded(9);
  (void)gchk_sample_elements(500, 20, 3, &one, a);
  (void)gchk_sample_elements(500, 20, 3, &two, b);
  ck_assert_mem_eq(a, b, sizeof a);
  (void)gchk_sample_elements(500, 20, 3, &two, b);
  ck_assert_mem_ne(a, b, sizeof a);
}
END_TEST

TCase *sample_tests(void) {
  TCase *tests = tcase_create("sample");
  tcase_add_test(tests, size_is_the_least_that_will_do);
  tcase_add_test(tests, probability_is_hypergeometric);
  tcase_add_test(tests, probability_is_what_counting_gives);
  tcase_add_test(tests, samples_are_sorted_distinct_and_hold_the_special_ones);
  tcase_add_test(tests, samples_are_spread_out);
  tcase_add_test(tests, a_seed_gives_the_same_sample);
  return tests;
}
