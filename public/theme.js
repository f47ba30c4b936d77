// Pages outside the docs follow the theme chosen there. A file of its own, because the policy forbids inline scripts;
// loaded before the first paint, so that nothing flashes.
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem('starlight-theme');
  } catch {
    // Storage may be forbidden; then the system decides.
  }
  const system = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  document.documentElement.dataset.theme = chosen === 'light' || chosen === 'dark' ? chosen : system;
})();
