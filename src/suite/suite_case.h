/* A case while it is read: from its map in the suite file to a gchk_case (suite_build.c). */
#ifndef GCHK_SUITE_SUITE_CASE_H
#define GCHK_SUITE_SUITE_CASE_H

#include "core/name_table.h"
#include "suite/suite_axis.h"
#include "suite/suite_keys.h"
#include "suite/suite_value.h"

typedef struct gchk_suite_case {
  gchk_suite_reader *reader;
  const gchk_yaml *node; /* the case's map */
  gchk_case_keys keys;   /* what stands in it; its settings over the defaults */
  bool has_own_dtype;    /* the case or the defaults say one, not only the caller */
  gchk_suite_value *values;
  size_t value_count;
  gchk_name_table value_names; /* with their indices */
  const gchk_layer *layer;     /* the layer or the network, once it is there */
  gchk_sizes sizes;            /* of a single layer; none for a network, whose shapes are numbers */
  gchk_suite_axes axes;        /* of these, what is counted from the last */
  const char *sizes_text;      /* the same in words; NULL for a network */
  const double *options;
  bool is_training; /* built for the rows of a batch: what is expected of the rows of the case does not hold */
} gchk_suite_case;

/* Once what became of the case is elsewhere, or nothing did. */
void gchk_suite_case_deinit(gchk_suite_case *c);

/* The value called `name`, or NULL. */
gchk_suite_value *gchk_suite_case_value(const gchk_suite_case *c, const char *name);

#endif
