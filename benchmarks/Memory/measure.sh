#!/usr/bin/env bash
# The memory of native programs with models, against the plans that the generator wrote for them:
#
#   benchmarks/Memory/measure.sh [MODEL.gguf…]
#
# Without a model the demo model's; each model is compiled into a program of its own, published with NativeAOT. Linux only.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
[ $# -gt 0 ] || set -- "$here/../../samples/Stories/models/demo-stories-Q8_0.gguf"
folder=$here/../MemoryOfAModel
trap 'rm -rf "$folder"' EXIT
for model; do
    model=$(realpath "$model")
    rm -rf "$folder"
    cp -r "$here" "$folder"
    rm -rf "$folder/bin" "$folder/obj"
    sed -i "s|Include=\"[^\"]*\"|Include=\"$model\"|" "$folder"/*.csproj
    sed -i "s|GgufModel(\"[^\"]*\"|GgufModel(\"$(basename "$model")\"|" "$folder/MeasuredModel.cs"
    dotnet publish "$folder" -c Release -r "$(dotnet --info | awk "/ RID:/ { print \$2 }")" -p:PublishAot=true -p:ModelGenWeights=Sidecar -p:NoWarn=MGEN014 -o "$folder/publish" >"$folder/log" \
        || { cat "$folder/log" >&2; exit 1; }
    "$folder/publish/ModelGen.Memory.Benchmarks" plan
done
"$folder/publish/ModelGen.Memory.Benchmarks" generations
