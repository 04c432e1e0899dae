using CryptoAspire.Producer;

return await ProducerHost.RunAsync(args);
