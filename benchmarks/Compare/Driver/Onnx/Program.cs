using System.Globalization;
using ModelGen.Compare.Driver;
using ModelGen.Compare.Worker;

// "worker THREADS" obeys commands.
using OnnxEncoder encoder = new(int.Parse(args[1], CultureInfo.InvariantCulture));
EncoderLoop.Run(encoder);
