/*
 * Status codes and errors.
 *
 * A function that can fail returns a gchk_status, which must be used, and takes a gchk_error last. The error belongs to
 * the caller and may be NULL. A wrong gradient is data, never an error: only what keeps gradcheck from judging is.
 */
#ifndef GRADCHECK_STATUS_H
#define GRADCHECK_STATUS_H

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define GCHK_API                        __attribute__((visibility("default")))
#define GCHK_MUST_USE                   __attribute__((warn_unused_result))
#define GCHK_PRINTF(format_at, args_at) __attribute__((format(printf, format_at, args_at)))
#else
#define GCHK_API
#define GCHK_MUST_USE
#define GCHK_PRINTF(format_at, args_at)
#endif

typedef enum gchk_status {
  GCHK_OK = 0,
  GCHK_INVALID,      /* an argument, a file or a layer's table is not what it must be: the message says where */
  GCHK_NO_MEMORY,    /* an allocation failed, or a size would overflow */
  GCHK_IO,           /* a file could not be read or written */
  GCHK_LAYER_FAILED, /* a layer's callback returned an error */
  GCHK_INTERRUPTED   /* the caller asked to stop */
} gchk_status;

enum { GCHK_MESSAGE_SIZE = 1024 };

typedef struct gchk_error {
  gchk_status status;
  char message[GCHK_MESSAGE_SIZE]; /* what is wrong, with the numbers, and what would be right; "" when there is none */
} gchk_error;

/* Writes status and a printf message into `error`, unless it is NULL, and returns status. Layers use it too. */
GCHK_API gchk_status gchk_fail(gchk_error *error, gchk_status status, const char *format, ...) GCHK_PRINTF(3, 4);

/* Puts "prefix: " before the message that `error` holds, and returns its status. */
GCHK_API gchk_status gchk_fail_within(gchk_error *error, const char *format, ...) GCHK_PRINTF(2, 3);

/*
 * Propagates a status, with the error as it was filled in: the one macro that returns.
 *
 *     GCHK_TRY(read_header(file, &header, error));
 */
#define GCHK_TRY(call)                                                                                                 \
  do {                                                                                                                 \
    gchk_status gchk_try_status_ = (call);                                                                             \
    if (gchk_try_status_ != GCHK_OK)                                                                                   \
      return gchk_try_status_;                                                                                         \
  } while (0)

/* The version of the library, "0.1.0". */
GCHK_API const char *gchk_version(void);

#define GCHK_VERSION "0.1.0"

#ifdef __cplusplus
}
#endif
#endif
