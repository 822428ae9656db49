// ---- when everything is there

for (const svg of figures) showFigure(svg, false);
for (const svg of figures) watcher.observe(svg);
