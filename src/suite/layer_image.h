/* The table of a plug-in as bytes: what its layers say of themselves, without their code. */
#ifndef GCHK_SUITE_LAYER_IMAGE_H
#define GCHK_SUITE_LAYER_IMAGE_H

#include "gradcheck/layer.h"
#include "suite/struct_image.h"

/* Layers, with their twins. Read, they are one array behind `layers`, and their callbacks stand-ins that fail. */
typedef struct gchk_layer_list {
  const gchk_layer *const *layers;
  size_t count;
} gchk_layer_list;

extern const gchk_image_struct gchk_image_of_layers; /* a gchk_layer_list */

/* A struct that layers are made of, and its name: for whoever looks whether a field was forgotten. NULL: no more. */
const gchk_image_struct *gchk_layer_image_part(size_t index, const char **name);

#endif
