using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using CryptoAspire.LocalHosting.Output;
using CryptoAspire.LocalHosting.Processes;
using Microsoft.Extensions.Configuration;

namespace CryptoAspire.LocalHosting.Running;

/// <summary>What every runner of a resource needs.</summary>
internal sealed record RunContext(
    ResourceNotificationService Notifications,
    IDistributedApplicationEventing Eventing,
    DistributedApplicationExecutionContext ExecutionContext,
    DistributedApplicationModel Model,
    IConfiguration Configuration,
    IServiceProvider Services,
    DataDirectory Data,
    ResourceTerminal Terminal,
    ProcessLedger Ledger,
    RunOutcome Outcome,
    TimeProvider Time);
