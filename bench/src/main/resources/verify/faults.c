/*
 * Makes writes and fsyncs of files below a path fail or wait, and moves the wall clock, as a shared file says that
 * another process writes. Loaded with LD_PRELOAD; costs a look at memory when nothing is to be done.
 *
 *   FAULTS_CONTROL  the shared file: struct control
 *   FAULTS_PATH     only files below it are touched
 *   FAULTS_SYNCED   if set, this file gets a line for all that an fsync has brought to the disk, so that what a loss
 *                   of power takes can be taken away after a kill:
 *                     size INODE BYTES   so much of a file
 *                     entry INODE        its name, in a directory that was synced after it was put there
 *                     gone INODE         the file was deleted or replaced; its number may be another's soon
 *   FAULTS_FORGET   "directories": as if no directory was ever synced, to test the test
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

struct control {
  int32_t write_errno;
  int32_t fsync_errno;
  int32_t delay_millis;
  int32_t unused;
  int64_t clock_millis;
};

static volatile struct control *control;
static char path[4096];
static size_t path_length;
static int journal = -1;
static int forgets_directories;
/* Held over a change and its lines, so that the lines stand in the order of the changes, whatever inodes are used again. */
static pthread_mutex_t ordered = PTHREAD_MUTEX_INITIALIZER;

static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static ssize_t (*real_writev)(int, const struct iovec *, int);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_unlink)(const char *);
static int (*real_rename)(const char *, const char *);
static int (*real_clock_gettime)(clockid_t, struct timespec *);
static int (*real_gettimeofday)(struct timeval *, void *);

__attribute__((constructor)) static void begin(void) {
  real_write = dlsym(RTLD_NEXT, "write");
  real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
  real_writev = dlsym(RTLD_NEXT, "writev");
  real_fsync = dlsym(RTLD_NEXT, "fsync");
  real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
  real_unlink = dlsym(RTLD_NEXT, "unlink");
  real_rename = dlsym(RTLD_NEXT, "rename");
  real_clock_gettime = dlsym(RTLD_NEXT, "clock_gettime");
  real_gettimeofday = dlsym(RTLD_NEXT, "gettimeofday");
  const char *file = getenv("FAULTS_CONTROL");
  const char *below = getenv("FAULTS_PATH");
  if (file == NULL || below == NULL || strlen(below) >= sizeof path) return;
  strcpy(path, below);
  path_length = strlen(path);
  const char *synced = getenv("FAULTS_SYNCED");
  if (synced != NULL) journal = open(synced, O_WRONLY | O_APPEND | O_CLOEXEC);
  const char *forget = getenv("FAULTS_FORGET");
  forgets_directories = forget != NULL && strcmp(forget, "directories") == 0;
  int fd = open(file, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return;
  void *shared = mmap(NULL, sizeof(struct control), PROT_READ, MAP_SHARED, fd, 0);
  close(fd);
  if (shared != MAP_FAILED) control = shared;
}

static int ours(int fd) {
  char link[64], target[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, target, sizeof target - 1);
  if (length < (ssize_t)path_length) return 0;
  target[length] = 0;
  return strncmp(target, path, path_length) == 0;
}

/* What to fail with, or 0. Waits first, if it has to. */
static int fault(int fd, int is_sync) {
  if (control == NULL) return 0;
  int error = is_sync ? control->fsync_errno : control->write_errno;
  int delay = control->delay_millis;
  if ((error == 0 && delay == 0) || !ours(fd)) return 0;
  if (delay > 0) usleep((useconds_t)delay * 1000);
  return error;
}

ssize_t write(int fd, const void *bytes, size_t length) {
  int error = fault(fd, 0);
  if (error != 0) { errno = error; return -1; }
  return real_write(fd, bytes, length);
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off_t at) {
  int error = fault(fd, 0);
  if (error != 0) { errno = error; return -1; }
  return real_pwrite(fd, bytes, length, at);
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t at) { return pwrite64(fd, bytes, length, at); }

ssize_t writev(int fd, const struct iovec *parts, int count) {
  int error = fault(fd, 0);
  if (error != 0) { errno = error; return -1; }
  return real_writev(fd, parts, count);
}

/* What an fsync that begins now will have brought to the disk, as lines. NULL if it can't be said. */
static char *to_be_synced(int fd, size_t *length) {
  struct stat file;
  char *lines = NULL;
  FILE *out = fstat(fd, &file) == 0 ? open_memstream(&lines, length) : NULL;
  if (out == NULL) return NULL;
  if (S_ISDIR(file.st_mode)) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    DIR *names = forgets_directories ? NULL : opendir(link);
    struct dirent *name;
    while (names != NULL && (name = readdir(names)) != NULL) {
      /* The directory's own name is its parent's to sync. */
      if (strcmp(name->d_name, ".") == 0 || strcmp(name->d_name, "..") == 0) continue;
      fprintf(out, "entry %lu\n", (unsigned long)name->d_ino);
    }
    if (names != NULL) closedir(names);
  } else {
    fprintf(out, "size %lu %lld\n", (unsigned long)file.st_ino, (long long)file.st_size);
  }
  fclose(out);
  return lines;
}

static int sync_with(int (*real)(int), int fd) {
  int error = fault(fd, 1);
  if (error != 0) { errno = error; return -1; }
  if (journal < 0 || !ours(fd)) return real(fd);
  pthread_mutex_lock(&ordered);
  size_t length = 0;
  char *lines = to_be_synced(fd, &length);
  int result = real(fd);
  int why = errno;
  if (result == 0 && lines != NULL) {
    if (real_write(journal, lines, length) != (ssize_t)length) perror("faults: FAULTS_SYNCED");
  }
  free(lines);
  pthread_mutex_unlock(&ordered);
  errno = why;
  return result;
}

int fsync(int fd) { return sync_with(real_fsync, fd); }

int fdatasync(int fd) { return sync_with(real_fdatasync, fd); }

/* The inode that a name stands for, if this was its last name; 0 if there is none. */
static unsigned long last_of(const char *name) {
  struct stat file;
  if (journal < 0 || strncmp(name, path, path_length) != 0 || lstat(name, &file) != 0) return 0;
  return file.st_nlink == 1 ? (unsigned long)file.st_ino : 0;
}

static void gone(unsigned long inode) {
  if (inode != 0 && dprintf(journal, "gone %lu\n", inode) < 0) perror("faults: FAULTS_SYNCED");
}

int unlink(const char *name) {
  if (journal < 0) return real_unlink(name);
  pthread_mutex_lock(&ordered);
  unsigned long inode = last_of(name);
  int result = real_unlink(name);
  int why = errno;
  if (result == 0) gone(inode);
  pthread_mutex_unlock(&ordered);
  errno = why;
  return result;
}

int rename(const char *from, const char *to) {
  if (journal < 0) return real_rename(from, to);
  pthread_mutex_lock(&ordered);
  unsigned long inode = last_of(to);
  int result = real_rename(from, to);
  int why = errno;
  if (result == 0) gone(inode);
  pthread_mutex_unlock(&ordered);
  errno = why;
  return result;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
  int result = real_clock_gettime(clock, now);
  if (result == 0 && control != NULL && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
    now->tv_sec += control->clock_millis / 1000;
  }
  return result;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
  int result = real_gettimeofday(now, zone);
  if (result == 0 && control != NULL) now->tv_sec += control->clock_millis / 1000;
  return result;
}
