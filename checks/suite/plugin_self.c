/* Layers that know themselves: by their address, and by what they have in `user`. And tables that start-up code writes. */
#include <unistd.h>

#include "gradcheck/plugin.h"

static int mark;
static const gchk_layer itself, itself_wrong;

static gchk_status times(const gchk_call *call, float factor, bool knows_itself, bool is_back, gchk_error *error) {
  if (!knows_itself || call->layer->user != &mark)
    return gchk_fail(error, GCHK_LAYER_FAILED, "this is not me");
  const float *from = is_back ? call->t[1].grad : call->t[0].value;
  float *to = is_back ? call->t[0].grad : call->t[1].value;
  for (size_t i = 0; i < call->t[0].count; i++)
    to[i] = factor * from[i];
  return GCHK_OK;
}

static gchk_status forward(const gchk_call *call, gchk_error *error) {
  return times(call, 3, call->layer == &itself || call->layer == &itself_wrong, false, error);
}
static gchk_status backward(const gchk_call *call, gchk_error *error) {
  return times(call, 3, call->layer == &itself, true, error);
}
static gchk_status backward_wrong(const gchk_call *call, gchk_error *error) {
  return times(call, 4, call->layer == &itself_wrong, true, error);
}
static gchk_status forward_of_any(const gchk_call *call, gchk_error *error) {
  return times(call, 3, true, false, error);
}
static gchk_status backward_of_any(const gchk_call *call, gchk_error *error) {
  return times(call, 3, true, true, error);
}

static const gchk_tensor_spec tensors[] = {GCHK_TENSOR("x", GCHK_INPUT, "B T"), GCHK_TENSOR("y", GCHK_OUTPUT, "B T")};

#define LAYER(title, ahead, back)                                                                                      \
  {                                                                                                                    \
    .name = (title), GCHK_HERE, .dtype = GCHK_F32, .tensors = tensors, .tensor_count = 2, .forward = (ahead),          \
    .backward = (back), .user = &mark                                                                                  \
  }

static const gchk_layer itself = LAYER("itself", forward, backward);
static const gchk_layer itself_wrong = LAYER("itself_wrong", forward, backward_wrong);
static const gchk_layer any_of_them = LAYER("any", forward_of_any, backward_of_any);

// The same table each time that it is loaded, or another one.
static gchk_layer written = LAYER("written", forward_of_any, backward_of_any);
static gchk_layer changing = LAYER("changing", forward_of_any, backward_of_any);

__attribute__((constructor)) static void write_tables(void) {
  written.line = 7;
  changing.line = (int)getpid();
}

#ifdef PLUGIN_CHANGING
GCHK_PLUGIN(&written, &changing, &itself, &itself_wrong, &any_of_them)
#else
GCHK_PLUGIN(&itself, &itself_wrong, &any_of_them, &written)
#endif
