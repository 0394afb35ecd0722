/* Networks under test, written in a few words: add_node(net, "affine1", affine, "x=pixels W=W1", "units=50", NULL). */
#ifndef CHECKS_NETWORK_NETWORK_FIXTURE_H
#define CHECKS_NETWORK_NETWORK_FIXTURE_H

#include <check.h>

#include "gradcheck/network.h"
#include "instance/instance.h"

/* A value that is no shape: "3 40", "" for a scalar. Role and dtype as gchk_network_add_value takes them. */
void add_value(gchk_network *network, const char *name, gchk_role role, const char *shape);

/* What gchk_network_add_node returns; bindings are "tensor=value" words, sizes "units=50". Either may be "". */
gchk_status try_node(gchk_network *network, const char *name, const gchk_layer *layer, const char *bindings,
                     const char *sizes, const double *options, gchk_error *error);
void add_node(gchk_network *network, const char *name, const gchk_layer *layer, const char *bindings, const char *sizes,
              const double *options);

/* A built-in layer, by name. */
const gchk_layer *built_in(const char *name, gchk_dtype dtype);

gchk_network *new_network(gchk_dtype dtype);

/* An instance of the finished network, every input, parameter, constant and index filled from `seed`. */
gchk_instance *instantiate(const gchk_layer *layer, uint64_t seed);
gchk_instance *finish(gchk_network *network, uint64_t seed);

void forward(gchk_instance *instance);

/* backward with gradients that held NaN before; upstream 1 for scalars, else random signed numbers from `seed`. */
void backward(gchk_instance *instance, uint64_t seed);

const gchk_tensor *tensor(const gchk_instance *instance, const char *name);
double value_of(const gchk_instance *instance, const char *name, size_t i);
double gradient_of(const gchk_instance *instance, const char *name, size_t i);
void set(gchk_instance *instance, const char *name, size_t i, double x);

/* No write beside any buffer. */
void check_guards(const gchk_instance *instance);

/* 5-7-4 with relu and softmax_with_loss, 3 samples: x, t, W1 b1 W2 b2, loss, a1 r1 a2. */
gchk_network *two_layer_net(gchk_dtype dtype);

#endif
