/*
 * The yardstick of file reads: uv_fs_read in libuv's thread pool, several at once.
 *
 *   file_reads FILE SIZE READS AT_ONCE
 *
 * Reads pieces of SIZE bytes, the first, the third and so on in a ring, so that no two that follow
 * each other are neighbours. Byte i of FILE is i % 251, and each byte that was read is checked.
 * Prints the times of a read.
 */
#include <fcntl.h>
#include <string.h>
#include <uv.h>
#include "program.h"

enum { PERIOD = 251, AT_ONCE_MAX = 256 };

struct reader {
  uv_fs_t request;
  uint64_t offset;
  char *bytes;
};

static uv_file file;
static uint64_t file_bytes, size, left, done;
static uint64_t next_offset;
static char *pattern;

static void start(struct reader *reader);

static void on_read(uv_fs_t *request) {
  struct reader *reader = request->data;
  ssize_t result = request->result;
  uv_fs_req_cleanup(request);
  if (result != (ssize_t)size ||
      memcmp(reader->bytes, pattern + reader->offset % PERIOD, size) != 0) {
    fprintf(stderr, "wrong bytes at %lu\n", reader->offset);
    exit(1);
  }
  done++;
  if (left > 0) start(reader);
}

static void start(struct reader *reader) {
  left--;
  reader->offset = next_offset;
  next_offset += 2 * size;
  if (next_offset + size > file_bytes) next_offset = next_offset / size % 2 == 0 ? size : 0;
  uv_buf_t buffer = uv_buf_init(reader->bytes, (unsigned)size);
  reader->request.data = reader;
  uv_fs_read(uv_default_loop(), &reader->request, file, &buffer, 1, (int64_t)reader->offset,
             on_read);
}

int main(int argc, char **argv) {
  static struct reader readers[AT_ONCE_MAX];
  if (argc != 5) refuse("file_reads FILE SIZE READS AT_ONCE");
  size = (uint64_t)number(argv[2], 1, 1 << 24);
  left = (uint64_t)number(argv[3], 1, 1e12);
  unsigned at_once = (unsigned)number(argv[4], 1, AT_ONCE_MAX);
  uv_fs_t request;
  file = uv_fs_open(NULL, &request, argv[1], O_RDONLY, 0, NULL);
  if (file < 0) refuse(argv[1]);
  uv_fs_fstat(NULL, &request, file, NULL);
  file_bytes = request.statbuf.st_size;
  pattern = malloc(size + PERIOD);
  for (uint64_t i = 0; i < size + PERIOD; i++) pattern[i] = (char)(i % PERIOD);
  uint64_t start_ns = now_ns();
  double cpu_before = cpu_seconds();
  for (unsigned i = 0; i < at_once && left > 0; i++) {
    readers[i].bytes = malloc(size);
    start(&readers[i]);
  }
  uv_run(uv_default_loop(), UV_RUN_DEFAULT);
  double seconds = (double)(now_ns() - start_ns) / 1e9;
  tell("time", "µs/read", seconds * 1e6 / (double)done);
  tell("CPU", "µs/read", (cpu_seconds() - cpu_before) * 1e6 / (double)done);
  return 0;
}
