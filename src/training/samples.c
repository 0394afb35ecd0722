/* A row of samples as doubles. */
#include <string.h>

#include "core/clones.h"
#include "gradcheck/train.h"

static void expand_one_hot(const unsigned char *labels, size_t count, size_t classes, double *numbers) {
  memset(numbers, 0, count * classes * sizeof *numbers);
  for (size_t i = 0; i < count; i++)
    numbers[i * classes + labels[i]] = 1;
}

GCHK_CLONES static void scale_bytes(const unsigned char *restrict bytes, size_t count, double scale,
                                    double *restrict numbers) {
  for (size_t k = 0; k < count; k++)
    numbers[k] = bytes[k] * scale;
}

void gchk_samples_row(const gchk_samples *samples, size_t row, double *numbers) {
  const size_t width = samples->width;
  if (samples->values != NULL) {
    memcpy(numbers, samples->values + row * width, width * sizeof *numbers);
  } else if (samples->classes > 0) {
    const size_t count = width / samples->classes;
    expand_one_hot(samples->bytes + row * count, count, samples->classes, numbers);
  } else {
    scale_bytes(samples->bytes + row * width, width, samples->scale, numbers);
  }
}
