// A change of price lights its cell for a moment, unless the reader asked for less motion.
const calm = matchMedia('(prefers-reduced-motion: reduce)');
let colours = null;
document.addEventListener('themechange', () => { colours = null; });

export function flash(element, direction) {
    if (calm.matches || document.hidden) return;
    if (!colours) {
        const style = getComputedStyle(document.documentElement);
        colours = { up: style.getPropertyValue('--flash-up'), down: style.getPropertyValue('--flash-down') };
    }
    element.animate([{ backgroundColor: colours[direction] }, { backgroundColor: 'transparent' }], { duration: 700, easing: 'ease-out' });
}
