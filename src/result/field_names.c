/* What the values of a result's enums are called. */
#include "result/field_names.h"

#include "gradcheck/result.h"

static const char *verdict_name(int i) {
  return gchk_verdict_name((gchk_verdict)i);
}

static const char *role_name(int i) {
  return gchk_role_name((gchk_role)i);
}

static const char *dtype_name(int i) {
  return gchk_dtype_name((gchk_dtype)i);
}

static const char *doubt_name(int i) {
  return gchk_doubt_find((gchk_doubt)i)->name;
}

static const char *printed_name(int i) {
  return gchk_printed_kind_name((gchk_printed_kind)i);
}

const gchk_names gchk_verdict_names = {"verdict", verdict_name, GCHK_ERROR + 1};
const gchk_names gchk_role_names = {"role", role_name, GCHK_CONSTANT + 1};
const gchk_names gchk_dtype_names = {"dtype", dtype_name, GCHK_I32 + 1};
const gchk_names gchk_doubt_names = {"doubt", doubt_name, GCHK_DOUBT_COUNT};
const gchk_names gchk_printed_names = {"printed_kind", printed_name, GCHK_PRINTED_COUNT};
