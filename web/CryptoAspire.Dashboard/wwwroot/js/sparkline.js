// A sparkline is one SVG polyline in a 100 × 28 box; values are display coordinates only.
const NS = 'http://www.w3.org/2000/svg';

export function createSparkline() {
    const svg = document.createElementNS(NS, 'svg');
    svg.setAttribute('viewBox', '0 0 100 28');
    svg.setAttribute('preserveAspectRatio', 'none');
    svg.setAttribute('class', 'spark');
    svg.setAttribute('aria-hidden', 'true');
    svg.append(document.createElementNS(NS, 'polyline'));
    return svg;
}

export function drawSparkline(svg, values) {
    const line = svg.firstElementChild;
    if (values.length === 0) { line.setAttribute('points', ''); return; }
    const points = values.length === 1 ? [values[0], values[0]] : values;
    const low = Math.min(...points), high = Math.max(...points), span = high - low || 1;
    line.setAttribute('points', points.map((v, i) =>
        `${(i * 100 / (points.length - 1)).toFixed(1)},${high === low ? 14 : (26 - (v - low) * 24 / span).toFixed(1)}`).join(' '));
    svg.dataset.trend = points[points.length - 1] >= points[0] ? 'up' : 'down';
}
