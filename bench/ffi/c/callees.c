/*
 * What the FFI lab calls: functions that do next to nothing, so that a call costs what the way
 * there costs.
 *
 * Each stores what it was given where the lab can ask for it: a parameter that arrived wrong is a
 * failed measurement, not a fast one.
 */
#include <stdbool.h>
#include <stdint.h>

static volatile int64_t kept_integer;
static volatile double kept_number;

int64_t lab_kept_integer(void) { return kept_integer; }
double lab_kept_number(void) { return kept_number; }

/* --- by parameter ----------------------------------------------------------------------------- */

void lab_take_nothing(void) { kept_integer = 1; }
void lab_take_bool(bool value) { kept_integer = value; }
void lab_take_u8(uint8_t value) { kept_integer = value; }
void lab_take_i32(int32_t value) { kept_integer = value; }
void lab_take_u32(uint32_t value) { kept_integer = value; }
void lab_take_i64(int64_t value) { kept_integer = value; }
void lab_take_u64(uint64_t value) { kept_integer = (int64_t)value; }
void lab_take_usize(uintptr_t value) { kept_integer = (int64_t)value; }
void lab_take_f32(float value) { kept_number = value; }
void lab_take_f64(double value) { kept_number = value; }

/* The first byte tells that it is the right memory. */
void lab_take_pointer(const uint8_t* value) { kept_integer = value == 0 ? -1 : *value; }
void lab_take_buffer(const uint8_t* value) { kept_integer = value == 0 ? -1 : *value; }

/* --- by result -------------------------------------------------------------------------------- */

static uint8_t bytes[64] = {42};

bool lab_give_bool(void) { return kept_integer != 0; }
uint8_t lab_give_u8(void) { return 42; }
int32_t lab_give_i32(void) { return -42; }
uint32_t lab_give_u32(void) { return 4000000000u; }
int64_t lab_give_i64(void) { return -42; }
uint64_t lab_give_u64(void) { return 42; }
uintptr_t lab_give_usize(void) { return 42; }
uint64_t lab_give_large_u64(void) { return 1ull << 60; }
float lab_give_f32(void) { return 1.5f; }
double lab_give_f64(void) { return 1.5; }
void* lab_give_pointer(void) { return bytes; }

/* --- by number of parameters ------------------------------------------------------------------ */

#define P const uint8_t* p
#define I int32_t i
#define F double f
#define S uintptr_t s
#define B bool b
#define U uint32_t u
#define L int64_t l
#define Q const uint8_t* q

void lab_mixed_1(P) { kept_integer = *p; }
void lab_mixed_2(P, I) { kept_integer = *p + i; }
void lab_mixed_3(P, I, F) { kept_integer = *p + i + (int64_t)f; }
void lab_mixed_4(P, I, F, S) { kept_integer = *p + i + (int64_t)f + (int64_t)s; }
void lab_mixed_5(P, I, F, S, B) { kept_integer = *p + i + (int64_t)f + (int64_t)s + b; }
void lab_mixed_6(P, I, F, S, B, U) { kept_integer = *p + i + (int64_t)f + (int64_t)s + b + u; }
void lab_mixed_7(P, I, F, S, B, U, L) {
  kept_integer = *p + i + (int64_t)f + (int64_t)s + b + u + l;
}
void lab_mixed_8(P, I, F, S, B, U, L, Q) {
  kept_integer = *p + i + (int64_t)f + (int64_t)s + b + u + l + *q;
}
void lab_integers_8(int32_t a, int32_t b, int32_t c, int32_t d, int32_t e, int32_t f, int32_t g,
                    int32_t h) {
  kept_integer = a + b + c + d + e + f + g + h;
}

/* --- by address ------------------------------------------------------------------------------- */

void* lab_address_of_take_nothing(void) { return (void*)lab_take_nothing; }
void* lab_address_of_take_i32(void) { return (void*)lab_take_i32; }
void* lab_address_of_mixed_4(void) { return (void*)lab_mixed_4; }
