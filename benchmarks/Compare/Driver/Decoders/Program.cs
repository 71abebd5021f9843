using System.Globalization;
using ModelGen.Compare.Driver;
using ModelGen.Compare.Worker;

// "worker THREADS" obeys commands; "first THREADS COUNT" evaluates one prompt. All that this process is belongs to what is measured.
int threads = int.Parse(args[1], CultureInfo.InvariantCulture);
using CompiledEngine engine = new(threads);
if (args[0] == "first")
{
    WorkerLoop.First(engine, origin: 0, hostBytes: 0, int.Parse(args[2], CultureInfo.InvariantCulture));
}
else
{
    WorkerLoop.Run(engine, hostBytes: 0);
}
