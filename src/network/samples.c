/* A row of samples as doubles. */
#include <string.h>

#include "gradcheck/train.h"

static void expand_one_hot(const unsigned char *labels, size_t count, size_t classes, double *numbers) {
  memset(numbers, 0, count * classes * sizeof *numbers);
  for (size_t i = 0; i < count; i++)
    numbers[i * classes + labels[i]] = 1;
}

void gchk_samples_row(const gchk_samples *samples, size_t row, double *numbers) {
  const size_t width = samples->width;
  if (samples->values != NULL) {
    memcpy(numbers, samples->values + row * width, width * sizeof *numbers);
  } else if (samples->classes > 0) {
    const size_t count = width / samples->classes;
    expand_one_hot(samples->bytes + row * count, count, samples->classes, numbers);
  } else {
    const unsigned char *bytes = samples->bytes + row * width;
    for (size_t k = 0; k < width; k++)
      numbers[k] = bytes[k] * samples->scale;
  }
}
