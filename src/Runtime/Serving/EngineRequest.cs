using System;
using System.Runtime.ExceptionServices;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using ModelGen.Generation;

namespace ModelGen.Serving;

/// <summary>A request to an engine: what it asks for, where it is, and the tokens that its reader has not taken yet.</summary>
/// <param name="loop">The engine's.</param>
/// <param name="prompt">Ids of the vocabulary that fit into the context.</param>
/// <param name="options">Valid options that do not change.</param>
/// <param name="treatment">How it is treated.</param>
/// <param name="isScored">Whether it is asked how likely the tokens are.</param>
/// <param name="telemetry">What monitoring sees of it.</param>
internal sealed class EngineRequest(
    EngineLoop loop,
    int[] prompt,
    GenerationOptions options,
    EngineRequestOptions treatment,
    bool isScored,
    RequestTelemetry telemetry) : TokenRun
{
    private readonly Channel<GeneratedToken> _tokens = Channel.CreateUnbounded<GeneratedToken>(
        new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });

    private GenerationEnd? _end;
    private ExceptionDispatchInfo? _failure;
    private volatile bool _isAbandoned;

    /// <summary>Requests of a higher one go first.</summary>
    public int Priority => treatment.Priority;

    /// <summary>Which request it is, in the order in which they came.</summary>
    public long Number { get; private set; }

    /// <summary>How many later ones have gone before it.</summary>
    public int Overtaken { get; set; }

    /// <summary>Tokens of the prompt.</summary>
    public int PromptLength => prompt.Length;

    /// <summary>Where it is answered; null before it was first its turn.</summary>
    public AnswerPlace? Place { get; private set; }

    /// <summary>Its generation; null before it was first its turn.</summary>
    public TokenGeneration? Generation { get; private set; }

    /// <summary>Last tokens of the text whose logits the step at hand wants; 0: no step has begun.</summary>
    public int Logits { get; set; }

    /// <summary>Tokens of the part at hand.</summary>
    public int Rows { get; set; }

    /// <summary>Whether what is remembered of other texts will do: where it is asked how likely the prompt's tokens are, each is
    /// evaluated.</summary>
    public bool ReadsCache => !(options.Echo && isScored);

    /// <summary>Whether a program's own step has a part in its choices: such a one runs on the engine's thread.</summary>
    public bool HasProcessors => options.LogitProcessors.Count > 0;

    /// <summary>Whether nobody reads its tokens any more.</summary>
    public bool IsAbandoned => _isAbandoned;

    /// <inheritdoc/>
    public override GenerationEnd? End => _tokens.Reader.Completion.IsCompletedSuccessfully ? Volatile.Read(ref _end) : null;

    /// <summary>Whether it goes before another one, if no other rule says so.</summary>
    public bool RanksBefore(EngineRequest other) =>
        Priority != other.Priority ? Priority > other.Priority : Number < other.Number;

    /// <summary>It is made.</summary>
    public void Begin(long number)
    {
        Number = number;
        telemetry.Start();
    }

    /// <summary>It is its turn.</summary>
    public void Start(AnswerPlace place, Tokenizer tokenizer)
    {
        Generation = new TokenGeneration(place.Turns, place.Text, tokenizer, prompt, options, isScored);
        Place = place;
    }

    /// <summary>It has been answered, or given up.</summary>
    /// <returns>Where it was answered.</returns>
    public AnswerPlace? Leave()
    {
        telemetry.Fail(typeof(OperationCanceledException).FullName!);
        AnswerPlace? place = Place;
        Place = null;
        Generation = null;
        return place;
    }

    /// <summary>
    /// Chooses the next token from the logits that are there. What goes wrong <see cref="Deliver"/> throws, on the engine's thread.
    /// </summary>
    public void Choose()
    {
        try
        {
            ReadOnlySpan<float> logits = Place!.Logits(out int stride);
            Logits = 0;
            Generation!.Accept(logits, stride);
        }
        catch (Exception error)
        {
            _failure = ExceptionDispatchInfo.Capture(error);
        }
    }

    /// <summary>Hands over tokens that are there, and the end.</summary>
    /// <returns>Whether it has ended.</returns>
    public bool Deliver()
    {
        _failure?.Throw();
        while (Generation!.TryTake(out GeneratedToken token))
        {
            telemetry.AddToken();
            _tokens.Writer.TryWrite(token);
        }

        if (Generation.End is not GenerationEnd end)
        {
            return false;
        }

        telemetry.End(end);
        Volatile.Write(ref _end, end);
        _tokens.Writer.TryComplete();
        return true;
    }

    /// <summary>Ends it with an exception.</summary>
    public void Fail(Exception error)
    {
        telemetry.Fail(error.GetType().FullName!);
        _tokens.Writer.TryComplete(error);
    }

    /// <inheritdoc/>
    public override bool TryTake(out GeneratedToken token) => _tokens.Reader.TryRead(out token);

    /// <inheritdoc/>
    public override async ValueTask WaitAsync(CancellationToken cancellationToken) =>
        await _tokens.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public override void Dispose()
    {
        if (!_tokens.Reader.Completion.IsCompleted)
        {
            _isAbandoned = true;
            loop.Wake();
        }
    }
}
