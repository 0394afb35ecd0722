/* What BLAS says of itself, and that the core recommended is one that it accepts and that is better. */
#include <cblas.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "excused.h"
#include "gradcheck/layers.h"
#include "main.h"
#include "threads_here.h"

START_TEST(information) {
  const gchk_blas_info info = gchk_blas_get_info();
  ck_assert_int_eq(strncmp(info.library, "OpenBLAS ", 9), 0);
  ck_assert_ptr_null(strchr(info.library + 9, ' '));
  ck_assert_str_eq(info.core, openblas_get_corename());
  ck_assert_uint_ge(info.threads, 1);
}
END_TEST

START_TEST(threads) {
  gchk_blas_set_threads(1);
  ck_assert_uint_eq(gchk_blas_get_info().threads, 1);
}
END_TEST

// How many threads a process has that is forked where BLAS had two, and then `before`, and sets one.
static int threads_of_forked(size_t before) {
  gchk_blas_set_threads(2);
  gchk_blas_set_threads(before);
  const size_t own = threads_here();
  const pid_t child = fork();
  if (child == 0) {
    const size_t at_first = threads_here();
    gchk_blas_set_threads(1);
    _exit((int)(threads_here() - at_first));
  }
  int status = -1;
  ck_assert_int_eq(waitpid(child, &status, 0), child);
  ck_assert(WIFEXITED(status));
  return own > 1 ? WEXITSTATUS(status) : -1; // a BLAS of one thread tells nothing
}

// A process that has one thread, and wants one, does not start those that its parent had first.
START_TEST(one_thread_of_one_starts_none) {
  ck_assert_int_le(threads_of_forked(1), 0);
  ck_assert_int_ne(threads_of_forked(2), 0); // as it does where the number is another
}
END_TEST

static char self_path[256];

#if defined(__x86_64__)
/* A process with that OPENBLAS_CORETYPE: its core is what was asked for, and it asks for no other. */
static void check_core(const char *core, const char *self) {
  char command[512], answer[64] = "";
  (void)snprintf(command, sizeof command, "OPENBLAS_CORETYPE=%s '%s' --cores", core, self);
  FILE *pipe = popen(command, "r");
  ck_assert_ptr_nonnull(pipe);
  ck_assert_ptr_nonnull(fgets(answer, sizeof answer, pipe));
  ck_assert_int_eq(pclose(pipe), 0);
  char wanted[64];
  (void)snprintf(wanted, sizeof wanted, "%s none\n", core);
  ck_assert_str_eq(answer, wanted);
}
#endif

/* Under the fallback kernels there is a better core, and with it there is none. */
START_TEST(better_core) {
#if defined(__x86_64__)
  char command[512], core[32] = "", better[32] = "";
  (void)snprintf(command, sizeof command, "OPENBLAS_CORETYPE=Prescott '%s' --cores", self_path);
  FILE *pipe = popen(command, "r");
  ck_assert_ptr_nonnull(pipe);
  ck_assert_int_eq(fscanf(pipe, "%31s %31s", core, better), 2);
  ck_assert_int_eq(pclose(pipe), 0);
  ck_assert_str_eq(core, "Prescott");
  if (__builtin_cpu_supports("avx"))
    ck_assert_str_ne(better, "none");
  if (strcmp(better, "none") != 0)
    check_core(better, self_path);
#endif
}
END_TEST

#if defined(__x86_64__)
// What a process answers that starts with the fallback kernels and chooses again: the core in use, and a product.
static void choose(char answer[64], const char *core) {
  char command[512];
  (void)snprintf(command, sizeof command, "OPENBLAS_CORETYPE=Prescott '%s' --again %s", self_path, core);
  FILE *pipe = popen(command, "r");
  ck_assert_ptr_nonnull(pipe);
  ck_assert_ptr_nonnull(fgets(answer, 64, pipe));
  ck_assert_int_eq(pclose(pipe), 0);
}
#endif

/* Kernels are chosen once more, better ones and back, and compute. */
START_TEST(kernels_are_chosen_again) {
#if defined(__x86_64__)
  char answer[64];
  choose(answer, "Nehalem");
  ck_assert_str_eq(answer, "Nehalem 144\n");
  choose(answer, "Prescott");
  ck_assert_str_eq(answer, "Prescott 144\n");
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    choose(answer, "Haswell");
    ck_assert_str_eq(answer, "Haswell 144\n");
  }
#endif
}
END_TEST

static TCase *blas(void) {
  TCase *t = tcase_create("blas");
  tcase_add_test(t, information);
  tcase_add_test(t, threads);
  if (!excused("a process of one thread"))
    tcase_add_test(t, one_thread_of_one_starts_none);
  tcase_add_test(t, better_core);
  tcase_add_test(t, kernels_are_chosen_again);
  return t;
}

/* A product of 12 x 12 ones with themselves: the sum of all its elements, over 12. */
static double product(void) {
  enum { N = 12 };
  double ones[N * N], out[N * N], sum = 0;
  for (size_t i = 0; i < N * N; i++)
    ones[i] = 1;
  cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, N, N, N, 1, ones, N, ones, N, 0, out, N);
  for (size_t i = 0; i < N * N; i++)
    sum += out[i];
  return sum / N;
}

/*
 * With --cores it prints the core in use and the better one, for a process that chose the first by its environment;
 * with --again CORE the core in use once that is chosen in its place, and what it computes.
 */
int main(int argc, char **argv) {
  if (argc > 2 && strcmp(argv[1], "--again") == 0) {
    if (setenv("OPENBLAS_CORETYPE", argv[2], 1) != 0 || !gchk_blas_choose_again())
      return EXIT_FAILURE;
    (void)printf("%s %g\n", gchk_blas_get_info().core, product());
    return EXIT_SUCCESS;
  }
  if (argc > 1 && strcmp(argv[1], "--cores") == 0) {
    const char *better = gchk_blas_better_core();
    (void)printf("%s %s\n", gchk_blas_get_info().core, better != NULL ? better : "none");
    return EXIT_SUCCESS;
  }
  (void)snprintf(self_path, sizeof self_path, "%s", argv[0]);
  TCase *(*const make[])(void) = {blas};
  return run_test_cases("blas", make, 1);
}
