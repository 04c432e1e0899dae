using CryptoAspire.MarketSimulator;

return await SimulatorHost.RunAsync(args);
