/* Built-in layers under test: made by name, filled at random, run, and compared with oracles in long double. */
#ifndef CHECKS_LAYERS_LAYER_FIXTURE_H
#define CHECKS_LAYERS_LAYER_FIXTURE_H

#include <check.h>

#include "instance/instance.h"

/* The nth layer of that name, with its options (NULL: initial) and sizes ("N=3 C=5"; NULL: its own), filled from
 * `seed`. */
gchk_instance *make_layer(const char *name, size_t nth, gchk_dtype dtype, const char *sizes, const double *options,
                          uint64_t seed);

/* forward, a random signed upstream gradient, gradients full of NaN, backward. */
void run_layer(gchk_instance *instance, uint64_t seed);

/* The tensor's index; fails the test when there is none. */
size_t tensor_of(const gchk_instance *instance, const char *name);

/* Element i of a value or gradient, exactly. */
long double value_at(const gchk_instance *instance, size_t tensor, size_t i);
long double gradient_at(const gchk_instance *instance, size_t tensor, size_t i);
void set_value(gchk_instance *instance, size_t tensor, size_t i, double x);
void set_values(gchk_instance *instance, const char *tensor, const double *x, size_t count);

/* The unit round-off of the instance's layer: 2^-53 or 2^-24. */
long double unit_of(const gchk_instance *instance);

/* |actual - expected| <= steps u scale, false for NaN: `steps` roundings of terms that add up to `scale` in absolute
 * value. */
bool is_close(long double actual, long double expected, long double steps, long double scale, long double unit);
void expect_value(const gchk_instance *instance, size_t tensor, size_t i, long double expected, long double steps,
                  long double scale);
void expect_gradient(const gchk_instance *instance, size_t tensor, size_t i, long double expected, long double steps,
                     long double scale);

#endif
