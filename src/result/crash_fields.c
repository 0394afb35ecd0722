/* The fields of how a case's process ended before its time: one row a field. */
#include "result/crash_fields.h"

#include "gradcheck/result.h"
#include "result/field_rows.h"

static const gchk_field frame_rows[] = {
    STRING(gchk_frame, "function", function, "C++ names as they are written; empty: not known."),
    STRING(gchk_frame, "file", file, "Empty where there is no debugging information."),
    INTEGER(gchk_frame, "line", line, INT32_MAX, "0 when it is not known."),
    STRING(gchk_frame, "module", module, "The program or shared object; empty: not known."),
    COUNT(gchk_frame, "offset", offset, "Of the instruction, within the module."),
    SIZE(gchk_frame, "times", times, "So often in a row: recursion."),
};
static const gchk_fields frame_fields = {
    .definition = "frame", .doc = "A line of a stack.", TABLE(gchk_frame, frame_rows)};

const gchk_crash_result gchk_no_crash = {
    .how = "", .callback = "", .step = "", .tensor = "", .signal = "", .address = "", .where = "", .sanitizer = ""};

static bool has_crash(const void *object) {
  const gchk_crash_result *crash = object;
  return crash->how != NULL && crash->how[0] != '\0';
}

static void start_empty(void *at, bool is_there) {
  (void)is_there;
  *(gchk_crash_result *)at = gchk_no_crash;
}

static const gchk_field crash_rows[] = {
    CHOICE(gchk_crash_result, "how", how, "\"enum\": [\"signal\", \"exit\", \"timeout\", \"memory\"]",
           "What ended it."),
    STRING(gchk_crash_result, "callback", callback, "The layer's, that was under way; empty: none was."),
    STRING(gchk_crash_result, "step", step, "Of the check."),
    STRING(gchk_crash_result, "tensor", tensor, "That the step was about; empty: none."),
    STRING(gchk_crash_result, "signal", signal, "Its name; empty: it was none."),
    INTEGER(gchk_crash_result, "exit_status", exit_status, 255, "Of an exit."),
    STRING(gchk_crash_result, "address", address, "That was accessed; empty: not known. Differs from run to run."),
    STRING(gchk_crash_result, "where", where, "What the address is near."),
    ARRAY(LIST, gchk_crash_result, "frames", frames, gchk_frame *, frame_count, "The stack, the innermost first.",
          .of = &frame_fields),
    ARRAY(STRINGS, gchk_crash_result, "stderr", lines, const char **, line_count,
          "The last lines on standard error, without what a terminal or a CI server would obey.", .of = NULL),
    STRING(gchk_crash_result, "sanitizer", sanitizer, "What a sanitizer says in short; empty: nothing."),
    ARRAY(STRINGS, gchk_crash_result, "sanitizer_report", report, const char **, report_count,
          "The lines of its report, up to a limit.", .of = NULL),
};
const gchk_fields gchk_crash_fields = {.definition = "crash",
                                       .doc = "How a case's process ended before its time.",
                                       .is_there = has_crash,
                                       .prepare = start_empty,
                                       TABLE(gchk_crash_result, crash_rows)};
