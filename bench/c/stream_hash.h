/*
 * A 64-bit checksum of a stream of bytes, whatever pieces it comes in.
 *
 * Eight lanes, so that the processor's multiplier is always busy: about one byte for each third of
 * a cycle. Each step of a lane is a bijection, so a single word that changed is always found, and
 * so is with all but certainty anything else: lost, repeated, exchanged bytes. It does not
 * withstand anybody who means harm.
 */
#pragma once
#include <stdint.h>
#include <string.h>

enum { HASH_LANES = 8, HASH_STRIPE_BYTES = HASH_LANES * 8 };

struct stream_hash {
  uint64_t lanes[HASH_LANES];
  uint64_t length;
  unsigned char rest[HASH_STRIPE_BYTES]; /* the last length % HASH_STRIPE_BYTES bytes */
};

static inline uint64_t hash_step(uint64_t lane, uint64_t word) {
  lane = (lane ^ word) * 0x9e3779b97f4a7c15;
  return lane << 31 | lane >> 33;
}

static inline void hash_stripe(uint64_t *lanes, const unsigned char *bytes) {
  uint64_t words[HASH_LANES];
  memcpy(words, bytes, sizeof words);
  for (int i = 0; i < HASH_LANES; i++) lanes[i] = hash_step(lanes[i], words[i]);
}

static inline void hash_init(struct stream_hash *hash) {
  memset(hash, 0, sizeof *hash);
  for (int i = 0; i < HASH_LANES; i++) hash->lanes[i] = (uint64_t)i;
}

static inline void hash_update(struct stream_hash *hash, const unsigned char *bytes,
                               size_t length) {
  size_t held = hash->length % HASH_STRIPE_BYTES;
  hash->length += length;
  if (held > 0) {
    size_t missing = HASH_STRIPE_BYTES - held;
    size_t taken = length < missing ? length : missing;
    memcpy(hash->rest + held, bytes, taken);
    if (taken < missing) return;
    hash_stripe(hash->lanes, hash->rest);
    bytes += taken;
    length -= taken;
  }
  uint64_t lanes[HASH_LANES];
  memcpy(lanes, hash->lanes, sizeof lanes);
  for (; length >= HASH_STRIPE_BYTES; bytes += HASH_STRIPE_BYTES, length -= HASH_STRIPE_BYTES) {
    hash_stripe(lanes, bytes);
  }
  memcpy(hash->lanes, lanes, sizeof lanes);
  memcpy(hash->rest, bytes, length);
}

static inline uint64_t hash_value(const struct stream_hash *hash) {
  struct stream_hash last = *hash;
  size_t held = last.length % HASH_STRIPE_BYTES;
  memset(last.rest + held, 0, HASH_STRIPE_BYTES - held);
  hash_stripe(last.lanes, last.rest);
  uint64_t value = last.length;
  for (int i = 0; i < HASH_LANES; i++) value = hash_step(value, last.lanes[i]);
  return value ^ value >> 32;
}
