// The live connection: join a channel, get its snapshot, then its updates, each exactly once and in order; the same again after a reconnect.
// @microsoft/signalr is loaded before this module as a classic script (global signalR).

const RETRY_MS = [0, 500, 1000, 2000, 3000, 5000];
const REQUEST_MS = 10000;

export class MarketConnection {
    #hub;
    #channels = new Map(); // name → { handler, sequence, waiting: updates that overtook the snapshot (null once it is here) }
    #clockOffset = 0;
    #stateListeners = [];

    constructor(url = '/hubs/market') {
        this.#hub = new signalR.HubConnectionBuilder()
            .withUrl(url, { timeout: REQUEST_MS })
            .withAutomaticReconnect({ nextRetryDelayInMilliseconds: c => RETRY_MS[Math.min(c.previousRetryCount, RETRY_MS.length - 1)] })
            .configureLogging(signalR.LogLevel.None)
            .build();
        this.#hub.serverTimeoutInMilliseconds = 10000;
        this.#hub.keepAliveIntervalInMilliseconds = 4000;
        this.#hub.on('update', (channel, sequence, payload) => this.#receive(channel, sequence, payload));
        this.#hub.onreconnecting(() => this.#announce());
        this.#hub.onreconnected(() => this.#joinAll());
        this.#hub.onclose(() => { this.#announce(); this.#connect(); });
    }

    /** Milliseconds since 1970 by the server's clock: ages are measured against the clock that stamped them. */
    now() { return Date.now() + this.#clockOffset; }

    /** listener(connected): whether there is a connection now; told again and again while one is missing. */
    onState(listener) { this.#stateListeners.push(listener); }

    start() {
        this.#announce();
        this.#connect();
    }

    /** handler: { snapshot(payload), update(payload) } */
    async join(channel, handler) {
        this.#channels.set(channel, { handler, sequence: 0, waiting: [] });
        if (this.#hub.state === signalR.HubConnectionState.Connected) await this.#join(channel);
    }

    async leave(channel) {
        this.#channels.delete(channel);
        if (this.#hub.state === signalR.HubConnectionState.Connected) await this.#hub.invoke('Leave', channel).catch(() => { });
    }

    async #connect(attempt = 0) {
        try {
            await this.#hub.start();
            await this.#joinAll();
        } catch {
            this.#announce();
            setTimeout(() => this.#connect(attempt + 1), RETRY_MS[Math.min(attempt + 1, RETRY_MS.length - 1)]);
        }
    }

    async #joinAll() {
        await Promise.all([...this.#channels.keys()].map(channel => this.#join(channel)));
        this.#announce();
    }

    async #join(channel) {
        const entry = this.#channels.get(channel);
        if (!entry) return;
        entry.waiting = [];
        let answer;
        try {
            answer = await this.#hub.invoke('Join', channel);
        } catch (problem) {
            // The database may be away for a moment: what is on screen stays, and the join is tried again.
            if (this.#hub.state === signalR.HubConnectionState.Connected && this.#channels.get(channel) === entry) setTimeout(() => this.#join(channel), 3000);
            return;
        }
        if (this.#channels.get(channel) !== entry) return;
        this.#clockOffset = answer.serverTime - Date.now();
        entry.sequence = answer.sequence;
        entry.handler.snapshot(answer.payload);
        const overtaking = entry.waiting;
        entry.waiting = null;
        for (const [sequence, payload] of overtaking) this.#receive(channel, sequence, payload);
    }

    #receive(channel, sequence, payload) {
        const entry = this.#channels.get(channel);
        if (!entry) return;
        if (entry.waiting) { entry.waiting.push([sequence, payload]); return; }
        if (sequence <= entry.sequence) return;
        if (sequence !== entry.sequence + 1) { this.#join(channel); return; } // a hole: start again from a fresh snapshot
        entry.sequence = sequence;
        entry.handler.update(payload);
    }

    // What is true now, not what the caller was about to say: a connection that died under its joins ends those after the loss was announced.
    #announce() {
        const connected = this.#hub.state === signalR.HubConnectionState.Connected;
        for (const listener of this.#stateListeners) listener(connected);
    }
}

export const connection = new MarketConnection();
