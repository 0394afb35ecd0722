/* What the values of options may be: one function a kind. */
#include "options/option_values.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "gradcheck/train.h"
#include "options/options.h"

bool cli_parse_text(const char *text, void *value) {
  *(const char **)value = text;
  return text[0] != '\0';
}

bool cli_parse_another_text(const char *text, void *value) {
  cli_option_texts *texts = value;
  if (text[0] == '\0')
    return false;
  texts->at[texts->count++] = text;
  return true;
}

size_t cli_pattern_length(const char *text) {
  size_t i = 0;
  while (text[i] != '\0' && text[i] != '=')
    i += text[i] == '\\' && text[i + 1] != '\0' ? 2 : 1;
  return i;
}

bool cli_parse_expected(const char *text, void *value) {
  const size_t length = cli_pattern_length(text);
  return length > 0 && text[length] == '=' && text[length + 1] != '\0' && cli_parse_another_text(text, value);
}

bool cli_parse_renamed(const char *text, void *value) {
  const char *equals = strchr(text, '=');
  return equals != NULL && equals > text && equals[1] != '\0' && cli_parse_another_text(text, value);
}

static bool parse_count(const char *text, uint64_t *value) {
  char *end;
  errno = 0;
  if (text[0] < '0' || text[0] > '9')
    return false;
  unsigned long long x = strtoull(text, &end, 10);
  *value = x;
  return errno == 0 && *end == '\0';
}

bool cli_parse_u64(const char *text, void *value) {
  return parse_count(text, value);
}

bool cli_parse_size(const char *text, void *value) {
  uint64_t x;
  if (!parse_count(text, &x) || x > 4096)
    return false;
  *(size_t *)value = (size_t)x;
  return true;
}

bool cli_parse_digits(const char *text, void *value) {
  uint64_t x;
  if (!parse_count(text, &x) || x < 1 || x > 17)
    return false;
  *(int *)value = (int)x;
  return true;
}

bool cli_parse_positive_u64(const char *text, void *value) {
  return parse_count(text, value) && *(uint64_t *)value > 0;
}

bool cli_parse_seeds(const char *text, void *value) {
  return cli_parse_positive_u64(text, value) && *(uint64_t *)value <= 4096;
}

static bool parse_real(const char *text, double *value) {
  char *end;
  errno = 0;
  *value = strtod(text, &end);
  return errno == 0 && end != text && *end == '\0' && isfinite(*value);
}

bool cli_parse_positive(const char *text, void *value) {
  return parse_real(text, value) && *(double *)value > 0;
}

// "X", or "f32=X,f64=X".
bool cli_parse_thresholds(const char *text, void *value) {
  cli_thresholds *thresholds = value;
  if (strchr(text, '=') == NULL)
    return cli_parse_positive(text, &thresholds->all);
  for (const char *part = text; part != NULL;) {
    char number[64];
    const char *comma = strchr(part, ',');
    size_t length = comma != NULL ? (size_t)(comma - part) : strlen(part);
    double *of = strncmp(part, "f64=", 4) == 0   ? &thresholds->f64
                 : strncmp(part, "f32=", 4) == 0 ? &thresholds->f32
                                                 : NULL;
    if (of == NULL || length - 4 >= sizeof number)
      return false;
    memcpy(number, part + 4, length - 4);
    number[length - 4] = '\0';
    if (!cli_parse_positive(number, of))
      return false;
    part = comma != NULL ? comma + 1 : NULL;
  }
  return true;
}

bool cli_parse_seconds(const char *text, void *value) {
  return parse_real(text, value) && *(double *)value >= 0;
}

bool cli_parse_percent(const char *text, void *value) {
  char number[64];
  double *share = value;
  const size_t length = strcspn(text, "%");
  if (length >= sizeof number || strcmp(text + length, "%") != 0)
    return false;
  memcpy(number, text, length);
  number[length] = '\0';
  if (!parse_real(number, share) || !(*share >= 0 && *share <= 100))
    return false;
  *share /= 100;
  return true;
}

bool cli_parse_step(const char *text, void *value) {
  if (strcmp(text, "auto") == 0) {
    *(double *)value = 0;
    return true;
  }
  return cli_parse_positive(text, value);
}

bool cli_parse_dtype(const char *text, void *value) {
  gchk_dtype *dtype = value;
  for (*dtype = GCHK_F64; *dtype <= GCHK_F32; (*dtype)++)
    if (strcmp(text, gchk_dtype_name(*dtype)) == 0)
      return true;
  return false;
}

bool cli_parse_color(const char *text, void *value) {
  *(const char **)value = text;
  return strcmp(text, "auto") == 0 || strcmp(text, "always") == 0 || strcmp(text, "never") == 0;
}

bool cli_parse_optimiser(const char *text, void *value) {
  *(const char **)value = text;
  return gchk_optimiser_find(text) != NULL;
}

// "I/N": shard is the first of two fields that follow each other.
bool cli_parse_shard(const char *text, void *value) {
  uint64_t *shard = value;
  char first[32];
  const char *slash = strchr(text, '/');
  if (slash == NULL || (size_t)(slash - text) >= sizeof first)
    return false;
  memcpy(first, text, (size_t)(slash - text));
  first[slash - text] = '\0';
  return parse_count(first, &shard[0]) && parse_count(slash + 1, &shard[1]) && shard[0] >= 1 && shard[0] <= shard[1];
}
