const SERIES_LIGHT = ['#0072b2', '#d55e00', '#00916a', '#b75c92', '#b77d00', '#3b8fc6', '#4f5b66', '#877c00'];
const SERIES_DARK = ['#56aee6', '#ff8a3d', '#2cc094', '#dd94bf', '#e6a91f', '#a9dcfb', '#b9c4cd', '#f0e442'];

function variables(series: readonly string[]): string {
  return series.map((colour, index) => `--c${index}:${colour}`).join(';');
}

const classes = SERIES_LIGHT.map(
  (_, index) => `.s${index}{stroke:var(--c${index})}.dot.s${index},.s${index} circle{fill:var(--c${index})}`,
).join('');

/** The colours of the app (src/ui/tokens.css), which the page cannot link to. The page's only style sheet: screen in light and dark, and paper. No font, image or import from elsewhere. */
export const REPORT_STYLE = `
:root{color-scheme:light dark;--text:#16202b;--muted:#51606e;--border:#d6dce2;--surface:#fff;--note:#fbf2d6;${variables(SERIES_LIGHT)}}
@media (prefers-color-scheme:dark){:root{--text:#e5ebf0;--muted:#a2b0bd;--border:#2f3b47;--surface:#161d25;--note:#352b0e;${variables(SERIES_DARK)}}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:1200px;padding:2.5rem 1.5rem;background:var(--surface);color:var(--text);font:16px/1.5 system-ui,sans-serif}
h1{font-size:1.7rem;line-height:1.2;margin:0 0 .3rem;overflow-wrap:anywhere}
h2{font-size:1.15rem;margin:2.5rem 0 .5rem}h3{font-size:1rem;margin:1.5rem 0 .4rem}
p{max-width:75ch;margin:.4rem 0}
.muted,small{color:var(--muted)}small{display:block;font-size:.8rem;white-space:nowrap}
.note{background:var(--note);border:1px solid var(--border);border-left:4px solid var(--c1);border-radius:6px;padding:.7rem 1rem;margin:1rem 0}
.wrap{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.875rem;font-variant-numeric:tabular-nums}
caption{text-align:left;color:var(--muted);padding:.4rem 0}
th,td{padding:.35rem .5rem;text-align:left;vertical-align:top;border-bottom:1px solid var(--border)}
thead th{color:var(--muted);font-size:.8rem;vertical-align:bottom}
.n{text-align:right;white-space:nowrap}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1.2rem;font-size:.9rem}dt{color:var(--muted)}dd{margin:0;overflow-wrap:anywhere}
code{font-size:.8rem;overflow-wrap:anywhere}
figure{margin:1rem 0}svg{display:block;width:100%;height:auto;overflow:visible}
.defs{position:absolute;width:0;height:0}
.legend{display:flex;flex-wrap:wrap;gap:.3rem 1.2rem;list-style:none;padding:0;margin:0 0 .6rem;font-size:.875rem}
.legend li{display:flex;align-items:center;gap:.45rem}.swatch{width:16px;height:12px}
text{font:12px system-ui,sans-serif;stroke:none}.tick{fill:var(--muted)}.label{fill:var(--text)}
.grid{stroke:var(--border)}.zero{stroke:var(--muted);stroke-dasharray:4 3}
.bar{stroke-width:1}.whisker{stroke:var(--text);stroke-width:1.5;fill:none}.halo{stroke:var(--surface);stroke-width:4;fill:none}
pattern path{fill:none;stroke-width:1.4}pattern .full,pattern .pale{stroke:none}.pale{opacity:.35}
${classes}${SERIES_LIGHT.map((_, index) => `pattern.s${index} rect{fill:var(--c${index})}`).join('')}
pattern.s7 path{fill:var(--c7)}
@media print{:root{color-scheme:light;--text:#000;--muted:#444;--border:#bbb;--surface:#fff;--note:#fff;${variables(SERIES_LIGHT)}}
section{break-inside:auto}figure,tr,h2,h3{break-inside:avoid}h2,h3{break-after:avoid}.wrap{overflow:visible}a{color:inherit}
@page{size:A4;margin:12mm}body{padding:0;font-size:11pt}table{font-size:7.5pt}th,td{padding:.15rem .2rem}thead th{font-size:7pt}.n,small{white-space:normal}small{font-size:7pt}}
`;
