/// The page's style sheet: light and dark, narrow and wide, screen and paper.
enum PageStyle {
  static let text = """

    :root {
      --ground: #faf8f5; --surface: #ffffff; --ink: #1f1b16; --soft: #5f574d; --line: #ddd6cc;
      --accent: #a2401a; --dead: #8b8378; --shade: #f1ece4;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --ground: #161412; --surface: #1f1c19; --ink: #ece7e0; --soft: #aaa195; --line: #3a352f;
        --accent: #f0945f; --dead: #8a8176; --shade: #2a2622;
      }
    }
    * { box-sizing: border-box; }
    html { scroll-padding-top: 1rem; }
    body {
      margin: 0 auto; padding: 0 clamp(1rem, 3vw, 2.5rem) 3rem; max-width: 88rem;
      background: var(--ground); color: var(--ink);
      font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
    }
    h1, h2, h3, h4, p, dl, dd, figure { margin: 0; }
    h1 { font-size: clamp(1.5rem, 3vw, 2.1rem); line-height: 1.2; overflow-wrap: anywhere; }
    h2 { font-size: 1.35rem; }
    h3 { font-size: 1.1rem; margin: 2.5rem 0 .4rem; }
    h4 { font-size: 1rem; overflow-wrap: anywhere; }
    a { color: var(--accent); }
    code { font: .85em/1.4 ui-monospace, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
    :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
    .masthead { padding: 2rem 0 1.25rem; border-bottom: 1px solid var(--line); }
    .brand { color: var(--accent); font-weight: 600; font-size: .9rem; }
    nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; list-style: none; padding: 0;
      margin: .75rem 0 0; }
    .codec { padding-top: 1.75rem; }
    .note, .caption { color: var(--soft); font-size: .92rem; max-width: 46rem;
      overflow-wrap: anywhere; }
    .part { margin: 1.5rem 0 0; color: var(--soft); font-weight: 600; }

    .tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: 1px;
      margin: 1rem 0; border: 1px solid var(--line); border-radius: 6px; overflow: hidden;
      background: var(--surface); }
    .tiles > div { box-shadow: 0 0 0 1px var(--line); padding: .7rem .9rem; }
    .tiles dt { color: var(--soft); font-size: .85rem; }
    .tiles dd { font-size: 1.35rem; font-weight: 600; font-variant-numeric: tabular-nums; }
    .tiles small { display: block; font-size: .8rem; font-weight: 400; color: var(--soft); }
    .facts { font-size: .92rem; }
    .facts > div { display: flex; gap: .75rem; padding: .1rem 0; }
    .facts dt { flex: 0 0 5.5rem; color: var(--soft); }
    .facts dd { overflow-wrap: anywhere; min-width: 0; }

    .legend { display: flex; flex-wrap: wrap; align-items: center; gap: .4rem 1rem;
      margin: .75rem 0; font-size: .85rem; color: var(--soft); }
    .legend svg { max-width: 100%; height: auto; }
    svg text { fill: var(--ink); font-size: 11px; font-family: inherit;
      font-variant-numeric: tabular-nums; }
    .legend text, svg .tick { fill: var(--soft); }

    .picture { padding: 1.1rem 0; border-top: 1px solid var(--line); break-inside: avoid; }
    .gallery { margin-top: .5rem; }
    .heading { margin-bottom: .6rem; }
    .scores { display: flex; flex-wrap: wrap; gap: 0 1.25rem; color: var(--soft); font-size: .92rem;
      font-variant-numeric: tabular-nums; }
    .scores b { color: var(--ink); }
    .panels { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(15rem, 46%), 1fr));
      gap: .75rem; align-items: start; }
    .panels figure { min-width: 0; }
    .panels img { display: block; max-width: 100%; height: auto; }
    figcaption { color: var(--soft); font-size: .85rem; padding-top: .25rem; }
    .compare figcaption { display: flex; gap: .4rem; }
    .stack { position: relative; --split: 50%; width: fit-content; max-width: 100%; }
    .stack .over { position: absolute; inset: 0; width: 100%; height: 100%;
      clip-path: inset(0 calc(100% - var(--split)) 0 0); }
    .stack::after { content: ""; position: absolute; top: 0; bottom: 0; left: var(--split);
      width: 2px; margin-left: -1px; background: #fff; box-shadow: 0 0 0 1px rgba(0, 0, 0, .55);
      pointer-events: none; }
    .stack:focus-within { outline: 2px solid var(--accent); outline-offset: 2px; }
    .stack input { position: absolute; inset: 0; width: 100%; height: 100%; margin: 0; z-index: 1;
      opacity: 0; cursor: ew-resize; touch-action: pan-y; appearance: none; }
    .stack input::-webkit-slider-thumb { appearance: none; width: 1px; height: 100%; }
    .stack input::-moz-range-thumb { border: 0; width: 1px; height: 100%; }

    .charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(20rem, 100%), 1fr));
      gap: 1.25rem; margin-top: .75rem; }
    .chart { background: var(--surface); border: 1px solid var(--line); border-radius: 6px;
      padding: .6rem; max-width: 40rem; break-inside: avoid; }
    .chart svg { display: block; width: 100%; height: auto; }
    .bar, .area { fill: var(--accent); }
    .dead { fill: var(--dead); }
    .axis { stroke: var(--soft); }
    .grid { stroke: var(--line); }
    .dot { fill: var(--accent); }
    .ring { fill: var(--surface); stroke: var(--accent); }
    #comparison .chart { max-width: 44rem; margin-top: .75rem; }

    .scroll { overflow-x: auto; margin-top: .5rem; }
    table { border-collapse: collapse; width: 100%; font-size: .92rem;
      font-variant-numeric: tabular-nums; }
    th, td { padding: .3rem .75rem; border-bottom: 1px solid var(--line); text-align: right;
      white-space: nowrap; vertical-align: top; }
    th:first-child, .rejects th, .rejects td { text-align: left; }
    tbody th { font-weight: 400; white-space: normal; overflow-wrap: anywhere; min-width: 9rem; }
    .rejects .text { white-space: normal; min-width: 14rem; overflow-wrap: anywhere; }
    thead th { font-weight: 600; border-bottom: 2px solid var(--line); }
    thead button { all: unset; cursor: pointer; }
    thead button:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
    thead button::after { content: "\\2195"; color: var(--soft); padding-left: .3em; }
    [aria-sort=ascending] button::after { content: "\\2191"; color: var(--accent); }
    [aria-sort=descending] button::after { content: "\\2193"; color: var(--accent); }
    tbody tr:hover { background: var(--shade); }
    @media (max-width: 40rem) {
      th, td { padding: .3rem .5rem; }
      .rejects thead { display: none; }
      .rejects tr, .rejects th, .rejects td { display: block; border: 0; padding: .1rem 0; }
      .rejects tr { border-bottom: 1px solid var(--line); padding: .4rem 0; }
      .rejects tbody th { font-weight: 600; }
      .rejects td:not(.text) { display: inline; padding-right: .75rem; }
    }
    footer { margin-top: 3rem; padding-top: 1rem; border-top: 1px solid var(--line);
      color: var(--soft); font-size: .85rem; }
    footer p { max-width: 60rem; }

    @media print {
      :root {
        --ground: #fff; --surface: #fff; --ink: #000; --soft: #444; --line: #bbb;
        --accent: #a2401a; --dead: #8b8378; --shade: #fff;
      }
      body { max-width: none; padding: 0; font-size: 10pt; }
      .compare, nav, thead button::after { display: none; }
      .panels { grid-template-columns: repeat(3, 1fr); }
      .scroll { overflow: visible; }
      tr, .tiles, .facts { break-inside: avoid; }
      h2, h3, .part, .note, .legend { break-after: avoid; }
      .tiles, svg, .panels img { print-color-adjust: exact; }
    }

    """
}
