/* Adds the seconds that a file holds, as an eight-byte number, to the time of day.
 * Loaded with LD_PRELOAD; MINUTEBOOK_TEST_CLOCK names the file. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

int clock_gettime(clockid_t clock, struct timespec *found)
{
    static int (*real)(clockid_t, struct timespec *);
    static const long *added;
    if (!real)
        real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    const char *name = getenv("MINUTEBOOK_TEST_CLOCK");
    if (!added && name) {
        int file = open(name, O_RDONLY);
        void *mapped = mmap(0, sizeof *added, PROT_READ, MAP_SHARED, file, 0);
        added = mapped == MAP_FAILED ? 0 : mapped;
    }
    int result = real(clock, found);
    if (added && clock == CLOCK_REALTIME)
        found->tv_sec += *added;
    return result;
}
