#!/usr/bin/env bash
# Counts the instructions that an ARM64 program executes for a token, decoded and as a part of a prompt, under QEMU: the only honest figure
# about speed on ARM64 that a machine without such a processor can give. It says nothing about memory, caches or what runs at once.
#
#   benchmarks/Arm64/count-instructions.sh MODEL.gguf [CHECKOUT]
#
# MODEL.gguf is compiled into samples/Stories and published with NativeAOT for linux-arm64. CHECKOUT is another working tree of the project
# to publish from, to compare with older kernels. Needs (Debian): clang lld gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user libc6:arm64.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
model=$(realpath "${1:?"Say which model: count-instructions.sh MODEL.gguf [CHECKOUT]"}")
checkout=$(realpath "${2:-$here/../..}")
folder=$checkout/samples/ArmInstructions
trap 'rm -rf "$folder"' EXIT

# The sample with another model.
rm -rf "$folder"
cp -r "$checkout/samples/Stories" "$folder"
rm -rf "$folder/bin" "$folder/obj" "$folder/models"
sed -i "s|Include=\"[^\"]*\"|Include=\"$model\"|" "$folder/Stories.csproj"
sed -i "s|GgufModel(\"[^\"]*\"|GgufModel(\"$(basename "$model")\"|" "$folder/StoriesModel.cs"
dotnet publish "$folder" -c Release -r linux-arm64 -p:PublishAot=true -p:CppCompilerAndLinker=clang -p:LinkerFlavor=lld -p:ModelGenWeights=Sidecar \
    -p:NoWarn=MGEN014 -o "$folder/publish" >"$folder/log" || { cat "$folder/log" >&2; exit 1; }
clang -O2 -shared -fPIC -o "$folder/instructions.so" "$here/instructions.c"

# A prompt of so many words.
prompt() { printf 'the %.0s' $(seq "$1"); }

tokens() { # of a prompt of so many words
    printf '"%s"\n' "$(prompt "$1")" | dotnet run -c Release --project "$here/../../src/Tool" -- tokenize "$model" | tr ',' '\n' | wc -l
}

# One thread, so that none waits for another.
count() { # SET WORDS TOKENS
    MODELGEN_ISA=$1 DOTNET_PROCESSOR_COUNT=1 qemu-aarch64 -cpu max -plugin "$folder/instructions.so" -d plugin \
        "$folder/publish/Stories" --prompt "$(prompt "$2")" --temperature 0 --tokens "$3" 2>&1 >/dev/null | awk '/^instructions / { print $2 }'
}

# Differences leave out what a program does once.
more=$(($(tokens 36) - $(tokens 4)))
printf '%-10s %28s %28s\n' "set" "instructions a decoded token" "instructions a prompt's token"
for set in ${SETS:-advsimddp advsimd}; do
    short=$(count "$set" 4 4)
    decoded=$((($(count "$set" 4 10) - short) / 6))
    read=$((($(count "$set" 36 4) - short) / more))
    printf '%-10s %28d %28d\n' "$set" "$decoded" "$read"
done
