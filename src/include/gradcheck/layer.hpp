/*
 * Layers in C++17, without a cast and without designated initialisers: builders for tables and layers, and buffers that
 * convert to the pointer that is asked for.
 *
 *     static void forward(const gradcheck::call &c) { relu(c.value("y"), c.value("x"), c.integer("N")); }
 *     static void backward(const gradcheck::call &c) { relu_backward(c.grad("x"), c.grad("y"), c.value("x"), ...); }
 *     static constexpr gchk_tensor_spec tensors[] = {gradcheck::input("x", "N"), gradcheck::output("y", "N")};
 *     static constexpr gchk_layer layer =
 *         gradcheck::layer("relu", GCHK_F32, tensors).forward<forward>().backward<backward>();
 *     GCHK_PLUGIN(&layer)
 *
 * A name that is none, or a buffer of another type, is a gradcheck::error; that and every other std::exception is what
 * the callback fails with, and its message is in the report.
 */
#ifndef GRADCHECK_LAYER_HPP
#define GRADCHECK_LAYER_HPP

#include <climits>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <new>
#include <stdexcept>
#include <string>
#include <type_traits>

#include "gradcheck/bind.h"
#include "gradcheck/plugin.h"

namespace gradcheck {

class error : public std::runtime_error {
public:
  explicit error(const std::string &what) : std::runtime_error(what) {
  }
};

/* What a buffer of T holds. In a double twin float is double. */
template <class T> constexpr gchk_dtype dtype_of() {
  using plain = std::remove_const_t<T>;
  static_assert(std::is_same_v<plain, double> || std::is_same_v<plain, float> || std::is_same_v<plain, std::int32_t> ||
                    std::is_void_v<plain>,
                "a buffer holds double, float or int32_t");
  if constexpr (std::is_same_v<plain, double>)
    return GCHK_F64;
  else if constexpr (std::is_same_v<plain, float>)
    return GCHK_F32;
  else if constexpr (std::is_same_v<plain, std::int32_t>)
    return GCHK_I32;
  else
    return GCHK_DTYPE_UNSET;
}

/* A tensor's value or gradient, which becomes the pointer that a parameter or variable wants: float *, const int *. */
class buffer {
public:
  buffer(const gchk_call &call, const char *name, gchk_part part) : call_(call), name_(name), part_(part) {
  }

  /* Null where a gradient is left out in this call. */
  template <class T> operator T *() const {
    void *found = nullptr;
    gchk_error reason;
    if (gchk_find_buffer(&call_, name_, part_, dtype_of<T>(), &found, &reason) != GCHK_OK)
      throw error(reason.message);
    return static_cast<T *>(found);
  }

private:
  const gchk_call &call_;
  const char *name_;
  gchk_part part_;
};

/* What a callback gets. Names are those of the layer's table. */
class call {
public:
  explicit call(const gchk_call &c) : c_(c) {
  }

  buffer value(const char *name) const {
    return {c_, name, GCHK_VALUE};
  }
  buffer grad(const char *name) const {
    return {c_, name, GCHK_GRAD};
  }

  const gchk_tensor &tensor(const char *name) const {
    (void)static_cast<void *>(value(name)); // throws where there is none
    return *gchk_tensor_named(&c_, name);
  }

  /* A size by its name in the shapes; `integer` is for code that takes int. */
  std::size_t size(const char *name) const {
    for (std::size_t i = 0; i < c_.sizes->count; i++)
      if (std::string(c_.sizes->binding[i].name) == name)
        return c_.sizes->binding[i].value;
    throw error(std::string("layer ") + c_.layer->name + " has no size '" + name + "' in its shapes");
  }
  int integer(const char *name) const {
    const std::size_t n = size(name);
    if (n > static_cast<std::size_t>(INT_MAX))
      throw error(std::string("size ") + name + " does not fit an int");
    return static_cast<int>(n);
  }

  double option(const char *name) const {
    for (std::size_t i = 0; i < c_.layer->option_count; i++)
      if (std::string(c_.layer->options[i].name) == name)
        return c_.option[i];
    throw error(std::string("layer ") + c_.layer->name + " has no option '" + name + "'");
  }

  /* What layer::state<T>() made. */
  template <class T> T &state() const {
    return *static_cast<T *>(c_.state);
  }

  bool is_training() const {
    return c_.mode == GCHK_TRAIN;
  }
  const gchk_call &c() const {
    return c_;
  }

private:
  const gchk_call &c_;
};

using function = void (*)(const call &);

/* A function of this header's kind as the callback that gradcheck calls: what it throws is what it fails with. */
template <function F> gchk_status callback(const gchk_call *c, gchk_error *e) noexcept {
  try {
    F(call(*c));
    return GCHK_OK;
  } catch (const std::bad_alloc &) {
    return gchk_fail(e, GCHK_NO_MEMORY, "layer %s is out of memory", c->layer->name);
  } catch (const std::exception &exception) {
    return gchk_fail(e, GCHK_LAYER_FAILED, "%s", exception.what());
  } catch (...) {
    return gchk_fail(e, GCHK_LAYER_FAILED, "layer %s threw what is no std::exception", c->layer->name);
  }
}

/* A row of a table. Every method returns a changed copy; see gchk_tensor_spec for what they mean. */
class tensor {
public:
  constexpr tensor(const char *name, gchk_role role, const char *shape) : row_{} {
    row_.name = name;
    row_.role = role;
    row_.shape = shape;
  }

  constexpr tensor dtype(gchk_dtype dtype) const {
    tensor t = *this;
    t.row_.dtype = dtype;
    return t;
  }
  constexpr tensor fill(gchk_fill_kind kind, double a = 0, double b = 0) const {
    tensor t = *this;
    t.row_.fill.kind = kind;
    t.row_.fill.a = a;
    t.row_.fill.b = b;
    return t;
  }
  /* Integers below a size expression, such as "V". */
  constexpr tensor below(const char *size, gchk_fill_kind kind = GCHK_FILL_LABELS) const {
    tensor t = fill(kind);
    t.row_.fill.below = size;
    return t;
  }
  template <std::size_t N> constexpr tensor values(const double (&values_)[N]) const {
    tensor t = fill(GCHK_FILL_VALUES);
    t.row_.fill.values = values_;
    t.row_.fill.value_count = N;
    return t;
  }
  constexpr tensor keep_away(double distance, double kink = 0) const {
    tensor t = *this;
    t.row_.keep_away = distance;
    t.row_.kink = kink;
    return t;
  }
  constexpr tensor grad(gchk_grad_rule rule) const {
    tensor t = *this;
    t.row_.grad = rule;
    return t;
  }
  constexpr tensor grad_may_be_null() const {
    tensor t = *this;
    t.row_.grad_may_be_null = true;
    return t;
  }
  constexpr tensor upstream_clobbered() const {
    tensor t = *this;
    t.row_.upstream_clobbered = true;
    return t;
  }
  constexpr operator gchk_tensor_spec() const {
    return row_;
  }

private:
  gchk_tensor_spec row_;
};

constexpr tensor input(const char *name, const char *shape) {
  return {name, GCHK_INPUT, shape};
}
constexpr tensor parameter(const char *name, const char *shape) {
  return {name, GCHK_PARAMETER, shape};
}
constexpr tensor output(const char *name, const char *shape) {
  return {name, GCHK_OUTPUT, shape};
}
constexpr tensor cache(const char *name, const char *shape) {
  return {name, GCHK_CACHE, shape};
}
constexpr tensor scratch(const char *name, const char *shape) {
  return {name, GCHK_SCRATCH, shape};
}
constexpr tensor index(const char *name, const char *shape) {
  return {name, GCHK_INDEX, shape};
}
constexpr tensor constant(const char *name, const char *shape) {
  return {name, GCHK_CONSTANT, shape};
}

/* A layer. Every method returns a changed copy; `with` sets what has no method: .with(&gchk_layer::grad_scale, -1). */
class layer {
public:
  /* The parameters of a template have names that hide none of its user's. */
  template <std::size_t N>
  constexpr layer(const char *name_, gchk_dtype dtype_, const gchk_tensor_spec (&tensors_)[N],
                  const char *file_ = __builtin_FILE(), int line_ = __builtin_LINE())
      : layer_{} {
    layer_.name = name_;
    layer_.file = file_;
    layer_.line = line_;
    layer_.dtype = dtype_;
    layer_.tensors = tensors_;
    layer_.tensor_count = N;
  }

  template <class T, class U> constexpr layer with(T gchk_layer::*member_, const U &value_) const {
    layer l = *this;
    l.layer_.*member_ = value_;
    return l;
  }
  template <function F> constexpr layer forward() const {
    return with(&gchk_layer::forward, callback<F>);
  }
  template <function F> constexpr layer backward() const {
    return with(&gchk_layer::backward, callback<F>);
  }
  template <function F> constexpr layer bind() const {
    return with(&gchk_layer::bind, callback<F>);
  }
  template <function F> constexpr layer reset() const {
    return with(&gchk_layer::reset, callback<F>);
  }
  template <function F> constexpr layer set_seed() const {
    return with(&gchk_layer::set_seed, callback<F>);
  }
  template <function F> constexpr layer set_mode() const {
    return with(&gchk_layer::set_mode, callback<F>).flags(GCHK_HAS_MODES);
  }
  constexpr layer sizes(const char *text) const {
    return with(&gchk_layer::sizes, text);
  }
  constexpr layer flags(unsigned bits) const {
    return with(&gchk_layer::flags, layer_.flags | bits);
  }
  template <std::size_t N> constexpr layer options(const gchk_option_spec (&table_)[N]) const {
    return with(&gchk_layer::options, static_cast<const gchk_option_spec *>(table_)).with(&gchk_layer::option_count, N);
  }
  /* A T of its own a shape case, made by T(call) where there is such a constructor, else by T(). */
  template <class T> constexpr layer state() const {
    return with(&gchk_layer::create, make<T>).with(&gchk_layer::destroy, destroy<T>);
  }
  constexpr operator gchk_layer() const {
    return layer_;
  }

private:
  template <class T> static gchk_status make(const gchk_call *c, void **state, gchk_error *e) noexcept {
    try {
      if constexpr (std::is_constructible_v<T, const call &>)
        *state = new T(call(*c));
      else
        *state = new T();
      return GCHK_OK;
    } catch (const std::bad_alloc &) {
      return gchk_fail(e, GCHK_NO_MEMORY, "layer %s is out of memory", c->layer->name);
    } catch (const std::exception &exception) {
      return gchk_fail(e, GCHK_LAYER_FAILED, "%s", exception.what());
    } catch (...) {
      return gchk_fail(e, GCHK_LAYER_FAILED, "layer %s threw what is no std::exception", c->layer->name);
    }
  }
  template <class T> static void destroy(void *state) noexcept {
    delete static_cast<T *>(state);
  }

  gchk_layer layer_;
};

} // namespace gradcheck

#endif
