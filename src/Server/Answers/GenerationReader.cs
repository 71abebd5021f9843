using System.Collections.Generic;
using System.Globalization;
using System.Text.Json;
using ModelGen.Sampling;
using ModelGen.Server.Contracts;
using ModelGen.Server.Http;
using ModelGen.Sessions;

namespace ModelGen.Server.Answers;

/// <summary>Reads how a request wants its tokens drawn.</summary>
/// <param name="server">The server's options.</param>
internal sealed class GenerationReader(ModelGenServerOptions server)
{
    private const int MostStopSequences = 16;

    /// <summary>The options of a request; what it does not say is the server's.</summary>
    /// <param name="request">The request.</param>
    /// <param name="maxTokens">The most tokens that it asks for; null where it does not say.</param>
    /// <param name="maxTokensField">The field that says so.</param>
    /// <param name="vocabularySize">Ids of the model.</param>
    /// <exception cref="RequestException">A value is outside of its range.</exception>
    public GenerationOptions Read(GenerationRequest request, int? maxTokens, string maxTokensField, int vocabularySize)
    {
        GenerationOptions own = server.Generation;
        Require(maxTokens is null or >= 1, maxTokensField, "is at least 1");
        Require(request.Temperature is null or (>= 0 and <= float.MaxValue), "temperature", "is a number of at least 0");
        Require(request.TopP is null or (>= 0 and <= 1), "top_p", "is from 0 to 1");
        Require(request.TopK is null or >= 0, "top_k", "is at least 0; 0 turns it off");
        Require(request.MinP is null or (>= 0 and <= 1), "min_p", "is from 0 to 1");
        Require(request.RepetitionPenalty is null or (> 0 and <= float.MaxValue), "repetition_penalty", "is a number above 0");
        Require(IsFinite(request.FrequencyPenalty), "frequency_penalty", "is a number");
        Require(IsFinite(request.PresencePenalty), "presence_penalty", "is a number");
        int most = int.Min(maxTokens ?? own.MaxTokens, server.MaxOutputTokens ?? int.MaxValue);
        Require(
            request.MinTokens is null || (request.MinTokens >= 0 && request.MinTokens <= most), "min_tokens", $"is from 0 to {maxTokensField}");
        return own with
        {
            MaxTokens = most,
            MinTokens = request.MinTokens ?? int.Min(own.MinTokens, most),
            Temperature = request.Temperature ?? own.Temperature,
            TopP = request.TopP ?? own.TopP,
            TopK = request.TopK ?? own.TopK,
            MinP = request.MinP ?? own.MinP,
            Penalties = ReadPenalties(request, own.Penalties),
            Seed = request.Seed is long seed ? unchecked((ulong)seed) : own.Seed,
            StopSequences = [.. own.StopSequences, .. ReadStop(request.Stop)],
            LogitBias = ReadBias(request.LogitBias, vocabularySize) ?? own.LogitBias,
            LogProbabilities = false,
            Alternatives = 0,
            Echo = false,
        };
    }

    /// <summary>How many answers a request wants of each prompt.</summary>
    /// <param name="request">The request.</param>
    /// <param name="prompts">Its prompts.</param>
    /// <exception cref="RequestException">They are more than the server gives.</exception>
    public int ReadCount(GenerationRequest request, int prompts)
    {
        int count = request.N ?? 1;
        Require(
            count >= 1 && (long)count * prompts <= server.MaxAnswers,
            "n",
            $"is at least 1, and the answers to all prompts are at most {server.MaxAnswers}");
        return count;
    }

    /// <summary>Refuses what streams do not do.</summary>
    /// <param name="options">What is asked for; null: nothing.</param>
    /// <exception cref="RequestException">They are to be padded.</exception>
    public static void CheckStream(StreamOptions? options) => Require(
        options?.IncludeObfuscation != true, "stream_options.include_obfuscation", "is false: answers are not padded");

    /// <summary>Refuses a prompt that is too long.</summary>
    /// <param name="tokens">Its tokens.</param>
    /// <param name="model">The model.</param>
    /// <param name="field">Where it stands.</param>
    /// <exception cref="RequestException">It is.</exception>
    public void CheckLength(int tokens, ServedModel model, string field)
    {
        int most = int.Min(model.Model.Info.ContextLength, server.MaxPromptTokens ?? int.MaxValue);
        if (tokens > most)
        {
            throw RequestException.TooLong(
                field, $"The prompt has {tokens} tokens, and the model '{model.Name}' takes {most} here; shorten it.");
        }
    }

    /// <summary>The ids of a text that is to go on.</summary>
    /// <param name="prompt">The text.</param>
    /// <param name="model">The model.</param>
    /// <param name="field">Where it stands.</param>
    /// <exception cref="RequestException">The model cannot write it, it is empty, or it is too long.</exception>
    public int[] EncodePrompt(TextInput prompt, ServedModel model, string field)
    {
        int[] ids;
        try
        {
            ids = prompt.Ids ?? PromptPlacer.EncodeAtStart(prompt.Text!, model.Model.Tokenizer);
        }
        catch (ModelGenException error)
        {
            throw RequestException.Invalid(field, error.Message);
        }

        CheckLength(ids.Length, model, field);
        return ids.Length > 0
            ? ids
            : throw RequestException.Invalid(field, $"{field} is empty, and the model starts no text by itself; give a text.");
    }

    private static bool IsFinite(float? value) => value is null || float.IsFinite(value.Value);

    private static void Require(bool condition, string field, string range)
    {
        if (!condition)
        {
            throw RequestException.Invalid(field, $"{field} {range}.");
        }
    }

    private static PenaltyOptions? ReadPenalties(GenerationRequest request, PenaltyOptions? own)
    {
        if (request.RepetitionPenalty is null && request.FrequencyPenalty is null && request.PresencePenalty is null)
        {
            return own;
        }

        own ??= new PenaltyOptions();
        return own with
        {
            Repetition = request.RepetitionPenalty ?? own.Repetition,
            Frequency = request.FrequencyPenalty ?? own.Frequency,
            Presence = request.PresencePenalty ?? own.Presence,
        };
    }

    private static List<string> ReadStop(JsonElement? stop)
    {
        List<string> texts = [];
        if (stop is not JsonElement value)
        {
            return texts;
        }

        bool isList = value.ValueKind == JsonValueKind.Array;
        Require(isList || value.ValueKind == JsonValueKind.String, "stop", "is a text, or a list of texts");
        if (!isList)
        {
            texts.Add(value.GetString()!);
        }
        else
        {
            Require(value.GetArrayLength() <= MostStopSequences, "stop", $"has at most {MostStopSequences} texts");
            foreach (JsonElement text in value.EnumerateArray())
            {
                Require(text.ValueKind == JsonValueKind.String, "stop", "is a text, or a list of texts");
                texts.Add(text.GetString()!);
            }
        }

        Require(!texts.Contains(""), "stop", "has an empty text, with which no answer could begin; leave it out");
        return texts;
    }

    private static Dictionary<int, float>? ReadBias(Dictionary<string, float>? biases, int vocabularySize)
    {
        if (biases is null)
        {
            return null;
        }

        Dictionary<int, float> read = [];
        foreach ((string name, float bias) in biases)
        {
            bool isId = int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int id) && id < vocabularySize;
            Require(isId, "logit_bias", $"has the key '{name}'; its keys are ids of tokens, 0 to {vocabularySize - 1}");
            Require(float.IsFinite(bias), "logit_bias", "has numbers");
            read[id] = bias;
        }

        return read;
    }
}
