/** Types whose size the system decides, or a later libuv: `OPAQUE_BYTES` are enough for each. */
export const opaqueTypes = [
  "uv_barrier_t",
  "uv_cond_t",
  "uv_key_t",
  "uv_mutex_t",
  "uv_once_t",
  "uv_rwlock_t",
  "uv_sem_t",
  "uv_thread_t",
  "uv_thread_options_t",
] as const;

/** Room for any of `opaqueTypes`; `scripts/layouts.ts` proves it. */
export const OPAQUE_BYTES = 128;
