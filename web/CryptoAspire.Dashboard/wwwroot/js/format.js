// How numbers and times read on screen. Text.cs on the server uses the same rules, so that the first HTML and the live patches agree.

const formats = new Map();
function fixed(digits) {
    let format = formats.get(digits);
    if (!format) formats.set(digits, format = new Intl.NumberFormat('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits }));
    return format;
}

/** Decimals that a price of this size is shown with. */
export function priceDigits(price) {
    const size = Math.abs(Number(price));
    return size >= 1000 ? 2 : size >= 1 ? 4 : size >= 0.01 ? 5 : 8;
}

export function price(value) {
    return value === null || value === undefined ? '–' : fixed(priceDigits(value)).format(Number(value));
}

export function percent(value) {
    if (value === null || value === undefined) return '–';
    const number = Number(value);
    return `${number > 0 ? '+' : number < 0 ? '−' : ''}${fixed(2).format(Math.abs(number))} %`;
}

/** A quantity in at most five characters and a suffix: 1,234.56 → 1.235K. */
export function quantity(value) {
    if (value === null || value === undefined) return '–';
    const number = Number(value), size = Math.abs(number);
    for (const [limit, suffix] of [[1e12, 'T'], [1e9, 'B'], [1e6, 'M'], [1e3, 'K']])
        if (size >= limit) return fixed(2).format(number / limit) + suffix;
    return size === 0 ? '0' : size >= 1 ? fixed(2).format(number) : fixed(6).format(number);
}

export function age(milliseconds) {
    const seconds = Math.max(0, Math.floor(milliseconds / 1000));
    if (seconds < 2) return 'now';
    if (seconds < 60) return `${seconds} s`;
    if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
    if (seconds < 86400) return `${Math.floor(seconds / 3600)} h`;
    return `${Math.floor(seconds / 86400)} d`;
}

const two = n => String(n).padStart(2, '0');

export function clock(milliseconds) {
    const t = new Date(milliseconds);
    return `${two(t.getUTCHours())}:${two(t.getUTCMinutes())}:${two(t.getUTCSeconds())}`;
}

export function dateTime(milliseconds) {
    const t = new Date(milliseconds);
    return `${t.getUTCFullYear()}-${two(t.getUTCMonth() + 1)}-${two(t.getUTCDate())} ${two(t.getUTCHours())}:${two(t.getUTCMinutes())}`;
}
