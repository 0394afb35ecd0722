/* Going through the families and drawing their members. */
#include "numeric/families.h"

#include <math.h>
#include <string.h>

static const family_table *const tables[] = {&families_of_sums, &families_of_kinks, &families_of_steps,
                                             &families_of_layers};
enum { TABLES = sizeof tables / sizeof tables[0] };

size_t family_count(void) {
  size_t count = 0;
  for (size_t t = 0; t < TABLES; t++)
    count += tables[t]->count;
  return count;
}

/* In the order of the mechanisms, which is not that of the tables. */
const family *family_at(size_t index) {
  for (int mechanism = 1; mechanism <= FAMILY_MECHANISMS; mechanism++)
    for (size_t t = 0; t < TABLES; t++)
      for (size_t i = 0; i < tables[t]->count; i++)
        if (tables[t]->rows[i].mechanism == mechanism && index-- == 0)
          return &tables[t]->rows[i];
  return NULL;
}

const char *family_mechanism_name(int mechanism) {
  static const char *const names[FAMILY_MECHANISMS] = {
      "twin",
      "conditioning",
      "several kinks",
      "asymmetry beside a kink",
      "far steps against near ones",
      "idle outputs",
      "noise",
      "short ladder against whole",
      "classes of zero",
      "extrapolation",
  };
  return names[mechanism - 1];
}

/* splitmix64 (Steele, Lea and Flood, OOPSLA 2014). */
uint64_t family_bits(uint64_t *seed) {
  uint64_t z = *seed += 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

double family_uniform(uint64_t *seed) {
  return (double)(family_bits(seed) >> 11) * 0x1p-53;
}

double family_between(uint64_t *seed, double low, double high) {
  return (double)(float)(low + (high - low) * family_uniform(seed));
}

double family_power(uint64_t *seed, double low, double high, bool is_signed) {
  double size = pow(10, low + (high - low) * family_uniform(seed));
  return (double)(float)(is_signed && family_bits(seed) >> 63 ? -size : size);
}

int family_below(uint64_t *seed, int count) {
  return (int)(family_bits(seed) % (uint64_t)count);
}

void family_member_make(family_member *to, const family *of, size_t index, bool is_float) {
  uint64_t seed = 0xcbf29ce484222325u; // FNV-1a of the name
  for (const char *c = of->name; *c; c++)
    seed = (seed ^ (unsigned char)*c) * 0x100000001b3u;
  seed ^= (uint64_t)index * 0x9e3779b97f4a7c15u + (is_float ? 0x5bd1e995u : 0);
  (void)family_bits(&seed);
  memset(to, 0, sizeof *to);
  to->in.outputs = 1;
  to->teacher = (double)NAN;
  of->make(to, &seed, is_float);
}

void family_in_to_float(family_in_float *to, const family_in_double *from) {
  to->outputs = from->outputs;
  to->data = from->data;
  for (size_t i = 0; i < FAMILY_CONSTANTS; i++)
    to->c[i] = (float)from->c[i];
  for (size_t i = 0; i < FAMILY_DATA; i++)
    to->p[i] = (float)from->p[i];
}

void family_in_to_quad(family_in_quad *to, const family_in_double *from, bool through_float) {
  to->outputs = from->outputs;
  to->data = from->data;
  for (size_t i = 0; i < FAMILY_CONSTANTS; i++)
    to->c[i] = through_float ? (quad)(float)from->c[i] : (quad)from->c[i];
  for (size_t i = 0; i < FAMILY_DATA; i++)
    to->p[i] = through_float ? (quad)(float)from->p[i] : (quad)from->p[i];
}
