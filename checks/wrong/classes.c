/* The table of classes: one row a layer. */
#include "classes.h"
#include "lists.h"

#define ROW_WRONG(bug_class, id, codes)   {bug_class, &id, MUST_FAIL, codes},
#define ROW_REFUSED(bug_class, id, codes) {bug_class, &id, MUST_REFUSE, codes},
#define ROW_TWIN(id)                      {"twin", &id, MUST_PASS, NULL},
#define ROW_CONTROL(id)                   {"control", &id, MUST_PASS, NULL},
#define ROW_CONVENTION(id)                {"convention", &id, MUST_PASS, NULL},
#define ROW_CALL(id)                      ROW_CONVENTION(id) ROW_CONVENTION(id##_f32)
#define ROW_WRONG_CALL(bug_class, id, codes)                                                                           \
  ROW_WRONG(bug_class, id, codes)                                                                                      \
  ROW_WRONG(bug_class, id##_f32, codes)
const class_row class_rows[] = {
    WRONG_LAYERS(ROW_WRONG) REFUSED_LAYERS(ROW_REFUSED) RIGHT_TWINS(ROW_TWIN) CONTROLS(ROW_CONTROL)
        WRONG_CONVENTIONS(ROW_WRONG) WRONG_MEANINGS(ROW_WRONG) MEANINGS(ROW_CONVENTION) REFUSED_CONVENTIONS(ROW_REFUSED)
            CONVENTIONS(ROW_CONVENTION) RIGHT_CALLS(ROW_CALL) WRONG_CALLS(ROW_WRONG_CALL)};
const size_t class_row_count = sizeof class_rows / sizeof class_rows[0];
