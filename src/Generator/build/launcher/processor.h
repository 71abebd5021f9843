// What the processor has of the levels of x86-64, as the psABI defines them and as .NET asks for when a program starts.

#pragma once

#include <cpuid.h>
#include <stdint.h>

#define LOWEST_LEVEL 2
#define HIGHEST_LEVEL 4

// Bits of XCR0: the operating system saves the registers of SSE and AVX; and with them those of AVX-512.
#define SAVED_BY_AVX 0x06u
#define SAVED_BY_AVX512 0xE6u

struct feature
{
    char name[12];
    uint8_t level;
    uint8_t present;
};

#define FEATURES 19

struct processor
{
    struct feature features[FEATURES];
    int count;
};

static void add(struct processor *processor, int level, int present, const char *name)
{
    struct feature *feature = &processor->features[processor->count++];
    feature->level = (uint8_t)level;
    feature->present = present != 0;
    for (int i = 0; (feature->name[i] = name[i]) != 0; i++)
    {
    }
}

static uint32_t saved_registers(void)
{
    uint32_t low, high;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return low;
}

static void ask_processor(struct processor *processor)
{
    uint32_t a, b, c, d, extended_b = 0, amd_c = 0;
    __cpuid(0, a, b, c, d);
    uint32_t highest = a;
    if (highest >= 7)
    {
        __cpuid_count(7, 0, a, extended_b, c, d);
    }

    __cpuid(0x80000000u, a, b, c, d);
    if (a >= 0x80000001u)
    {
        __cpuid(0x80000001u, a, b, amd_c, d);
    }

    __cpuid(1, a, b, c, d);
    uint32_t saved = c & bit_OSXSAVE ? saved_registers() : 0;
    int avx = (saved & SAVED_BY_AVX) == SAVED_BY_AVX;
    int avx512 = (saved & SAVED_BY_AVX512) == SAVED_BY_AVX512;

    processor->count = 0;
    add(processor, 2, c & bit_SSE3, "SSE3");
    add(processor, 2, c & bit_SSSE3, "SSSE3");
    add(processor, 2, c & bit_SSE4_1, "SSE4.1");
    add(processor, 2, c & bit_SSE4_2, "SSE4.2");
    add(processor, 2, c & bit_POPCNT, "POPCNT");
    add(processor, 2, c & bit_CMPXCHG16B, "CMPXCHG16B");
    add(processor, 3, avx && (c & bit_AVX), "AVX");
    add(processor, 3, avx && (extended_b & bit_AVX2), "AVX2");
    add(processor, 3, avx && (c & bit_FMA), "FMA");
    add(processor, 3, avx && (c & bit_F16C), "F16C");
    add(processor, 3, extended_b & bit_BMI, "BMI1");
    add(processor, 3, extended_b & bit_BMI2, "BMI2");
    add(processor, 3, amd_c & bit_LZCNT, "LZCNT");
    add(processor, 3, c & bit_MOVBE, "MOVBE");
    add(processor, 4, avx512 && (extended_b & bit_AVX512F), "AVX512F");
    add(processor, 4, avx512 && (extended_b & bit_AVX512BW), "AVX512BW");
    add(processor, 4, avx512 && (extended_b & bit_AVX512CD), "AVX512CD");
    add(processor, 4, avx512 && (extended_b & bit_AVX512DQ), "AVX512DQ");
    add(processor, 4, avx512 && (extended_b & bit_AVX512VL), "AVX512VL");
}

// The highest level of which the processor has everything; one below the lowest where there is none.
static int level_of(const struct processor *processor)
{
    int level = HIGHEST_LEVEL;
    for (int i = 0; i < processor->count; i++)
    {
        const struct feature *feature = &processor->features[i];
        if (!feature->present && feature->level <= level)
        {
            level = feature->level - 1;
        }
    }

    return level;
}
