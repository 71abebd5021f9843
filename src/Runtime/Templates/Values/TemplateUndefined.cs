namespace ModelGen.Templates;

/// <summary>What there is not, such as a variable that nothing was assigned to. It is written as nothing; most other uses are errors.</summary>
/// <param name="reason">What is said then.</param>
internal sealed class TemplateUndefined(string reason)
{
    public string Reason => reason;
}
