// Starts the circuit in which the cold tables of this page live, and brings it back after a loss. The banner tells of the loss, by the hub's connection.
import { connection } from './hub.js';

const RETRY_MS = 1000;
const TAKE_OVER_MS = 15000;
const RELOAD_KEY = 'cryptoaspire.reloaded', RELOAD_MS = 60000;
const wait = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds));
let down = false;

async function comeBack() {
    while (down) {
        await wait(RETRY_MS);
        try {
            if (await Blazor.reconnect()) return;
            reload(); // the server is there, but it has forgotten this page: it was started anew, or we were away for long
            return;
        } catch { /* not there yet */ }
    }
}

// At most once a minute: a network that lets no circuit through is no reason to reload for ever; the page is readable without.
function reload() {
    let last = 0;
    try { last = Number(sessionStorage.getItem(RELOAD_KEY) ?? 0); } catch { /* private mode */ }
    if (Date.now() - last < RELOAD_MS) { setTimeout(reload, RELOAD_MS); return; }
    try { sessionStorage.setItem(RELOAD_KEY, String(Date.now())); } catch { /* private mode */ }
    location.reload();
}

Blazor.start({
    circuit: {
        configureSignalR: builder => builder.configureLogging('none'),
        reconnectionHandler: {
            onConnectionDown: () => { down = true; comeBack(); },
            onConnectionUp: () => { down = false; },
        },
    },
});

// A circuit whose very first start failed is not tried again by Blazor: the page is loaded anew once the server answers.
let watch = 0;
connection.onState(connected => {
    clearTimeout(watch);
    if (connected) watch = setTimeout(() => { if (document.querySelector('[data-circuit="waiting"]')) reload(); }, TAKE_OVER_MS);
});
