/* Writes every report of every sample into a folder: <folder>/<sample>.{json,txt,xml,html,md} and
 * <folder>/<sample>-html/. */
#include <stdio.h>
#include <string.h>

#include "report/plain_training.h"
#include "report/render.h"
#include "report/sample_undecided.h"
#include "report/save.h"
#include "report/train_html.h"

static gchk_result *large(void) {
  return sample_large(200, 200, true);
}

static gchk_result *awkward(void) {
  return sample_names(AWKWARD_NAME);
}

static gchk_result *interrupted(void) {
  gchk_result *result = sample_passing();
  result->complete = false;
  gchk_result_summarise(result);
  return result;
}

/* Of all samples the case that crashed. */
static gchk_result *crash(void) {
  gchk_result *result = sample_everything();
  size_t i = 0;
  while (strcmp(result->cases[i].name, "crash") != 0)
    i++;
  result->cases[0] = result->cases[i];
  result->case_count = 1;
  result->baseline = (gchk_baseline_result){0};
  gchk_result_summarise(result);
  return result;
}

static const struct {
  const char *name;
  gchk_result *(*make)(void);
} samples[] = {{"empty", sample_empty},
               {"passing", sample_passing},
               {"failing", sample_failing},
               {"inconclusive", sample_inconclusive},
               {"everything", sample_everything},
               {"large", large},
               {"names", awkward},
               {"apple-orange", sample_apple_orange},
               {"interrupted", interrupted},
               {"undecided", sample_undecided},
               {"crash", crash}};

/* The page of a training: the loss falls, and its gradients were checked twice. */
static bool write_training(const char *folder) {
  enum { STEPS = 400 };
  static const gchk_train_check checks[] = {{0, GCHK_PASS, 256, ""}, {200, GCHK_FAIL, 256, "W1[3,4] is wrong"}};
  static const gchk_train_point points[] = {{0, 0.1, 0.1}, {200, 0.7, 0.68}, {STEPS, 0.93, 0.91}};
  double loss[STEPS];
  char path[4096];
  gchk_error error = {0};
  gchk_text page = {0};
  for (size_t i = 0; i < STEPS; i++)
    loss[i] = 2.3 / (1 + (double)i / 50) + 0.05 * (double)(i % 7);
  gchk_train_record record = plain_training("two-layer-net");
  record.iterations = record.step_count = STEPS;
  record.loss = loss;
  record.points = points;
  record.point_count = sizeof points / sizeof points[0];
  record.checks = checks;
  record.check_count = sizeof checks / sizeof checks[0];
  gchk_train_html(&record, &page);
  snprintf(path, sizeof path, "%s/training.html", folder);
  const bool is_written = gchk_save_text(path, &page, &error) == GCHK_OK;
  if (!is_written)
    fprintf(stderr, "%s\n", error.message);
  return is_written;
}

static bool write_sample(const char *folder, size_t i) {
  char path[4096];
  gchk_error error = {0};
  gchk_result *result = samples[i].make();
  bool is_written = true;
  for (size_t f = 0; f < GCHK_FORMAT_COUNT && is_written; f++) {
    const gchk_format format = (gchk_format)f;
    snprintf(path, sizeof path, "%s/%s.%s", folder, samples[i].name, gchk_report_format_extension(format));
    is_written = gchk_report_save(result, format, NULL, path, &error) == GCHK_OK;
  }
  if (is_written) {
    snprintf(path, sizeof path, "%s/%s-html", folder, samples[i].name);
    is_written = gchk_html_save_folder(result, path, &error) == GCHK_OK;
  }
  if (!is_written)
    fprintf(stderr, "%s\n", error.message);
  gchk_result_free(result);
  return is_written;
}

int main(int argc, char **argv) {
  if (argc != 2) {
    fprintf(stderr, "usage: sample_reports FOLDER\n");
    return 2;
  }
  for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++)
    if (!write_sample(argv[1], i))
      return 1;
  return write_training(argv[1]) ? 0 : 1;
}
