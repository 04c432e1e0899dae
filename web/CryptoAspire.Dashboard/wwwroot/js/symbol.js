// The Symbol page: headline figures, chart and recent trades of one symbol, fed by the hub. Its Gold tables live in a circuit.
import { connection } from './hub.js';
import { age, clock, dateTime, percent, price, quantity } from './format.js';
import { CandleChart } from './chart.js';
import { flash } from './flash.js';

const STALE_MS = 15000;
const MAX_TRADES = 40;
const INTERVAL_KEY = 'cryptoaspire.interval';
const page = document.getElementById('symbol-page');
const symbol = page.dataset.symbol;
const head = Object.fromEntries([...page.querySelectorAll('[data-head]')].map(element => [element.dataset.head, element]));
const legend = document.getElementById('chart-legend');
const chartBox = document.getElementById('chart');
const chartEmpty = document.getElementById('chart-empty');
const tradeBody = document.querySelector('#trades tbody');
const tradesEmpty = document.getElementById('trades-empty');
const buttons = [...page.querySelectorAll('[data-interval]')];
let row = null;
let interval = null;

function text(element, value) { if (element.textContent !== value) element.textContent = value; }

// Headline
function showRow(data, silent) {
    if (!data) return;
    const before = row;
    row = data;
    text(head.price, price(data.price));
    text(head.change, percent(data.changePercent));
    head.change.dataset.trend = Number(data.changePercent ?? 0) > 0 ? 'up' : Number(data.changePercent ?? 0) < 0 ? 'down' : 'flat';
    text(head.bid, price(data.bid));
    text(head.ask, price(data.ask));
    text(head.volume, quantity(data.volume24h));
    text(head.venue, data.venue ?? '–');
    text(head.time, data.eventTime ? `${dateTime(data.eventTime)}:${clock(data.eventTime).slice(6)} UTC` : '–');
    if (!silent && before && before.price !== data.price) flash(head.price, Number(data.price) > Number(before.price) ? 'up' : 'down');
    document.title = `${price(data.price)} ${symbol} · CryptoAspire`;
    showAge();
}

function showAge() {
    if (!row) return;
    const since = connection.now() - row.receivedAt;
    text(head.age, age(since));
    page.classList.toggle('stale', since > STALE_MS);
}

// Trades, newest first
function addTrades(trades, skipped) {
    const fragment = document.createDocumentFragment();
    for (const trade of trades.slice(-MAX_TRADES).reverse()) {
        const tr = document.createElement('tr');
        tr.dataset.side = trade.side ?? '';
        for (const [value, name] of [[clock(trade.time), 'time'], [price(trade.price), 'price'], [quantity(trade.size), 'size'], [trade.side ?? '–', 'side'], [trade.venue, 'venue']]) {
            const td = document.createElement('td');
            td.textContent = value;
            td.className = name;
            tr.append(td);
        }
        fragment.append(tr);
    }
    if (skipped > 0 && trades.length < MAX_TRADES) {
        const tr = document.createElement('tr');
        const td = document.createElement('td');
        td.colSpan = 5;
        td.className = 'skipped';
        td.textContent = `… ${skipped} more in the same moment`;
        tr.append(td);
        fragment.append(tr);
    }
    tradeBody.prepend(fragment);
    while (tradeBody.rows.length > MAX_TRADES) tradeBody.lastElementChild.remove();
    tradesEmpty.hidden = tradeBody.rows.length > 0;
}

// Chart
const chart = new CandleChart(chartBox, bar => {
    const change = Number(bar.close) - Number(bar.open);
    legend.replaceChildren(...[
        [`${dateTime(bar.time * 1000)} UTC`, ''], [`O ${price(bar.open)}`, ''], [`H ${price(bar.high)}`, ''], [`L ${price(bar.low)}`, ''],
        [`C ${price(bar.close)}`, change >= 0 ? 'up' : 'down'], [`Vol ${quantity(bar.volume)}`, ''], [`VWAP ${price(bar.vwap)}`, ''], [bar.status, `status-${bar.status}`],
    ].map(([value, name]) => { const span = document.createElement('span'); span.textContent = value; span.className = name; return span; }));
});

function drawn() {
    chartEmpty.hidden = chart.count > 0;
    chartBox.dataset.bars = chart.count;
    chartBox.dataset.last = chart.last ? `${chart.last.start}/${chart.last.revision}` : '';
    if (chart.last) chartBox.setAttribute('aria-label', `${symbol}, ${interval} candles. Last close ${price(chart.last.close)}.`);
}

async function choose(next) {
    if (next === interval) return;
    const previous = interval;
    interval = next;
    try { localStorage.setItem(INTERVAL_KEY, next); } catch { /* private mode: not remembered */ }
    for (const button of buttons) button.setAttribute('aria-pressed', String(button.dataset.interval === next));
    if (previous) await connection.leave(`candles:${symbol}:${previous}`);
    if (interval !== next) return;
    await connection.join(`candles:${symbol}:${next}`, {
        snapshot: payload => { if (interval === next) { chart.replace(payload.bars); drawn(); } },
        update: payload => { if (interval === next) { chart.update(payload.bars); drawn(); } },
    });
}

for (const button of buttons) button.addEventListener('click', () => choose(button.dataset.interval));
let remembered = null;
try { remembered = localStorage.getItem(INTERVAL_KEY); } catch { /* private mode */ }
choose(buttons.some(b => b.dataset.interval === remembered) ? remembered : '1m');

connection.join(`symbol:${symbol}`, {
    snapshot: payload => { showRow(payload.row, true); tradeBody.replaceChildren(); addTrades(payload.trades, 0); },
    update: payload => { showRow(payload.row, false); addTrades(payload.trades, payload.skipped); },
});
setInterval(showAge, 1000);
