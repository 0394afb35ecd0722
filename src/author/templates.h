/* What a new plug-in begins with: one layer that is right, with everything that a table can say in comments. */
#ifndef GCHK_AUTHOR_TEMPLATES_H
#define GCHK_AUTHOR_TEMPLATES_H

#include <stdbool.h>

/* The parts of the text, ended by NULL; @ stands for the name of the layer. */
const char *const *gchk_plugin_template(bool is_cpp);

#endif
