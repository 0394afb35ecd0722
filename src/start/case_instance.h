/* A layer at the base point of a case: what a case says of its tensors, and instances that are filled so. */
#ifndef GCHK_START_CASE_INSTANCE_H
#define GCHK_START_CASE_INSTANCE_H

#include "gradcheck/check.h"
#include "instance/instance.h"

/* What the case says of a tensor, or NULL; and the seed that its random streams start from. */
const gchk_tensor_setting *gchk_case_setting(const gchk_case *spec, const char *tensor);
uint64_t gchk_case_seed(const gchk_case *spec, uint64_t seed);

/* How the case fills tensor i of the layer's table. */
const gchk_fill *gchk_case_fill_of(const gchk_case *spec, const gchk_layer *layer, size_t i);

/* Fills every input, parameter, index and constant of `instance` as the case says, from the case's random stream. */
gchk_status gchk_case_fill(const gchk_case *spec, uint64_t seed, gchk_instance *instance,
                           gchk_error *error) GCHK_MUST_USE;

/* A fresh instance of the case's layer, filled the same way: for probes that need one without history. */
gchk_status gchk_case_instance(const gchk_case *spec, uint64_t seed, gchk_instance **instance,
                               gchk_error *error) GCHK_MUST_USE;

/* Does the case say something of an intermediate value's gradient, so that it is checked like a parameter? */
bool gchk_setting_asks_for_gradient(const gchk_tensor_setting *setting);

#endif
