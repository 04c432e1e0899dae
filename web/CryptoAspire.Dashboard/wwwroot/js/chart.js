// The candlestick chart: bars from a snapshot, then newer revisions of single bars. Times are UTC; an older revision never replaces a newer one.
import { createChart, CandlestickSeries, HistogramSeries, CrosshairMode } from '/lib/lightweight-charts.mjs';
import { priceDigits } from './format.js';

const VISIBLE_BARS = 90;
const FEWEST_SLOTS = 30; // so that the first bars of a young market are not a metre wide
const colour = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

export class CandleChart {
    #chart; #candles; #volume; #bars = new Map(); #last = null; #onLegend; #rebuild = 0;

    constructor(container, onLegend) {
        this.#onLegend = onLegend;
        this.#chart = createChart(container, {
            autoSize: true,
            crosshair: { mode: CrosshairMode.Normal },
            timeScale: { timeVisible: true, secondsVisible: false, rightOffset: 4, borderVisible: false },
            rightPriceScale: { borderVisible: false, scaleMargins: { top: 0.08, bottom: 0.26 } },
            // Its logo brings an inline style that our content security policy refuses; the notice and link stand under the chart instead.
            layout: { attributionLogo: false },
        });
        this.#candles = this.#chart.addSeries(CandlestickSeries, { borderVisible: false });
        this.#volume = this.#chart.addSeries(HistogramSeries, { priceScaleId: 'volume', priceFormat: { type: 'volume' }, lastValueVisible: false, priceLineVisible: false });
        this.#chart.priceScale('volume').applyOptions({ scaleMargins: { top: 0.8, bottom: 0 } });
        this.#chart.subscribeCrosshairMove(event => {
            const bar = event.time === undefined ? this.#last : this.#bars.get(event.time) ?? this.#last;
            if (bar) this.#onLegend(bar);
        });
        this.#theme();
        document.addEventListener('themechange', () => { this.#theme(); this.#draw(); });
    }

    /** Newest bar, or null. */
    get last() { return this.#last; }

    get count() { return this.#bars.size; }

    replace(bars) {
        this.#bars.clear();
        this.#last = null;
        for (const bar of bars) this.#keep(bar);
        this.#draw();
        const count = this.#bars.size;
        this.#chart.timeScale().setVisibleLogicalRange({ from: count - Math.max(Math.min(count, VISIBLE_BARS), FEWEST_SLOTS), to: count + 3 });
        if (this.#last) this.#onLegend(this.#last);
    }

    update(bars) {
        for (const raw of bars) {
            const newest = this.#last?.time ?? -Infinity;
            const bar = this.#keep(raw);
            if (!bar) continue;
            if (bar.time >= newest) {
                this.#candles.update(this.#candle(bar));
                this.#volume.update(this.#histogram(bar));
            } else if (!this.#rebuild) {
                // A late trade corrected an older bar: draw anew, once for all the corrections of this moment.
                this.#rebuild = requestAnimationFrame(() => { this.#rebuild = 0; this.#draw(); });
            }
        }
        if (this.#last) this.#onLegend(this.#last);
    }

    #keep(raw) {
        const time = Date.parse(raw.start) / 1000;
        const known = this.#bars.get(time);
        if (known && known.revision >= raw.revision) return null;
        const bar = { ...raw, time };
        this.#bars.set(time, bar);
        if (!this.#last || time >= this.#last.time) this.#last = bar;
        return bar;
    }

    #draw() {
        const bars = [...this.#bars.values()].sort((a, b) => a.time - b.time);
        if (bars.length) {
            const digits = priceDigits(bars[bars.length - 1].close);
            this.#candles.applyOptions({ priceFormat: { type: 'price', precision: digits, minMove: 1 / 10 ** digits } });
        }
        this.#candles.setData(bars.map(bar => this.#candle(bar)));
        this.#volume.setData(bars.map(bar => this.#histogram(bar)));
    }

    #candle(bar) { return { time: bar.time, open: Number(bar.open), high: Number(bar.high), low: Number(bar.low), close: Number(bar.close) }; }

    #histogram(bar) {
        return { time: bar.time, value: Number(bar.volume), color: colour(Number(bar.close) >= Number(bar.open) ? '--volume-up' : '--volume-down') };
    }

    #theme() {
        this.#chart.applyOptions({
            layout: { background: { color: 'transparent' }, textColor: colour('--text-dim'), fontFamily: 'inherit' },
            grid: { vertLines: { color: colour('--grid') }, horzLines: { color: colour('--grid') } },
        });
        this.#candles.applyOptions({ upColor: colour('--up'), downColor: colour('--down'), wickUpColor: colour('--up'), wickDownColor: colour('--down') });
    }
}
