using System.Collections.Generic;

namespace ModelGen.Vocabularies;

/// <summary>What a name of tokenizer.ggml.pre means besides how words are cut.</summary>
/// <param name="Kind">How words are cut.</param>
/// <param name="TakesWholeWords">A word that is a token is that token, whatever the merges would make of it.</param>
/// <param name="TakesWholeLineBreaks">The same, but only for words of nothing but line breaks.</param>
/// <param name="AddsBeginningOfSequence">BOS goes in front where the file does not say.</param>
/// <param name="ForcesBeginningOfSequence">BOS goes in front whatever the file says.</param>
/// <param name="AddsSeparator">SEP goes between two texts where the file does not say.</param>
/// <param name="HasDefaultBeginningOfSequence">A file that names no BOS means GPT-2's.</param>
/// <param name="MarksSpaces">Tokens are plain UTF-8 with U+2581 for a space, as SentencePiece writes them, not GPT-2's bytes.</param>
internal sealed record PreTokenizerRule(
    PreTokenizerKind Kind,
    bool TakesWholeWords = false,
    bool TakesWholeLineBreaks = false,
    bool AddsBeginningOfSequence = false,
    bool ForcesBeginningOfSequence = false,
    bool AddsSeparator = false,
    bool HasDefaultBeginningOfSequence = true,
    bool MarksSpaces = false);

/// <summary>The values of tokenizer.ggml.pre, with the meaning that llama.cpp gives them.</summary>
internal static class PreTokenizerRules
{
    private static readonly Dictionary<string, PreTokenizerRule> ByName = Create(
        (new(PreTokenizerKind.Default), ["", "default"]),
        (
            new(PreTokenizerKind.Llama3, TakesWholeWords: true, AddsBeginningOfSequence: true),
            ["llama3", "llama-v3", "llama-bpe", "falcon3", "falcon-h1", "pixtral", "midm-2.0", "lfm2", "jina-v5-nano"]),
        (new(PreTokenizerKind.Llama3), ["dbrx", "smaug-bpe"]),
        (new(PreTokenizerKind.Llama3, HasDefaultBeginningOfSequence: false), ["glm4", "chatglm-bpe"]),
        (
            new(PreTokenizerKind.Gpt2),
            [
                "gpt-2", "phi-2", "jina-es", "jina-de", "gigachat", "jina-v2-es", "jina-v2-de", "a.x-4.0", "mellum", "modern-bert", "exaone4",
                "mpt", "olmo", "jais", "trillion", "granite-docling",
            ]),
        (new(PreTokenizerKind.Gpt2, AddsSeparator: true), ["jina-v1-en", "jina-v2-code", "roberta-bpe"]),
        (
            new(PreTokenizerKind.Qwen2),
            ["qwen2", "deepseek-r1-qwen", "kormo", "f2llmv2", "megrez", "stablelm2", "hunyuan", "solar-open", "grok-2"]),
        (new(PreTokenizerKind.Qwen35), ["qwen35"]),
        (new(PreTokenizerKind.DeepSeekLlm), ["deepseek-llm"]),
        (new(PreTokenizerKind.DeepSeekCoder), ["deepseek-coder"]),
        (new(PreTokenizerKind.DeepSeek3), ["deepseek-v3", "hunyuan-dense", "joyai-llm", "hy_v4"]),
        (new(PreTokenizerKind.Falcon), ["falcon"]),
        (
            new(PreTokenizerKind.StarCoder),
            ["starcoder", "refact", "command-r", "smollm", "codeshell", "exaone", "minerva-7b", "mellum2"]),
        (new(PreTokenizerKind.Bloom), ["bloom", "poro-chat", "gpt3-finnish"]),
        (new(PreTokenizerKind.Viking), ["viking"]),
        (new(PreTokenizerKind.Tekken, TakesWholeWords: true, AddsBeginningOfSequence: true), ["tekken"]),
        (new(PreTokenizerKind.Gpt4o), ["gpt-4o", "llama4", "kanana2", "talkie", "minimax-m2"]),
        (new(PreTokenizerKind.Chameleon, AddsBeginningOfSequence: true), ["chameleon"]),
        (new(PreTokenizerKind.SeedCoder), ["seed-coder"]),
        (new(PreTokenizerKind.BailingMoe), ["bailingmoe", "bailingmoe2", "llada-moe"]),
        (new(PreTokenizerKind.Ufakzeka), ["ufakzeka"]),
        (new(PreTokenizerKind.Laguna), ["laguna"]),
        (new(PreTokenizerKind.MiniCpm5, TakesWholeWords: true), ["minicpm5"]),
        (
            new(PreTokenizerKind.Lines, ForcesBeginningOfSequence: true, TakesWholeLineBreaks: true, MarksSpaces: true),
            ["gemma4", "granite-embed-multi-311m"]),
        (new(PreTokenizerKind.Lines, MarksSpaces: true), ["sarvam-moe"]));

    /// <summary>The names, without the empty one that stands for a file that names none.</summary>
    public static IEnumerable<string> Names
    {
        get
        {
            foreach (string name in ByName.Keys)
            {
                if (name.Length > 0)
                {
                    yield return name;
                }
            }
        }
    }

    /// <summary>The rule of a name, empty where the file names none; null for one that ModelGen does not have.</summary>
    public static PreTokenizerRule? Find(string name) => ByName.TryGetValue(name, out PreTokenizerRule? rule) ? rule : null;

    private static Dictionary<string, PreTokenizerRule> Create(params (PreTokenizerRule Rule, string[] Names)[] rules)
    {
        Dictionary<string, PreTokenizerRule> byName = [];
        foreach ((PreTokenizerRule rule, string[] names) in rules)
        {
            foreach (string name in names)
            {
                byName.Add(name, rule);
            }
        }

        return byName;
    }
}
