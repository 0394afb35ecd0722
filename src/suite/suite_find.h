/* What single layers and networks both look up: layers, their tensors and options, and which value fits a tensor. */
#ifndef GCHK_SUITE_SUITE_FIND_H
#define GCHK_SUITE_SUITE_FIND_H

#include "suite/suite_case.h"

/*
 * The nth layer called `name`: those of the plug-ins in the dtype that they have; where there are none, the built-in
 * ones in `dtype`. NULL when there are no more.
 */
const gchk_layer *gchk_suite_find_layer(const gchk_suite_reader *reader, const char *name, gchk_dtype dtype,
                                        size_t nth);

/* The dtype for a layer of this name: as asked for; a plug-in's layer has its own. Refuses a case that asks for the
 * other. */
gchk_status gchk_suite_layer_dtype(const gchk_suite_case *c, const gchk_yaml *node, const char *name,
                                   gchk_dtype *dtype) GCHK_MUST_USE;

/*
 * Can the value be the tensor of this row? Its shape, beside those that `sizes` has of other values of the layer, and
 * its class, as far as they are known. Says at `at` why it cannot; *progress is 2 when it is only the class, else it is
 * left.
 */
gchk_status gchk_suite_value_fits(const gchk_suite_case *c, const gchk_yaml *at, const gchk_suite_value *value,
                                  const gchk_layer *layer, const gchk_tensor_spec *row, gchk_sizes *sizes,
                                  int *progress) GCHK_MUST_USE;

/* Of the layers of one name that do not fit, the one that was nearest has the say: keeps its error. */
typedef struct gchk_suite_misfit {
  gchk_error error;
  int progress;
} gchk_suite_misfit;
void gchk_suite_keep_misfit(gchk_suite_misfit *nearest, const gchk_error *error, int progress);

/* Sets the option called `name` of `layer` in `options` from its node; *is_option is false when there is none. */
gchk_status gchk_suite_read_option(const gchk_suite_reader *reader, const gchk_layer *layer, double *options,
                                   const char *name, const gchk_yaml *node, bool *is_option) GCHK_MUST_USE;

/* The initial values of a layer's options, in the arena. */
double *gchk_suite_initial_options(const gchk_suite_reader *reader, const gchk_layer *layer);

#endif
