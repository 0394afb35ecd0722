/* Writes every report of every sample into a folder: <folder>/<sample>.{json,txt,xml,html,md} and
 * <folder>/<sample>-html/. */
#include <stdio.h>
#include <string.h>

#include "report/render.h"
#include "report/sample_undecided.h"

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
               {"undecided", sample_undecided}};

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
  return 0;
}
