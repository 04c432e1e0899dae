// The live table of the Market page: patches the cells of the rows that the server rendered, adds rows for new symbols, sorts and filters.
import { connection } from './hub.js';
import { age, percent, price, quantity } from './format.js';
import { createSparkline, drawSparkline } from './sparkline.js';
import { flash } from './flash.js';

const STALE_MS = 15000;
const body = document.querySelector('#market-table tbody');
const template = document.getElementById('market-row');
const filter = document.getElementById('market-filter');
const empty = document.getElementById('market-empty');
const noMatch = document.getElementById('market-no-match');
const count = document.getElementById('market-count');
const headers = [...document.querySelectorAll('#market-table th[data-sort]')];
const rows = new Map(); // symbol → { element, cells, data, spark }
let sort = { key: 'volume24h', descending: true };
let orderDirty = false;
let live = false; // the server ordered the first rows; nothing moves before figures are here

for (const element of body.querySelectorAll('tr[data-symbol]')) rows.set(element.dataset.symbol, adopt(element));

function adopt(element) {
    const cells = Object.fromEntries([...element.querySelectorAll('[data-cell]')].map(cell => [cell.dataset.cell, cell]));
    const svg = createSparkline();
    cells.spark.replaceChildren(svg);
    return { element, cells, data: null, spark: [], svg };
}

function rowOf(symbol) {
    let row = rows.get(symbol);
    if (row) return row;
    const element = template.content.firstElementChild.cloneNode(true);
    element.dataset.symbol = symbol;
    const link = element.querySelector('a');
    link.href = `/symbol/${encodeURIComponent(symbol)}`;
    const [base, currency] = symbol.split('-');
    element.querySelector('.base').textContent = base;
    element.querySelector('.currency').textContent = currency ? `/${currency}` : '';
    rows.set(symbol, row = adopt(element));
    body.append(element);
    orderDirty = true;
    return row;
}

function text(cell, value) { if (cell.textContent !== value) cell.textContent = value; }

function apply(data, silent) {
    const row = rowOf(data.symbol);
    const before = row.data;
    row.data = data;
    if (data.spark) row.spark = data.spark.map(Number);
    text(row.cells.price, price(data.price));
    text(row.cells.change, percent(data.changePercent));
    row.cells.change.dataset.trend = data.changePercent === null ? 'flat' : Number(data.changePercent) > 0 ? 'up' : Number(data.changePercent) < 0 ? 'down' : 'flat';
    text(row.cells.volume, data.volume24h === null ? '–' : quantity(Number(data.volume24h) * Number(data.price)));
    row.cells.volume.title = data.volume24h === null ? '' : `${quantity(data.volume24h)} ${data.symbol.split('-')[0]}`;
    text(row.cells.venue, data.venue ?? '');
    if (!silent && before && before.price !== data.price) flash(row.cells.price, Number(data.price) > Number(before.price) ? 'up' : 'down');
    row.sparkDirty = true;
    if (sort.key !== 'symbol') orderDirty = true;
}

function paintSlowly() {
    const now = connection.now();
    for (const row of rows.values()) {
        if (!row.data) continue;
        const since = now - row.data.receivedAt;
        text(row.cells.age, age(since));
        row.element.classList.toggle('stale', since > STALE_MS);
        if (row.sparkDirty) {
            row.sparkDirty = false;
            // The last point follows the price between two minutes.
            drawSparkline(row.svg, [...row.spark, Number(row.data.price)]);
        }
    }
    if (orderDirty && live) reorder();
}

const KEYS = {
    symbol: row => row.element.dataset.symbol,
    price: row => Number(row.data?.price ?? 0),
    change: row => Number(row.data?.changePercent ?? 0),
    volume24h: row => Number(row.data?.volume24h ?? 0) * Number(row.data?.price ?? 0),
    age: row => -(row.data?.receivedAt ?? 0),
};

function reorder() {
    orderDirty = false;
    const key = KEYS[sort.key], sign = sort.descending ? -1 : 1;
    const ordered = [...rows.values()].sort((a, b) => {
        const x = key(a), y = key(b);
        return (x < y ? -1 : x > y ? 1 : 0) * sign || (a.element.dataset.symbol < b.element.dataset.symbol ? -1 : 1);
    });
    let at = body.firstElementChild;
    const focused = document.activeElement;
    for (const { element } of ordered) {
        if (element === at) at = at.nextElementSibling;
        else body.insertBefore(element, at);
    }
    if (focused && focused !== document.activeElement && body.contains(focused)) focused.focus(); // a moved row loses the keyboard otherwise
    applyFilter();
}

function applyFilter() {
    const wanted = filter.value.trim().toUpperCase().replace('/', '-');
    let shown = 0;
    for (const [symbol, row] of rows) {
        const hit = wanted === '' || symbol.includes(wanted) || (row.data?.venue ?? '').toUpperCase().includes(wanted);
        row.element.hidden = !hit;
        if (hit) shown++;
    }
    empty.hidden = rows.size > 0;
    noMatch.hidden = rows.size === 0 || shown > 0;
    text(count, rows.size === 0 ? '' : shown === rows.size ? `${shown} ${shown === 1 ? 'symbol' : 'symbols'}` : `${shown} of ${rows.size} symbols`);
}

function showSort() {
    for (const header of headers) {
        if (header.dataset.sort === sort.key) header.setAttribute('aria-sort', sort.descending ? 'descending' : 'ascending');
        else header.removeAttribute('aria-sort');
    }
}

for (const header of headers) {
    header.querySelector('button').addEventListener('click', () => {
        const key = header.dataset.sort;
        sort = { key, descending: sort.key === key ? !sort.descending : key !== 'symbol' };
        showSort();
        reorder();
    });
}
filter.addEventListener('input', applyFilter);

connection.join('market', {
    snapshot: payload => { live = orderDirty = true; for (const data of payload.rows) apply(data, true); paintSlowly(); applyFilter(); },
    update: payload => { for (const data of payload.rows) apply(data, false); },
});
showSort();
applyFilter();
setInterval(paintSlowly, 1000);
