// Pages outside the docs follow the theme chosen there, also while they are open. A file of its own, because the policy
// forbids inline scripts; loaded before the first paint, so that nothing flashes.
(() => {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const follow = () => {
    let chosen = null;
    try {
      chosen = localStorage.getItem('starlight-theme');
    } catch {
      // Storage may be forbidden; then the system decides.
    }
    const system = dark.matches ? 'dark' : 'light';
    document.documentElement.dataset.theme = chosen === 'light' || chosen === 'dark' ? chosen : system;
  };
  follow();
  dark.addEventListener('change', follow);
  addEventListener('storage', follow);
})();
