/* The table of classes: one row a layer. */
#include "classes.h"
#include "lists.h"

#define ROW_WRONG(bug_class, id, codes)   {bug_class, &id, MUST_FAIL, codes},
#define ROW_REFUSED(bug_class, id, codes) {bug_class, &id, MUST_REFUSE, codes},
#define ROW_TWIN(id)                      {"twin", &id, MUST_PASS, NULL},
#define ROW_CONTROL(id)                   {"control", &id, MUST_PASS, NULL},
#define ROW_CONVENTION(id)                {"convention", &id, MUST_PASS, NULL},
const class_row class_rows[] = {WRONG_LAYERS(ROW_WRONG) REFUSED_LAYERS(ROW_REFUSED) RIGHT_TWINS(ROW_TWIN)
                                    CONTROLS(ROW_CONTROL) WRONG_CONVENTIONS(ROW_WRONG) WRONG_MEANINGS(ROW_WRONG)
                                        MEANINGS(ROW_CONVENTION) REFUSED_CONVENTIONS(ROW_REFUSED)
                                            CONVENTIONS(ROW_CONVENTION)};
const size_t class_row_count = sizeof class_rows / sizeof class_rows[0];
