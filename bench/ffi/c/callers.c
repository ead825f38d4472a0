/*
 * What calls back in the FFI lab: one native call makes `count` calls of the callback. Those with a
 * result add it up, so that it cannot be left out.
 */
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>

static uint8_t bytes[64] = {42};

/* --- by signature ----------------------------------------------------------------------------- */

void lab_call_nothing(void (*back)(void), uint32_t count) {
  for (uint32_t i = 0; i < count; i++) back();
}

void lab_call_i32(void (*back)(int32_t), uint32_t count) {
  for (uint32_t i = 0; i < count; i++) back((int32_t)i);
}

void lab_call_f64(void (*back)(double), uint32_t count) {
  for (uint32_t i = 0; i < count; i++) back(i + 0.5);
}

void lab_call_i64(void (*back)(int64_t), uint32_t count) {
  for (uint32_t i = 0; i < count; i++) back(i);
}

void lab_call_pointer(void (*back)(void*), uint32_t count) {
  for (uint32_t i = 0; i < count; i++) back(bytes);
}

/* As uv_read_cb. */
void lab_call_read(void (*back)(void*, int64_t, void*), uint32_t count) {
  for (uint32_t i = 0; i < count; i++) back(bytes, i, bytes);
}

void lab_call_mixed(void (*back)(void*, int32_t, double, uint64_t, uint32_t, int64_t),
                    uint32_t count) {
  for (uint32_t i = 0; i < count; i++) back(bytes, (int32_t)i, i, i, i, i);
}

int64_t lab_call_for_i32(int32_t (*back)(int32_t), uint32_t count) {
  int64_t sum = 0;
  for (uint32_t i = 0; i < count; i++) sum += back((int32_t)i);
  return sum;
}

double lab_call_for_f64(double (*back)(double), uint32_t count) {
  double sum = 0;
  for (uint32_t i = 0; i < count; i++) sum += back(i);
  return sum;
}

/* --- libuv's write callback ------------------------------------------------------------------- */

typedef void (*write_cb)(void* request, int status);

/* As when `count` writes have completed; no libuv says 1, but their sum is known then. */
void lab_complete(write_cb back, void* request, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) back(request, 1);
}

static volatile int64_t completed;

static void count_write(void* request, int status) {
  (void)request;
  completed += status;
}

/* A callback in C: what `lab_complete` costs with nobody's runtime in it. */
void* lab_address_of_write_cb(void) { return (void*)count_write; }

int64_t lab_completed(void) { return completed; }

/* --- from another thread ---------------------------------------------------------------------- */

struct calls {
  void (*back)(int32_t);
  uint32_t count;
};

static void* call_in_thread(void* argument) {
  struct calls calls = *(struct calls*)argument;
  free(argument);
  lab_call_i32(calls.back, calls.count);
  return 0;
}

/* Starts a thread that makes the calls, and returns at once. 0, or an error number. */
int32_t lab_start_thread(void (*back)(int32_t), uint32_t count) {
  pthread_t thread;
  struct calls* calls = malloc(sizeof *calls);
  if (calls == 0) return 12;
  *calls = (struct calls){back, count};
  int error = pthread_create(&thread, 0, call_in_thread, calls);
  if (error != 0) {
    free(calls);
    return error;
  }
  return pthread_detach(thread);
}
