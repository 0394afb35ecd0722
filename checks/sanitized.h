/* Is this built with AddressSanitizer? It handles signals, exits and memory in its own way. */
#ifndef CHECKS_SANITIZED_H
#define CHECKS_SANITIZED_H

#if defined(__SANITIZE_ADDRESS__)
#define HAS_ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_ADDRESS_SANITIZER 1
#endif
#endif
#ifndef HAS_ADDRESS_SANITIZER
#define HAS_ADDRESS_SANITIZER 0
#endif

/*
 * How often something is repeated with other random numbers. That the numbers come out is asked in builds without
 * sanitizers; those see in a few repetitions what the code does with memory, and each is several times as dear there.
 */
#define REPEATED(often, with_sanitizers) (HAS_ADDRESS_SANITIZER ? (with_sanitizers) : (often))

#endif
