// Runs before anything is drawn, in any browser: no word here that an old one cannot read.
(function () {
  var page = document.documentElement;
  function kept(key) { try { return localStorage.getItem('shibu.' + key); } catch (e) { return null; } }
  var night = window.matchMedia ? matchMedia('(prefers-color-scheme: dark)') : null;
  function look() {
    var theme = kept('theme');
    theme = theme === 'dark' || theme === 'light' ? theme : night && night.matches ? 'dark' : 'light';
    page.setAttribute('data-theme', theme);
    if (kept('size') === 'elder') page.setAttribute('data-size', 'elder'); else page.removeAttribute('data-size');
    var bar = document.querySelector('meta[name=theme-color]');
    if (bar) bar.setAttribute('content', theme === 'dark' ? '#0e1412' : '#f6f4ee');
  }
  look();
  window.addEventListener('shibu-look', look);
  if (night) { if (night.addEventListener) night.addEventListener('change', look); else if (night.addListener) night.addListener(look); }
  var lang = kept('lang') === 'en' ? 'en' : 'zh';
  page.lang = lang === 'en' ? 'en' : 'zh-CN';

  var script = document.createElement('script');
  var chrome = /Chrom(?:e|ium)\/(\d+)/.exec(navigator.userAgent);
  var maps = window.HTMLScriptElement && HTMLScriptElement.supports;
  var able = 'noModule' in script && window.indexedDB && window.fetch && (maps ? HTMLScriptElement.supports('importmap') : chrome && +chrome[1] >= 89);
  // One plain page in the place of the app.
  function instead(id) {
    var words = document.getElementById(id);
    document.body.textContent = '';
    document.body.appendChild(words.content.cloneNode(true));
  }
  if (!able) { document.addEventListener('DOMContentLoaded', function () { instead('old'); }); return; }
  var words = document.getElementById('words-' + lang);
  var ahead = document.createElement('link');
  ahead.rel = 'preload'; ahead.as = 'fetch'; ahead.crossOrigin = 'anonymous'; ahead.href = words.href;
  document.head.appendChild(ahead);
  // All modules have been fetched or have failed when the page has loaded.
  window.addEventListener('load', function () {
    setTimeout(function () { if (!page.hasAttribute('data-started')) instead('failed'); }, 100);
  });
  // The browser offers to install the app once; the screen that explains it takes the offer up.
  window.addEventListener('beforeinstallprompt', function (offer) { offer.preventDefault(); window.shibuInstall = offer; });
})();
