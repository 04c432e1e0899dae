using CryptoAspire.Producer;
using CryptoAspire.Producer.History.Import;

return args is [ImportCommand.Name, ..] ? await ImportCommand.RunAsync(args[1..]) : await ProducerHost.RunAsync(args);
