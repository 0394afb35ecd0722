/* Built against the installed suites: loads the suite that it is given, checks its cases, and trains the last one. */
#include <gradcheck/gradcheck.h>
#include <gradcheck/suite.h>
#include <gradcheck/train.h>

static int train(gchk_suite *suite, const char *name, gchk_error *error) {
  gchk_suite_training training;
  gchk_trainer *trainer = NULL;
  double first = 0, loss = 0;
  if (gchk_suite_training_data(suite, name, 2, &training, error) != GCHK_OK ||
      gchk_trainer_new(&trainer, &training.spec, &training.train, NULL, error) != GCHK_OK)
    return 2;
  gchk_status status = GCHK_OK;
  for (size_t k = 0; k < 50 && status == GCHK_OK; k++) {
    status = gchk_trainer_step(trainer, &loss, error);
    first = k == 0 ? loss : first;
  }
  printf("%s: loss %g at first, %g at last\n", name, first, loss);
  gchk_trainer_free(trainer);
  return status != GCHK_OK ? 2 : loss < first ? 0 : 1;
}

int main(int argc, char **argv) {
  gchk_suite *suite = NULL;
  gchk_result *result = NULL;
  gchk_error error = {GCHK_OK, ""};
  size_t count = 0;
  int code = 2;
  if (argc != 2 || gchk_suite_load(&suite, argv[1], GCHK_DTYPE_UNSET, &error) != GCHK_OK)
    goto done;
  const gchk_case *cases = gchk_suite_cases(suite, &count);
  if (count == 0 || gchk_check_cases(cases, count, NULL, &result, &error) != GCHK_OK)
    goto done;
  gchk_print(result, stdout);
  code = result->exit_code != 0 ? result->exit_code : train(suite, cases[count - 1].name, &error);
done:
  if (code == 2)
    fprintf(stderr, "%s\n", error.message);
  gchk_result_free(result);
  gchk_suite_free(suite);
  return code;
}
