/*
 * Plug-ins: a shared object that lists layers.
 *
 *     GCHK_PLUGIN(&layernorm, &attention)
 *
 * at the foot of one file of a shared object makes `gradcheck run ./mine.so` check them.
 */
#ifndef GRADCHECK_PLUGIN_H
#define GRADCHECK_PLUGIN_H

#include "gradcheck/layer.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Grows with every change of the structs that a plug-in and gradcheck share. */
enum { GCHK_PLUGIN_VERSION = 6 };

typedef struct gchk_plugin {
  uint32_t version;    /* GCHK_PLUGIN_VERSION of the headers that the plug-in was built with */
  uint32_t layer_size; /* sizeof(gchk_layer) there */
  const gchk_layer *const *layers;
  size_t layer_count;
} gchk_plugin;

#define GCHK_PLUGIN_SYMBOL "gchk_plugin_table"

#ifdef __cplusplus
#define GCHK_PLUGIN_EXTERN extern "C"
#else
#define GCHK_PLUGIN_EXTERN extern
#endif

#define GCHK_PLUGIN(...)                                                                                               \
  static const gchk_layer *const gchk_plugin_layers_[] = {__VA_ARGS__};                                                \
  GCHK_PLUGIN_EXTERN GCHK_API const gchk_plugin gchk_plugin_table;                                                     \
  const gchk_plugin gchk_plugin_table = {GCHK_PLUGIN_VERSION, (uint32_t)sizeof(gchk_layer), gchk_plugin_layers_,       \
                                         sizeof(gchk_plugin_layers_) / sizeof(gchk_plugin_layers_[0])};

#ifdef __cplusplus
}
#endif
#endif
