/*
 * Float code as double code, for a double twin: forced before a source, it compiles the source as it stands in double.
 *
 *     cc $(gradcheck --cflags) -include gradcheck/as_double.h -shared -fPIC -o mine.twin.so mine.c
 *     gradcheck run mine.so --twin mine.twin.so
 *
 * `float`, the functions of the C library, CBLAS, BLAS and LAPACK for it, and GCHK_F32 become their double versions.
 * In C nothing is included, so that the source chooses what it sees of the system's headers; what they declare twice by
 * that is declared twice alike.
 *
 * Constants keep their values: 0.1f, FLT_MAX and FLT_EPSILON are the numbers that the float code computes with, and the
 * twin is of the same function.
 *
 * What cannot be mapped is an error of the compiler: SIMD types and half precision (the macros by which code asks for
 * SIMD are undefined, so that a scalar path is taken where there is one), a double pointer handed to a function of a
 * library that wants a float pointer, an overload or a specialisation for float beside one for double. What no compiler
 * sees (the bits of a float in an integer, a file of floats, vector_size) makes the twin compute something else, and
 * gradcheck refuses it with the values.
 *
 * C++: build the twin with -fno-gnu-unique too: g++ has all objects of a process share the static variables of inline
 * functions; gradcheck refuses a twin that shares one. A variable declared `auto x = 0.f` stays float: exact to fewer
 * digits. scanf's %f wants %lf: -Wformat says where.
 */
#ifndef GRADCHECK_AS_DOUBLE_H
#define GRADCHECK_AS_DOUBLE_H

/* clang-format off */
#ifdef __cplusplus
/* Templates of the standard library are specialised for float and for double: all of them before one is the other. */
#if defined(__has_include)
#if __has_include(<bits/stdc++.h>)
#include <bits/stdc++.h>
#define GCHK_HAS_STANDARD_LIBRARY
#endif
#endif
#ifndef GCHK_HAS_STANDARD_LIBRARY
#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cmath>
#include <complex>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iomanip>
#include <iostream>
#include <limits>
#include <map>
#include <memory>
#include <numeric>
#include <random>
#include <sstream>
#include <string>
#include <type_traits>
#include <unordered_map>
#include <valarray>
#include <vector>
#endif

/* max(x, 0.f): the variable is double now and the constant is not. */
namespace std {
inline double max(double a, float b) { return a < b ? b : a; }
inline double max(float a, double b) { return a < b ? b : a; }
inline double min(double a, float b) { return b < a ? b : a; }
inline double min(float a, double b) { return b < a ? b : a; }
#if __cplusplus >= 201703L
inline double clamp(double x, float low, float high) { return x < low ? low : high < x ? high : x; }
inline double clamp(double x, double low, float high) { return x < low ? low : high < x ? high : x; }
inline double clamp(double x, float low, double high) { return x < low ? low : high < x ? high : x; }
#endif
/* Sums from 0.f are of the type of their start. */
template <class I> double accumulate(I first, I last, float start) {
  return std::accumulate(first, last, static_cast<double>(start));
}
template <class I, class F> double accumulate(I first, I last, float start, F add) {
  return std::accumulate(first, last, static_cast<double>(start), add);
}
template <class I, class J> double inner_product(I first, I last, J other, float start) {
  return std::inner_product(first, last, other, static_cast<double>(start));
}
}
#endif

#if defined(__has_include) && (defined(__x86_64__) || defined(__i386__))
#if __has_include(<immintrin.h>)
/* Vectors of integers stay what they are. _mm_malloc would bring the C library's headers: -include mm_malloc.h. */
#ifndef __cplusplus
#define _MM_MALLOC_H_INCLUDED
#define __MM_MALLOC_H
#endif
#include <immintrin.h>
#ifndef __cplusplus
#undef _MM_MALLOC_H_INCLUDED
#undef __MM_MALLOC_H
#endif
#endif
#endif

#ifdef __clang__
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wkeyword-macro"
#endif
#define float double
#ifdef __clang__
#pragma clang diagnostic pop
#endif

#include "gradcheck/as_double_names.h"

/*
 * SIMD: code that asks whether it is there is told that it is not. Where there is no scalar path the compiler's message
 * has the name below.
 */
#undef __SSE__
#undef __SSE2__
#undef __SSE3__
#undef __SSSE3__
#undef __SSE4_1__
#undef __SSE4_2__
#undef __AVX__
#undef __AVX2__
#undef __AVX512F__
#undef __AVX512BW__
#undef __AVX512DQ__
#undef __AVX512VL__
#undef __AVX512CD__
#undef __AVX512VNNI__
#undef __AVX512BF16__
#undef __AVX512FP16__
#undef __FMA__
#undef __F16C__
#undef __ARM_NEON
#undef __ARM_NEON__
#undef __ARM_FEATURE_SVE
#undef __ALTIVEC__
#undef __VEC__
#undef __wasm_simd128__
#define _AARCH64_NEON_H_
#define _GCC_ARM_NEON_H 1
#define __ARM_NEON_H
#define __ARM_SVE_H
#define __m128 as_double_h_cannot_map_SIMD_give_the_twin_a_scalar_path
#define __m256 as_double_h_cannot_map_SIMD_give_the_twin_a_scalar_path
#define __m512 as_double_h_cannot_map_SIMD_give_the_twin_a_scalar_path
#define float32x2_t as_double_h_cannot_map_SIMD_give_the_twin_a_scalar_path
#define float32x4_t as_double_h_cannot_map_SIMD_give_the_twin_a_scalar_path
#define float32x2x2_t as_double_h_cannot_map_SIMD_give_the_twin_a_scalar_path
#define float32x4x2_t as_double_h_cannot_map_SIMD_give_the_twin_a_scalar_path
#define float32x4x4_t as_double_h_cannot_map_SIMD_give_the_twin_a_scalar_path
#define float16x4_t as_double_h_cannot_map_SIMD_give_the_twin_a_scalar_path
#define float16x8_t as_double_h_cannot_map_SIMD_give_the_twin_a_scalar_path
#define svfloat32_t as_double_h_cannot_map_SIMD_give_the_twin_a_scalar_path

/*
 * <tgmath.h> chooses by type, and there is but one left: <math.h> is all that it would be. Forced behind this header
 * (-include math.h) it lets such code compile.
 */
#ifndef __cplusplus
#undef _TGMATH_H
#define _TGMATH_H 1
#undef __CLANG_TGMATH_H
#define __CLANG_TGMATH_H
#endif

/* Half precision. */
#define _Float16 as_double_h_cannot_map_half_precision
#define __fp16 as_double_h_cannot_map_half_precision
#define __bf16 as_double_h_cannot_map_half_precision

#if defined(__GNUC__)
#ifndef __cplusplus
/* A float buffer of a library that is not compiled in double. */
#pragma GCC diagnostic error "-Wincompatible-pointer-types"
#pragma GCC diagnostic error "-Wimplicit-function-declaration"
#endif
#pragma GCC diagnostic warning "-Wformat"
#endif
/* clang-format on */

#endif
