using System;

namespace ModelGen.Tool.Terminal;

/// <summary>Where work that takes a while is shown while it lasts.</summary>
internal interface IActivity
{
    /// <summary>Does work and shows it.</summary>
    /// <param name="what">What is done.</param>
    /// <param name="work">The work; it may be told to say how much of it is done, from 0 to 1.</param>
    T Run<T>(string what, Func<Action<double>, T> work);
}
