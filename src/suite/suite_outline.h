/* A case that is not wanted: looked through as far as its text goes, without the files that it names. */
#ifndef GCHK_SUITE_SUITE_OUTLINE_H
#define GCHK_SUITE_SUITE_OUTLINE_H

#include "suite/suite_case.h"

/* Does a value of the case, or what is expected of it, come from a file? */
bool gchk_suite_names_files(const gchk_suite_case *c);

/*
 * Of a case whose keys and values are read without their files: its layers, their keys and options, and what stands in
 * its other sections are looked at; shapes are not known. Its layer becomes one that has a name and a dtype alone.
 */
gchk_status gchk_suite_outline(gchk_suite_case *c) GCHK_MUST_USE;

#endif
