// The start of a program that was published for several levels of x86-64 (docs/deployment.md, docs/adr/0012): one native program a level
// stands in this file as data. It picks the best one that the processor can run, maps it as the kernel would have, and hands the process over
// to it: the same process, the same stack, the same file.
//
// There is no C library in here: the program that follows brings its own, which must find the process as the kernel made it.

#include <elf.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "processor.h"
#include "system.h"

#define PAGE 4096ull

// The first bytes of an interpreter that are read; its program headers stand in them.
#define HEADER_BYTES 4096

// A program that stands in this one.
struct program
{
    int64_t start;  // bytes behind the table
    int64_t length;
};

// The table of the programs from the lowest level on, and behind it their bytes: publishing puts each into a file of its level's name, and defines
// a macro for it (ModelGen.Levels.targets). Distances in place of addresses: nobody relocates this program, so it has no pointer that
// was set when it was linked. As data that may be written, though nobody does, they come last: a file that was cut off has its launcher.
#ifdef MODELGEN_v2
#define BYTES_OF_V2 ".incbin \"v2\"\n"
#else
#define BYTES_OF_V2
#endif

#ifdef MODELGEN_v3
#define BYTES_OF_V3 ".incbin \"v3\"\n"
#else
#define BYTES_OF_V3
#endif

#ifdef MODELGEN_v4
#define BYTES_OF_V4 ".incbin \"v4\"\n"
#else
#define BYTES_OF_V4
#endif

__asm__(".pushsection .programs, \"aw\", @progbits\n"
        ".balign 4096\n"
        "modelgen_programs:\n"
        ".quad v2 - modelgen_programs, v2_end - v2\n"
        ".quad v3 - modelgen_programs, v3_end - v3\n"
        ".quad v4 - modelgen_programs, v4_end - v4\n"
        ".balign 4096\n"
        "v2:\n" BYTES_OF_V2
        "v2_end:\n"
        ".balign 4096\n"
        "v3:\n" BYTES_OF_V3
        "v3_end:\n"
        ".balign 4096\n"
        "v4:\n" BYTES_OF_V4
        "v4_end:\n"
        ".popsection\n");

#define HIDDEN __attribute__((visibility("hidden")))
extern const uint8_t modelgen_programs[] HIDDEN;
extern const Elf64_Ehdr __ehdr_start HIDDEN;

// Where a file's segments were mapped.
struct image
{
    uint64_t bias;
    uint64_t entry;
    uint64_t headers;
};

// Says in one sentence why the program cannot be started.
static _Noreturn void fail(const char *self, const char *what, const char *file, int64_t error)
{
    say(self);
    say(": ");
    say(what);
    say(file);
    if (error != 0)
    {
        say(": ");
        say_error(error);
    }

    say(".\n");
    end();
}

static const struct program *program_of(int level)
{
    return (const struct program *)modelgen_programs + (level - LOWEST_LEVEL);
}

// The next level from here on, in steps of one up or down, that there is a program for; 0 where there is none.
static int next_level(int level, int step)
{
    for (; level >= LOWEST_LEVEL && level <= HIGHEST_LEVEL; level += step)
    {
        if (program_of(level)->length != 0)
        {
            return level;
        }
    }

    return 0;
}

static int equals_ignoring_case(const char *text, const char *lower_case)
{
    for (; *text != 0 && *lower_case != 0; text++, lower_case++)
    {
        char letter = *text >= 'A' && *text <= 'Z' ? (char)(*text - 'A' + 'a') : *text;
        if (letter != *lower_case)
        {
            return 0;
        }
    }

    return *text == *lower_case;
}

// The level whose kernels MODELGEN_ISA asks for; what else it may say, the program itself has words for.
static int wanted_level(char **environment)
{
    static const char name[] = "MODELGEN_ISA=";
    for (; *environment != 0; environment++)
    {
        const char *variable = *environment;
        int i = 0;
        while (name[i] != 0 && variable[i] == name[i])
        {
            i++;
        }

        if (name[i] == 0)
        {
            return equals_ignoring_case(variable + i, "vector128") ? 2
                : equals_ignoring_case(variable + i, "avx2") ? 3
                : HIGHEST_LEVEL;
        }
    }

    return HIGHEST_LEVEL;
}

static _Noreturn void refuse(const char *self, const struct processor *processor, int level)
{
    say(self);
    say(": this program needs a processor of level x86-64-v");
    say_number((uint64_t)level);
    say(" or above, and this one lacks ");
    int said = 0;
    for (int i = 0; i < processor->count; i++)
    {
        const struct feature *feature = &processor->features[i];
        if (!feature->present && feature->level <= level)
        {
            say(said++ == 0 ? "" : ", ");
            say(feature->name);
        }
    }

    say(".\n");
    end();
}

static int choose(const char *self, char **environment)
{
    struct processor processor;
    ask_processor(&processor);
    int highest = level_of(&processor);
    int lowest = next_level(LOWEST_LEVEL, 1);
    if (highest < lowest)
    {
        refuse(self, &processor, lowest);
    }

    int wanted = wanted_level(environment);
    int level = next_level(wanted < highest ? wanted : highest, -1);
    return level == 0 ? lowest : level;
}

static uint64_t down(uint64_t address)
{
    return address & ~(PAGE - 1);
}

static uint64_t up(uint64_t address)
{
    return down(address + PAGE - 1);
}

static void map_segment(const char *self, int file, uint64_t offset, uint64_t bias, const Elf64_Phdr *segment, const char *name)
{
    int protection = (segment->p_flags & PF_R ? PROT_READ : 0) | (segment->p_flags & PF_W ? PROT_WRITE : 0) | (segment->p_flags & PF_X ? PROT_EXEC : 0);
    uint64_t start = down(bias + segment->p_vaddr);
    uint64_t file_end = bias + segment->p_vaddr + segment->p_filesz;
    uint64_t end_of_pages = up(file_end);
    uint64_t end_of_memory = up(bias + segment->p_vaddr + segment->p_memsz);
    if (segment->p_filesz != 0)
    {
        int64_t mapped = call6(
            SYS_mmap, (int64_t)start, (int64_t)(end_of_pages - start), protection, MAP_PRIVATE | MAP_FIXED, file, (int64_t)(offset + down(segment->p_offset)));
        if (failed(mapped))
        {
            fail(self, "cannot map ", name, mapped);
        }
    }
    else
    {
        end_of_pages = start;
    }

    // Variables without a value in the file start as zeros: in the rest of the last page that has values, and in pages of their own.
    if (segment->p_memsz > segment->p_filesz && protection & PROT_WRITE)
    {
        for (volatile uint8_t *byte = (volatile uint8_t *)file_end; byte < (volatile uint8_t *)end_of_pages; byte++)
        {
            *byte = 0;
        }
    }

    if (end_of_memory > end_of_pages)
    {
        int64_t mapped = call6(
            SYS_mmap, (int64_t)end_of_pages, (int64_t)(end_of_memory - end_of_pages), protection, MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS, -1, 0);
        if (failed(mapped))
        {
            fail(self, "cannot get memory for ", name, mapped);
        }
    }
}

// Maps the segments of an ELF file that starts at an offset of an open one.
static struct image map_image(const char *self, int file, uint64_t offset, const Elf64_Ehdr *header, const Elf64_Phdr *segments, const char *name)
{
    uint64_t lowest = UINT64_MAX, highest = 0, alignment = PAGE;
    for (int i = 0; i < header->e_phnum; i++)
    {
        if (segments[i].p_type == PT_LOAD)
        {
            uint64_t start = down(segments[i].p_vaddr), finish = up(segments[i].p_vaddr + segments[i].p_memsz);
            lowest = start < lowest ? start : lowest;
            highest = finish > highest ? finish : highest;
            alignment = segments[i].p_align > alignment ? segments[i].p_align : alignment;
        }
    }

    if (highest == 0)
    {
        fail(self, "there is no code in ", name, 0);
    }

    // Room for all of them at once, so that they lie as far from each other as they were linked; what alignment leaves over stays reserved.
    int fixed = header->e_type == ET_EXEC;
    uint64_t length = highest - lowest + (fixed ? 0 : alignment - PAGE);
    int64_t room = call6(
        SYS_mmap, fixed ? (int64_t)lowest : 0, (int64_t)length, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | (fixed ? MAP_FIXED_NOREPLACE : 0), -1, 0);
    if (failed(room) || (fixed && (uint64_t)room != lowest))
    {
        fail(self, "there is no room in memory for ", name, failed(room) ? room : 0);
    }

    struct image image;
    image.bias = fixed ? 0 : (((uint64_t)room + alignment - 1) & ~(alignment - 1)) - lowest;
    image.entry = image.bias + header->e_entry;
    image.headers = 0;
    for (int i = 0; i < header->e_phnum; i++)
    {
        const Elf64_Phdr *segment = &segments[i];
        if (segment->p_type == PT_LOAD)
        {
            map_segment(self, file, offset, image.bias, segment, name);
            if (header->e_phoff >= segment->p_offset && header->e_phoff < segment->p_offset + segment->p_filesz)
            {
                image.headers = image.bias + segment->p_vaddr + header->e_phoff - segment->p_offset;
            }
        }
    }

    return image;
}

static int is_program(const Elf64_Ehdr *header)
{
    return header->e_ident[EI_MAG0] == ELFMAG0 && header->e_ident[EI_MAG1] == ELFMAG1 && header->e_ident[EI_MAG2] == ELFMAG2
        && header->e_ident[EI_MAG3] == ELFMAG3 && header->e_ident[EI_CLASS] == ELFCLASS64 && header->e_machine == EM_X86_64
        && header->e_phentsize == sizeof(Elf64_Phdr);
}

// Maps the dynamic linker that a program names.
static struct image map_interpreter(const char *self, const char *path)
{
    int64_t file = call3(SYS_openat, AT_FDCWD, (int64_t)path, O_RDONLY | O_CLOEXEC);
    if (failed(file))
    {
        fail(self, "cannot open the dynamic linker ", path, file);
    }

    _Alignas(16) uint8_t bytes[HEADER_BYTES];
    int64_t read = call6(SYS_pread64, file, (int64_t)bytes, sizeof bytes, 0, 0, 0);
    const Elf64_Ehdr *header = (const Elf64_Ehdr *)bytes;
    if (read < (int64_t)sizeof *header || !is_program(header) || header->e_phoff > (uint64_t)read
        || header->e_phnum > ((uint64_t)read - header->e_phoff) / sizeof(Elf64_Phdr))
    {
        fail(self, "this is no dynamic linker: ", path, 0);
    }

    struct image image = map_image(self, (int)file, 0, header, (const Elf64_Phdr *)(bytes + header->e_phoff), path);
    call3(SYS_close, file, 0, 0);
    return image;
}

// Where in this program's file an address of it comes from.
static uint64_t file_offset_of(const char *self, const uint8_t *address)
{
    const uint8_t *start = (const uint8_t *)&__ehdr_start;
    const Elf64_Phdr *segments = (const Elf64_Phdr *)(start + __ehdr_start.e_phoff);
    uint64_t relative = (uint64_t)(address - start);
    for (int i = 0; i < __ehdr_start.e_phnum; i++)
    {
        if (segments[i].p_type == PT_LOAD && relative >= segments[i].p_vaddr && relative < segments[i].p_vaddr + segments[i].p_filesz)
        {
            return relative - segments[i].p_vaddr + segments[i].p_offset;
        }
    }

    fail(self, "it was not linked as its launcher expects", "", 0);
}

static void set(Elf64_auxv_t *entries, uint64_t type, uint64_t value)
{
    for (; entries->a_type != AT_NULL; entries++)
    {
        if (entries->a_type == type)
        {
            entries->a_un.a_val = value;
            return;
        }
    }
}

// Gives the process to a program of this file.
static _Noreturn void hand_over(const char *self, const struct program *program, uint64_t *stack, Elf64_auxv_t *system)
{
    // The file itself, whatever it is called by now.
    int64_t file = call3(SYS_openat, AT_FDCWD, (int64_t)"/proc/self/exe", O_RDONLY | O_CLOEXEC);
    if (failed(file))
    {
        fail(self, "the program cannot open its own file", "", file);
    }

    // Looked at before the first byte of the program is: where the file ends, so do the pages.
    const uint8_t *start = modelgen_programs + program->start;
    uint64_t offset = file_offset_of(self, start);
    struct stat status;
    int64_t asked = call3(SYS_fstat, file, (int64_t)&status, 0);
    if (failed(asked) || (uint64_t)status.st_size < offset + (uint64_t)program->length)
    {
        fail(self, "the program's file was cut off; copy or publish it again", "", failed(asked) ? asked : 0);
    }

    const Elf64_Ehdr *header = (const Elf64_Ehdr *)start;
    if (!is_program(header))
    {
        fail(self, "the program's file is damaged; copy or publish it again", "", 0);
    }

    const Elf64_Phdr *segments = (const Elf64_Phdr *)(start + header->e_phoff);
    struct image image = map_image(self, (int)file, offset, header, segments, self);
    struct image first = image;
    for (int i = 0; i < header->e_phnum; i++)
    {
        if (segments[i].p_type == PT_INTERP)
        {
            first = map_interpreter(self, (const char *)(start + segments[i].p_offset));
            set(system, AT_BASE, first.bias);
        }
    }

    call3(SYS_close, file, 0, 0);
    set(system, AT_PHDR, image.headers);
    set(system, AT_PHENT, sizeof(Elf64_Phdr));
    set(system, AT_PHNUM, header->e_phnum);
    set(system, AT_ENTRY, image.entry);

    // As at the start of a process: rdx names no function that is to be called at its end, and rbp no caller.
    __asm__ volatile("movq %0, %%rsp\n\t"
                     "xorl %%edx, %%edx\n\t"
                     "xorl %%ebp, %%ebp\n\t"
                     "jmpq *%1"
                     :
                     : "r"(stack), "r"(first.entry)
                     : "memory", "rdx");
    __builtin_unreachable();
}

// Called with the stack as the kernel made it: number of arguments, arguments, 0, environment, 0, pairs of what the kernel says, 0.
__attribute__((used)) static _Noreturn void start(uint64_t *stack)
{
    char **environment = (char **)(stack + stack[0] + 2);
    uint64_t *end_of_environment = (uint64_t *)environment;
    while (*end_of_environment != 0)
    {
        end_of_environment++;
    }

    Elf64_auxv_t *system = (Elf64_auxv_t *)(end_of_environment + 1);
    const char *self = "the program";
    for (Elf64_auxv_t *entry = system; entry->a_type != AT_NULL; entry++)
    {
        if (entry->a_type == AT_EXECFN)
        {
            self = (const char *)entry->a_un.a_val;
        }
    }

    hand_over(self, program_of(choose(self, environment)), stack, system);
}

__asm__(".globl _start\n"
        ".type _start, @function\n"
        "_start:\n\t"
        "xorl %ebp, %ebp\n\t"
        "movq %rsp, %rdi\n\t"
        "andq $-16, %rsp\n\t"
        "call start\n");
