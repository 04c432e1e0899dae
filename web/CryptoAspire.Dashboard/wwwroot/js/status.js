// What every page shows about the data itself: is it live, simulated or a replay, and are we still connected.
import { connection } from './hub.js';
import { age } from './format.js';

const BADGE = {
    live: ['Live', 'Prices come live from the exchanges.'],
    simulated: ['Simulated data', 'These prices come from the market simulator, not from an exchange.'],
    replay: ['Replayed data', 'These prices are recorded history, played again.'],
    mixed: ['Partly simulated', 'Some of these prices are simulated or replayed.'],
    waiting: ['Waiting for data', 'No price has arrived yet.'],
};

const badge = document.getElementById('feed-badge');
const banner = document.getElementById('connection-banner');
const sourcesLine = document.getElementById('feed-sources');
let pipeline = null;

function show(status) {
    pipeline = status;
    const [text, title] = BADGE[status.mode] ?? BADGE.waiting;
    if (badge.textContent !== text || badge.title !== title) {
        badge.className = `badge badge-${status.mode}`;
        badge.textContent = text;
        badge.title = title;
    }

    document.documentElement.dataset.feed = status.mode;
    tick();
}

function tick() {
    if (!pipeline || !sourcesLine) return;
    const parts = pipeline.sources.map(s => `${s.source} · ${s.perSecond}/s · ${age(connection.now() - s.receivedAt)}`);
    if (!pipeline.kafkaConnected) parts.push('Kafka not reachable');
    if (!pipeline.databaseConnected) parts.push('database not reachable');
    const text = parts.length ? parts.join('  |  ') : 'No source has delivered yet';
    if (sourcesLine.textContent !== text) sourcesLine.textContent = text;
}

// A blink of a second is not worth a banner, nor is a first connection that takes a moment.
const FIRST_MS = 4000, LOST_MS = 800;
let grace = FIRST_MS;
let lostTimer = null;
connection.onState(connected => {
    if (connected) {
        clearTimeout(lostTimer);
        lostTimer = null;
        grace = LOST_MS;
        showLost(false);
    } else {
        lostTimer ??= setTimeout(showLost, grace, true);
    }
});

function showLost(lost) {
    banner.hidden = !lost;
    document.documentElement.classList.toggle('disconnected', lost);
}

connection.join('pipeline', { snapshot: show, update: show });
connection.start();
setInterval(tick, 1000);
