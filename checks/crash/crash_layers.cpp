// y_i = 2 x_i, whose backward leaves in the ways of C++. KIND chooses one.
#include <stdexcept>
#include <vector>

#include "gradcheck/gradcheck.h"

namespace deep {
template <class T> struct net {
  __attribute__((noinline)) void run(std::vector<T> values, std::size_t at);
};
template <class T> __attribute__((noinline)) void net<T>::run(std::vector<T> values, std::size_t at) {
  static volatile std::size_t three = 3;
  static T *volatile nothing;
  if (KIND == 1 && values.size() == three)
    throw std::runtime_error("shapes do not match: 3 and 4"); // MARK throw
  if (KIND == 2)
    values.at(at) = 1; // MARK at
  if (KIND == 3)
    *nothing = 1; // MARK wild
}

// Three names, of which the linker's form of another has each in full: some three hundred characters.
struct the_first_of_three_types_whose_names_are_as_long_as_those_that_expression_templates_have_for_a_sum_of_products {};
struct another_of_three_types_whose_names_are_as_long_as_those_that_expression_templates_have_for_a_product_of_sums {};
struct the_last_of_three_types_whose_names_are_as_long_as_those_that_expression_templates_have_for_a_transpose {};
template <class A, class B, class C> struct three {};
using long_type =
    three<the_first_of_three_types_whose_names_are_as_long_as_those_that_expression_templates_have_for_a_sum_of_products,
          another_of_three_types_whose_names_are_as_long_as_those_that_expression_templates_have_for_a_product_of_sums,
          the_last_of_three_types_whose_names_are_as_long_as_those_that_expression_templates_have_for_a_transpose>;
template <class T> struct long_name {
  __attribute__((noinline)) static void run();
};
template <class T> __attribute__((noinline)) void long_name<T>::run() {
  static double *volatile nothing;
  *nothing = 1;
}
} // namespace deep

static gchk_status forward(const gchk_call *c, gchk_error *) {
  const double *x = static_cast<const double *>(c->t[0].value);
  double *y = static_cast<double *>(c->t[1].value);
  for (std::size_t i = 0; i < c->t[0].count; i++)
    y[i] = 2 * x[i];
  return GCHK_OK;
}

static gchk_status backward(const gchk_call *c, gchk_error *) {
  double *dx = static_cast<double *>(c->t[0].grad);
  const double *dy = static_cast<const double *>(c->t[1].grad);
  deep::net<double>().run(std::vector<double>(3), 99);
  if (KIND == 4)
    deep::long_name<deep::long_type>::run();
  for (std::size_t i = 0; i < c->t[0].count; i++)
    dx[i] = 2 * dy[i];
  return GCHK_OK;
}

static gchk_tensor_spec tensors[2];

static gchk_layer make() {
  tensors[0].name = "x";
  tensors[0].role = GCHK_INPUT;
  tensors[1].name = "y";
  tensors[1].role = GCHK_OUTPUT;
  tensors[0].shape = tensors[1].shape = "N";
  gchk_layer layer = {};
  layer.name = "leaver";
  layer.file = __FILE__;
  layer.dtype = GCHK_F64;
  layer.tensors = tensors;
  layer.tensor_count = 2;
  layer.forward = forward;
  layer.backward = backward;
  layer.sizes = "N=5";
  return layer;
}
static const gchk_layer leaver = make();
extern "C" {
GCHK_PLUGIN(&leaver)
}
