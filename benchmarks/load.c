/* A load of HTTP/1.1 requests over kept connections: in a closed loop, or at a fixed rate.
 *
 * load PORT CLIENTS SECONDS WARM RATE < REQUESTS
 *
 * Each request is read as its length, a line break, and its bytes; they are sent in turn, again and
 * again. Twelve signs '%' in a request become the number of the sending, in hexadecimal digits.
 * RATE 0: a client sends as soon as it was answered. Otherwise request k is due k / RATE seconds
 * after the start, and its latency counts from then, also while every client is waiting.
 * What is answered within the first WARM seconds, or after SECONDS, is not among the figures.
 * Responses must tell Content-Length. Prints one object of JSON; the first refusal goes to stderr.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum { HEAD = 16384, DRAIN = 10 };
static const char MARK[] = "%%%%%%%%%%%%";

struct request { char *text; size_t length; };
struct client {
    int fd, busy, status;
    char *out, head[HEAD + 1];
    size_t length, sent, got;
    long left; /* bytes of the body still to come; -1 while the head is read */
    double due;
};

static struct request *requests;
static size_t kinds, longest, sent, accepted, refused, lost, timed_count, timed_room;
static uint32_t *latencies; /* microseconds */
static struct sockaddr_in address = {.sin_family = AF_INET};
static int poller;
static double begin, from, until;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static void fail(const char *what) {
    fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
    exit(1);
}

static void read_requests(void) {
    size_t length;
    while (scanf("%zu%*1[\n]", &length) == 1) {
        requests = realloc(requests, (kinds + 1) * sizeof *requests);
        char *text = malloc(length);
        if (!requests || !text || fread(text, 1, length, stdin) != length) fail("requests");
        requests[kinds++] = (struct request){text, length};
        if (length > longest) longest = length;
    }
    if (!kinds) fail("no requests");
}

static void reach(struct client *c) {
    int one = 1;
    c->fd = socket(AF_INET, SOCK_STREAM, 0);
    if (c->fd < 0 || connect(c->fd, (struct sockaddr *)&address, sizeof address)) fail("connect");
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
    if (epoll_ctl(poller, EPOLL_CTL_ADD, c->fd, &event)) fail("epoll_ctl");
}

static void listen_for(struct client *c, uint32_t events) {
    struct epoll_event event = {.events = events, .data.ptr = c};
    if (epoll_ctl(poller, EPOLL_CTL_MOD, c->fd, &event)) fail("epoll_ctl");
}

static void lose(struct client *c) {
    lost += c->busy;
    c->busy = 0;
    close(c->fd);
    reach(c);
}

static void push(struct client *c) {
    while (c->sent < c->length) {
        ssize_t n = send(c->fd, c->out + c->sent, c->length - c->sent, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (n < 0 && errno == EAGAIN) return listen_for(c, EPOLLIN | EPOLLOUT);
        if (n < 0) return lose(c);
        c->sent += n;
    }
    listen_for(c, EPOLLIN);
}

static void ask(struct client *c, double due) {
    struct request *r = &requests[sent % kinds];
    char digits[sizeof MARK], *at = c->out;
    memcpy(c->out, r->text, r->length);
    snprintf(digits, sizeof digits, "%012zx", sent++);
    while ((at = memmem(at, r->length - (at - c->out), MARK, sizeof MARK - 1)))
        memcpy(at, digits, sizeof MARK - 1);
    c->length = r->length;
    c->sent = c->got = 0;
    c->left = -1;
    c->due = due;
    c->busy = 1;
    push(c);
}

static void answered(struct client *c) {
    double t = now();
    int good = c->status / 100 == 2;
    c->busy = 0;
    accepted += good;
    if (!good && !refused++) fprintf(stderr, "load: refused first: %s\n", c->head);
    if (!good || t < from || t > until) return;
    if (timed_count == timed_room) {
        timed_room = timed_room ? 2 * timed_room : 65536;
        latencies = realloc(latencies, timed_room * sizeof *latencies);
        if (!latencies) fail("memory");
    }
    latencies[timed_count++] = (t - c->due) * 1e6;
}

/* Read the head if it is whole; what came of the body after it is counted off. */
static void read_head(struct client *c) {
    char *end, *length;
    c->head[c->got] = 0;
    if (!(end = strstr(c->head, "\r\n\r\n"))) {
        if (c->got == HEAD) fail("the head of a response is too long");
        return;
    }
    c->status = atoi(c->head + 9);
    length = strcasestr(c->head, "\r\ncontent-length:");
    if (!length || length > end) {
        fprintf(stderr, "load: no Content-Length: %s\n", c->head);
        exit(1);
    }
    c->left = atol(length + 17) - (long)(c->got - (end + 4 - c->head));
}

/* Take what has come; return whether the client is free again. */
static int pull(struct client *c) {
    static char body[1 << 18];
    for (;;) {
        int heading = c->left < 0;
        ssize_t n = heading ? recv(c->fd, c->head + c->got, HEAD - c->got, MSG_DONTWAIT)
                            : recv(c->fd, body, sizeof body, MSG_DONTWAIT);
        if (n < 0 && errno == EAGAIN) return 0;
        if (n <= 0) {
            lose(c);
            return 1;
        }
        if (heading) {
            c->got += n;
            read_head(c);
        } else {
            c->left -= n;
        }
        if (c->left == 0) {
            answered(c);
            return 1;
        }
    }
}

static int by_size(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static double part(double share) { /* milliseconds */
    size_t at = share * timed_count;
    return timed_count ? latencies[at < timed_count ? at : timed_count - 1] / 1e3 : 0;
}

static void tell(void) {
    qsort(latencies, timed_count, sizeof *latencies, by_size);
    printf("{\"sent\": %zu, \"accepted\": %zu, \"refused\": %zu, \"lost\": %zu, \"timed\": %zu, "
           "\"rate\": %.1f, \"p50_ms\": %.3f, \"p90_ms\": %.3f, \"p99_ms\": %.3f, "
           "\"max_ms\": %.3f}\n", sent, accepted, refused, lost, timed_count,
           timed_count / (until - from), part(0.5), part(0.9), part(0.99), part(1));
}

static void wake_at(int timer, double due) {
    struct itimerspec when = {.it_value = {due, (due - (time_t)due) * 1e9}};
    if (timerfd_settime(timer, TFD_TIMER_ABSTIME, &when, NULL)) fail("timerfd_settime");
}

/* Give work to free clients: at once, or what is due; keep the timer on the next. */
static void deal(struct client *clients, int count, double rate, int timer) {
    for (int i = 0; i < count && now() < until; i++) {
        double due = rate ? begin + sent / rate : now();
        if (clients[i].busy) continue;
        if (due > now()) return wake_at(timer, due);
        ask(&clients[i], due);
    }
}

static int waiting(struct client *clients, int count) {
    int busy = 0;
    for (int i = 0; i < count; i++) busy += clients[i].busy;
    return busy;
}

int main(int argc, char **argv) {
    if (argc != 6) {
        fputs("load PORT CLIENTS SECONDS WARM RATE < REQUESTS\n", stderr);
        return 2;
    }
    int count = atoi(argv[2]), timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
    double rate = atof(argv[5]);
    address.sin_port = htons(atoi(argv[1]));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    read_requests();
    poller = epoll_create1(0);
    struct client *clients = calloc(count, sizeof *clients);
    struct epoll_event events[256], ticking = {.events = EPOLLIN, .data.ptr = NULL};
    if (poller < 0 || timer < 0 || !clients) fail("start");
    if (epoll_ctl(poller, EPOLL_CTL_ADD, timer, &ticking)) fail("epoll_ctl");
    for (int i = 0; i < count; i++) {
        if (!(clients[i].out = malloc(longest))) fail("memory");
        reach(&clients[i]);
    }
    begin = now();
    from = begin + atof(argv[4]);
    until = begin + atof(argv[3]);
    for (double t = begin; t < until || (waiting(clients, count) && t < until + DRAIN); t = now()) {
        deal(clients, count, rate, timer);
        int n = epoll_wait(poller, events, 256, 100);
        for (int i = 0; i < n; i++) {
            struct client *c = events[i].data.ptr;
            uint64_t ticks;
            if (!c) {
                if (read(timer, &ticks, sizeof ticks) < 0 && errno != EAGAIN) fail("timer");
            } else if (events[i].events & EPOLLOUT) {
                push(c);
            } else if (pull(c) && !rate && now() < until) {
                ask(c, now());
            }
        }
    }
    lost += waiting(clients, count);
    tell();
    return 0;
}
