/* Sits between a program and the C library (LD_PRELOAD): writes down, in order, everything the
 * program does to files below CRASH_ROOT, and can make the n-th operation of a kind fail.
 *
 * CRASH_ROOT  absolute folder; what lies elsewhere is neither seen nor touched
 * CRASH_LOG   file to write records to (see struct record); none is written without it
 * CRASH_ACK   number of a descriptor: what is written there is an acknowledgement
 * CRASH_FAIL  "kind,n,errno,for_ever": kind is one of O W S T R, n counts from 1
 *
 * The shared-memory index of a write-ahead log is mapped, not written: it never outlives a crash.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

struct record {
    char op; /* Open Write Truncate Sync Rename Unlink Mkdir Dir-removed Close Ack */
    char flag; /* Open: 1 made the file, 2 emptied it */
    uint16_t path_bytes;
    int32_t fd;
    int64_t at; /* Write: offset; Truncate: new size */
    uint32_t data_bytes;
} __attribute__((packed));

static pthread_mutex_t one_at_a_time = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static char root[PATH_MAX], is_watched[65536], fail_kind;
static int log_fd = -1, ack_fd = -1, fail_errno, fail_for_ever;
static long fail_at, seen_of_kind;

__attribute__((constructor)) static void start(void) {
    const char *text = getenv("CRASH_ROOT");
    if (text) snprintf(root, sizeof root, "%s", text);
    if ((text = getenv("CRASH_ACK"))) ack_fd = atoi(text);
    if ((text = getenv("CRASH_LOG")))
        log_fd = (int)syscall(SYS_openat, AT_FDCWD, text, O_WRONLY | O_CREAT | O_APPEND, 0600);
    if ((text = getenv("CRASH_FAIL")))
        sscanf(text, "%c,%ld,%d,%d", &fail_kind, &fail_at, &fail_errno, &fail_for_ever);
}

static int is_below(const char *path) {
    size_t length = strlen(root);
    return length && !strncmp(path, root, length) && (path[length] == '/' || !path[length]);
}

static int watched(int fd) { return fd >= 0 && fd < (int)sizeof is_watched && is_watched[fd]; }

static void put(char op, char flag, const char *path, int fd, int64_t at, const void *data, size_t n) {
    if (log_fd < 0) return;
    struct record head = {op, flag, (uint16_t)(path ? strlen(path) : 0), fd, at, (uint32_t)n};
    struct iovec parts[3] = {{&head, sizeof head}, {(void *)path, head.path_bytes}, {(void *)data, n}};
    int saved = errno;
    if (syscall(SYS_writev, log_fd, parts, 3) != (long)(sizeof head + head.path_bytes + n)) abort();
    errno = saved;
}

/* True when this operation is the one that has to fail. */
static int fails(char kind) {
    if (kind != fail_kind) return 0;
    seen_of_kind++;
    if (seen_of_kind != fail_at && !(fail_for_ever && seen_of_kind > fail_at)) return 0;
    errno = fail_errno;
    return 1;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define LOCKED __attribute__((cleanup(let_go))) int held = pthread_mutex_lock(&one_at_a_time); (void)held
static void let_go(int *held) { (void)held; pthread_mutex_unlock(&one_at_a_time); }

static int opened(int folder, const char *path, int flags, mode_t mode) {
    int below = folder == AT_FDCWD && is_below(path);
    LOCKED;
    int changes = (flags & O_ACCMODE) != O_RDONLY;
    struct stat about;
    int is_new = below && (flags & O_CREAT) && stat(path, &about);
    if (below && changes && fails('O')) return -1;
    int fd = (int)syscall(SYS_openat, folder, path, flags | O_LARGEFILE, mode);
    if (fd >= 0 && fd < (int)sizeof is_watched) is_watched[fd] = (char)below;
    if (fd >= 0 && below) put('O', (char)(is_new + 2 * !!(flags & O_TRUNC)), path, fd, 0, "", 0);
    return fd;
}

#define MODE(flags) mode_t mode = 0; \
    if ((flags) & (O_CREAT | __O_TMPFILE)) { va_list more; va_start(more, flags); mode = va_arg(more, mode_t); va_end(more); }
int open(const char *path, int flags, ...) { MODE(flags) return opened(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE(flags) return opened(AT_FDCWD, path, flags, mode); }
int openat(int at, const char *path, int flags, ...) { MODE(flags) return opened(at, path, flags, mode); }
int openat64(int at, const char *path, int flags, ...) { MODE(flags) return opened(at, path, flags, mode); }

int close(int fd) {
    LOCKED;
    if (watched(fd)) {
        is_watched[fd] = 0;
        put('C', 0, NULL, fd, 0, "", 0);
    }
    return (int)syscall(SYS_close, fd);
}

ssize_t write(int fd, const void *data, size_t n) {
    LOCKED;
    if (watched(fd) && fails('W')) return -1;
    off_t at = watched(fd) ? lseek(fd, 0, SEEK_CUR) : 0;
    ssize_t done = syscall(SYS_write, fd, data, n);
    if (done > 0 && watched(fd)) put('W', 0, NULL, fd, at, data, (size_t)done);
    if (done > 0 && fd == ack_fd) put('A', 0, NULL, fd, 0, data, (size_t)done);
    return done;
}

ssize_t pwrite64(int fd, const void *data, size_t n, off64_t at) {
    LOCKED;
    if (watched(fd) && fails('W')) return -1;
    ssize_t done = syscall(SYS_pwrite64, fd, data, n, at);
    if (done > 0 && watched(fd)) put('W', 0, NULL, fd, at, data, (size_t)done);
    return done;
}
ssize_t pwrite(int fd, const void *data, size_t n, off_t at) { return pwrite64(fd, data, n, at); }

int ftruncate64(int fd, off64_t size) {
    LOCKED;
    if (watched(fd) && fails('T')) return -1;
    int done = (int)syscall(SYS_ftruncate, fd, size);
    if (!done && watched(fd)) put('T', 0, NULL, fd, size, "", 0);
    return done;
}
int ftruncate(int fd, off_t size) { return ftruncate64(fd, size); }

int posix_fallocate64(int fd, off64_t from, off64_t n) {
    LOCKED;
    if (watched(fd) && fails('T')) return errno;
    int why = REAL(posix_fallocate64)(fd, from, n);
    if (!why && watched(fd)) put('T', 1, NULL, fd, from + n, "", 0);
    return why;
}
int posix_fallocate(int fd, off_t from, off_t n) { return posix_fallocate64(fd, from, n); }

static int synced(int fd, long call) {
    LOCKED;
    if (watched(fd) && fails('S')) return -1;
    int done = (int)syscall(call, fd);
    if (!done && watched(fd)) put('S', 0, NULL, fd, 0, "", 0);
    return done;
}
int fsync(int fd) { return synced(fd, SYS_fsync); }
int fdatasync(int fd) { return synced(fd, SYS_fdatasync); }

int rename(const char *from, const char *to) {
    LOCKED;
    if (is_below(to) && fails('R')) return -1;
    int done = (int)syscall(SYS_renameat, AT_FDCWD, from, AT_FDCWD, to);
    if (!done && is_below(to)) put('R', 0, from, -1, 0, to, strlen(to));
    return done;
}

int unlink(const char *path) {
    LOCKED;
    int done = (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
    if (!done && is_below(path)) put('U', 0, path, -1, 0, "", 0);
    return done;
}

int rmdir(const char *path) {
    LOCKED;
    int done = (int)syscall(SYS_unlinkat, AT_FDCWD, path, AT_REMOVEDIR);
    if (!done && is_below(path)) put('D', 0, path, -1, 0, "", 0);
    return done;
}

int mkdir(const char *path, mode_t mode) {
    LOCKED;
    int done = (int)syscall(SYS_mkdirat, AT_FDCWD, path, mode);
    if (!done && is_below(path)) put('M', 0, path, -1, 0, "", 0);
    return done;
}
