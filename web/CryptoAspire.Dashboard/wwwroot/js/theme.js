// Runs before the first paint so that a remembered theme never flashes the other one.
(() => {
    const KEY = 'cryptoaspire.theme';
    const system = matchMedia('(prefers-color-scheme: light)');
    const remembered = () => { try { return localStorage.getItem(KEY); } catch { return null; } };
    const current = () => remembered() ?? (system.matches ? 'light' : 'dark');

    function apply() {
        const theme = current();
        document.documentElement.dataset.theme = theme;
        const button = document.getElementById('theme-switch');
        if (button) {
            button.setAttribute('aria-pressed', String(theme === 'light'));
            button.title = theme === 'light' ? 'Switch to the dark theme' : 'Switch to the light theme';
        }
        document.dispatchEvent(new CustomEvent('themechange', { detail: theme }));
    }

    apply();
    system.addEventListener('change', apply);
    document.addEventListener('DOMContentLoaded', () => {
        apply();
        document.getElementById('theme-switch')?.addEventListener('click', () => {
            try { localStorage.setItem(KEY, current() === 'light' ? 'dark' : 'light'); } catch { /* private mode: the switch lasts for the page */ }
            apply();
        });
    });
})();
