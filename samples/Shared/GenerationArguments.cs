using System.CommandLine;
using ModelGen;

namespace Samples;

/// <summary>The options of a sample's command line that say how text is generated.</summary>
internal sealed class GenerationArguments
{
    private readonly Option<int> _tokens;
    private readonly Option<float> _temperature;
    private readonly Option<ulong?> _seed = new("--seed")
    {
        Description = "Gives the same text again; without it, each run gives another",
    };

    /// <param name="tokens">The most tokens, where the command line does not say.</param>
    /// <param name="temperature">The temperature, where the command line does not say.</param>
    public GenerationArguments(int tokens, float temperature)
    {
        _tokens = new Option<int>("--tokens")
        {
            Description = "The most tokens to generate at once",
            DefaultValueFactory = _ => tokens,
        };
        _tokens.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
            {
                result.AddError("--tokens is at least 1.");
            }
        });
        _temperature = new Option<float>("--temperature")
        {
            Description = "Higher is more surprising; 0 takes the most likely token each time",
            DefaultValueFactory = _ => temperature,
        };
        _temperature.Validators.Add(result =>
        {
            if (!(result.GetValueOrDefault<float>() is >= 0 and < float.PositiveInfinity))
            {
                result.AddError("--temperature is a number of at least 0.");
            }
        });
    }

    /// <summary>Gives a command the options.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_tokens);
        command.Options.Add(_temperature);
        command.Options.Add(_seed);
    }

    /// <summary>What a command line says.</summary>
    public GenerationOptions Read(ParseResult result) => new()
    {
        MaxTokens = result.GetValue(_tokens),
        Temperature = result.GetValue(_temperature),
        Seed = result.GetValue(_seed),
    };
}
