// The calls of Linux that the launcher makes, and how it ends.

#pragma once

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>

// What a program's exit code is where a program cannot be started, as shells have it.
#define CANNOT_START 126

// The largest number that stands for an error: calls give its negative.
#define LARGEST_ERROR 4095

static inline int64_t call6(int64_t number, int64_t a, int64_t b, int64_t c, int64_t d, int64_t e, int64_t f)
{
    register int64_t r10 __asm__("r10") = d;
    register int64_t r8 __asm__("r8") = e;
    register int64_t r9 __asm__("r9") = f;
    int64_t result;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
}

static inline int64_t call3(int64_t number, int64_t a, int64_t b, int64_t c)
{
    return call6(number, a, b, c, 0, 0, 0);
}

static inline int failed(int64_t result)
{
    return result < 0 && result >= -LARGEST_ERROR;
}

// Compilers may call these two where the source copies or clears something; the C library that has them is not here.
__attribute__((used, visibility("hidden"))) void *memcpy(void *to, const void *from, size_t length)
{
    void *result = to;
    __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(length) : : "memory");
    return result;
}

__attribute__((used, visibility("hidden"))) void *memset(void *to, int value, size_t length)
{
    void *result = to;
    __asm__ volatile("rep stosb" : "+D"(to), "+c"(length) : "a"(value) : "memory");
    return result;
}

static size_t length_of(const char *text)
{
    size_t length = 0;
    while (text[length] != 0)
    {
        length++;
    }

    return length;
}

// Writes to standard error; where that is closed, nobody reads what could be said about it.
static void say(const char *text)
{
    call3(SYS_write, 2, (int64_t)text, (int64_t)length_of(text));
}

static void say_number(uint64_t number)
{
    char digits[21];
    char *first = digits + sizeof digits - 1;
    *first = 0;
    do
    {
        *--first = (char)('0' + number % 10);
        number /= 10;
    }
    while (number != 0);

    say(first);
}

// Says what a call's result means that failed.
static void say_error(int64_t result)
{
    switch (-result)
    {
        case ENOENT: say("there is no such file"); break;
        case EACCES: say("permission denied"); break;
        case ENOMEM: say("out of memory"); break;
        case EMFILE:
        case ENFILE: say("too many open files"); break;
        default:
            say("error ");
            say_number((uint64_t)-result);
            say(" of Linux");
            break;
    }
}

static _Noreturn void end(void)
{
    for (;;)
    {
        call3(SYS_exit_group, CANNOT_START, 0, 0);
    }
}
