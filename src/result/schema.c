/*
 * Walks the tables of fields and prints the schema of the outermost: each struct with a name under $defs, each field
 * with its sentence. It describes what is written; the reader refuses more, such as an index beyond its shape.
 */
#include "result/schema.h"

#include "result/field_names.h"

// Members of the schema of each kind that is a value; names and structs are references.
static const char *const kinds[GCHK_FIELD_CODEC + 1] = {
    [GCHK_FIELD_STRING] = "\"type\": \"string\"",
    [GCHK_FIELD_OPTIONAL_STRING] = "\"anyOf\": [{\"type\": \"string\"}, {\"type\": \"null\"}]",
    [GCHK_FIELD_LABEL] = "\"type\": \"string\"",
    [GCHK_FIELD_REAL] = "\"$ref\": \"#/$defs/real\"",
    [GCHK_FIELD_OPTIONAL_REAL] = "\"$ref\": \"#/$defs/realOrNull\"",
    [GCHK_FIELD_STATISTIC] = "\"$ref\": \"#/$defs/realOrNull\"",
    [GCHK_FIELD_COUNT] = "\"$ref\": \"#/$defs/count\"",
    [GCHK_FIELD_SIZE] = "\"$ref\": \"#/$defs/count\"",
    [GCHK_FIELD_BOOL] = "\"type\": \"boolean\"",
    [GCHK_FIELD_SIZES] = "\"type\": \"array\", \"items\": {\"$ref\": \"#/$defs/count\"}",
    [GCHK_FIELD_STRINGS] = "\"type\": \"array\", \"items\": {\"type\": \"string\"}",
};

static const struct {
  const char *name, *doc, *schema;
} numbers[] = {
    {"count", "A whole number; as a string of digits from 2^63 on.",
     "\"anyOf\": [{\"type\": \"integer\", \"minimum\": 0}, {\"type\": \"string\", \"pattern\": \"^[0-9]+$\"}]"},
    {"real", "A number with 17 significant digits, or a name for one that is not finite.",
     "\"anyOf\": [{\"type\": \"number\"}, {\"enum\": [\"NaN\", \"Infinity\", \"-Infinity\"]}]"},
    {"realOrNull", "null: there is no value.",
     "\"anyOf\": [{\"type\": \"number\"}, {\"type\": \"null\"}, {\"enum\": [\"NaN\", \"Infinity\", \"-Infinity\"]}]"},
};

static void put_struct(gchk_json *json, const gchk_fields *fields);

static void put_reference(gchk_json *json, const char *name) {
  gchk_text path = {0};
  gchk_text_format(&path, "#/$defs/%s", name);
  gchk_json_string(json, "$ref", path.failed ? "" : path.data);
  json->text->failed = json->text->failed || path.failed;
  gchk_text_deinit(&path);
}

static void put_target(gchk_json *json, const gchk_fields *fields) {
  if (fields->definition != NULL)
    put_reference(json, fields->definition);
  else
    put_struct(json, fields);
}

static void put_null(gchk_json *json) {
  gchk_json_flat_object(json, NULL);
  gchk_json_string(json, "type", "null");
  gchk_json_end(json);
  gchk_json_end(json); // the list of choices
}

static void put_object(gchk_json *json, const gchk_fields *fields) {
  if (fields->is_there == NULL) {
    put_target(json, fields);
    return;
  }
  gchk_json_array(json, "anyOf");
  gchk_json_object(json, NULL);
  put_target(json, fields);
  gchk_json_end(json);
  put_null(json);
}

static void put_items(gchk_json *json, const gchk_fields *fields) {
  gchk_json_string(json, "type", "array");
  gchk_json_object(json, "items");
  put_target(json, fields);
  gchk_json_end(json);
}

static void put_name(gchk_json *json, const gchk_field *f) {
  if (f->kind == GCHK_FIELD_NAME) {
    put_reference(json, f->names->definition);
    return;
  }
  gchk_json_array(json, "anyOf");
  gchk_json_object(json, NULL);
  put_reference(json, f->names->definition);
  gchk_json_end(json);
  put_null(json);
}

static void put_field(gchk_json *json, const gchk_field *f) {
  bool is_struct = f->kind == GCHK_FIELD_LIST || f->kind == GCHK_FIELD_LIST_AGAIN || f->kind == GCHK_FIELD_OBJECT;
  if (is_struct && f->of->definition == NULL)
    gchk_json_object(json, f->key);
  else
    gchk_json_flat_object(json, f->key);
  gchk_json_string(json, "description", f->doc);
  if (f->schema != NULL)
    gchk_json_members(json, f->schema);
  else if (f->kind == GCHK_FIELD_CODEC)
    gchk_json_members(json, f->codec->schema);
  else if (f->kind == GCHK_FIELD_NAME || f->kind == GCHK_FIELD_OPTIONAL_NAME)
    put_name(json, f);
  else if (f->kind == GCHK_FIELD_OBJECT)
    put_object(json, f->of);
  else if (is_struct)
    put_items(json, f->of);
  else if (f->kind != GCHK_FIELD_INTEGER)
    gchk_json_members(json, kinds[f->kind]);
  else {
    gchk_json_string(json, "type", "integer");
    gchk_json_integer(json, "minimum", 0);
    gchk_json_integer(json, "maximum", f->limit);
  }
  gchk_json_end(json);
}

static void put_struct(gchk_json *json, const gchk_fields *fields) {
  gchk_json_string(json, "type", "object");
  gchk_json_flat_array(json, "required");
  for (size_t i = 0; i < fields->count; i++)
    gchk_json_string(json, NULL, fields->rows[i].key);
  gchk_json_end(json);
  gchk_json_object(json, "properties");
  for (size_t i = 0; i < fields->count; i++)
    put_field(json, &fields->rows[i]);
  gchk_json_end(json);
  gchk_json_bool(json, "additionalProperties", false);
}

// Structs that have a name, each once, what it is made of after it.
enum { MOST_STRUCTS = 64 };
typedef struct struct_list {
  const gchk_fields *of[MOST_STRUCTS];
  size_t count;
} struct_list;

static void collect(struct_list *list, const gchk_fields *fields) {
  for (size_t i = 0; i < list->count; i++)
    if (list->of[i] == fields)
      return;
  if (list->count == MOST_STRUCTS)
    return;
  list->of[list->count++] = fields;
  for (size_t i = 0; i < fields->count; i++)
    if (fields->rows[i].of != NULL)
      collect(list, fields->rows[i].of);
}

static bool uses(const struct_list *list, const gchk_names *names) {
  for (size_t i = 0; i < list->count; i++)
    for (size_t k = 0; k < list->of[i]->count; k++)
      if (list->of[i]->rows[k].names == names)
        return true;
  return false;
}

static void put_names(gchk_json *json, const gchk_names *names) {
  gchk_json_flat_object(json, names->definition);
  gchk_json_array(json, "enum");
  for (int k = 0; k < names->count; k++)
    gchk_json_string(json, NULL, names->name_of(k));
  gchk_json_end(json);
  gchk_json_end(json);
}

static void put_definitions(gchk_json *json, const gchk_fields *root) {
  gchk_json_object(json, "$defs");
  for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
    gchk_json_flat_object(json, numbers[i].name);
    gchk_json_string(json, "description", numbers[i].doc);
    gchk_json_members(json, numbers[i].schema);
    gchk_json_end(json);
  }
  struct_list structs = {.count = 0};
  collect(&structs, root);
  const gchk_names *const names[] = {&gchk_verdict_names, &gchk_dtype_names, &gchk_role_names, &gchk_doubt_names,
                                     &gchk_printed_names};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
    if (uses(&structs, names[i]))
      put_names(json, names[i]);
  for (size_t i = 0; i < structs.count; i++) {
    const gchk_fields *fields = structs.of[i];
    if (fields == root || fields->definition == NULL)
      continue;
    gchk_json_object(json, fields->definition);
    gchk_json_string(json, "description", fields->doc);
    put_struct(json, fields);
    gchk_json_end(json);
  }
  gchk_json_end(json);
}

void gchk_fields_schema(gchk_text *out, const gchk_fields *root, const char *id, const char *title) {
  gchk_json json = {.text = out};
  gchk_json_object(&json, NULL);
  gchk_json_string(&json, "$schema", "https://json-schema.org/draft/2020-12/schema");
  gchk_json_string(&json, "$id", id);
  gchk_json_string(&json, "title", title);
  gchk_json_string(&json, "description", root->doc);
  put_struct(&json, root);
  put_definitions(&json, root);
  gchk_json_end(&json);
  gchk_text_put(out, "\n");
}
