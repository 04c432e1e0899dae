using CryptoAspire.LocalKafka.Cli;

return await CommandLine.RunAsync(args);
