/* Other values of options. */
#include "exposure/vary_options.h"

#include <math.h>
#include <string.h>

#include "instance/layer_table.h"

// What is so much larger than the initial value is no value to try: it may be how often something is done.
static const double far_end = 100, times_initial = 10;

// Is the word one of those in the text, with blanks between them?
static bool has_word(const char *text, const char *word) {
  const size_t length = strlen(word);
  for (const char *at = text; at != NULL && *at != '\0'; at += strcspn(at, " ")) {
    at += strspn(at, " ");
    if (strcspn(at, " ") == length && strncmp(at, word, length) == 0)
      return true;
  }
  return false;
}

static bool is_left_alone(const gchk_layer *layer, const char *name) {
  bool is_left = has_word(layer->fixed_options, name);
  for (size_t i = 0; i < layer->tensor_count; i++)
    is_left = is_left || (layer->tensors[i].ignored != NULL && strcmp(layer->tensors[i].ignored, name) == 0);
  return is_left || (layer->learning_rate_option != NULL && strcmp(layer->learning_rate_option, name) == 0);
}

static bool is_whole(double x) {
  return !isfinite(x) || floor(x) == x;
}

static bool is_too_far(double x, double initial) {
  return !isfinite(x) || (fabs(x) > far_end && fabs(x) > times_initial * fabs(initial));
}

// Between the initial value and the end of the range that is further from it; whole where all of them are.
static double third(const gchk_option_spec *option, double initial) {
  const bool goes_up = !(initial - option->minimum > option->maximum - initial);
  const double end = goes_up ? option->maximum : option->minimum;
  const double between = is_too_far(end, initial) ? 2 * initial + (goes_up ? 1 : -1) : initial + (end - initial) / 2;
  const bool wants_whole = is_whole(initial) && is_whole(option->minimum) && is_whole(option->maximum);
  return wants_whole ? nearbyint(between) : between;
}

static bool is_new(double x, double initial, const double *values, size_t count) {
  bool is_known = x <= initial && x >= initial;
  for (size_t k = 0; k < count; k++)
    is_known = is_known || (x <= values[k] && x >= values[k]);
  return !is_known;
}

size_t gchk_other_option_values(const gchk_layer *layer, size_t i, double values[GCHK_OTHER_VALUES]) {
  const gchk_option_spec *option = &layer->options[i];
  const double initial = gchk_layer_option(layer, NULL, i);
  const double tried[GCHK_OTHER_VALUES] = {third(option, initial), option->maximum, option->minimum, 0, 1};
  size_t count = 0;
  for (size_t k = 0; k < GCHK_OTHER_VALUES && !is_left_alone(layer, option->name); k++)
    if (tried[k] >= option->minimum && tried[k] <= option->maximum && !is_too_far(tried[k], initial) &&
        is_new(tried[k], initial, values, count))
      values[count++] = tried[k];
  return count;
}
