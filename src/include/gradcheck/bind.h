/*
 * Tensors by name, with the dtype that the code expects: helpers for wrappers.
 *
 * A callback that finds no such tensor, or one of another dtype, gets a message that says so, and hands it on:
 *
 *     float *out;
 *     GCHK_TRY(gchk_find_f32(c, "out", GCHK_VALUE, &out, error));
 *
 * A struct that holds pointers of its own is bound by a table, a row a pointer:
 *
 *     static const gchk_pointer pointers[] = {GCHK_POINTER(net, weights, "w", GCHK_VALUE),
 *                                             GCHK_POINTER(net, weight_updates, "w", GCHK_GRAD)};
 *     GCHK_BIND_CALLBACK(bind, pointers)
 *     ... .create = make_net, .bind = bind, ...
 *
 * gradcheck/layer.hpp does the same for C++.
 */
#ifndef GRADCHECK_BIND_H
#define GRADCHECK_BIND_H

#include "gradcheck/layer.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One of a tensor's two buffers. */
typedef enum gchk_part { GCHK_VALUE = 0, GCHK_GRAD } gchk_part;

/* The tensor of the call's layer that is called `name`; NULL: there is none. */
GCHK_API const gchk_tensor *gchk_tensor_named(const gchk_call *call, const char *name);

/*
 * The value or the gradient of tensor `name`, which must be of `dtype` (GCHK_DTYPE_UNSET: of any). *buffer is NULL
 * where a gradient is left out in this call. GCHK_INVALID: no such tensor (the message lists those that there are),
 * another dtype, or a gradient of a tensor that never has one (an index, a constant).
 */
GCHK_API gchk_status gchk_find_buffer(const gchk_call *call, const char *name, gchk_part part, gchk_dtype dtype,
                                      void **buffer, gchk_error *error) GCHK_MUST_USE;

/* The same as a typed pointer, which is set to NULL where this fails. In a double twin f32 is f64. */
#define GCHK_TYPED_BUFFER(suffix, type, dtype)                                                                         \
  static inline GCHK_MUST_USE gchk_status gchk_find_##suffix(const gchk_call *call, const char *name, gchk_part part,  \
                                                             type **buffer, gchk_error *error) {                       \
    void *untyped = NULL;                                                                                              \
    const gchk_status status = gchk_find_buffer(call, name, part, dtype, &untyped, error);                             \
    *buffer = (type *)untyped;                                                                                         \
    return status;                                                                                                     \
  }
GCHK_TYPED_BUFFER(f64, double, GCHK_F64)
GCHK_TYPED_BUFFER(f32, float, GCHK_F32)
GCHK_TYPED_BUFFER(i32, int32_t, GCHK_I32)
#undef GCHK_TYPED_BUFFER

/* A pointer in a struct, and the buffer that it is to point to. */
typedef struct gchk_pointer {
  size_t offset; /* of the pointer in the struct */
  const char *tensor;
  gchk_part part;
  gchk_dtype dtype; /* of what it points to; GCHK_DTYPE_UNSET for void * */
} gchk_pointer;

#ifndef __cplusplus
/* The dtype that a pointer's type stands for; a type that stands for none is an error of the compiler. */
#ifdef GRADCHECK_AS_DOUBLE_H
#define GCHK_FLOAT_POINTERS_
#else
#define GCHK_FLOAT_POINTERS_ float * : GCHK_F32, const float * : GCHK_F32,
#endif
#define GCHK_POINTED_DTYPE(pointer)                                                                                    \
  _Generic((pointer), GCHK_FLOAT_POINTERS_ double * : GCHK_F64, const double * : GCHK_F64, int32_t * : GCHK_I32,       \
           const int32_t * : GCHK_I32, void * : GCHK_DTYPE_UNSET, const void * : GCHK_DTYPE_UNSET)

/* A row of the table: `member` of `type` points to the value or gradient of tensor `name`. */
#define GCHK_POINTER(type, member, name, part)                                                                         \
  { offsetof(type, member), (name), (part), GCHK_POINTED_DTYPE(((type *)0)->member) }
#endif

/* Sets the pointers of `object`. Errors as gchk_find_buffer has them; those before the row at fault are set by then. */
GCHK_API gchk_status gchk_bind_pointers(const gchk_call *call, void *object, const gchk_pointer *table, size_t count,
                                        gchk_error *error) GCHK_MUST_USE;

/* A bind callback for the struct that `create` made. */
#define GCHK_BIND_CALLBACK(name, table)                                                                                \
  static gchk_status name(const gchk_call *c, gchk_error *gchk_error_) {                                               \
    return gchk_bind_pointers(c, c->state, (table), sizeof(table) / sizeof((table)[0]), gchk_error_);                  \
  }

#ifdef __cplusplus
}
#endif
#endif
