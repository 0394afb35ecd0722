/* A case while it is read: from its map in the suite file to a gchk_case. */
#ifndef GCHK_SUITE_SUITE_CASE_H
#define GCHK_SUITE_SUITE_CASE_H

#include "gradcheck/check.h"
#include "suite/suite_reader.h"
#include "suite/suite_value.h"

typedef struct gchk_suite_case {
  gchk_suite_reader *reader;
  const gchk_yaml *node; /* the case's map */
  const char *name;
  gchk_suite_settings settings; /* the case's, over the defaults */
  bool has_own_dtype;           /* the case or the defaults say one, not only the caller */
  gchk_suite_value *values;
  size_t value_count;
  const gchk_layer *layer; /* the layer or the network, once it is there */
  gchk_sizes sizes;        /* of a single layer; none for a network, whose shapes are numbers */
  const char *sizes_text;  /* the same in words; NULL for a network */
  const double *options;
  bool is_training; /* built for the rows of a batch: what is expected of the rows of the case does not hold */
} gchk_suite_case;

/* Reads `case_map` into *out; all that it points to belongs to the reader's arena and its list of networks. */
gchk_status gchk_suite_case_read(gchk_suite_reader *reader, const gchk_yaml *case_map, gchk_case *out) GCHK_MUST_USE;

/* The two halves of it: name, settings and values; then the layer or network of those values, and the gchk_case. */
gchk_status gchk_suite_case_begin(gchk_suite_reader *reader, const gchk_yaml *case_map,
                                  gchk_suite_case *c) GCHK_MUST_USE;
gchk_status gchk_suite_case_end(gchk_suite_case *c, gchk_case *out) GCHK_MUST_USE;

/* `train` and `test` name values of the case; their data are not read (suite_train.c). */
gchk_status gchk_suite_check_training(const gchk_suite_case *c) GCHK_MUST_USE;

/* `layer: NAME` (suite_layer.c) and `network: [...]` (suite_network.c): set layer, sizes and options. */
gchk_status gchk_suite_single_layer(gchk_suite_case *c, const gchk_yaml *name) GCHK_MUST_USE;
gchk_status gchk_suite_network(gchk_suite_case *c, const gchk_yaml *list) GCHK_MUST_USE;

/* Everything that is said of single tensors, once the layer is there; not what is expected, in training (suite_tensors.c). */
gchk_status gchk_suite_tensors(const gchk_suite_case *c, const gchk_tensor_setting **settings,
                               size_t *count) GCHK_MUST_USE;

/*
 * The nth layer called `name`: the built-in ones in `dtype`, then those of the plug-ins in the dtype that they have.
 * NULL when there are no more.
 */
const gchk_layer *gchk_suite_find_layer(const gchk_suite_reader *reader, const char *name, gchk_dtype dtype,
                                        size_t nth);

/* Says that there is no layer of this name, and which there are. */
gchk_status gchk_suite_unknown_layer(const gchk_suite_reader *reader, const gchk_yaml *node, const char *name);

/* The dtype for a layer of this name: as asked for; a plug-in's layer has its own. Refuses a case that asks for the
 * other. */
gchk_status gchk_suite_layer_dtype(const gchk_suite_case *c, const gchk_yaml *node, const char *name,
                                   gchk_dtype *dtype) GCHK_MUST_USE;

/* The value called `name`, or NULL. */
gchk_suite_value *gchk_suite_case_value(const gchk_suite_case *c, const char *name);

/*
 * Can the value be the tensor of this row? Its rank and its class, as far as they are known. Says at `at` why it
 * cannot; *progress is 2 when it is only the class, else it is left.
 */
gchk_status gchk_suite_value_fits(const gchk_suite_case *c, const gchk_yaml *at, const gchk_suite_value *value,
                                  const gchk_layer *layer, const gchk_tensor_spec *row, int *progress) GCHK_MUST_USE;

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

/* The row of this name, or the count. */
size_t gchk_suite_find_row(const gchk_layer *layer, const char *name);

#endif
