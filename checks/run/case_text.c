#include "case_text.h"

#include <check.h>

#include "core/text.h"
#include "result/fields_write.h"
#include "result/result_fields.h"

char *case_text(const gchk_case_result *result) {
  gchk_text text = {0};
  gchk_json json = {.text = &text};
  gchk_fields_write(&json, NULL, &gchk_piped_case_fields, result);
  char *taken = gchk_text_take(&text);
  ck_assert_ptr_nonnull(taken);
  return taken;
}
