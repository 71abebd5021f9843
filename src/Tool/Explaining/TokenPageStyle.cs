namespace ModelGen.Tool.Explaining;

/// <summary>How <see cref="TokenPage"/> looks, by day and by night.</summary>
internal static class TokenPageStyle
{
    /// <summary>The style sheet. A token's colour is the stronger the less likely it was; what is known of it stands at the side.</summary>
    public const string Text = """
        :root {
          color-scheme: light dark;
          --ground: #fdfdfb; --ink: #1d1f23; --faint: #6a6f78; --line: #d9dade; --panel: #f2f2ee; --bar: #3b6fb6; --unlikely: 224 96 16;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --ground: #17181b; --ink: #e4e5e8; --faint: #9a9fa8; --line: #3a3d43; --panel: #202226; --bar: #7da7e0; --unlikely: 200 88 20;
          }
        }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
        main { padding: 2rem 27rem 2rem 2rem; max-width: 80rem; }
        h1 { font-size: 1.2rem; margin: 0 0 .25rem; overflow-wrap: anywhere; }
        .facts, .legend { color: var(--faint); font-size: .875rem; margin: 0 0 .5rem; }
        .scale {
          display: inline-block; width: 8rem; height: .8em; margin: 0 .5rem; border: 1px solid var(--line); vertical-align: -.05em;
          background: linear-gradient(to right, transparent, rgb(var(--unlikely) / .75));
        }
        .second { margin-left: 1.5rem; }
        .second, .second-choice { text-decoration: underline dotted 2px; text-underline-offset: .25em; }
        .text { margin-top: 1.5rem; font: 1.05rem/1.9 ui-monospace, Consolas, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
        .prompt { color: var(--faint); }
        .of-prompt { font-style: italic; }
        .token {
          padding: .15em 0; border-radius: .2em; cursor: default;
          background: rgb(var(--unlikely) / calc((1 - var(--likely, 1)) * .75));
        }
        .unseen { font-size: .8em; border: 1px dashed var(--line); padding: .1em .25em; }
        .token:hover, .token:focus { outline: 2px solid var(--bar); outline-offset: 1px; }
        aside, .card {
          position: fixed; top: 2rem; right: 2rem; width: 23rem; max-height: calc(100vh - 4rem); overflow: auto;
          padding: 1rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--panel);
        }
        aside { color: var(--faint); font-size: .875rem; }
        .card {
          display: none; z-index: 1; grid-template-columns: minmax(0, 1fr) 7rem 4.5rem; gap: .25rem .75rem; align-items: center;
          color: var(--ink); font: .9rem/1.5 ui-monospace, Consolas, monospace; cursor: default;
        }
        .token:hover .card { display: grid; z-index: 2; }
        .token:focus .card { display: grid; }
        .card b, .card s { overflow: hidden; text-overflow: ellipsis; white-space: pre; text-decoration: none; }
        .card b { grid-column: 1; font-size: 1.1rem; }
        .card i { font: normal .8rem system-ui, sans-serif; color: var(--faint); grid-column: 2 / 4; text-align: right; }
        .card u { text-decoration: none; text-align: right; white-space: nowrap; }
        .card b ~ u:first-of-type { grid-column: 1; text-align: left; }
        .card i:last-of-type { margin-bottom: .5rem; }
        .card em { display: block; height: .6rem; border-radius: .2rem; background: var(--line); overflow: hidden; }
        .card em span { display: block; height: 100%; background: var(--bar); }
        .card .own { font-weight: bold; }
        @media (max-width: 60rem) {
          main { padding: 1rem 1rem 24rem; }
          aside, .card { top: auto; bottom: 0; left: 0; right: 0; width: auto; max-height: 22rem; border-radius: 0; border-width: 1px 0 0; }
        }
        @media print { main { padding: 0; } aside { display: none; } }
        """;
}
