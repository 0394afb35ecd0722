/* Variables and their types: those of C, and those that a file makes with typedef and struct. */
#ifndef GCHK_AUTHOR_C_TYPES_H
#define GCHK_AUTHOR_C_TYPES_H

#include "author/tokens.h"
#include "core/arena.h"
#include "core/name_table.h"

typedef enum gchk_c_base {
  GCHK_C_OTHER = 0, /* a type that gradcheck has no buffers of */
  GCHK_C_VOID,
  GCHK_C_FLOAT,
  GCHK_C_DOUBLE,
  GCHK_C_INT,     /* int, int32_t: what index buffers hold */
  GCHK_C_INTEGER, /* any other integer type */
  GCHK_C_STRUCT
} gchk_c_base;

typedef struct gchk_c_struct gchk_c_struct;

/* A parameter, a member, or what a function returns. */
typedef struct gchk_c_variable {
  const char *name; /* "" where there is none */
  const char *type; /* as code, without const and without "*": "float", "unsigned long", "struct net" */
  gchk_c_base base;
  unsigned pointers; /* how many "*" and "[]" */
  bool is_const;     /* what it points to is const */
  const gchk_c_struct *structure;
} gchk_c_variable;

struct gchk_c_struct {
  const char *name; /* as code writes the type: "struct net", or its typedef's name */
  gchk_c_variable *members;
  size_t member_count;
};

typedef struct gchk_c_type {
  const char *name; /* as code: "real", "struct net" */
  gchk_c_base base;
  unsigned pointers;
  gchk_c_struct *structure;
} gchk_c_type;

/* Begins as {.arena = ...}. */
typedef struct gchk_c_types {
  gchk_arena *arena;
  gchk_c_type *at;
  size_t count;
  gchk_name_table names;
} gchk_c_types;

/* False when out of memory. A name that is there already stays as it is. */
bool gchk_c_types_add(gchk_c_types *types, const gchk_c_type *type);
void gchk_c_types_deinit(gchk_c_types *types);

/*
 * Declares what tokens first to last-1 say: one parameter, member or result. The arrays and pointers of the declarator
 * count as pointers; a pointer to a function is of base OTHER. False when out of memory.
 */
bool gchk_c_declare(gchk_c_variable *variable, const gchk_c_types *types, const gchk_tokens *tokens, size_t first,
                    size_t last);

/* The token as a 0-ended text; NULL when out of memory. */
const char *gchk_token_text(gchk_arena *arena, const gchk_token *token);

#endif
