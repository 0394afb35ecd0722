/*
 * The families of hard functions: their closed forms held against differences in quad precision, then coverage, alarms and
 * what is caught, in double, in float, and in float beside a double twin. A sample of the members; checks/bench has
 * more.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "main.h"
#include "numeric/families_trial.h"

enum { MOST_FAMILIES = 64, SAMPLE = 100, LEAST_MEMBERS = 10, LEAST_FAMILIES = 3 };

static family_tally tallies[MOST_FAMILIES];

/* Central differences in quad precision, extrapolated once, of every output. */
static void difference(const family *of, const family_in_quad *in, quad x, quad h, quad *slopes, quad *sizes) {
  static quad y[4][FAMILY_OUTPUTS];
  const quad at[4] = {x - 2 * h, x - h, x + h, x + 2 * h};
  for (size_t k = 0; k < 4; k++)
    of->value_quad(in, at[k], y[k]);
  for (size_t j = 0; j < in->outputs; j++) {
    slopes[j] = (8 * (y[2][j] - y[1][j]) - (y[3][j] - y[0][j])) / (12 * h);
    sizes[j] = y[0][j] < 0 ? -y[0][j] : y[0][j];
  }
}

static void check_slopes(const family *of, const family_member *member, double x) {
  static quad exact[FAMILY_OUTPUTS], found[FAMILY_OUTPUTS], sizes[FAMILY_OUTPUTS];
  family_in_quad in;
  family_in_to_quad(&in, &member->in, false);
  quad h = (quad)(x == 0 ? 1e-13 : fabs(x) * 1e-13);
  difference(of, &in, (quad)x, h, found, sizes);
  of->slope_quad(&in, (quad)x, exact);
  for (size_t j = 0; j < in.outputs; j++) {
    double error = fabs((double)(found[j] - exact[j])), size = fabs((double)exact[j]);
    // What quad precision leaves where the value itself cancels.
    double lost = (double)((sizes[j] + 1) * (quad)1e-29 / h);
    ck_assert_msg(error <= 1e-10 * size + lost, "%s, output %zu at %g: %g, not %g", of->name, j, x, (double)found[j],
                  (double)exact[j]);
  }
}

START_TEST(derivatives_are_right) {
  for (size_t f = 0; f < family_count(); f++) {
    const family *of = family_at(f);
    for (size_t i = 0; i < LEAST_MEMBERS; i++) {
      family_member member;
      family_member_make(&member, of, i, false);
      if (of->kind != FAMILY_AT_KINKS) {
        check_slopes(of, &member, member.x);
        continue;
      }
      check_slopes(of, &member, 0.01);
      check_slopes(of, &member, -0.01);
    }
  }
}
END_TEST

/* Three families and more for each mechanism, ten members and more of each, no two alike; the list is printed. */
START_TEST(every_mechanism_has_families) {
  size_t count[FAMILY_MECHANISMS] = {0};
  ck_assert_uint_le(family_count(), MOST_FAMILIES);
  for (size_t f = 0; f < family_count(); f++) {
    const family *of = family_at(f);
    family_member members[LEAST_MEMBERS];
    if (count[of->mechanism - 1]++ == 0)
      printf("%d. %s\n", of->mechanism, family_mechanism_name(of->mechanism));
    printf("   %-22s %d members\n", of->name, SAMPLE);
    for (size_t i = 0; i < LEAST_MEMBERS; i++) {
      family_member_make(&members[i], of, i, false);
      ck_assert_uint_ge(members[i].in.outputs, 1);
      ck_assert_uint_le(members[i].in.outputs, FAMILY_OUTPUTS);
      ck_assert_double_eq(members[i].x, (double)(float)members[i].x);
      for (size_t k = 0; k < i; k++)
        ck_assert_msg(memcmp(&members[i], &members[k], sizeof members[k]) != 0, "%s: %zu and %zu", of->name, i, k);
    }
  }
  for (size_t m = 0; m < FAMILY_MECHANISMS; m++)
    ck_assert_uint_ge(count[m], LEAST_FAMILIES);
}
END_TEST

/* No layer is asked for its outputs where its element is infinite or no number. */
START_TEST(points_are_finite) {
  for (int type = 0; type < FAMILY_TYPES; type++) {
    families_judge((family_type)type, 0, LEAST_MEMBERS, tallies);
    for (size_t f = 0; f < family_count(); f++)
      ck_assert_msg(tallies[f].strange_calls == 0, "%s, %s: %zu", family_type_name((family_type)type),
                    family_at(f)->name, tallies[f].strange_calls);
  }
}
END_TEST

static double share(size_t part, size_t whole) {
  return (double)part / (double)whole;
}

/* Members by kind, and all but the ripples, of which no claim is made. */
typedef struct totals {
  family_tally smooth, at_kinks, unresolved, sharp;
} totals;

static totals judge_sample(family_type type) {
  families_judge(type, 0, SAMPLE, tallies);
  families_print(type, tallies);
  totals t = {families_total(tallies, FAMILY_SMOOTH),
              families_total(tallies, FAMILY_AT_KINKS),
              families_total(tallies, FAMILY_UNRESOLVED),
              {0}};
  family_tally_merge(&t.sharp, &t.smooth);
  family_tally_merge(&t.sharp, &t.at_kinks);
  family_tally_merge(&t.sharp, &t.unresolved);
  return t;
}

/* Signs, zeros and factors are never let through where an element is decided. */
static void assert_gross_errors_never_pass(const totals *t) {
  for (size_t m = 0; m < 3; m++)
    ck_assert_uint_eq(t->smooth.passed[m], 0);
}

enum { PER_MILLE_ERROR = 5 };

START_TEST(figures_in_double) {
  totals t = judge_sample(FAMILY_F64);
  ck_assert_double_le(share(t.sharp.alarms, t.sharp.members), 0.0002);
  ck_assert_double_ge(share(t.sharp.covered, t.sharp.bounds), 0.999);
  ck_assert_double_ge(share(t.smooth.caught[PER_MILLE_ERROR], t.smooth.nonzero), 0.975);
  ck_assert_double_ge(share(t.smooth.caught_of_decided[PER_MILLE_ERROR], t.smooth.decided), 0.995);
  assert_gross_errors_never_pass(&t);
}
END_TEST

START_TEST(figures_in_float) {
  totals t = judge_sample(FAMILY_F32);
  ck_assert_double_le(share(t.sharp.alarms, t.sharp.members), 0.0025);
  ck_assert_double_ge(share(t.sharp.covered, t.sharp.bounds), 0.99);
  assert_gross_errors_never_pass(&t);
}
END_TEST

START_TEST(figures_in_float_with_a_twin) {
  totals t = judge_sample(FAMILY_TWIN);
  ck_assert_uint_eq(t.sharp.alarms, 0);
  ck_assert_double_ge(share(t.sharp.covered, t.sharp.bounds), 0.999);
  ck_assert_double_ge(share(t.smooth.caught[PER_MILLE_ERROR], t.smooth.nonzero), 0.92);
  ck_assert_double_ge(family_tally_digits(&t.smooth, 0.1), 6);
  assert_gross_errors_never_pass(&t);
}
END_TEST

/*
 * The other side: a float backward that is wrong on its own, whose twin is right, gets the slack that comes of its being
 * wrong, and is caught all the same.
 */
START_TEST(a_fault_in_float_alone_is_caught) {
  static const double faults[] = {-1, 0, 2, 1.01};
  for (size_t k = 0; k < sizeof faults / sizeof faults[0]; k++) {
    size_t wrong = 0, caught = 0;
    for (size_t f = 0; f < family_count(); f++)
      for (size_t i = 0; i < LEAST_MEMBERS && family_at(f)->kind == FAMILY_SMOOTH; i++) {
        family_member member;
        family_result result;
        family_member_make(&member, family_at(f), i, true);
        family_trial_of_fault(&result, family_at(f), &member, FAMILY_TWIN, faults[k]);
        if (result.exact[0] == 0)
          continue;
        wrong++;
        caught += result.verdict == GCHK_FAIL;
        ck_assert_msg(!result.is_resolved, "%s %zu passes with %g g", family_at(f)->name, i, faults[k]);
      }
    printf("a fault of %g in float alone: %zu of %zu caught\n", faults[k], caught, wrong);
    ck_assert_uint_ge(wrong, 300);
    ck_assert_double_ge(share(caught, wrong), 0.97);
  }
}
END_TEST

static TCase *family_tests(void) {
  TCase *tests = tcase_create("families");
  tcase_add_test(tests, every_mechanism_has_families);
  tcase_add_test(tests, derivatives_are_right);
  tcase_add_test(tests, points_are_finite);
  tcase_add_test(tests, figures_in_double);
  tcase_add_test(tests, figures_in_float);
  tcase_add_test(tests, figures_in_float_with_a_twin);
  tcase_add_test(tests, a_fault_in_float_alone_is_caught);
  tcase_set_timeout(tests, 120);
  return tests;
}

TEST_MAIN("families", family_tests)
