using System.Globalization;
using ModelGen.Compare.Driver;
using ModelGen.Compare.Worker;

// "worker THREADS" obeys commands; "first THREADS COUNT" embeds one text. All that this process is belongs to what is measured.
int threads = int.Parse(args[1], CultureInfo.InvariantCulture);
using CompiledEncoderEngine encoder = new(threads);
if (args[0] == "first")
{
    EncoderLoop.First(encoder, origin: 0, hostBytes: 0, int.Parse(args[2], CultureInfo.InvariantCulture));
}
else
{
    EncoderLoop.Run(encoder);
}
