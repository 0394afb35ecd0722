/* Suites of any text: an error with a message, or cases. Plug-ins are not loaded: their code is not under test. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "suite/suite_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
const char *__lsan_default_suppressions(void);

/* libfyaml 0.7.12 loses a buffer of its own where some quoted texts are not closed; leaks of ours show all the same. */
const char *__lsan_default_suppressions(void) {
  return "leak:libfyaml.so";
}

static int has(const char *text, size_t size, const char *word) {
  size_t length = strlen(word);
  for (size_t i = 0; i + length <= size; i++)
    if (memcmp(text + i, word, length) == 0)
      return 1;
  return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  gchk_error error = {GCHK_OK, ""};
  gchk_suite *suite = NULL;
  size_t count = 0;
  char *text = malloc(size + 1);
  if (text == NULL)
    return 0;
  memcpy(text, data, size);
  text[size] = '\0';
  /* What comes out of a device or a pipe is not what the fuzzer made. */
  if (!has(text, size, "plugins") && !has(text, size, "/dev") && !has(text, size, "/proc")) {
    gchk_status status = gchk_suite_load_text(&suite, FUZZ_FOLDER "fuzz.yaml", text, size, GCHK_DTYPE_UNSET, &error);
    if (status != GCHK_OK && (suite != NULL || error.message[0] == '\0'))
      __builtin_trap();
    if (status == GCHK_OK && (gchk_suite_cases(suite, &count) == NULL || count == 0))
      __builtin_trap();
    gchk_suite_free(suite);
  }
  free(text);
  return 0;
}
